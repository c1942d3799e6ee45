"""What the ledger adds up in memory: line by line on a sheet, or column by column at once."""

from usance.ledger.state.columns import Columns, columns_of, post_all
from usance.ledger.state.sheet import CREATED, Sheet

__all__ = ["CREATED", "Columns", "Sheet", "columns_of", "post_all"]
