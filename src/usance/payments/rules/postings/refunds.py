"""What goes back to buyers."""

from typing import Final

from usance.ledger.model import Entry, LegRule

REFUND: Final = Entry(
    "refund",
    "RefundInitiated",
    "A refund before settlement, reserved until the rail has answered.",
    "结算前退款,通道答复前预留。",
    (LegRule("refund", "seller_pending", "rail_receivable", "amount", pending=True),),
)

REFUND_ANSWERED: Final = Entry(
    "refund_answered",
    "RefundConfirmed, RefundRefused",
    "The rail has answered a refund before settlement: its hold is posted, or given back.",
    "通道已答复结算前退款:预留入账,或予以撤销。",
    (
        LegRule("refund_confirmed", "seller_pending", "rail_receivable", "amount", resolves=True),
        LegRule("refund_refused", "seller_pending", "rail_receivable", "amount", resolves=True),
    ),
)

LATE_REFUND: Final = Entry(
    "late_refund",
    "LateSuccess",
    "A refund the rail had refused was made after all, before settlement.",
    "通道先拒后成的退款(结算前)。",
    (LegRule("late_refund", "seller_pending", "rail_receivable", "amount"),),
)

UNWIND: Final = Entry(
    "unwind",
    "ChargedBack, RefundConfirmed",
    "Money back after settlement: bought again at the day's rate, taken from what the sale has in"
    " escrow for the seller, then the seller's available money, the reserve, then owed and paid in"
    " with our own money.",
    "结算后退款或拒付:按当日汇率回购,依次从该笔销售的卖家托管款、卖家可用款、保证金扣取,"
    "不足部分记为欠款并由自有资金垫付。",
    (
        LegRule("unwind_due", "fx_position", "rail_receivable", "returned"),
        LegRule("unwind_escrow", "escrow", "fx_position", "from_escrow"),
        LegRule("unwind_available", "seller_available", "fx_position", "from_available"),
        LegRule("unwind_reserve", "seller_reserve", "fx_position", "from_reserve"),
        LegRule("unwind_owed", "owed_by_seller", "fx_position", "owed"),
        LegRule("unwind_own_money", "nostro", "nostro_own", "owed"),
        LegRule("unwind_cover_bought", "nostro", "fx_position", "returned"),
        LegRule("unwind_cover_sold", "fx_position", "nostro", "cost"),
        LegRule("unwind_netted", "rail_receivable", "nostro", "returned"),
    ),
)

NETTING: Final = Entry(
    "netting",
    "RefundConfirmed",
    "The rail refunds money it had paid us already and takes it back from us.",
    "通道退还已结算款项,并向我方扣回。",
    (LegRule("refund_netted", "rail_receivable", "nostro", "netted"),),
)
