"""What payouts post."""

from typing import Final

from usance.ledger.model import Entry, LegRule

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
