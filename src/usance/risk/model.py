"""The nouns of risk: listed entities, hits, and what a case may become."""

from enum import StrEnum
from typing import Final

from usance.kernel.records import Record


class EntityKind(StrEnum):
    """What a watchlist entry is about."""

    PERSON = "person"
    ORGANISATION = "organisation"
    VESSEL = "vessel"
    AIRCRAFT = "aircraft"


class ListedEntity(Record, frozen=True):
    """One entry of a watchlist.

    list: code of the list, `un`. entry_id: the publisher's own reference. names: the primary
    name first, then aliases in the publisher's order, in whatever script they were published.
    birth_years: every year that may be meant, ascending. countries: as published, not codes.
    """

    list: str
    entry_id: str
    names: tuple[str, ...]
    kind: EntityKind
    birth_years: tuple[int, ...] = ()
    countries: tuple[str, ...] = ()


class Hit(Record, frozen=True):
    """A listed entity whose name is close to the one that was screened.

    score: per mille, 1000 for the same tokens. listed_name: which of its names fitted best.
    aligned: pairs (token of the screened name, token of the listed one) that carry the score.
    """

    list: str
    entry_id: str
    listed_name: str
    score: int
    aligned: tuple[tuple[str, str], ...]

    @property
    def printed(self) -> str:
        """Return the entry as people cite it: `UN QDi.010 (ABDUL HAMID …)`."""
        return f"{self.list.upper()} {self.entry_id} ({self.listed_name})"


class DecisionKind(StrEnum):
    """Which question a decision answers."""

    RELEASE = "release"
    DRAWDOWN = "drawdown"
    PAYOUT = "payout"


class CaseKind(StrEnum):
    """What opened a case: a gate that did not say yes, or something that should not have been."""

    RELEASE = "release"
    DRAWDOWN = "drawdown"
    PAYOUT = "payout"
    ALARM = "alarm"


class CaseStatus(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    ASSESSED = "assessed"
    CLOSED = "closed"


class Disposition(StrEnum):
    """What came out of a case: nothing to it, or the suspicion stands."""

    CLEARED = "cleared"
    CONFIRMED = "confirmed"


MAY_BECOME: Final[dict[CaseStatus, frozenset[CaseStatus]]] = {
    CaseStatus.OPEN: frozenset({CaseStatus.ASSESSED}),
    CaseStatus.ASSESSED: frozenset({CaseStatus.ASSESSED, CaseStatus.CLOSED}),
    CaseStatus.CLOSED: frozenset(),
}


class Bucket(Record, frozen=True, array_like=True):
    """What fell into one clock hour.

    hour: whole hours since the Unix epoch. minor: sum in minor units of the book's currency.
    """

    hour: int
    count: int
    minor: int
