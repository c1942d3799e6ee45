"""What the sweep of income posts."""

from typing import Final

from usance.ledger.model import Entry, LegRule

INCOME_SWEEP: Final = Entry(
    "income_sweep",
    "IncomeSwept",
    "What we have earned leaves the clients' account for our own.",
    "已实现收入从客户备付金账户划入自有资金账户。",
    (LegRule("income_swept", "nostro_own", "nostro", "amount"),),
)
