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
from usance.kernel.draft import Draft
from usance.kernel.ids import AdvanceId, CaseId, DecisionId, PartyId
from usance.payments.ports import ReleaseQuestion, Ruling
from usance.risk.events import DrawdownJudged, ReleaseJudged
from usance.risk.model import CaseStatus, DecisionKind
from usance.risk.rules import drawdown, windows
from usance.risk.rules.drawdown import DrawdownFacts, DrawdownThresholds, judge_drawdown
from usance.risk.rules.parties import Screened, screened
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
    AdoptedList,
    CaseRow,
    DecisionRow,
    FinancedInvoiceRow,
    WindowRow,
)

IsFrozen = Callable[[Draft, PartyId], bool]
Q = TypeVar("Q")
T = TypeVar("T")


class _Gate(Generic[Q, T]):
    """What every gate is given.

    thresholds: the policy rows in force for a question. is_frozen: what `parties` says of one.
    """

    def __init__(
        self, screens: Screens, thresholds: Callable[[Draft, Q], T], is_frozen: IsFrozen
    ) -> None:
        self._screens = screens
        self._thresholds = thresholds
        self._is_frozen = is_frozen


class Release(_Gate[ReleaseQuestion, ReleaseThresholds]):
    """Implements payments.ports.ReleaseGate."""

    def judge(self, draft: Draft, question: ReleaseQuestion) -> Ruling:
        """Judge a payment. Every attempt counts in the windows, whatever its verdict.

        A payment that two people have cleared was counted when it was first judged.
        """
        limits = self._thresholds(draft, question)
        facts = self._facts(draft, question, limits)
        judgement = judge_release(facts)
        return _ruling(
            draft, DecisionKind.RELEASE, ReleaseJudged, question.payment_id, judgement, facts.lists
        )

    def _facts(
        self, draft: Draft, question: ReleaseQuestion, limits: ReleaseThresholds
    ) -> ReleaseFacts:
        lists = _adopted(draft)
        payer = _screen(self._screens, lists, question.payer_name, limits.review_score)
        payee = _screen(self._screens, lists, question.payee_name, limits.review_score)
        cleared = _cleared(draft, question.payment_id)
        card = _count(draft, f"card:{question.instrument}", question, limits.card_hours, cleared)
        buyer = _count(
            draft,
            f"buyer:{_printed_party(question.payer_id)}",
            question,
            limits.buyer_hours,
            cleared,
        )
        is_own = limits.limit_currency == question.amount.currency
        assert is_own or limits.limit_currency == question.amount_book.currency, limits
        return ReleaseFacts(
            on=draft.now.date().isoformat(),
            cleared=cleared,
            payment_id=str(question.payment_id),
            payer_id=_printed_party(question.payer_id),
            payer_name=question.payer_name,
            payer_country=question.payer_country,
            payer_frozen=int(self._is_frozen(draft, question.payer_id)),
            payer_score=payer.score,
            payer_listed=payer.listed,
            payer_aligned=payer.aligned,
            payee_id=_printed_party(question.payee_id),
            payee_name=question.payee_name,
            payee_frozen=int(self._is_frozen(draft, question.payee_id)),
            payee_score=payee.score,
            payee_listed=payee.listed,
            payee_aligned=payee.aligned,
            lists=_printed(lists),
            judged_minor=(question.amount if is_own else question.amount_book).minor,
            book_currency=question.amount_book.currency,
            card_count=card.count,
            card_sum_minor=card.minor,
            buyer_count=buyer.count,
            buyer_sum_minor=buyer.minor,
            **msgspec.structs.asdict(limits),
        )


