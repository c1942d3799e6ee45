"""The buyer's bank takes money back: whenever it does, it has happened and is booked."""

from tests.story.stage import SELLER, Stage, money

from usance.financing import service as financing
from usance.payments.model import InstructionKind
from usance.payments.ports import AnswerKind, RailAnswer
from usance.payments.service import RecordAnswer, RecordChargeback


def test_a_chargeback_after_the_advance_and_before_settlement(play):
    async def journey(stage: Stage) -> None:
        # Given an advance that was paid out
        await stage.advances_money()
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.accepted("revoke_mandate", financing.RevokeMandate(SELLER))
        # When all of the payment is charged back, for a fee of 15 GBP
        await stage.charges_back(sale, "1,000.00 GBP", "15.00 GBP")
        # Then the rail owes nothing, the fee (15 × 9) is the seller's debt, the advance recalled
        assert await stage.balance("rail_receivable", "GBP") == "0.00"
        assert await stage.balance("owed_by_seller") == "135.00"
        assert (await stage.advance(sale))["status"] == "recalled"
        assert (await stage.payment(sale))["status"] == "charged_back"
        # The next settlement repays first us, then the funder:
        #   8,847.27 − 135.00 − 70.78 − 7,077.81 = 1,563.68, reserve 78.18, rest 1,485.50
        other = await stage.sale("INV-2", "1,000.00 GBP")
        await stage.until("2026-09-09")
        await stage.settles(other, "1,000.00 GBP", "5.00 GBP")
        assert await stage.balance("owed_by_seller") == "0.00"
        assert await stage.balance("nostro_own") == "0.00"
        assert await stage.balance("seller_reserve") == "78.18"
        assert (await stage.facts("payout_initiated"))[-1]["amount"]["minor"] == 148_550

    play(journey)


def test_a_chargeback_after_payout_is_owed_and_the_next_settlement_pays_it_first(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        # When, with the pound at 9.10, 1,000 + 15 are taken back: 9,236.50 CNY
        stage.rates.rates = {**stage.rates.rates, "CNY": "7.28"}
        await stage.until("2026-09-16")
        await stage.charges_back(sale, "1,000.00 GBP", "15.00 GBP")
        # Then the reserve gives 442.36 and 8,794.14 are owed, paid in with our own money
        assert await stage.balance("seller_reserve") == "0.00"
        assert await stage.balance("owed_by_seller") == "8794.14"
        assert await stage.balance("nostro_own") == "-8794.14"
        assert await stage.balance("nostro", "GBP") == "10.00"
        # The next sale, at 9.10: 985 × 9.10 = 8,963.50 − 17.93 = 8,945.57 − 8,794.14 = 151.43
        other = await stage.sale("INV-2", "1,000.00 GBP")
        await stage.settles(other, "1,000.00 GBP", "5.00 GBP")
        assert await stage.balance("owed_by_seller") == "0.00"
        assert await stage.balance("seller_reserve") == "7.57"
        assert (await stage.facts("payout_initiated"))[-1]["amount"]["minor"] == 14_386

    play(journey)


def test_what_one_sale_lost_is_not_released_from_the_reserve_of_another(play):
    async def journey(stage: Stage) -> None:
        # Given two settled sales a day apart, each with a reserve of 442.36
        first = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.settles(first, "1,000.00 GBP", "5.00 GBP")
        await stage.until("2026-09-08")
        second = await stage.sale("INV-2", "1,000.00 GBP")
        await stage.settles(second, "1,000.00 GBP", "5.00 GBP")
        # When 40 GBP of the first are charged back: 360 CNY of its 442.36
        await stage.charges_back(first, "40.00 GBP", "0.00 GBP")
        assert await stage.balance("seller_reserve") == "524.72"
        # Then its day releases what is left of its own, and the other's day the other's
        await stage.until("2026-09-17 12:00")
        assert await stage.balance("seller_available") == "82.36"
        await stage.until("2026-09-18 12:00")
        assert await stage.balance("seller_available") == "524.72"

    play(journey)


def test_more_than_the_payment_may_be_charged_back_after_a_part_was_refunded(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.refunds(sale, "250.00 GBP")
        await stage.works()
        await stage.settles(sale, "750.00 GBP", "5.00 GBP")
        # 735 × 9 = 6,615.00 − 13.23 = 6,601.77; reserve 330.08
        await stage.charges_back(sale, "1,010.00 GBP", "15.00 GBP")
        # 1,025 × 9 = 9,225.00 − 330.08
        assert await stage.balance("owed_by_seller") == "8894.92"
        assert (await stage.payment(sale))["status"] == "charged_back"
        assert (await stage.payment(sale))["returned"] == 126_000

    play(journey)


def test_a_chargeback_meets_a_refund_that_nobody_has_confirmed(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        stage.rail.answers[InstructionKind.REFUND] = [AnswerKind.UNKNOWN, AnswerKind.REFUSED]
        await stage.refunds(sale, "1,000.00 GBP")
        await stage.works()
        # The refund has all of it reserved; the chargeback is the seller's debt
        await stage.charges_back(sale, "1,000.00 GBP", "0.00 GBP")
        assert await stage.balance("owed_by_seller") == "9000.00"
        # The refund is refused after all, and the rail settles: the debt is repaid first
        await stage.until("2026-09-08")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        # 985 × 9 − 17.73 = 8,847.27
        assert await stage.balance("owed_by_seller") == "152.73"

    play(journey)


def test_the_same_chargeback_twice_is_one(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        notice = RecordChargeback(sale, "cbk-1", money("10.00 GBP"), money("0.00 GBP"))
        await stage.accepted("record_chargeback", notice)
        assert await stage.refused("record_chargeback", notice) == "nothing_due"

    play(journey)


def test_a_chargeback_before_the_answer_to_the_collection(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.pays(await stage.order("INV-1", "1,000.00 GBP"))
        notice = RecordChargeback(sale, "cbk-1", money("1,000.00 GBP"), money("0.00 GBP"))
        await stage.accepted("record_chargeback", notice)
        await stage.works()
        assert (await stage.payment(sale))["status"] == "charged_back"
        assert await stage.balance("rail_receivable", "GBP") == "0.00"

    play(journey)


def test_a_chargeback_of_what_was_collected_after_a_refusal_is_booked(play):
    async def journey(stage: Stage) -> None:
        # Given a collection that the rail refused and carried out all the same
        stage.rail.answers[InstructionKind.COLLECT] = [AnswerKind.REFUSED]
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        late = RailAnswer(AnswerKind.CONFIRMED)
        collected = await stage.instruction(sale, "collect")
        await stage.accepted("record_answer", RecordAnswer(collected, late))
        assert await stage.balance("suspense_unmatched", "GBP") == "1000.00"
        # When the buyer's bank takes it back before the rail has returned it, with 15.00 for that
        stage.rail.answers[InstructionKind.REFUND] = [AnswerKind.UNKNOWN, AnswerKind.REFUSED]
        await stage.charges_back(sale, "1,000.00 GBP", "15.00 GBP")
        # Then the rail owes us nothing, and people have to find who bears the 15.00
        assert await stage.balance("rail_receivable", "GBP") == "0.00"
        assert await stage.balance("suspense_unmatched", "GBP") == "-15.00"
        assert await stage.balance("nostro", "GBP") == "-15.00"
        [told] = await stage.facts("charged_back")
        assert told["owed"]["minor"] == 0

    play(journey)
