"""What can be asked of risk: stage and adopt a watchlist, assess and close a case."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from usance.financing.ports import DrawdownQuestion
from usance.kernel.decisions import Verdict
from usance.kernel.draft import Draft, Standing
from usance.kernel.errors import Refusal
from usance.kernel.ids import CaseId
from usance.kernel.money import Currency
from usance.kernel.records import Record, replace
from usance.payments.ports import ReleaseQuestion
from usance.policy.service import find_row, look_up
from usance.risk import store
from usance.risk.errors import (
    CASE_CLOSED,
    CASE_NOT_ASSESSED,
    LIST_NOT_ITS_VERSION,
    SAME_PERSON,
    UNKNOWN_CASE,
    UNKNOWN_LIST_VERSION,
    UNREADABLE_LIST,
)
from usance.risk.events import CaseAssessed, CaseClosed, CaseOpened, WatchlistAdopted
from usance.risk.model import MAY_BECOME, CaseKind, CaseStatus, Disposition
from usance.risk.ports import Reading, Watchlist
from usance.risk.rules.drawdown import DrawdownFacts as DrawdownFacts  # noqa: PLC0414
from usance.risk.rules.drawdown import DrawdownThresholds
from usance.risk.rules.payout import PayoutFacts as PayoutFacts  # noqa: PLC0414
from usance.risk.rules.payout import PayoutThresholds
from usance.risk.rules.release import ReleaseFacts as ReleaseFacts  # noqa: PLC0414
from usance.risk.rules.release import ReleaseThresholds
from usance.risk.rules.replay import seen as seen  # noqa: PLC0414
from usance.risk.rules.screening import Screens as Screens  # noqa: PLC0414 - for the mouths
from usance.risk.rules.screening import build_index, version_of
from usance.risk.store import adopted as adopted  # noqa: PLC0414 - what follows is for the mouths
from usance.risk.store import case as case  # noqa: PLC0414
from usance.risk.store import cases as cases  # noqa: PLC0414
from usance.risk.store import decision as decision  # noqa: PLC0414
from usance.risk.store import decisions_of as decisions_of  # noqa: PLC0414
from usance.risk.tables import (
    ADOPTED_LISTS,
    CASES,
    CLEARANCES,
    CURRENT,
    AdoptedListsRow,
    ClearanceRow,
    ListVersionRow,
)
from usance.risk.tables import AdoptedList as AdoptedList  # noqa: PLC0414
from usance.risk.tables import CaseRow as CaseRow  # noqa: PLC0414
from usance.risk.tables import DecisionRow as DecisionRow  # noqa: PLC0414
from usance.runtime.commands import Command, Loader
from usance.runtime.database import Connection

# ---- watchlists ----


class LoadWatchlist(Record, frozen=True):
    """Screen names against a staged version of a list from now on."""

    version: str


async def stage_watchlist(
    connection: Connection,
    watchlist: Watchlist,
    reading: Reading,
    published_on: date,
    now: datetime,
) -> str:
    """Store what a list says and return its version, to be adopted by `load_watchlist`.

    Staging what is there already changes nothing. Raises Invalid(unreadable_list) when the
    reading is empty: an empty list would let everybody pass.
    """
    if not reading.entities:
        raise UNREADABLE_LIST.invalid(watchlist.code, "it has no entries")
    version = version_of(reading.entities)
    row = ListVersionRow(
        version, watchlist.code, watchlist.source, published_on, len(reading.entities), now
    )
    await store.stage(connection, row, reading.entities)
    return version


class WatchlistLoading:
    """The stage of `load_watchlist`: builds the index beside the engine, then switches."""

    def __init__(self, screens: Screens) -> None:
        self._screens = screens

    async def prepare(
        self, loader: Loader, commands: Sequence[Command]
    ) -> dict[str, ListVersionRow | Refusal]:
        """Build the indexes of the versions asked for and return what is known of each."""
        found: dict[str, ListVersionRow | Refusal] = {}
        for command in commands:
            assert isinstance(command.body, LoadWatchlist), command.verb
            version = command.body.version
            found[version] = await self._ready(loader, version)
        return found

    async def _ready(self, loader: Loader, version: str) -> ListVersionRow | Refusal:
        row = await store.staged(loader, version)
        if row is None:
            return UNKNOWN_LIST_VERSION.refuse("version", version)
        if self._screens.has(version):
            return row
        entities = await store.entries(loader, version)
        index = await asyncio.to_thread(build_index, entities)
        if index.version != version:
            return LIST_NOT_ITS_VERSION.refuse("version", version)
        self._screens.ready(index)
        return row

    def apply(
        self, draft: Draft, body: LoadWatchlist, facts: dict[str, ListVersionRow | Refusal]
    ) -> Refusal | None:
        """Adopt the version in place of the list's version before."""
        row = facts[body.version]
        if isinstance(row, Refusal):
            return row
        current = draft.get(ADOPTED_LISTS, CURRENT)
        lists = {} if current is None else {one.list: one for one in current.lists}
        replaced = lists[row.list].version if row.list in lists else ""
        lists[row.list] = AdoptedList(
            row.list, row.version, row.source, row.published_on, row.entries, draft.now
        )
        draft.put(
            ADOPTED_LISTS, AdoptedListsRow(CURRENT, tuple(lists[code] for code in sorted(lists)))
        )
        draft.tell(
            WatchlistAdopted(
                row.list, row.version, row.source, row.published_on, row.entries, replaced
            )
        )
        return None


