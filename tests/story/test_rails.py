"""Rails keep silent, come back, say no, say so twice; buyers are stopped before they are asked."""

from uuid import UUID

import pytest
from tests.story.stage import SELLER, Stage, money

from usance.kernel.ids import PaymentId, derive
from usance.parties.model import HOUSE
from usance.payments.model import InstructionKind
from usance.payments.ports import AnswerKind, NoticeKind, RailAnswer, RailNotice
from usance.payments.service import Pay, PayOut, RecordAnswer
from usance.runtime.commands import Command

NO, YES, SILENCE = AnswerKind.REFUSED, AnswerKind.CONFIRMED, AnswerKind.UNKNOWN
COLLECT, PAYOUT = InstructionKind.COLLECT, InstructionKind.PAYOUT


@pytest.mark.parametrize(("answer", "status"), [(YES, "captured"), (NO, "failed")])
def test_a_silent_rail_is_asked_again_until_it_knows(play, answer, status):
    async def journey(stage: Stage) -> None:
        # Given a rail that is down
        stage.rail.answers[COLLECT] = [SILENCE, SILENCE, SILENCE, answer]
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        # Then the payment is pending and nothing is posted on a question
        assert (await stage.payment(sale))["status"] == "pending"
        assert await stage.balance("rail_receivable", "GBP") == "0.00"
        # It is asked after five minutes, an hour, a day; never given up by the clock
        for moment, asked in (("08:06", 2), ("09:10", 3)):
            await stage.until(f"2026-09-07 {moment}")
            assert len(stage.rail.asked) == asked
        assert (await stage.payment(sale))["status"] == "pending"
        await stage.until("2026-09-08 10:00")
        assert (await stage.payment(sale))["status"] == status
        assert len(stage.rail.asked) == 4
        await stage.until("2026-09-10")
        assert len(stage.rail.asked) == 4

    play(journey)


def test_a_rail_that_breaks_is_asked_again_and_keeps_nobody_waiting(play):
    async def journey(stage: Stage) -> None:
        # Given a rail whose connection breaks while it is told to collect
        answers = stage.rail.send

        async def breaks(_instruction, _at):
            raise ConnectionResetError("the line is dead")

        stage.rail.send = breaks
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        by_card = await stage.sale("INV-2", "1,000.00 GBP", "chiyo")
        # Then nobody knows whether it has, and the other rail works on
        assert (await stage.payment(sale))["status"] == "pending"
        assert (await stage.payment(by_card))["status"] == "captured"
        # When it is asked again, it knows
        stage.rail.send = answers
        await stage.until("2026-09-07 08:06")
        assert (await stage.payment(sale))["status"] == "captured"

    play(journey)


def test_an_order_whose_payment_failed_can_be_paid_again_and_only_once(play):
    async def journey(stage: Stage) -> None:
        # Ids of one moment stand in no order: with several orders both orders of two ids occur.
        for number in range(6):
            stage.rail.answers[COLLECT] = [NO]
            order = await stage.order(f"INV-{number}", "1,000.00 GBP")
            first = await stage.pays(order)
            await stage.works()
            await stage.accepted("pay", Pay(order))
            await stage.works()
            found = await stage.row(
                "select id from payments.payments where order_id = $1 and id <> $2", order, first
            )
            second = PaymentId(found["id"])
            assert (await stage.payment(first))["status"] == "failed"
            assert (await stage.payment(second))["status"] == "captured"
            assert await stage.refused("pay", Pay(order)) == "order_already_paid"
            await stage.settles(second, "1,000.00 GBP", "5.00 GBP")
            assert await stage.refused("pay", Pay(order)) == "order_already_paid"

    play(journey)


def test_a_late_word_on_a_failed_payment_does_not_open_its_order_again(play):
    async def journey(stage: Stage) -> None:
        # Given an order whose second payment is settled
        stage.rail.answers[COLLECT] = [NO]
        order = await stage.order("INV-1", "1,000.00 GBP")
        first = await stage.pays(order)
        await stage.works()
        await stage.until("2026-09-07 09:00")
        second = await stage.pays(order)
        await stage.works()
        await stage.settles(second, "1,000.00 GBP", "5.00 GBP")
        # When the rail says that it has carried out the first all the same, while we are asked
        # in the same batch to collect once more
        late = RecordAnswer(await stage.instruction(first, "collect"), RailAnswer(YES))
        asked = [
            Command(derive(1, "late"), "record_answer", HOUSE, late),
            Command(derive(1, "again"), "pay", HOUSE, Pay(order)),
        ]
        late_success, again = await stage.session.book.submit(asked)
        assert late_success.refusal is None
        assert again.refusal is not None
        assert again.refusal.code == "order_already_paid"

    play(journey)


