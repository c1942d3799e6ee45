"""A payment waits for people, and goes on, or not, when two of them have closed its case."""

import pytest
from tests.story.stage import Stage, buyer

from usance.kernel.ids import CaseId, PaymentId, UserId
from usance.parties.model import PartyStatus
from usance.parties.service import SetPartyStatus
from usance.payments.model import CaptureMethod, InstructionKind
from usance.payments.ports import AnswerKind, RailAnswer
from usance.payments.service import BlockPayment, RecordAnswer, ReleasePayment
from usance.risk.model import Disposition
from usance.risk.service import AssessCase, CloseCase
from usance.runtime.commands import Command


async def in_review(stage: Stage, capture: CaptureMethod = CaptureMethod.AUTOMATIC) -> PaymentId:
    """A payment of 30,000.00 by card: more than is let through without a look."""
    order = await stage.order("INV-1", "30,000.00 GBP")
    sale = await stage.pays(order, "card", capture)
    await stage.works()
    assert (await stage.payment(sale))["status"] == "in_review"
    assert stage.card.asked == []
    return sale


async def close(stage: Stage, sale: PaymentId, disposition: Disposition) -> None:
    """Two people: one assesses, the other agrees."""
    found = await stage.row("select id from risk.cases where subject = $1 order by id desc", sale)
    case = CaseId(found["id"])
    await stage.accepted("assess_case", AssessCase(case, disposition, "called the buyer"))
    second = Command(
        CaseId.derived(1, "close", case.hex),
        "close_case",
        UserId.derived(0, "two"),
        CloseCase(case),
    )
    [outcome] = await stage.session.book.submit([second])
    assert outcome.refusal is None, outcome.refusal
    await stage.works()


@pytest.mark.parametrize(
    ("capture", "status"),
    [(CaptureMethod.AUTOMATIC, "captured"), (CaptureMethod.MANUAL, "authorised")],
)
def test_what_two_people_clear_is_collected(play, capture, status):
    async def journey(stage: Stage) -> None:
        sale = await in_review(stage, capture)
        before = (await stage.payment(sale))["decision_id"]
        await close(stage, sale, Disposition.CLEARED)
        kept = await stage.payment(sale)
        assert kept["status"] == status
        assert kept["decision_id"] != before
        assert await stage.refused("release_payment", ReleasePayment(sale)) == "nothing_due"

    play(journey)


def test_what_two_people_confirm_is_blocked_and_its_order_free(play):
    async def journey(stage: Stage) -> None:
        sale = await in_review(stage)
        await close(stage, sale, Disposition.CONFIRMED)
        assert (await stage.payment(sale))["status"] == "blocked"
        assert stage.card.asked == []
        assert await stage.refused("block_payment", BlockPayment(sale)) == "nothing_due"
        nobody = PaymentId.derived(0, "nobody")
        assert await stage.refused("release_payment", ReleasePayment(nobody)) == "unknown_payment"

    play(journey)


def test_what_is_not_theirs_to_clear_stops_it_all_the_same(play):
    async def journey(stage: Stage) -> None:
        sale = await in_review(stage)
        freeze = SetPartyStatus(buyer("alice"), PartyStatus.FROZEN, "an order of a court")
        await stage.accepted("set_party_status", freeze)
        await close(stage, sale, Disposition.CLEARED)
        assert (await stage.payment(sale))["status"] == "blocked"
        assert stage.card.asked == []

    play(journey)


def test_a_review_that_outlives_its_quote_gets_the_rate_of_the_day(play):
    async def journey(stage: Stage) -> None:
        sale = await in_review(stage)
        stage.rates.rates["CNY"] = "8.0"
        await stage.until("2026-10-05")
        await close(stage, sale, Disposition.CLEARED)
        kept = await stage.payment(sale)
        assert (kept["status"], kept["gross_minor"]) == ("captured", 3_000_000)
        # 8.0 ÷ 0.8 = 10 CNY for a pound, instead of 9
        assert kept["book_minor"] == 30_000_000

    play(journey)


def test_a_late_success_is_a_case_of_its_own(play):
    async def journey(stage: Stage) -> None:
        stage.rail.answers[InstructionKind.COLLECT] = [AnswerKind.REFUSED]
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        stage.rail.answers[InstructionKind.REFUND] = [AnswerKind.REFUSED]
        collected = await stage.instruction(sale, "collect")
        yes = RailAnswer(AnswerKind.CONFIRMED)
        await stage.accepted("record_answer", RecordAnswer(collected, yes))
        await stage.works()
        # One for the money that came, one for the rail that keeps it
        cases = await stage.session.pool.fetch("select subject, kind, codes from risk.cases")
        assert {(row["subject"], row["kind"]) for row in cases} == {(sale, "alarm")}
        assert len(cases) == 2
        assert await stage.balance("suspense_unmatched", "GBP") == "1000.00"
        # When it gives it back after all, nothing is left
        returned = await stage.instruction(sale, "refund")
        await stage.accepted("record_answer", RecordAnswer(returned, yes))
        assert await stage.balance("suspense_unmatched", "GBP") == "0.00"

    play(journey)


def test_a_rail_that_answers_for_another_payment_is_not_heard(play):
    async def journey(stage: Stage) -> None:
        stage.rail.answers[InstructionKind.COLLECT] = [AnswerKind.UNKNOWN] * 2
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        other = await stage.sale("INV-2", "1,000.00 GBP")
        answer = RailAnswer(AnswerKind.CONFIRMED)
        wrong = RecordAnswer(await stage.instruction(sale, "collect"), answer, other)
        assert await stage.refused("record_answer", wrong) == "not_this_payment"

    play(journey)
