"""What waits to be claimed."""

from typing import Final

from usance.ledger.model import Entry, LegRule

LATE_COLLECTION: Final = Entry(
    "late_collection",
    "ExcessCollected",
    "A rail collected after it had refused, or a second time: nobody's sale, and it goes back.",
    "通道先拒后成或重复收款:不属于任何销售,将退回买家。",
    (LegRule("late_collection", "rail_receivable", "suspense_unmatched", "amount"),),
)

EXCESS_RETURN: Final = Entry(
    "excess_return",
    "ExcessReturned",
    "The buyer has back what a rail collected too much.",
    "多收款项已退回买家。",
    (LegRule("excess_returned", "suspense_unmatched", "rail_receivable", "amount"),),
)

EXCESS_SETTLED: Final = Entry(
    "excess_settled",
    "SettlementDiffers",
    "The rail has paid us, beyond the sale, what it collected too much: it owes us that no more.",
    "通道在结算款之外付来其多收款项,不再应付我方。",
    (LegRule("excess_settled", "suspense_unmatched", "rail_receivable", "amount"),),
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
