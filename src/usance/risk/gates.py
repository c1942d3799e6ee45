"""The gates of risk: may this payment move, may this advance be drawn?

A gate gathers facts from the draft, lets the rules judge them, and writes what it saw. It does
no I/O; everything it writes stands or falls with the command at work.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Generic, TypeVar
from uuid import UUID

import msgspec

from usance.financing.ports import DrawdownQuestion
from usance.kernel.decisions import Judgement, Verdict
from usance.kernel.draft import Draft, Standing
from usance.kernel.ids import AdvanceId, CaseId, DecisionId, PartyId
from usance.kernel.records import Record, encode
from usance.payments.ports import PayoutQuestion, ReleaseQuestion, Ruling
from usance.risk.events import DrawdownJudged, PayoutJudged, ReleaseJudged
from usance.risk.model import CaseKind, CaseStatus, DecisionKind
from usance.risk.rules import drawdown, windows
from usance.risk.rules.drawdown import DrawdownFacts, DrawdownThresholds, judge_drawdown
from usance.risk.rules.parties import Screened, screened
from usance.risk.rules.payout import PayoutFacts, PayoutThresholds, judge_payout
from usance.risk.rules.release import ReleaseFacts, ReleaseThresholds, judge_release
from usance.risk.rules.screening import Screens
from usance.risk.tables import (
    ADOPTED_LISTS,
    CASES,
    CLEARANCES,
    CURRENT,
    DECISIONS,
    FINANCED_INVOICES,
    WINDOWS,
    CaseRow,
    DecisionRow,
    FinancedInvoiceRow,
    WindowRow,
)

IsFrozen = Callable[[Draft, PartyId], bool]
Q = TypeVar("Q")
T = TypeVar("T")


class _Lists(Record, frozen=True):
    """The adopted lists: their versions, and how a decision cites them."""

    versions: tuple[str, ...]
    printed: str


class _Gate(Generic[Q, T]):
    """What every gate is given. thresholds: the policy rows in force for a question."""

    def __init__(self, screens: Screens, thresholds: Callable[[Draft, Q], T]) -> None:
        self._screens = screens
        self._thresholds = thresholds

    def _screen(self, lists: _Lists, name: str, threshold: int) -> Screened:
        return screened(name, self._screens.best(lists.versions, name, threshold))


class Release(_Gate[ReleaseQuestion, ReleaseThresholds]):
    """Implements payments.ports.ReleaseGate. payout_limits: see _Gate, of payouts."""

    def __init__(
        self,
        screens: Screens,
        thresholds: Callable[[Draft, ReleaseQuestion], ReleaseThresholds],
        payout_limits: Callable[[Standing, tuple[str, str]], PayoutThresholds],
    ) -> None:
        super().__init__(screens, thresholds)
        self._payout_limits = payout_limits

    def judge(self, draft: Draft, question: ReleaseQuestion) -> Ruling:
        """Judge a payment. Every attempt counts in the windows, whatever its verdict.

        A payment that two people have cleared was counted when it was first judged.
        """
        facts = self._facts(draft, question, self._thresholds(draft, question))
        judgement = judge_release(facts)
        return _ruling(
            draft, DecisionKind.RELEASE, ReleaseJudged, question.payment_id, judgement, facts
        )

    def _facts(
        self, draft: Draft, question: ReleaseQuestion, limits: ReleaseThresholds
    ) -> ReleaseFacts:
        lists = draft.recall(_adopted, CURRENT)
        payer = self._screen(lists, question.payer_name, limits.review_score)
        payee = self._screen(lists, question.payee_name, limits.review_score)
        cleared = _cleared(draft, question.payment_id)
        amount, in_book = question.amount, question.amount_book
        hour = windows.hour_of(draft.now)
        # What was cleared has been counted already.
        minor = None if cleared else in_book.minor
        card = _count(draft, f"card:{question.instrument}", hour, limits.card_hours, minor)
        buyer = f"buyer:{_printed_party(question.payer_id)}"
        by_buyer = _count(draft, buyer, hour, limits.buyer_hours, minor)
        is_own = limits.limit_currency == amount.currency
        assert is_own or limits.limit_currency == in_book.currency, limits
        return ReleaseFacts(
            draft.now.date().isoformat(),
            cleared,
            limits,
            lists.printed,
            question.payer_name,
            question.payer_country,
            question.payer_frozen,
            payer.score,
            payer.listed,
            payer.aligned,
            question.payee_name,
            question.payee_frozen,
            payee.score,
            payee.listed,
            payee.aligned,
            (amount if is_own else in_book).minor,
            in_book.currency,
            card.count,
            card.minor,
            by_buyer.count,
            by_buyer.minor,
        )

    def judge_payout(self, draft: Draft, question: PayoutQuestion) -> Ruling | None:
        """Judge a payout. Only what is held back is kept, with what it saw."""
        limits = draft.recall(self._payout_limits, (question.country, question.bank_country))
        lists = draft.recall(_adopted, CURRENT)
        payee = self._screen(lists, question.name, limits.review_score)
        owner = self._screen(lists, question.owner, limits.review_score)
        facts = PayoutFacts(
            draft.now.date().isoformat(),
            _cleared(draft, question.payout_id),
            limits,
            lists.printed,
            payee.name,
            payee.score,
            payee.listed,
            payee.aligned,
            owner.name,
            owner.score,
            owner.listed,
            owner.aligned,
            question.country,
            question.bank,
        )
        judgement = judge_payout(facts)
        if judgement.verdict is Verdict.ALLOW:
            return None
        kind = DecisionKind.PAYOUT
        return _ruling(draft, kind, PayoutJudged, question.payout_id, judgement, facts)


class Drawdown(_Gate[DrawdownQuestion, DrawdownThresholds]):
    """Implements financing.ports.DrawdownGate. is_frozen: what `parties` says of one."""

    def __init__(
        self,
        screens: Screens,
        thresholds: Callable[[Draft, DrawdownQuestion], DrawdownThresholds],
        is_frozen: IsFrozen,
    ) -> None:
        super().__init__(screens, thresholds)
        self._is_frozen = is_frozen

    def judge(self, draft: Draft, question: DrawdownQuestion) -> Ruling:
        """Judge an advance. An invoice that is allowed is remembered as financed."""
        facts = self._facts(draft, question, self._thresholds(draft, question))
        judgement = judge_drawdown(facts)
        if judgement.verdict is Verdict.ALLOW:
            _remember(draft, question, facts.fingerprint)
        return _ruling(
            draft, DecisionKind.DRAWDOWN, DrawdownJudged, question.advance_id, judgement, facts
        )

    def _facts(
        self, draft: Draft, question: DrawdownQuestion, limits: DrawdownThresholds
    ) -> DrawdownFacts:
        _one_currency(question)
        lists = draft.recall(_adopted, CURRENT)
        seller = self._screen(lists, question.seller_name, limits.review_score)
        obligor = self._screen(lists, question.obligor_name, limits.review_score)
        fingerprint = drawdown.fingerprint(
            question.seller_id,
            question.obligor_id,
            question.invoice_no,
            question.invoice_issued,
            question.invoice_amount,
        )
        financed = draft.get(FINANCED_INVOICES, fingerprint)
        own = (question.advance_id, *question.shares_with)
        is_other = financed is not None and financed.advance_id not in own
        return DrawdownFacts(
            draft.now.date().isoformat(),
            _cleared(draft, question.advance_id),
            limits,
            lists.printed,
            question.seller_name,
            self._is_frozen(draft, question.seller_id),
            seller.score,
            seller.listed,
            seller.aligned,
            question.obligor_name,
            self._is_frozen(draft, question.obligor_id),
            obligor.score,
            obligor.listed,
            obligor.aligned,
            question.invoice_no,
            fingerprint,
            str(AdvanceId(financed.advance_id)) if financed and is_other else None,
            question.amount.currency,
            question.amount.minor,
            question.headroom.minor,
            question.facility_limit.minor,
            question.obligor_exposure.minor,
        )


@lru_cache(maxsize=65_536)
def _printed_party(party_id: PartyId) -> str:
    """Return a party's printed id. Of parties alone: ids of other kinds compare equal to them."""
    return str(party_id)


