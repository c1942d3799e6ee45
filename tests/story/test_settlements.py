"""The rail's money: late, twice, too little, too much, for nobody, in other currencies."""

import pytest
from tests.story.stage import SELLER, Stage, money

from usance.kernel.ids import PaymentId
from usance.parties.model import PartyStatus
from usance.parties.service import SetPartyStatus
from usance.payments.model import InstructionKind
from usance.payments.ports import AnswerKind, NoticeKind, RailAnswer
from usance.payments.service import Pay, PayOut, RecordAnswer, RecordSettlement


def test_a_late_settlement_raises_the_alarm_and_books_nothing(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        # Due on Wednesday, late after two more business days
        await stage.until("2026-09-11 23:58")
        assert await stage.facts("settlement_late") == []
        await stage.until("2026-09-12 00:30")
        [alarm] = await stage.facts("settlement_late")
        assert alarm["settlement_due"] == "2026-09-09"
        assert await stage.balance("rail_receivable", "GBP") == "1000.00"
        assert (await stage.payment(sale))["status"] == "captured"

    play(journey)


def test_the_same_notice_twice_is_booked_once(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        notice = RecordSettlement(sale, "set-1", money("1,000.00 GBP"), money("5.00 GBP"))
        await stage.accepted("record_settlement", notice)
        assert await stage.refused("record_settlement", notice) == "nothing_due"

    play(journey)


@pytest.mark.parametrize(
    ("who", "currency", "gross", "fee", "ours"),
    [
        ("alice", "GBP", "1,000.00", "5.00", "10.00"),
        ("bruno", "EUR", "1,250.00", "6.25", "12.50"),
        ("chiyo", "JPY", "200,000", "1,000", "2000"),
    ],
)
def test_whatever_the_buyer_pays_in_the_seller_gets_the_same(play, who, currency, gross, fee, ours):
    async def journey(stage: Stage) -> None:
        # 1,000 GBP are 1,250 EUR at 7.20 are 200,000 JPY at 0.045: 98.5 % of each is 8,865.00 CNY
        sale = await stage.sale("INV-1", "1,000.00 GBP", who)
        await stage.settles(sale, f"{gross} {currency}", f"{fee} {currency}")
        [settled] = await stage.facts("payment_settled")
        assert settled["proceeds"] == {"currency": "CNY", "minor": 884_727}
        assert await stage.balance("fee_income", currency) == ours

    play(journey)


def test_a_buyer_who_pays_in_the_sellers_currency_is_not_converted(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP", "chen")
        await stage.settles(sale, "9,000.00 CNY", "45.00 CNY")
        assert await stage.legs("payment_settled") == [
            ("settlement_net", "8955.00 CNY"),
            ("rail_fee", "45.00 CNY"),
            ("our_fee", "90.00 CNY"),
            ("unconverted", "8865.00 CNY"),
            ("reserve", "443.25 CNY"),
            ("rest", "8421.75 CNY"),
            ("payout", "8421.75 CNY"),
        ]

    play(journey)


def test_too_little_is_booked_and_the_difference_stays_open_until_it_comes(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        # When 990 of 1,000 are settled: 990 − 5 − 10 = 975 × 9 = 8,775.00 − 17.55 = 8,757.45
        await stage.settles(sale, "990.00 GBP", "5.00 GBP")
        [differs] = await stage.facts("settlement_differs")
        assert differs["short"]["minor"] == 1_000
        assert (await stage.facts("payment_settled"))[0]["proceeds"]["minor"] == 875_745
        assert await stage.balance("rail_receivable", "GBP") == "10.00"
        # When the rest comes: 10 × 9 = 90.00 − 0.18, without another fee or reserve
        await stage.settles(sale, "10.00 GBP", "0.00 GBP", "the-rest")
        assert (await stage.facts("payment_settled"))[1]["rest"]["minor"] == 8_982
        assert await stage.balance("rail_receivable", "GBP") == "0.00"

    play(journey)


def test_too_much_waits_in_suspense(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.settles(sale, "1,010.00 GBP", "5.00 GBP")
        assert await stage.balance("suspense_unmatched", "GBP") == "10.00"
        assert (await stage.facts("payment_settled"))[0]["proceeds"]["minor"] == 884_727
        # and so does a second settlement of what is settled already
        await stage.settles(sale, "1,000.00 GBP", "0.00 GBP", "again")
        assert await stage.balance("suspense_unmatched", "GBP") == "1010.00"

    play(journey)


def test_the_fee_of_a_second_settlement_is_no_sellers(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        reserve = await stage.balance("seller_reserve")
        # When the rail settles the same once more, less its fee
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP", "again")
        # Then what came waits for its owner, and the seller bears nothing of it
        assert await stage.balance("suspense_unmatched", "GBP") == "995.00"
        assert await stage.balance("seller_reserve") == reserve
        item = await stage.row("select amount_minor, open from payments.suspense")
        assert tuple(item) == (99_500, 99_500)
        # More than it paid is borne as before
        await stage.settles(sale, "1.00 GBP", "3.00 GBP", "once more")
        assert await stage.balance("seller_reserve") != reserve

    play(journey)


def test_the_fee_of_what_was_collected_twice_is_taken_from_what_waits(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        stage.rail.answers[InstructionKind.REFUND] = [AnswerKind.UNKNOWN] * 9
        await stage._hears(NoticeKind.COLLECTED_TWICE, sale, "1,000.00 GBP", "0.00 GBP", "twice-1")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        reserve = await stage.balance("seller_reserve")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP", "set-2")
        assert await stage.balance("seller_reserve") == reserve
        assert await stage.balance("rail_receivable", "GBP") == "0.00"
        # The buyer is to have 1,000.00 back, and 995.00 have come: 5.00 wait for who bears them
        assert await stage.balance("suspense_unmatched", "GBP") == "995.00"
        item = await stage.row("select open, going_back from payments.suspense")
        assert tuple(item) == (-500, 100_000)

    play(journey)


def test_fees_eat_a_tiny_payment_and_the_rest_of_the_rails_fee_is_the_sellers(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "0.01 GBP")
        await stage.settles(sale, "0.01 GBP", "5.00 GBP")
        # 4.99 GBP more than there is: 44.91 CNY owed, nothing paid out
        assert await stage.balance("owed_by_seller") == "44.91"
        assert await stage.facts("payout_initiated") == []
        assert (await stage.payment(sale))["status"] == "settled"

    play(journey)


def test_what_is_left_may_be_less_than_the_smallest_coin_of_the_seller(play):
    async def journey(stage: Stage) -> None:
        # 0.01 GBP = 225.00 IDR; our fee 2.25; 0.05 IDR are left: 0.00002 CNY
        sale = await stage.sale("INV-1", "0.01 GBP", "indah")
        await stage.settles(sale, "225.00 IDR", "222.70 IDR")
        assert (await stage.facts("payment_settled"))[0]["proceeds"]["minor"] == 0
        assert await stage.balance("seller_available") == "0.00"

    play(journey)


def test_a_settlement_on_a_day_without_rates_is_covered_at_the_locked_one(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        stage.rates.rates = {}
        await stage.until("2026-09-21")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        assert (await stage.facts("payment_settled"))[0]["fx_result"]["minor"] == 0
        # but nothing new is priced
        order = await stage.order("INV-2", "10.00 GBP")
        assert await stage.refused("pay", Pay(order)) == "no_rate"

    play(journey)


def test_what_covering_loses_is_paid_by_our_own_money(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        # The pound falls to 8.50: 985 × 0.50 = 492.50 are lost, more than the spread
        stage.rates.rates = {**stage.rates.rates, "CNY": "6.8"}
        await stage.until("2026-09-09")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        assert await stage.balance("nostro_own") == "-492.50"
        assert await stage.balance("fx_result") == "492.50"

    play(journey)


def test_a_settlement_comes_before_the_answer_to_the_collection(play):
    async def journey(stage: Stage) -> None:
        stage.rail.answers[InstructionKind.COLLECT] = [AnswerKind.UNKNOWN, AnswerKind.CONFIRMED]
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        notice = RecordSettlement(sale, "set-1", money("1,000.00 GBP"), money("5.00 GBP"))
        await stage.accepted("record_settlement", notice)
        await stage.until("2026-09-07 10:00")
        assert (await stage.payment(sale))["status"] == "settled"
        assert len(await stage.facts("payment_captured")) == 1

    play(journey)


def test_a_collection_that_was_refused_and_made_all_the_same(play):
    async def journey(stage: Stage) -> None:
        # Given a payment the rail refused, and the order paid by another
        order = await stage.order("INV-1", "1,000.00 GBP")
        stage.rail.answers[InstructionKind.COLLECT] = [AnswerKind.REFUSED]
        failed = await stage.pays(order)
        await stage.works()
        paid = await stage.pays(order)
        await stage.works()
        assert failed != paid
        # When the rail says it has collected the first one too
        late = RecordAnswer(
            await stage.instruction(failed, "collect"), RailAnswer(AnswerKind.CONFIRMED)
        )
        await stage.accepted("record_answer", late)
        # Then the money is in the book, and nobody's; when it is settled too, it is on its way
        # back to the buyer, and the rail takes it back from what it has paid us
        [alarm] = await stage.facts("late_success")
        assert alarm["amount"]["minor"] == 100_000
        assert await stage.balance("suspense_unmatched", "GBP") == "1000.00"
        stage.rail.answers[InstructionKind.REFUND] = [AnswerKind.UNKNOWN]
        await stage.settles(failed, "1,000.00 GBP", "5.00 GBP")
        assert await stage.balance("suspense_unmatched", "GBP") == "995.00"
        assert await stage.balance("rail_receivable", "GBP") == "1000.00"
        await stage.until("2026-09-07 09:00")
        assert await stage.balance("suspense_unmatched", "GBP") == "-5.00"
        assert await stage.balance("nostro", "GBP") == "-5.00"
        assert await stage.balance("rail_receivable", "GBP") == "1000.00"
        # and the order still counts as paid
        assert await stage.refused("pay", Pay(order)) == "order_already_paid"

    play(journey)


def test_a_frozen_seller_is_settled_and_not_paid_out(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        freeze = SetPartyStatus(SELLER, PartyStatus.FROZEN, "an order of a court")
        await stage.accepted("set_party_status", freeze)
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        [withheld] = await stage.facts("payout_withheld")
        assert withheld["amount"]["minor"] == 840_491
        assert await stage.balance("seller_available") == "8404.91"
        draw = PayOut(SELLER, money("8,404.91 CNY"))
        assert await stage.refused("pay_out", draw) == "party_not_active"
        # When the seller is free again, the money is there to be drawn, and no more
        thaw = SetPartyStatus(SELLER, PartyStatus.ACTIVE, "the order was lifted")
        await stage.accepted("set_party_status", thaw)
        more = PayOut(SELLER, money("8,404.92 CNY"))
        assert await stage.refused("pay_out", more) == "insufficient_balance"
        await stage.accepted("pay_out", draw)
        assert await stage.refused("pay_out", draw) == "insufficient_balance"
        await stage.works()
        assert await stage.balance("seller_available") == "0.00"

    play(journey)


@pytest.mark.parametrize("amount", ["0.00 CNY", "-100.00 CNY"])
def test_a_payout_of_nothing_or_less_makes_no_money(play, amount):
    async def journey(stage: Stage) -> None:
        assert await stage.refused("pay_out", PayOut(SELLER, money(amount))) == "negative_amount"

    play(journey)


@pytest.mark.parametrize(
    ("gross", "fee", "code"),
    [
        ("-1.00 GBP", "0.00 GBP", "negative_amount"),
        ("1.00 GBP", "-1.00 GBP", "negative_amount"),
        ("1.00 CNY", "0.00 GBP", "currency_mismatch"),
    ],
)
def test_a_malformed_notice_leaves_no_trace(play, gross, fee, code):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        notice = RecordSettlement(sale, "set-1", money(gross), money(fee))
        assert await stage.refused("record_settlement", notice) == code

    play(journey)


def test_a_notice_about_a_payment_nobody_knows(play):
    async def journey(stage: Stage) -> None:
        nobody = PaymentId.derived(0, "nobody")
        notice = RecordSettlement(nobody, "set-1", money("1.00 GBP"), money("0.00 GBP"))
        assert await stage.refused("record_settlement", notice) == "unknown_payment"

    play(journey)


def test_two_rails_may_call_two_settlements_the_same(play):
    async def journey(stage: Stage) -> None:
        # Given a sale by bank transfer and one by card
        first = await stage.sale("INV-1", "1,000.00 GBP")
        second = await stage.pays(await stage.order("INV-2", "1,000.00 GBP"), "card")
        await stage.works()
        # When both rails settle under the same reference
        for sale in (first, second):
            await stage.settles(sale, "1,000.00 GBP", "5.00 GBP", "SET-1")
        # Then both are booked, and so are two disputes of one name
        assert await stage.balance("rail_receivable", "GBP") == "0.00"
        for sale in (first, second):
            await stage.charges_back(sale, "100.00 GBP", "0.00 GBP", "CBK-1")
        assert len(await stage.facts("charged_back")) == 2

    play(journey)
