"""What shares and escrow post. The payee's account stands on the credit side."""

from typing import Final

from usance.ledger.model import Entry, LegRule

SHARE: Final = Entry(
    "share",
    "SharesPaid",
    "Another's share of a sale, before anybody is paid from the seller's: to the payee, to its"
    " escrow, or to us where the share is ours.",
    "销售款中他人的份额,先于卖家分配:归收款方、入其托管,或归我方。",
    (
        LegRule("share", "seller_settling", "seller_available", "share"),
        LegRule("share_in_escrow", "seller_settling", "escrow", "escrowed"),
        LegRule("share_of_platform", "seller_settling", "fee_income", "ours"),
    ),
)

ESCROW_RELEASE: Final = Entry(
    "escrow_release",
    "EscrowReleased",
    "Money in escrow is released: to a payee, or for the seller into the waterfall of a"
    " settlement, where debts and advances come before the rest.",
    "托管款释放:归收款方;属卖家的进入结算瀑布,先偿债务与融资。",
    (
        LegRule("escrow_released", "escrow", "seller_available", "released"),
        LegRule("escrow_settled", "escrow", "seller_settling", "settled"),
        LegRule("escrow_of_platform", "escrow", "fee_income", "ours"),
    ),
)

ESCROW_RETURN: Final = Entry(
    "escrow_return",
    "EscrowReturned",
    "A dispute is decided against a payee: the seller has the money.",
    "争议裁定不利于收款方:款项归卖家。",
    (LegRule("escrow_returned", "escrow", "seller_available", "returned"),),
)

SHARE_REVERSAL: Final = Entry(
    "share_reversal",
    "ShareReversed",
    "A payee gives back part of a share, by the decision of two people; never into the red.",
    "经两人决定,收款方退回部分份额;不得透支。",
    (LegRule("share_reversed", "seller_available", "seller_available", "reversed"),),
)
