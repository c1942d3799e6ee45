"""The bank wants to see the buyer first: 3-D Secure, answered in time, too late, or never."""

import pytest
from tests.story.stage import Stage

from usance.payments.model import InstructionKind
from usance.payments.ports import AnswerKind, RailAnswer
from usance.payments.service import RecordAnswer

NO, YES, SILENCE = AnswerKind.REFUSED, AnswerKind.CONFIRMED, AnswerKind.UNKNOWN
BUYER = AnswerKind.ACTION_REQUIRED
COLLECT, AUTHORISE = InstructionKind.COLLECT, InstructionKind.AUTHORISE
PAGE = "https://acs.example/3ds/1"


async def waiting(stage: Stage) -> None:
    stage.card.action = PAGE
    stage.card.answers[COLLECT] = [BUYER]


@pytest.mark.parametrize(
    ("answer", "status", "receivable"), [(YES, "captured", "1000.00"), (NO, "failed", "0.00")]
)
def test_the_buyer_is_sent_to_the_bank_and_the_answer_comes_later(play, answer, status, receivable):
    async def journey(stage: Stage) -> None:
        # Given a card whose bank wants to see its holder
        await waiting(stage)
        sale = await stage.pays(await stage.order("INV-1", "1,000.00 GBP"), "card")
        await stage.works()
        assert (await stage.payment(sale))["status"] == "requires_action"
        step = await stage.row("select * from payments.buyer_actions where payment_id = $1", sale)
        assert (step["action"], step["done"]) == (PAGE, False)
        # When the rail says of its own accord how it went
        collected = await stage.instruction(sale, "collect")
        await stage.accepted("record_answer", RecordAnswer(collected, RailAnswer(answer)))
        # Then the payment goes on, and the time that was given is over for good
        assert (await stage.payment(sale))["status"] == status
        assert await stage.balance("rail_receivable", "GBP") == receivable
        await stage.until("2026-09-07 12:00")
        assert await stage.facts("action_abandoned") == []
        step = await stage.row("select * from payments.buyer_actions where payment_id = $1", sale)
        assert step["done"]

    play(journey)


def test_a_payment_to_be_captured_by_hand_is_authorised_after_the_step(play):
    async def journey(stage: Stage) -> None:
        stage.card.answers[AUTHORISE] = [BUYER, BUYER, YES]
        sale = await stage.authorised("INV-1", "1,000.00 GBP")
        assert (await stage.payment(sale))["status"] == "requires_action"
        # The repair loop asks, and hears the same; the first moment counts for the time allowed
        await stage.until("2026-09-07 08:10")
        told = await stage.facts("action_required")
        assert len({each["expires_at"] for each in told}) == 1
        assert len(told) == 2
        asked = await stage.instruction(sale, "authorise")
        await stage.accepted("record_answer", RecordAnswer(asked, RailAnswer(YES)))
        assert (await stage.payment(sale))["status"] == "authorised"
        await stage.captures(sale)
        assert (await stage.payment(sale))["status"] == "captured"

    play(journey)


def test_a_buyer_who_does_nothing_is_waited_for_an_hour_and_late_money_goes_back(play):
    async def journey(stage: Stage) -> None:
        stage.card.answers[COLLECT] = [BUYER] * 3
        sale = await stage.pays(await stage.order("INV-1", "1,000.00 GBP"), "card")
        await stage.works()
        await stage.until("2026-09-07 08:59")
        assert (await stage.payment(sale))["status"] == "requires_action"
        # After the hour the rail gives it up
        await stage.until("2026-09-07 09:01")
        assert (await stage.payment(sale))["status"] == "failed"
        [failed] = await stage.facts("payment_failed")
        assert failed["code"] == "action_timed_out"
        # When the money comes all the same, it is booked, goes back, and somebody looks at it
        collected = await stage.instruction(sale, "collect")
        await stage.accepted("record_answer", RecordAnswer(collected, RailAnswer(YES)))
        assert await stage.balance("rail_receivable", "GBP") == "1000.00"
        assert await stage.balance("suspense_unmatched", "GBP") == "1000.00"
        await stage.works()
        assert await stage.balance("suspense_unmatched", "GBP") == "0.00"
        assert await stage.balance("rail_receivable", "GBP") == "0.00"
        assert (await stage.payment(sale))["status"] == "failed"

    play(journey)


def test_a_rail_that_does_not_give_it_up_knows_more_than_we_do(play):
    async def journey(stage: Stage) -> None:
        stage.card.answers[COLLECT] = [BUYER, BUYER, YES]
        stage.card.answers[InstructionKind.VOID] = [NO]
        sale = await stage.pays(await stage.order("INV-1", "1,000.00 GBP"), "card")
        await stage.works()
        await stage.until("2026-09-07 09:01")
        assert (await stage.payment(sale))["status"] == "requires_action"
        await stage.until("2026-09-07 09:10")
        assert (await stage.payment(sale))["status"] == "captured"

    play(journey)


def test_a_settlement_while_the_buyer_is_waited_for(play):
    async def journey(stage: Stage) -> None:
        await waiting(stage)
        sale = await stage.pays(await stage.order("INV-1", "1,000.00 GBP"), "card")
        await stage.works()
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        assert (await stage.payment(sale))["status"] == "settled"
        # Its no is no answer any more: the rail has paid
        collected = await stage.instruction(sale, "collect")
        await stage.accepted("record_answer", RecordAnswer(collected, RailAnswer(NO, "late")))
        assert (await stage.payment(sale))["status"] == "settled"

    play(journey)
