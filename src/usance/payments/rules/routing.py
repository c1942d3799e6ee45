"""Which rail a payment takes: the first rule of the list that fits, with its reason."""

from collections.abc import Callable
from typing import Final

from usance.kernel.records import Record


class RouteQuestion(Record, frozen=True):
    """What a route may depend on. method: what the caller asked for, "" for whatever fits."""

    method: str
    has_bank_account: bool
    has_card: bool


class Route(Record, frozen=True):
    """A rail and why it was taken."""

    rail: str
    reason: str


CARD: Final = "card"
BANK_TRANSFER: Final = "bank_transfer"

ROUTES: Final[tuple[tuple[Callable[[RouteQuestion], bool], Route], ...]] = (
    (
        lambda q: q.method == CARD and q.has_card,
        Route(CARD, "the caller asked for the card"),
    ),
    (
        lambda q: q.method == BANK_TRANSFER and q.has_bank_account,
        Route(BANK_TRANSFER, "the caller asked for the bank transfer"),
    ),
    (
        lambda q: not q.method and q.has_bank_account,
        Route(BANK_TRANSFER, "the buyer has a bank account: the cheaper rail"),
    ),
    (
        lambda q: not q.method and q.has_card,
        Route(CARD, "the buyer has a card and no bank account"),
    ),
)


def route(question: RouteQuestion) -> Route | None:
    """Return the first route that fits, None where no rail takes the payment."""
    for fits, chosen in ROUTES:
        if fits(question):
            return chosen
    return None
