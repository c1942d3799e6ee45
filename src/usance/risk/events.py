"""What has happened in risk."""

from datetime import date
from uuid import UUID

from usance.kernel.decisions import Verdict
from usance.kernel.ids import CaseId, DecisionId
from usance.kernel.records import Record
from usance.risk.model import CaseKind, Disposition


class ReleaseJudged(Record, frozen=True):
    """A payment was judged. codes: of the reasons. case_id: the case it opened, if any."""

    decision_id: DecisionId
    payment_id: UUID
    verdict: Verdict
    codes: tuple[str, ...]
    rules_version: str
    list_version: str
    case_id: CaseId | None


class DrawdownJudged(Record, frozen=True):
    """An advance was judged. codes: of the reasons. case_id: the case it opened, if any."""

    decision_id: DecisionId
    advance_id: UUID
    verdict: Verdict
    codes: tuple[str, ...]
    rules_version: str
    list_version: str
    case_id: CaseId | None


class PayoutJudged(Record, frozen=True):
    """A payout was held back. codes: of the reasons. case_id: the case it opened.

    Told only of what is held; the lists that all others were screened against are in the log.
    """

    decision_id: DecisionId
    payout_id: UUID
    verdict: Verdict
    codes: tuple[str, ...]
    rules_version: str
    list_version: str
    case_id: CaseId | None


class WatchlistAdopted(Record, frozen=True):
    """From now on names are screened against this version of a list.

    replaced: the version before, "" where there was none.
    """

    list: str
    version: str
    source: str
    published_on: date
    entries: int
    replaced: str


class CaseOpened(Record, frozen=True):
    """Something has happened that a person has to look at. codes: what it was."""

    case_id: CaseId
    subject: UUID
    codes: tuple[str, ...]


class CaseAssessed(Record, frozen=True):
    """One person has said what a case comes to; another one has yet to close it."""

    case_id: CaseId
    disposition: Disposition
    note: str


class CaseClosed(Record, frozen=True):
    """Two people agree on a case. Cleared: what stopped the subject stops it no more."""

    case_id: CaseId
    kind: CaseKind
    subject: UUID
    disposition: Disposition
    codes: tuple[str, ...]