class Drawdown(_Gate[DrawdownQuestion, DrawdownThresholds]):
    """Implements financing.ports.DrawdownGate."""

    def judge(self, draft: Draft, question: DrawdownQuestion) -> Ruling:
        """Judge an advance. An invoice that is allowed is remembered as financed."""
        facts = self._facts(draft, question, self._thresholds(draft, question))
        judgement = judge_drawdown(facts)
        if judgement.verdict is Verdict.ALLOW:
            _remember(draft, question, facts.fingerprint)
        return _ruling(
            draft,
            DecisionKind.DRAWDOWN,
            DrawdownJudged,
            question.advance_id,
            judgement,
            facts.lists,
        )

    def _facts(
        self, draft: Draft, question: DrawdownQuestion, limits: DrawdownThresholds
    ) -> DrawdownFacts:
        _one_currency(question)
        lists = _adopted(draft)
        seller = _screen(self._screens, lists, question.seller_name, limits.review_score)
        obligor = _screen(self._screens, lists, question.obligor_name, limits.review_score)
        fingerprint = drawdown.fingerprint(
            question.seller_id,
            question.obligor_id,
            question.invoice_no,
            question.invoice_issued,
            question.invoice_amount,
        )
        financed = draft.get(FINANCED_INVOICES, fingerprint)
        is_other = financed is not None and financed.advance_id != question.advance_id
        return DrawdownFacts(
            on=draft.now.date().isoformat(),
            cleared=_cleared(draft, question.advance_id),
            advance_id=str(question.advance_id),
            facility_id=str(question.facility_id),
            funder_id=_printed_party(question.funder_id),
            seller_id=_printed_party(question.seller_id),
            seller_name=question.seller_name,
            seller_frozen=int(self._is_frozen(draft, question.seller_id)),
            seller_score=seller.score,
            seller_listed=seller.listed,
            seller_aligned=seller.aligned,
            obligor_id=_printed_party(question.obligor_id),
            obligor_name=question.obligor_name,
            obligor_frozen=int(self._is_frozen(draft, question.obligor_id)),
            obligor_score=obligor.score,
            obligor_listed=obligor.listed,
            obligor_aligned=obligor.aligned,
            lists=_printed(lists),
            invoice_no=question.invoice_no,
            fingerprint=fingerprint,
            financed_by=str(AdvanceId(financed.advance_id)) if financed and is_other else None,
            currency=question.amount.currency,
            amount_minor=question.amount.minor,
            headroom_minor=question.headroom.minor,
            facility_limit_minor=question.facility_limit.minor,
            exposure_minor=question.obligor_exposure.minor,
            **msgspec.structs.asdict(limits),
        )


@lru_cache(maxsize=65_536)
def _printed_party(party_id: PartyId) -> str:
    """Return a party's printed id. Of parties alone: ids of other kinds compare equal to them."""
    return str(party_id)


def _adopted(draft: Draft) -> tuple[AdoptedList, ...]:
    row = draft.get(ADOPTED_LISTS, CURRENT)
    return () if row is None else row.lists


def _printed(lists: tuple[AdoptedList, ...]) -> str:
    return " ".join(f"{one.list}@{one.version[:16]}" for one in lists)


def _screen(
    screens: Screens, lists: tuple[AdoptedList, ...], name: str, threshold: int
) -> Screened:
    return screened(name, screens.best([one.version for one in lists], name, threshold))


def _cleared(draft: Draft, subject: UUID) -> str:
    row = draft.get(CLEARANCES, subject)
    return "" if row is None else " ".join(row.codes)


def _count(
    draft: Draft, key: str, question: ReleaseQuestion, hours: int, cleared: str
) -> windows.Span:
    """Count the present attempt and return what the window holds with it."""
    row = draft.get(WINDOWS, key)
    buckets = () if row is None else row.buckets
    if not cleared:
        buckets = windows.added(buckets, draft.now, question.amount_book.minor, hours)
        draft.put(WINDOWS, WindowRow(key, buckets))
    return windows.span(buckets, draft.now, hours)


def _ruling(
    draft: Draft,
    kind: DecisionKind,
    event: type[ReleaseJudged] | type[DrawdownJudged],
    subject: UUID,
    judgement: Judgement,
    lists: str,
) -> Ruling:
    """Keep a judgement with what it saw, open a case unless it allows, and tell it."""
    decision = DecisionRow(
        draft.new_id(DecisionId),
        kind,
        subject,
        judgement.verdict,
        judgement.reasons,
        judgement.rules_version,
        lists,
        judgement.inputs,
        draft.now,
    )
    draft.put(DECISIONS, decision)
    draft.tell(
        event(
            decision.id,
            subject,
            judgement.verdict,
            _codes(judgement),
            judgement.rules_version,
            lists,
            _open_case(draft, decision),
        )
    )
    return Ruling(decision.id, judgement)


def _open_case(draft: Draft, decision: DecisionRow) -> CaseId | None:
    if decision.verdict is Verdict.ALLOW:
        return None
    case = CaseRow(
        draft.new_id(CaseId),
        decision.kind,
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
