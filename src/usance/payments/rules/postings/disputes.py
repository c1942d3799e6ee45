"""What chargebacks post."""

from typing import Final

from usance.ledger.model import Entry, LegRule

CHARGEBACK_EARLY: Final = Entry(
    "chargeback_before_settlement",
    "ChargedBack",
    "A chargeback before settlement: the rail will settle less.",
    "结算前拒付:通道将少结算。",
    (LegRule("chargeback", "seller_pending", "rail_receivable", "amount"),),
)

CHARGEBACK_UNMATCHED: Final = Entry(
    "chargeback_of_no_sale",
    "ChargedBack",
    "A chargeback of a payment that is no sale of ours, which the rail collected all the same: what"
    " waits to be claimed goes back; people find who bears what was not there.",
    "拒付未成立但通道已收款的付款:从待查款项退回,不足部分由人工确认归属。",
    (
        LegRule("chargeback_unmatched", "suspense_unmatched", "rail_receivable", "amount"),
        LegRule("chargeback_unmatched_paid", "suspense_unmatched", "nostro", "paid"),
    ),
)
