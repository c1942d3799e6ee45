"""The configuration of a book that has adopted none: a few rules, one rail each."""

from typing import Final

from usance.payments.model import Condition, RouteRule, RoutingConfig

CARD: Final = "card"
BANK_TRANSFER: Final = "bank_transfer"
CASH_ON_DELIVERY: Final = "cash_on_delivery"


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
            "the buyer has a bank account: the cheaper rail",
            (_is("method", ""), _is("bank_account", "yes")),
            (BANK_TRANSFER,),
        ),
        RouteRule(
            "the buyer has a card and no bank account",
            (_is("method", ""), _is("card_token", "yes")),
            (CARD,),
        ),
        RouteRule(
            "the caller asked for cash on delivery",
            (_is("method", CASH_ON_DELIVERY),),
            (CASH_ON_DELIVERY,),
        ),
    )
)
