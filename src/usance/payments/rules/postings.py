"""What payments post, entry by entry: debit > credit. The accounting of the house.

P is the buyer's currency, S the seller's settlement currency. The spread is a leg of its own;
client money never pays the operator's debts; what has happened outside is always booked.
docs/reference/postings.md is printed from these tables.
"""

from typing import Final

from usance.ledger.model import Entry, LegRule

CAPTURE: Final = Entry(
    "capture",
    "PaymentCaptured",
    "A buyer has paid; the rail owes us the money.",
    "买家已付款,通道应付我方。",
    (LegRule("capture", "rail_receivable", "seller_pending", "gross"),),
)

SETTLEMENT: Final = Entry(
    "settlement",
    "PaymentSettled",
    "The rail has paid: fees, conversion, spread and cover, up to what the seller is due. What"
    " covering won or lost is our own money's; what the rail paid too much waits to be claimed.",
    "通道已结算:手续费、换汇、汇差与平盘,直至卖家应得款。平盘损益归自有资金;多付款项暂挂待查。",
    (
        LegRule("settlement_net", "nostro", "rail_receivable", "net"),
        LegRule("settlement_excess", "nostro", "suspense_unmatched", "excess"),
        LegRule("rail_fee", "seller_pending", "rail_receivable", "rail_fee"),
        LegRule("our_fee", "seller_pending", "fee_income", "fee"),
        LegRule("unconverted", "seller_pending", "seller_settling", "unconverted"),
        LegRule("conversion_sold", "seller_pending", "fx_position", "sold"),
        LegRule("conversion_bought", "fx_position", "seller_settling", "bought"),
        LegRule("spread", "seller_settling", "fx_spread_income", "spread"),
        LegRule("cover_sold", "fx_position", "nostro", "sold_on"),
        LegRule("cover_bought", "nostro", "fx_position", "covered"),
        LegRule("fx_drift", "fx_result", "fx_position", "drift"),
        LegRule("fx_drift_own", "nostro", "nostro_own", "drift"),
    ),
)

OWED: Final = Entry(
    "owed",
    "PaymentSettled",
    "The seller's debt to us is paid first; the money leaves the client account.",
    "优先偿还卖家欠款;资金转出备付金账户。",
    (
        LegRule("owed_repaid", "seller_settling", "owed_by_seller", "owed"),
        LegRule("owed_swept", "nostro_own", "nostro", "owed"),
    ),
)

REST: Final = Entry(
    "rest",
    "PaymentSettled",
    "What the waterfall leaves: a reserve is held back, the rest is the seller's.",
    "瀑布清偿后剩余:扣留保证金,其余归卖家。",
    (
        LegRule("reserve", "seller_settling", "seller_reserve", "reserve"),
        LegRule("rest", "seller_settling", "seller_available", "rest"),
    ),
)

RESERVE_RELEASE: Final = Entry(
    "reserve_release",
    "ReserveReleased",
    "The reserve of a settlement falls due.",
    "保证金到期释放。",
    (LegRule("reserve_release", "seller_reserve", "seller_available", "reserve"),),
)

PAYOUT: Final = Entry(
    "payout",
    "PayoutInitiated",
    "A payout is on its way: yes posts it, no voids it, unknown leaves it.",
    "出款在途:成功则入账,失败则撤销,未知则保留。",
    (LegRule("payout", "seller_available", "nostro", "amount", pending=True),),
)

PAYOUT_ANSWERED: Final = Entry(
    "payout_answered",
    "PayoutPaid, PayoutRefused",
    "The rail has answered: the hold of the payout is posted, or given back.",
    "通道已答复:出款预留入账,或予以撤销。",
    (
        LegRule("payout_paid", "seller_available", "nostro", "amount", resolves=True),
        LegRule("payout_refused", "seller_available", "nostro", "amount", resolves=True),
    ),
)

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

UNWIND: Final = Entry(
    "unwind",
    "ChargedBack, RefundConfirmed",
    "Money back after settlement: bought again at the day's rate, taken from the seller's"
    " available money, then the reserve, then owed and paid in with our own money.",
    "结算后退款或拒付:按当日汇率回购,依次从卖家可用款、保证金扣取,不足部分记为欠款并由自有资金垫付。",
    (
        LegRule("unwind_due", "fx_position", "rail_receivable", "returned"),
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

LATE_REFUND: Final = Entry(
    "late_refund",
    "LateSuccess",
    "A refund the rail had refused was made after all, before settlement.",
    "通道先拒后成的退款(结算前)。",
    (LegRule("late_refund", "seller_pending", "rail_receivable", "amount"),),
)

LATE_COLLECTION: Final = Entry(
    "late_collection",
    "LateSuccess",
    "A collection the rail had refused was made after all: whose money it is, people decide.",
    "通道先拒后成的收款:归属待人工确认。",
    (LegRule("late_collection", "rail_receivable", "suspense_unmatched", "amount"),),
)

LATE_PAYOUT: Final = Entry(
    "late_payout",
    "LateSuccess",
    "A payout the rail had refused was made after all: the seller bears it as far as the money"
    " reaches, the rest is owed and paid in with our own money.",
    "通道先拒后成的出款:由卖家资金承担,不足部分记为欠款并由自有资金垫付。",
    (
        LegRule("late_payout_available", "seller_available", "nostro", "from_available"),
        LegRule("late_payout_reserve", "seller_reserve", "nostro", "from_reserve"),
        LegRule("late_payout_owed", "owed_by_seller", "nostro", "owed"),
        LegRule("late_payout_own_money", "nostro", "nostro_own", "owed"),
    ),
)

PAYOUT_RETURN: Final = Entry(
    "payout_return",
    "PayoutReturned",
    "A payout comes back from the seller's bank.",
    "出款被收款行退回。",
    (LegRule("payout_returned", "nostro", "seller_available", "amount"),),
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

ENTRIES: Final = (
    CAPTURE,
    SETTLEMENT,
    OWED,
    REST,
    RESERVE_RELEASE,
    PAYOUT,
    PAYOUT_ANSWERED,
    REFUND,
    REFUND_ANSWERED,
    CHARGEBACK_EARLY,
    CHARGEBACK_UNMATCHED,
    UNWIND,
    NETTING,
    LATE_REFUND,
    LATE_COLLECTION,
    LATE_PAYOUT,
    PAYOUT_RETURN,
    UNMATCHED,
)