def test_a_sanctioned_buyer_is_stopped_before_any_rail_is_asked(play):
    async def journey(stage: Stage) -> None:
        stopped = await stage.sale("INV-1", "1,000.00 GBP", "viktor")
        assert (await stage.payment(stopped))["status"] == "blocked"
        assert stage.rail.asked == stage.card.asked == []
        assert await stage.session.pool.fetchval("select count(*) from ledger.transfers") == 0
        case = await stage.row("select * from risk.cases")
        assert case["subject"] == stopped

    play(journey)


def test_a_payout_the_rail_refuses_is_the_sellers_again(play):
    async def journey(stage: Stage) -> None:
        stage.rail.answers[PAYOUT] = [NO]
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        assert await stage.balance("seller_available") == "8404.91"
        await stage.accepted("pay_out", PayOut(SELLER, money("8,404.91 CNY")))
        await stage.works()
        assert await stage.balance("seller_available") == "0.00"

    play(journey)


def test_a_payout_the_rail_refused_and_made_all_the_same(play):
    async def journey(stage: Stage) -> None:
        # Given a refused payout, of which the seller has drawn 5,000.00 again
        stage.rail.answers[PAYOUT] = [NO]
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        refused = await stage.instruction(sale, "payout")
        await stage.accepted("pay_out", PayOut(SELLER, money("5,000.00 CNY")))
        await stage.works()
        # When the rail says it had paid: 3,404.91 are here, 442.36 in reserve, 4,557.64 owed
        await stage.accepted("record_answer", RecordAnswer(refused, RailAnswer(YES)))
        [alarm] = await stage.facts("late_success")
        assert alarm["owed"]["minor"] == 455_764
        assert await stage.balance("seller_available") == "0.00"
        assert await stage.balance("owed_by_seller") == "4557.64"

    play(journey)


def test_a_payout_that_was_made_comes_back(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        returned = RecordAnswer(
            await stage.instruction(sale, "payout"), RailAnswer(NO, "account_closed")
        )
        await stage.accepted("record_answer", returned)
        assert await stage.balance("seller_available") == "8404.91"
        assert await stage.refused("record_answer", returned) == "wrong_state"

    play(journey)


def test_two_open_payouts_cannot_share_one_sum(play):
    async def journey(stage: Stage) -> None:
        stage.rail.answers[PAYOUT] = [NO, SILENCE, SILENCE]
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        for _ in range(2):
            await stage.accepted("pay_out", PayOut(SELLER, money("4,000.00 CNY")))
        last = PayOut(SELLER, money("404.92 CNY"))
        assert await stage.refused("pay_out", last) == "insufficient_balance"
        await stage.works()
        # When one is made and the other not, one sum is there again
        stage.rail.answers[PAYOUT] = [YES, NO]
        await stage.until("2026-09-07 12:00")
        assert await stage.balance("seller_available") == "4404.91"

    play(journey)


def test_the_same_command_twice_is_one_and_with_other_inputs_is_refused(play):
    async def journey(stage: Stage) -> None:
        order = await stage.order("INV-1", "1,000.00 GBP")
        other = await stage.order("INV-2", "1,000.00 GBP")
        first = await stage.accepted("pay", Pay(order), "one key")
        before = await stage.dump()
        again = await stage.accepted("pay", Pay(order), "one key")
        assert again.replayed
        assert again.fact == first.fact
        mixed = await stage.do("pay", Pay(other), "one key")
        assert mixed.refusal is not None
        assert mixed.refusal.code == "idempotency_key_reused"
        assert await stage.dump() == before

    play(journey)


def test_a_notice_about_nothing_we_asked_for_does_not_stop_the_worker(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        stage.rail.told.append(
            RailNotice(
                NoticeKind.SETTLED, "strange", UUID(int=7), money("1.00 GBP"), money("0.00 GBP"),
                stage.now.date(),
            )
        )  # fmt: skip
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        assert (await stage.payment(sale))["status"] == "settled"

    play(journey)


def test_a_rail_whose_words_cannot_be_written_down_keeps_no_other_waiting(play):
    async def journey(stage: Stage) -> None:
        stage.rail._answer = lambda _: RailAnswer(AnswerKind.CONFIRMED, "", "a\x00b")
        first = await stage.sale("INV-1", "100.00 GBP")
        second = await stage.pays(await stage.order("INV-2", "100.00 GBP"), "card")
        await stage.works()
        assert (await stage.payment(first))["status"] == "pending"
        assert (await stage.payment(second))["status"] == "captured"

    play(journey)
