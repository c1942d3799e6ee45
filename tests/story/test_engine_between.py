"""The same story when much happens at once, and when the engine is started anew in between."""

from datetime import timedelta

import pytest
from tests.story.stage import MONDAY, SELLER, ObedientRail, Stage, money

from usance.bootstrap import subscriptions
from usance.kernel.errors import Unavailable
from usance.kernel.ids import derive
from usance.parties.model import HOUSE
from usance.payments.model import InstructionKind
from usance.payments.ports import AnswerKind, NoticeKind, RailAnswer, RailNotice
from usance.payments.service import (
    PayOut,
    RecordAnswer,
    RecordChargeback,
    RecordSettlement,
    RefundPayment,
)
from usance.runtime.commands import Command
from usance.worker.loop import Worker
from usance.worker.session import opened


def test_answer_settlement_refund_and_chargeback_in_one_batch(play):
    async def journey(stage: Stage) -> None:
        # Given a payment whose collection nobody has answered
        sale = await stage.pays(await stage.order("INV-1", "1,000.00 GBP"))
        asked = await stage.instruction(sale, "collect")
        bodies = (
            ("record_answer", RecordAnswer(asked, RailAnswer(AnswerKind.CONFIRMED))),
            ("refund", RefundPayment(sale, money("100.00 GBP"))),
            ("record_settlement", RecordSettlement(sale, "s", money("1,000 GBP"), money("5 GBP"))),
            ("record_settlement", RecordSettlement(sale, "s", money("1,000 GBP"), money("5 GBP"))),
            ("record_chargeback", RecordChargeback(sale, "c", money("50 GBP"), money("0 GBP"))),
            ("pay_out", PayOut(SELLER, money("1.00 CNY"))),
        )
        commands = [
            Command(derive(1, "batch", n), verb, HOUSE, body)
            for n, (verb, body) in enumerate(bodies)
        ]
        # When everything is said at once
        outcomes = await stage.session.book.submit(commands)
        codes = [each.refusal.code if each.refusal else "" for each in outcomes]
        assert codes == ["", "", "", "nothing_due", "", "insufficient_balance"]
        # Then 900 were shared out: 885 × 9 = 7,965.00 − 15.93 = 7,949.07, reserve 397.45,
        # of which 50 GBP charged back take all 397.45, and 52.55 are owed
        assert await stage.balance("owed_by_seller") == "52.55"
        await stage.works()
        assert (await stage.payment(sale))["returned"] == 15_000
        # The rail takes back the 100 it had settled; our fee is what is left in pounds
        assert await stage.balance("nostro", "GBP") == "10.00"

    play(journey)


def test_a_new_engine_goes_on_where_the_old_one_stopped(play):
    async def journey(stage: Stage) -> None:
        await stage.advances_money()
        stage.rail.answers[InstructionKind.REFUND] = [AnswerKind.UNKNOWN]
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.refunds(sale, "250.00 GBP")
        await stage.works()
        engine = stage.session.engine
        assert engine is not None
        await engine.stop()
        async with opened(stage.session.place, engine=True) as session:
            anew = Stage(session)
            anew.now = stage.now
            await anew.settles(sale, "1,000.00 GBP", "5.00 GBP")
            # 735 × 9 = 6,615.00 − 13.23 = 6,601.77: fee 70.78 and 6,530.99 of the principal
            assert await anew.balance("advance_principal") == "546.82"
            assert (await anew.advance(sale))["status"] == "recalled"
        async with opened(stage.session.place, engine=True) as session:
            # When the refund is refused: 250 × 9 = 2,250.00 − 4.50 = 2,245.50 − 546.82
            last = Stage(session)
            last.now = anew.now
            last.rail.answers[InstructionKind.REFUND] = [AnswerKind.REFUSED]
            await last.until("2026-09-07 10:00")
            assert (await last.advance(sale))["status"] == "repaid"
            assert (await last.facts("payout_initiated"))[-1]["amount"]["minor"] == 169_868

    play(journey)


class PunctualRail(ObedientRail):
    """Says once and for all what happened at nine."""

    notice: RailNotice

    async def notices(self, instructions, since, until):
        return [self.notice] if since < MONDAY + timedelta(hours=1) <= until else []


class FaintBook:
    """Cannot be reached the first time that a settlement is to be told."""

    def __init__(self, book):
        self.book = book
        self.fainted = False

    async def submit(self, commands):
        if not self.fainted and any(each.verb == "record_settlement" for each in commands):
            self.fainted = True
            raise Unavailable("a moment, please")
        return await self.book.submit(commands)


def test_what_a_rail_reports_while_no_engine_answers_is_heard_again(play):
    async def journey(stage: Stage) -> None:
        # Given a sale, a rail that settles it at nine, and a worker who hears it at ten
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        rail, ten = PunctualRail("bank_transfer"), MONDAY + timedelta(hours=2)
        collected = await stage.instruction(sale, "collect")
        amounts = (money("1,000.00 GBP"), money("5.00 GBP"))
        rail.notice = RailNotice(NoticeKind.SETTLED, "at nine", collected, *amounts, MONDAY.date())
        session, rails = stage.session, {"bank_transfer": rail, "card": stage.card}
        book = FaintBook(session.book)
        worker = Worker(session.pool, book, rails, stage.rates, subscriptions())
        await stage.worker.tick(ten)
        # When the engine is gone at that moment
        with pytest.raises(Unavailable):
            await worker.quiet(ten)
        # Then the same worker hears it again
        await worker.quiet(ten)
        assert (await stage.payment(sale))["status"] == "settled"

    play(journey)
