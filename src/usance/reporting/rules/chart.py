"""The chart of accounts as reports need it: sides, order, words."""

from typing import Final

from usance.ledger.model import CHART, AccountClass, Limit
from usance.reporting.model import Words

_CREDIT_CLASSES: Final = frozenset({AccountClass.LIABILITY, AccountClass.INCOME})
ORDER: Final = {name: place for place, name in enumerate(CHART)}


def grows_by_credit(kind: str) -> bool:
    """Return whether credit is the normal side of a kind of account.

    Liabilities and income grow by credit, and so does what may not be overdrawn (`headroom`);
    assets, expenses, positions and their contra accounts grow by debit.
    """
    line = CHART[kind]
    return (
        line.account_class in _CREDIT_CLASSES
        or line.balance_limit is Limit.DEBITS_MUST_NOT_EXCEED_CREDITS
    )


def on_normal_side(kind: str, debits: int, credits_: int) -> int:
    """Return a balance seen from the side on which the kind grows."""
    return credits_ - debits if grows_by_credit(kind) else debits - credits_


def place_of(kind: str) -> int:
    """Return where the chart lists a kind."""
    return ORDER[kind]


def kind_words(kind: str) -> Words:
    """Return what a kind of account is called."""
    return Words(CHART[kind].en, CHART[kind].zh)


def kinds_owned_by(role: str) -> tuple[str, ...]:
    """Return the kinds of account whose owner has this role, such as `seller`."""
    return tuple(line.name for line in CHART.values() if line.owner == role)