async def ready_screens(connection: store.Reads, screens: Screens) -> None:
    """Build the indexes of the adopted lists; call it before the engine takes commands."""
    current = await store.adopted(connection)
    for one in () if current is None else current.lists:
        entities = await store.entries(connection, one.version)
        index = build_index(entities)
        assert index.version == one.version, f"{one.list}: the stored entries were changed"
        screens.ready(index)


# ---- cases ----


class OpenCase(Record, frozen=True):
    """Have a person look at what has happened. subject: a payment, an instruction, a remittance."""

    subject: UUID
    codes: tuple[str, ...]


class AssessCase(Record, frozen=True):
    """Say what a case comes to. note: why, for whoever closes it and for the file."""

    case_id: CaseId
    disposition: Disposition
    note: str


class CloseCase(Record, frozen=True):
    """Agree with the assessment of another person, and close the case."""

    case_id: CaseId


async def prepare_cases(loader: Loader, commands: Sequence[Command]) -> None:
    """Make the cases visible that the commands are about."""
    await loader.rows(CASES, [command.body.case_id for command in commands])  # type: ignore[attr-defined]


def apply_open_case(draft: Draft, body: OpenCase, _facts: object) -> None:
    """Open a case that no gate has judged. It stops nothing: what it is about has happened."""
    case = CaseRow(
        draft.new_id(CaseId),
        CaseKind.ALARM,
        body.subject,
        None,
        Verdict.REVIEW,
        body.codes,
        CaseStatus.OPEN,
        draft.now,
        None,
        "",
        None,
        None,
        None,
        None,
    )
    draft.put(CASES, case)
    draft.thread(body.subject)
    draft.tell(CaseOpened(case.id, body.subject, body.codes))


def apply_assess_case(draft: Draft, body: AssessCase, _facts: object) -> Refusal | None:
    """Refuses: unknown_case, case_closed."""
    case = _case(draft, body.case_id, CaseStatus.ASSESSED)
    if isinstance(case, Refusal):
        return case
    draft.put(
        CASES,
        replace(
            case,
            status=CaseStatus.ASSESSED,
            disposition=body.disposition,
            note=body.note,
            assessed_by=draft.actor,
            assessed_at=draft.now,
        ),
    )
    draft.thread(case.subject)
    draft.tell(CaseAssessed(case.id, body.disposition, body.note))
    return None


