"""What the sweep of income has to know of all sellers at once."""

from typing import Final

OWED_BY_SELLERS: Final = """
    select currency, sum(debits_posted - credits_posted) as owed
    from ledger.v_account_balances where kind = 'owed_by_seller' group by currency
"""
