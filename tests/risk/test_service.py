"""Watchlists are adopted and cases closed, on a draft."""

import asyncio
from datetime import date
from uuid import UUID

from tests.risk.samples import NOW, begin, draft, entities, payment, screens

from usance.kernel.decisions import Verdict
from usance.kernel.ids import CaseId
from usance.risk.events import CaseClosed, ReleaseJudged, WatchlistAdopted
from usance.risk.gates import Release
from usance.risk.model import CaseStatus, Disposition
from usance.risk.rules.replay import seen
from usance.risk.rules.screening import Screens, version_of
from usance.risk.service import (
    AssessCase,
    CloseCase,
    LoadWatchlist,
    WatchlistLoading,
    apply_assess_case,
    apply_close_case,
    payout_thresholds,
    release_thresholds,
)
from usance.risk.tables import CASES, DECISIONS, ListEntryRow, ListVersionRow
from usance.runtime.commands import Command
from usance.runtime.rows import RowShape

LISTED = payment(payer_name="Doku Khamatovich Umarov")


class Shelf:
    """A loader that holds staged versions in memory and answers the store's two queries."""

    def __init__(self, *staged, spoil=False):
        self.versions = {version_of(entries): entries for entries in staged}
        self.spoil = spoil

    async def fetch(self, sql, version):
        entries = self.versions.get(version, ())
        if "list_versions" in sql:
            row = ListVersionRow(version, "un", "sample", date(2026, 2, 27), len(entries), NOW)
            return [RowShape(ListVersionRow).to_row(row)] if entries else []
        rows = [
            ListEntryRow(version, one.entry_id, one.list, one.names, one.kind, (), one.countries)
            if self.spoil
            else ListEntryRow(
                version,
                one.entry_id,
                one.list,
                one.names,
                one.kind,
                one.birth_years,
                one.countries,
            )
            for one in entries
        ]
        return [RowShape(ListEntryRow).to_row(row) for row in rows]


def load(book, loading, shelf, version, number):
    begin(book, number)
    body = LoadWatchlist(version)
    command = Command(UUID(int=number), "load_watchlist", UUID(int=1), body)
    facts = asyncio.run(loading.prepare(shelf, [command]))
    return loading.apply(book, body, facts)


def test_a_loaded_list_is_used_from_then_on_and_the_next_version_replaces_it():
    un = tuple(entity for entity in entities() if entity.list == "un")
    without = tuple(entity for entity in un if entity.entry_id != "QDi.290")
    book, screens = draft(with_lists=False), Screens()
    loading = WatchlistLoading(screens)
    gate = Release(screens, release_thresholds, payout_thresholds)
    verdicts = []
    for number, entries in enumerate((un, without), 1):
        assert load(book, loading, Shelf(entries), version_of(entries), number) is None
        adopted = book.told(WatchlistAdopted)
        begin(book, 10 + number)
        verdicts.append(gate.judge(book, LISTED).judgement.verdict)

    assert verdicts == [Verdict.BLOCK, Verdict.ALLOW]
    assert adopted.replaced == version_of(un)


def test_a_version_that_is_not_there_or_was_changed_is_refused():
    un = tuple(entity for entity in entities() if entity.list == "un")
    book, loading = draft(with_lists=False), WatchlistLoading(Screens())

    unknown = load(book, loading, Shelf(), "00", 1)
    spoilt = load(book, loading, Shelf(un, spoil=True), version_of(un), 2)

    assert unknown.code == "unknown_list_version"
    assert spoilt.code == "list_not_its_version"


def stopped():
    """A book with one stopped payment, the gate, and the case it opened."""
    book = draft()
    gate = Release(screens(), release_thresholds, payout_thresholds)
    gate.judge(book, LISTED)
    return book, gate, book.told(ReleaseJudged).case_id


def counted(book, ruling) -> int:
    decision = book.get(DECISIONS, ruling.decision_id)
    return seen(decision.kind, decision.inputs).card_count


def test_two_people_clear_a_case_and_the_payment_passes_when_asked_again():
    book, gate, case_id = stopped()
    begin(book, 2, actor=1)
    assert apply_assess_case(book, AssessCase(case_id, Disposition.CLEARED, "x"), None) is None
    begin(book, 3, actor=2)
    assert apply_close_case(book, CloseCase(case_id), None) is None
    told = book.told(CaseClosed)
    begin(book, 4)
    again = gate.judge(book, LISTED)
    begin(book, 5)
    other = gate.judge(book, payment(2, payer_name=LISTED.payer_name))

    assert told.codes == ("sanctions_hit_payer",)
    assert book.get(CASES, case_id).status is CaseStatus.CLOSED
    assert (again.judgement.verdict, counted(book, again)) == (Verdict.ALLOW, 1)
    assert (other.judgement.verdict, counted(book, other)) == (Verdict.BLOCK, 2)


def test_a_confirmed_case_stays_shut():
    book, gate, case_id = stopped()
    begin(book, 2, actor=1)
    apply_assess_case(book, AssessCase(case_id, Disposition.CONFIRMED, "it is him"), None)
    begin(book, 3, actor=2)
    apply_close_case(book, CloseCase(case_id), None)
    begin(book, 4)

    assert gate.judge(book, LISTED).judgement.verdict is Verdict.BLOCK


def test_refusals_in_order_of_precedence():
    book, _, case_id = stopped()
    nowhere = CaseId.derived(1, "nowhere")
    assess = AssessCase(case_id, Disposition.CLEARED, "x")

    assert apply_close_case(book, CloseCase(nowhere), None).code == "unknown_case"
    assert apply_close_case(book, CloseCase(case_id), None).code == "case_not_assessed"
    begin(book, 2, actor=1)
    assert apply_assess_case(book, assess, None) is None
    begin(book, 3, actor=1)
    assert apply_close_case(book, CloseCase(case_id), None).code == "same_person_on_case"
    begin(book, 4, actor=2)
    assert apply_close_case(book, CloseCase(case_id), None) is None
    begin(book, 5, actor=3)
    assert apply_close_case(book, CloseCase(case_id), None).code == "case_closed"
    assert apply_assess_case(book, assess, None).code == "case_closed"
