"""What a sale posts, from capture to the release of the reserve."""

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
        LegRule("fx_holding", "seller_settling", "fx_spread_income", "holding"),
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
