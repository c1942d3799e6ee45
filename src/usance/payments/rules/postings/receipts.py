"""What is posted when money comes in by itself, and when people have said whose it is."""

from typing import Final

from usance.ledger.model import Entry, LegRule

RECEIPT: Final = Entry(
    "receipt",
    "ReceiptRecorded",
    "A bank has credited our account: the money is the seller's less our fee, or waits where its"
    " owner is not known or may not have it.",
    "银行已入账:款项扣除手续费后归卖家;归属不明或不得放行的,暂挂待查。",
    (
        LegRule("receipt", "nostro", "seller_available", "amount"),
        LegRule("receipt_fee", "seller_available", "fee_income", "fee"),
        LegRule("receipt_unmatched", "nostro", "suspense_unmatched", "unmatched"),
        LegRule("receipt_blocked", "nostro", "suspense_blocked", "blocked"),
    ),
)

ATTRIBUTION: Final = Entry(
    "attribution",
    "SuspenseAttributed",
    "Two people have said whose money it is: it becomes the seller's, less our fee, or pays what"
    " the rail owes us for a payment.",
    "双人确认归属:扣除手续费后归卖家,或抵付通道应付的付款。",
    (
        LegRule("attributed", "suspense_unmatched", "seller_available", "attributed"),
        LegRule("released", "suspense_blocked", "seller_available", "released"),
        LegRule("attributed_fee", "seller_available", "fee_income", "fee"),
        LegRule("attributed_to_sale", "suspense_unmatched", "rail_receivable", "for_sale"),
        LegRule("released_to_sale", "suspense_blocked", "rail_receivable", "released_for_sale"),
    ),
)

BORNE: Final = Entry(
    "borne",
    "SuspenseAttributed",
    "Two people have said who bears what a bank has taken: the seller as far as the money reaches,"
    " the rest is owed; or the house. What is not the seller's own is paid in with our own money.",
    "双人确认银行扣款由谁承担:卖家资金不足部分记为欠款,或由平台承担,并由自有资金垫付。",
    (
        LegRule("borne_available", "seller_available", "suspense_unmatched", "from_available"),
        LegRule("borne_reserve", "seller_reserve", "suspense_unmatched", "from_reserve"),
        LegRule("borne_owed", "owed_by_seller", "suspense_unmatched", "owed"),
        LegRule("borne_by_us", "bank_losses", "suspense_unmatched", "lost"),
        LegRule("borne_own_money", "nostro", "nostro_own", "own"),
    ),
)

SUSPENSE_RETURN: Final = Entry(
    "suspense_return",
    "SuspenseReturning",
    "Money without an owner is on its way back to its sender: yes posts it, no voids it.",
    "无主款项退回付款人途中:成功则入账,失败则撤销。",
    (
        LegRule("return", "suspense_unmatched", "nostro", "amount", pending=True),
        LegRule("return_blocked", "suspense_blocked", "nostro", "blocked", pending=True),
    ),
)

SUSPENSE_RETURN_ANSWERED: Final = Entry(
    "suspense_return_answered",
    "SuspenseReturned, SuspenseReturnRefused",
    "The rail has answered: the hold of the return is posted, or the money waits again.",
    "通道已答复:退回预留入账,或款项继续待查。",
    (
        LegRule("returned", "suspense_unmatched", "nostro", "amount", resolves=True),
        LegRule("return_refused", "suspense_unmatched", "nostro", "amount", resolves=True),
    ),
)

LATE_RETURN: Final = Entry(
    "late_return",
    "LateSuccess, SuspenseReturnRefused",
    "A return the rail had refused was made after all, or one it had made came back (then the"
    " other way round).",
    "通道先拒后成的退回,或退回后又被退还(反向)。",
    (
        LegRule("late_return", "suspense_unmatched", "nostro", "amount"),
        LegRule("late_return_blocked", "suspense_blocked", "nostro", "blocked"),
    ),
)

BANK_DEBIT: Final = Entry(
    "bank_debit",
    "SuspenseOpened",
    "A bank has debited our account and nobody expected it: who bears it, people decide.",
    "银行扣款且无对应预期:由谁承担待人工确认。",
    (LegRule("bank_debit", "suspense_unmatched", "nostro", "amount"),),
)
