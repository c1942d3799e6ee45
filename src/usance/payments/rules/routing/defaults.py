"""The configuration of a book that has adopted none: a rule for each thing that callers ask for."""

from typing import Final

from usance.payments.model import Condition, RouteRule, RoutingConfig

CARD: Final = "card"
BANK_TRANSFER: Final = "bank_transfer"
CASH_ON_DELIVERY: Final = "cash_on_delivery"
WALLET: Final = "wallet"
LOCAL_INSTANT: Final = "local_instant"


def _is(fact: str, value: str) -> Condition:
    return Condition(fact, (value,))


DEFAULT: Final = RoutingConfig(
    (
        RouteRule(
            "the caller asked for the card",
            (_is("method", CARD), _is("card_token", "yes")),
            (CARD,),
        ),
        RouteRule(
            "the caller asked for the bank transfer",
            (_is("method", BANK_TRANSFER), _is("bank_account", "yes")),
            (BANK_TRANSFER,),
        ),
        RouteRule(
            "the caller asked for the wallet",
            (_is("method", WALLET),),
            ("e_wallet",),
        ),
        # One of them takes the buyer's currency; the others are out of question.
        RouteRule(
            "the caller asked for the country's instant payments",
            (_is("method", LOCAL_INSTANT),),
            ("pix", "promptpay", "fps"),
        ),
        RouteRule(
            "the caller asked for cash on delivery",
            (_is("method", CASH_ON_DELIVERY),),
            (CASH_ON_DELIVERY,),
        ),
        RouteRule(
            "the buyer has a bank account: the cheaper rail",
            (_is("method", ""), _is("bank_account", "yes")),
            (BANK_TRANSFER,),
        ),
        RouteRule(
            "the buyer has a card and no bank account",
            (_is("method", ""), _is("card_token", "yes")),
            (CARD,),
        ),
    )
)