def _adopted(book: Standing, key: str) -> _Lists:
    row = book.get(ADOPTED_LISTS, key)
    lists = () if row is None else row.lists
    return _Lists(
        tuple(one.version for one in lists),
        " ".join(f"{one.list}@{one.version[:16]}" for one in lists),
    )


def _cleared(draft: Draft, subject: UUID) -> str:
    row = draft.get(CLEARANCES, subject)
    return "" if row is None else " ".join(row.codes)


def _count(draft: Draft, key: str, hour: int, hours: int, minor: int | None) -> windows.Span:
    """Count the present attempt and return what the window holds with it.

    minor: what is attempted, None where it has been counted already.
    """
    row = draft.get(WINDOWS, key)
    buckets = () if row is None else row.buckets
    if minor is not None:
        buckets = windows.added(buckets, hour, minor, hours)
        draft.put(WINDOWS, WindowRow(key, buckets))
    return windows.span(buckets, hour, hours)


def _ruling(
    draft: Draft,
    kind: DecisionKind,
    event: type[ReleaseJudged] | type[DrawdownJudged] | type[PayoutJudged],
    subject: UUID,
    judgement: Judgement,
    facts: ReleaseFacts | DrawdownFacts | PayoutFacts,
) -> Ruling:
    """Keep a judgement with what it saw, open a case unless it allows, and tell it."""
    decision = DecisionRow(
        draft.new_id(DecisionId),
        kind,
        subject,
        judgement.verdict,
        judgement.reasons,
        judgement.rules_version,
        facts.lists,
        msgspec.Raw(encode(facts)),
        draft.now,
    )
    draft.put(DECISIONS, decision)
    case_id = _open_case(draft, decision)
    if draft.told(event) is not None:
        # Another part of one offer: its decision is kept like the first, and the draw names it.
        return Ruling(decision.id, judgement)
    draft.tell(
        event(
            decision.id,
            subject,
            judgement.verdict,
            _codes(judgement),
            judgement.rules_version,
            facts.lists,
            case_id,
        )
    )
    return Ruling(decision.id, judgement)


def _open_case(draft: Draft, decision: DecisionRow) -> CaseId | None:
    if decision.verdict is Verdict.ALLOW:
        return None
    case = CaseRow(
        draft.new_id(CaseId),
        CaseKind(decision.kind),
        decision.subject,
        decision.id,
        decision.verdict,
        _codes(decision.judgement),
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
    return case.id


def _codes(judgement: Judgement) -> tuple[str, ...]:
    return tuple(reason.code for reason in judgement.reasons)


def _remember(draft: Draft, question: DrawdownQuestion, fingerprint: str) -> None:
    draft.put(
        FINANCED_INVOICES,
        FinancedInvoiceRow(
            fingerprint,
            question.advance_id,
            question.funder_id,
            question.seller_id,
            question.facility_id,
            draft.now,
        ),
    )


def _one_currency(question: DrawdownQuestion) -> None:
    amounts = (
        question.amount,
        question.headroom,
        question.facility_limit,
        question.obligor_exposure,
    )
    assert len({amount.currency for amount in amounts}) == 1, "a facility has one currency"
