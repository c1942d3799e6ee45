"""Money goes back to the buyer: before settlement, racing it, after it."""

import pytest
from tests.story.stage import SELLER, Stage, buyer, money

from usance.financing import service as financing
from usance.parties.model import PartyStatus
from usance.parties.service import SetPartyStatus
from usance.payments.model import InstructionKind
from usance.payments.ports import AnswerKind, RailAnswer
from usance.payments.service import RecordAnswer, RefundPayment

NO, YES, SILENCE = AnswerKind.REFUSED, AnswerKind.CONFIRMED, AnswerKind.UNKNOWN
REFUND = InstructionKind.REFUND


def test_a_sale_is_refunded_in_part_and_then_exactly_the_rest_and_the_advance_is_claimed_back(play):
    async def journey(stage: Stage) -> None:
        # Given a sale whose advance of 7,077.81 has been paid out already
        await stage.advances_money()
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.accepted("revoke_mandate", financing.RevokeMandate(SELLER))
        # When a quarter goes back
        await stage.refunds(sale, "250.00 GBP")
        await stage.works()
        # Then a quarter of the advance is asked for, and the seller has nothing to give
        [recalled] = (await stage.facts("advance_recalled"))[0]["lines"]
        assert recalled["first_claim"]
        assert (await stage.advance(sale))["principal_outstanding"] == 707_781
        # More than the rest is too much; exactly the rest is not
        too_much = RefundPayment(sale, money("750.01 GBP"))
        assert await stage.refused("refund", too_much) == "exceeds_remainder"
        await stage.refunds(sale, "750.00 GBP")
        await stage.works()
        assert (await stage.payment(sale))["status"] == "refunded"
        assert await stage.balance("seller_pending", "GBP") == "0.00"
        assert await stage.balance("rail_receivable", "GBP") == "0.00"
        # When the seller's next sale is settled, the funder comes first:
        #   8,847.27 − fee 70.78 − principal 7,077.81 = 1,698.68, reserve 84.93, rest 1,613.75
        other = await stage.sale("INV-2", "1,000.00 GBP")
        await stage.until("2026-09-09")
        await stage.settles(other, "1,000.00 GBP", "5.00 GBP")
        assert (await stage.advance(sale))["status"] == "repaid"
        assert await stage.balance("seller_reserve") == "84.93"
        assert (await stage.facts("payout_initiated"))[-1]["amount"]["minor"] == 161_375

    play(journey)


def test_an_advance_shrinks_with_its_sale_while_the_seller_has_the_money(play):
    async def journey(stage: Stage) -> None:
        # Given an advance that the seller's bank sent back: the money lies here
        await stage.advances_money()
        stage.rail.answers[InstructionKind.PAYOUT] = [NO]
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        assert await stage.balance("seller_available") == "7077.81"
        # When 250 of 1,000 go back, 3/4 of 7,077.81 may stay: 5,308.35; 1,769.46 is taken back
        await stage.refunds(sale, "250.00 GBP")
        await stage.works()
        assert await stage.balance("advance_principal") == "5308.35"
        assert await stage.balance("seller_available") == "5308.35"
        assert (await stage.advance(sale))["status"] == "drawn"
        # And the sale, settled with what is left, repays it:
        #   750 − 5 − 10 = 735 GBP = 6,615.00 − 13.23 = 6,601.77 − 70.78 − 5,308.35 = 1,222.64
        await stage.until("2026-09-09")
        await stage.settles(sale, "750.00 GBP", "5.00 GBP")
        assert await stage.balance("seller_reserve") == "61.13"
        assert await stage.balance("seller_available") == "5308.35"
        assert await stage.balance("advance_fee") == "0.00"

    play(journey)


@pytest.mark.parametrize(
    ("answer", "notice"),
    [(YES, "1,000.00 GBP"), (NO, "1,000.00 GBP"), (YES, "800.00 GBP"), (NO, "800.00 GBP")],
)
def test_a_refund_without_an_answer_races_the_settlement(play, answer, notice):
    async def journey(stage: Stage) -> None:
        # Given a refund of 200 that the rail keeps silent about
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        stage.rail.answers[REFUND] = [SILENCE]
        await stage.refunds(sale, "200.00 GBP")
        await stage.works()
        # When the rail settles, 800 are the seller's: 785 × 9 = 7,065.00 − 14.13 = 7,050.87
        await stage.settles(sale, notice, "5.00 GBP")
        [settled] = await stage.facts("payment_settled")
        assert settled["proceeds"]["minor"] == 705_087
        # and 200 wait; then the answer comes
        stage.rail.answers[REFUND] = [answer]
        await stage.until("2026-09-07 09:00")
        rest = (await stage.facts("payment_settled"))[1:]
        if answer is YES:
            assert rest == []
            assert await stage.balance("rail_receivable", "GBP") == "0.00"
            assert await stage.balance("nostro", "GBP") == "10.00"  # our fee
            return
        if notice == "800.00 GBP":
            # The rail neither refunded nor paid: it owes us 200 until it says so
            assert rest == []
            assert await stage.balance("rail_receivable", "GBP") == "200.00"
            await stage.settles(sale, "200.00 GBP", "0.00 GBP", "the-rest")
            rest = (await stage.facts("payment_settled"))[1:]
        # The seller gets the 200 too, without a second fee: 1,800.00 − 3.60
        assert [each["proceeds"]["minor"] for each in rest] == [179_640]
        assert [each["reserve"]["minor"] for each in rest] == [0]
        assert await stage.balance("rail_receivable", "GBP") == "0.00"
        assert await stage.balance("seller_pending", "GBP") == "0.00"
        assert await stage.balance("fee_income", "GBP") == "10.00"

    play(journey)


