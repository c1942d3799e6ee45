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

REINSTATED_EARLY: Final = Entry(
    "reinstated_before_settlement",
    "DisputeReinstated",
    "A bank gives back what it took before settlement: the rail owes it to us again.",
    "结算前拒付的款项返还:通道重新应付我方。",
    (LegRule("reinstated_early", "rail_receivable", "seller_pending", "early"),),
)

REINSTATED: Final = Entry(
    "reinstated",
    "DisputeReinstated",
    "A bank gives money back after settlement: sold at the day's rate; then what the seller owes,"
    " what financing claims, and the rest for the seller, as from any settlement.",
    "结算后拒付款项返还:按当日汇率兑换,依次偿还欠款与融资,其余归卖家。",
    (
        LegRule("reinstated_received", "nostro", "fx_position", "given"),
        LegRule("reinstated_sold", "fx_position", "nostro", "given"),
        LegRule("reinstated_bought", "nostro", "fx_position", "worth"),
        LegRule("reinstated_due", "fx_position", "seller_settling", "worth"),
    ),
)