def apply_close_case(draft: Draft, body: CloseCase, _facts: object) -> Refusal | None:
    """Refuses: unknown_case, case_closed, case_not_assessed, same_person.

    A cleared case lets its subject pass when the gate is asked again; the same command does
    not ask. What is not clearable (a limit, a frozen party) stops it as before.
    """
    case = _case(draft, body.case_id, CaseStatus.CLOSED)
    if isinstance(case, Refusal):
        return case
    if case.assessed_by == draft.actor:
        return SAME_PERSON.refuse("actor", draft.actor)
    assert case.disposition is not None, "an assessed case has a disposition"
    draft.put(
        CASES,
        replace(case, status=CaseStatus.CLOSED, closed_by=draft.actor, closed_at=draft.now),
    )
    if case.disposition is Disposition.CLEARED and case.kind is not CaseKind.ALARM:
        _clear(draft, case)
    draft.thread(case.subject)
    draft.tell(CaseClosed(case.id, case.kind, case.subject, case.disposition, case.codes))
    return None


def _case(draft: Draft, case_id: CaseId, to: CaseStatus) -> CaseRow | Refusal:
    case = draft.get(CASES, case_id)
    if case is None:
        return UNKNOWN_CASE.refuse("case_id", case_id)
    if case.status is CaseStatus.CLOSED:
        return CASE_CLOSED.refuse("case_id", case_id)
    if to not in MAY_BECOME[case.status]:
        return CASE_NOT_ASSESSED.refuse("case_id", case_id)
    return case


def _clear(draft: Draft, case: CaseRow) -> None:
    before = draft.get(CLEARANCES, case.subject)
    codes = dict.fromkeys((*(before.codes if before else ()), *case.codes))
    draft.put(CLEARANCES, ClearanceRow(case.subject, case.id, tuple(codes), draft.now))


# ---- the policy that gates are given ----


def release_thresholds(draft: Draft, question: ReleaseQuestion) -> ReleaseThresholds:
    """Return the policy rows in force for a payment. Raises NoPolicy where a rule has none."""
    currencies = question.amount.currency, question.amount_book.currency
    return draft.recall(_release_thresholds, (question.payer_country, *currencies))


def _release_thresholds(book: Standing, of: tuple[str, Currency, Currency]) -> ReleaseThresholds:
    country, own, books = of
    on = book.now.date()
    review_score, block_score = _scores(book)
    book_row = find_row(book, "risk.amount", books, on)
    own_row = find_row(book, "risk.amount", own, on) or book_row
    card = look_up(book, "risk.velocity", "card", on)
    buyer = look_up(book, "risk.velocity", "buyer", on)
    return ReleaseThresholds(
        review_score,
        block_score,
        Verdict(look_up(book, "risk.country", country, on).text("verdict")),
        books if own_row is None else own_row.money("review_from").currency,
        None if own_row is None else own_row.money("review_from").minor,
        None if own_row is None else own_row.money("block_from").minor,
        None if book_row is None else book_row.money("block_from").minor,
        card.integer("window_hours"),
        card.integer("review_from"),
        card.integer("block_from"),
        buyer.integer("window_hours"),
        buyer.integer("review_from"),
        buyer.integer("block_from"),
    )


def payout_thresholds(book: Standing, of: tuple[str, str]) -> PayoutThresholds:
    """Return what is in force for a payout. of: the account's country and the bank's, "" unknown.

    Raises NoPolicy where a rule has no row.
    """
    verdicts = [
        Verdict(look_up(book, "risk.country", country or "*", book.now.date()).text("verdict"))
        for country in of
    ]
    return PayoutThresholds(*_scores(book), *verdicts)


def drawdown_thresholds(draft: Draft, question: DrawdownQuestion) -> DrawdownThresholds:
    """Return the policy rows in force for an advance. Raises NoPolicy where a rule has none."""
    return draft.recall(_drawdown_thresholds, str(question.facility_id))


def _drawdown_thresholds(book: Standing, facility: str) -> DrawdownThresholds:
    concentration = look_up(book, "risk.concentration", facility, book.now.date())
    return DrawdownThresholds(*_scores(book), concentration.integer("obligor_bps"))


def _scores(book: Standing) -> tuple[int, int]:
    """Return the scores from which to review and to block; policy says them of 100."""
    row = look_up(book, "risk.screening", "*", book.now.date())
    return row.integer("review_score") * 10, row.integer("block_score") * 10