def test_a_whole_refund_races_the_settlement_and_is_refused(play):
    async def journey(stage: Stage) -> None:
        await stage.advances_money()
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        stage.rail.answers[REFUND] = [SILENCE, NO]
        await stage.refunds(sale, "1,000.00 GBP")
        await stage.works()
        # When the rail settles, its fee of 5 GBP is the seller's, who has nothing: 45 CNY owed
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        assert await stage.balance("owed_by_seller") == "45.00"
        assert (await stage.payment(sale))["status"] == "captured"
        assert (await stage.advance(sale))["status"] == "drawn"
        # When the refund is refused: 990 × 9 = 8,910.00 − 17.82 = 8,892.18 − 45.00 − 7,148.59
        await stage.until("2026-09-07 09:00")
        assert (await stage.payment(sale))["status"] == "settled"
        assert (await stage.advance(sale))["status"] == "repaid"
        assert await stage.balance("owed_by_seller") == "0.00"
        assert await stage.balance("seller_reserve") == "84.92"  # 5 % of 1,698.59

    play(journey)


def test_a_refund_after_settlement_is_bought_back_at_the_days_rate(play):
    async def journey(stage: Stage) -> None:
        # Given a sale that was settled, paid out and has left memory
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        assert await stage.balance("seller_reserve") == "442.36"  # 5 % of 8,847.27
        # When 100.01 GBP go back at 9.10, 910.10 CNY rounded up: the reserve first, 467.74 are owed
        stage.rates.rates = {**stage.rates.rates, "CNY": "7.28"}
        await stage.until("2026-09-10")
        await stage.refunds(sale, "100.01 GBP")
        await stage.works()
        assert await stage.balance("seller_reserve") == "0.00"
        assert await stage.balance("owed_by_seller") == "467.74"
        assert await stage.balance("nostro_own") == "-467.74"
        # and nothing is left to release
        await stage.until("2026-09-18")
        assert (await stage.facts("reserve_released"))[0]["amount"]["minor"] == 0

    play(journey)


def test_two_refunds_at_once_and_one_refused_shrink_the_advance_by_the_other(play):
    async def journey(stage: Stage) -> None:
        await stage.advances_money()
        stage.rail.answers[InstructionKind.PAYOUT] = [NO]
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        stage.rail.answers[REFUND] = [SILENCE, YES, NO]
        await stage.refunds(sale, "500.00 GBP")
        await stage.refunds(sale, "500.00 GBP")
        await stage.works()
        # One of the two is confirmed: half of 7,077.81 stays, 3,538.90
        assert await stage.balance("advance_principal") == "3538.90"
        await stage.until("2026-09-07 09:00")
        assert await stage.balance("advance_principal") == "3538.90"
        assert (await stage.payment(sale))["unsettled"] == 50_000

    play(journey)


def test_a_refund_that_was_refused_and_made_all_the_same_is_booked(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        stage.rail.answers[REFUND] = [NO]
        await stage.refunds(sale, "300.00 GBP")
        await stage.works()
        late = RecordAnswer(await stage.instruction(sale, "refund"), RailAnswer(YES))
        await stage.accepted("record_answer", late)
        [alarm] = await stage.facts("late_success")
        assert alarm["kind"] == "refund"
        assert (await stage.payment(sale))["returned"] == 30_000
        assert await stage.balance("rail_receivable", "GBP") == "700.00"
        assert await stage.refused("record_answer", late) == "wrong_state"

    play(journey)


def test_refunds_under_way_count_against_what_is_left(play):
    async def journey(stage: Stage) -> None:
        # Given a refund of 600 that the rail keeps silent about
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        stage.rail.answers[REFUND] = [SILENCE] * 9
        await stage.refunds(sale, "600.00 GBP")
        # Then 400 are left to go back, and no penny more
        too_much = RefundPayment(sale, money("400.01 GBP"))
        assert await stage.refused("refund", too_much) == "exceeds_remainder"
        await stage.refunds(sale, "400.00 GBP")

    play(journey)


def test_nothing_goes_back_to_a_frozen_buyer(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        freeze = SetPartyStatus(buyer("alice"), PartyStatus.FROZEN, "an order of a court")
        await stage.accepted("set_party_status", freeze)
        refund = RefundPayment(sale, money("1.00 GBP"))
        assert await stage.refused("refund", refund) == "party_not_active"

    play(journey)


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("0.00 GBP", "negative_amount"),
        ("-1.00 GBP", "negative_amount"),
        ("1.00 CNY", "currency_mismatch"),
        ("1,000.01 GBP", "exceeds_remainder"),
    ],
)
def test_a_wrong_refund_is_refused_and_leaves_no_trace(play, amount, code):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        assert await stage.refused("refund", RefundPayment(sale, money(amount))) == code

    play(journey)
