"""What waits to be claimed."""

from typing import Final

from usance.ledger.model import Entry, LegRule

LATE_COLLECTION: Final = Entry(
    "late_collection",
    "LateSuccess",
    "A collection the rail had refused was made after all: whose money it is, people decide.",
    "通道先拒后成的收款:归属待人工确认。",
    (LegRule("late_collection", "rail_receivable", "suspense_unmatched", "amount"),),
)

UNMATCHED: Final = Entry(
    "unmatched",
    "SettlementUnmatched",
    "A rail settles a payment that is no sale of ours: the money waits to be claimed.",
    "通道结算了不成立的付款:款项暂挂待查。",
    (
        LegRule("unmatched_net", "nostro", "rail_receivable", "net"),
        LegRule("unmatched_fee", "suspense_unmatched", "rail_receivable", "fee"),
        LegRule("unmatched_excess", "nostro", "suspense_unmatched", "excess"),
    ),
)
