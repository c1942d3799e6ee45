"""The tables of risk."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from usance.kernel.decisions import Judgement, Reason, Verdict
from usance.kernel.ids import CaseId, DecisionId
from usance.kernel.records import Record
from usance.risk.model import (
    Bucket,
    CaseKind,
    CaseStatus,
    DecisionKind,
    Disposition,
    EntityKind,
    ListedEntity,
)
from usance.runtime.rows import cold_table, hot_table, never, view

SCHEMA: Final = "risk"
CURRENT: Final = "current"


class DecisionRow(Record, frozen=True):
    """A decision with all that it saw. subject: the payment or the advance.

    list_version: the adopted lists, `un@…`, between blanks. inputs: the facts, a JSON array of
    their values; `rules.replay` names them and derives verdict and reasons from them once more.
    """

    id: DecisionId
    kind: DecisionKind
    subject: UUID
    verdict: Verdict
    reasons: tuple[Reason, ...]
    rules_version: str
    list_version: str
    inputs: msgspec.Raw
    decided_at: datetime

    @property
    def judgement(self) -> Judgement:
        """Return the decision as the gate answered it."""
        return Judgement(self.verdict, self.reasons, self.rules_version)


class CaseRow(Record, frozen=True):
    """Something a person has to look at, and what came of it.

    codes: of the reasons that opened it. assessed_by and closed_by are two people. subject: the
    payment or advance that was judged; of an alarm the payment, or the instruction to a rail.
    decision_id: None for an alarm, which nobody has judged.
    """

    id: CaseId
    kind: CaseKind
    subject: UUID
    decision_id: DecisionId | None
    verdict: Verdict
    codes: tuple[str, ...]
    status: CaseStatus
    opened_at: datetime
    disposition: Disposition | None
    note: str
    assessed_by: UUID | None
    assessed_at: datetime | None
    closed_by: UUID | None
    closed_at: datetime | None


class ClearanceRow(Record, frozen=True):
    """Reasons that two people have waved through for one payment or advance."""

    subject: UUID
    case_id: CaseId
    codes: tuple[str, ...]
    cleared_at: datetime


class WindowRow(Record, frozen=True):
    """What a card (`card:…`) or a buyer (`buyer:…`) attempted in the last hours."""

    key: str
    buckets: tuple[Bucket, ...]


class FinancedInvoiceRow(Record, frozen=True):
    """An invoice that an advance was allowed for. It is never financed a second time."""

    fingerprint: str
    advance_id: UUID
    funder_id: UUID
    seller_id: UUID
    facility_id: UUID
    recorded_at: datetime


class AdoptedList(Record, frozen=True):
    """The version of one list that names are screened against."""

    list: str
    version: str
    source: str
    published_on: date
    entries: int
    adopted_at: datetime


class AdoptedListsRow(Record, frozen=True):
    """The one row that says which version of each list is adopted. id: always CURRENT."""

    id: str
    lists: tuple[AdoptedList, ...]


class ListVersionRow(Record, frozen=True):
    """A version of a list whose entries are stored. version: SHA-256 over them, hexadecimal."""

    version: str
    list: str
    source: str
    published_on: date
    entries: int
    staged_at: datetime


class ListEntryRow(Record, frozen=True):
    """One entry of one version of a list. It never changes."""

    version: str
    entry_id: str
    list: str
    names: tuple[str, ...]
    kind: EntityKind
    birth_years: tuple[int, ...]
    countries: tuple[str, ...]

    @property
    def entity(self) -> ListedEntity:
        """Return the listed entity."""
        return ListedEntity(
            self.list, self.entry_id, self.names, self.kind, self.birth_years, self.countries
        )


DECISIONS: Final = hot_table(
    SCHEMA,
    "decisions",
    DecisionRow,
    sa.Index("decisions_subject", "subject"),
    key="id",
    keep=never,
)
CASES: Final = hot_table(
    SCHEMA,
    "cases",
    CaseRow,
    sa.CheckConstraint("closed_by <> assessed_by", name="cases_four_eyes"),
    sa.CheckConstraint(
        "status <> 'closed' or (assessed_by is not null and closed_by is not null)",
        name="cases_closed_by_two",
    ),
    sa.Index("cases_subject", "subject"),
    sa.Index("cases_open", "opened_at", postgresql_where=sa.text("status <> 'closed'")),
    key="id",
    references={"decision_id": "risk.decisions.id"},
    keep=lambda case: case.status is not CaseStatus.CLOSED,
    keep_sql="status <> 'closed'",
)
CLEARANCES: Final = hot_table(
    SCHEMA,
    "clearances",
    ClearanceRow,
    key="subject",
    references={"case_id": "risk.cases.id"},
)
WINDOWS: Final = hot_table(SCHEMA, "windows", WindowRow, key="key")
FINANCED_INVOICES: Final = hot_table(
    SCHEMA, "financed_invoices", FinancedInvoiceRow, key="fingerprint"
)
ADOPTED_LISTS: Final = hot_table(SCHEMA, "adopted_lists", AdoptedListsRow, key="id", standing=True)
LIST_VERSIONS: Final = cold_table(SCHEMA, "list_versions", ListVersionRow, key="version")
LIST_ENTRIES: Final = cold_table(
    SCHEMA,
    "list_entries",
    ListEntryRow,
    key=("version", "entry_id"),
    references={"version": "risk.list_versions.version"},
)

# Published. `v_references` leads from an id to the next one nearer to the order.
view(
    SCHEMA,
    "v_decisions",
    """
    select id, kind, subject, verdict, reasons, rules_version, list_version, decided_at
    from risk.decisions
    """,
)
view(
    SCHEMA,
    "v_references",
    """
    select id, subject as refers_to from risk.decisions
    union all select id, subject from risk.cases
    """,
)
