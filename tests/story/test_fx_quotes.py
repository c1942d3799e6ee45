"""Locked rates: promised, reserved, held to settlement, given back, and gone."""

import pytest
from tests.story.stage import FUNDERS, SELLER, Stage, money

from usance.kernel.ids import FxQuoteId
from usance.kernel.money import Currency
from usance.parties.model import PartyStatus
from usance.parties.service import SetPartyStatus
from usance.payments.events import QuoteLocked
from usance.payments.model import InstructionKind, LockUse
from usance.payments.ports import AnswerKind
from usance.payments.service import LockQuote, Pay, RefundPayment

CNY, EUR, GBP = Currency("CNY"), Currency("EUR"), Currency("GBP")
ONE_MINUTE, ONE_DAY = 60, 24 * 60 * 60


async def lock(
    stage: Stage,
    amount: str = "1,000.00 GBP",
    uses: LockUse = LockUse.SINGLE,
    seconds: int = 0,
    buy: Currency = CNY,
) -> FxQuoteId:
    asked = LockQuote(SELLER, money(amount), buy, uses, seconds)
    outcome = await stage.accepted("lock_quote", asked)
    return outcome.part(QuoteLocked).quote_id


async def locked(stage: Stage, quote: FxQuoteId):
    return await stage.row("select * from payments.quote_locks where id = $1", quote)


async def pays_at(stage: Stage, quote: FxQuoteId, invoice: str, amount: str, who: str = "alice"):
    order = await stage.order(invoice, amount, who)
    await stage.accepted("pay", Pay(order, quote_id=quote))
    found = await stage.row(
        "select id from payments.payments where order_id = $1 order by id desc", order
    )
    return found["id"]


def test_a_locked_rate_holds_to_settlement_though_the_market_moves_and_the_lock_expires(play):
    async def journey(stage: Stage) -> None:
        # Given 1 GBP = 9 CNY, locked for a minute; usance charges 0.20 % and nothing for a minute
        quote = await lock(stage, seconds=ONE_MINUTE)
        assert await stage.balance("fx_locked", "GBP") == "1000.00"
        assert await stage.balance("fx_promised") == "9000.00"
        # When a payment reserves it in time, and the pound falls to 8.50 the day after
        sale = await pays_at(stage, quote, "INV-1", "1,000.00 GBP")
        stage.rates.rates = {**stage.rates.rates, "CNY": "6.8"}
        await stage.works()
        await stage.until("2026-09-09")
        assert (await locked(stage, quote))["status"] == "expired"
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        # Then the seller gets the promised rate: 985 x 9 less 0.20 %
        [settled] = await stage.facts("payment_settled")
        assert (settled["locked_rate"], settled["executed_rate"]) == ("9.00000000", "8.50000000")
        assert settled["proceeds"]["minor"] == 884_727
        assert settled["holding"]["minor"] == 0
        # and what it cost us is our own money's; nothing is promised any more
        assert await stage.balance("nostro_own") == "-492.50"
        assert await stage.balance("fx_locked", "GBP") == "0.00"
        assert await stage.balance("fx_promised") == "0.00"
        assert str((await stage.payment(sale))["executed_rate"]) == "8.50000000"

    play(journey)


def test_a_lock_that_nobody_reserved_in_time_is_refused_and_the_days_rate_still_serves(play):
    async def journey(stage: Stage) -> None:
        quote = await lock(stage, seconds=ONE_MINUTE)
        order = await stage.order("INV-1", "1,000.00 GBP")
        await stage.until("2026-09-07 08:01")
        assert await stage.refused("pay", Pay(order, quote_id=quote)) == "quote_expired"
        [expired] = await stage.facts("quote_expired")
        assert expired["unused"] == {"currency": "GBP", "minor": 100_000}
        assert await stage.balance("fx_locked", "GBP") == "0.00"
        # The remedy: without the quote, at the rate of the day
        await stage.accepted("pay", Pay(order))

    play(journey)


def test_a_failed_payment_gives_back_what_it_held(play):
    async def journey(stage: Stage) -> None:
        quote = await lock(stage)
        stage.rail.answers[InstructionKind.COLLECT] = [AnswerKind.REFUSED]
        await pays_at(stage, quote, "INV-1", "600.00 GBP")
        # One payment holds it: it is not for another
        other = await stage.order("INV-2", "100.00 GBP")
        assert await stage.refused("pay", Pay(other, quote_id=quote)) == "quote_exhausted"
        await stage.works()
        [back] = await stage.facts("quote_given_back")
        assert (back["amount"]["minor"], back["available"]["minor"]) == (60_000, 100_000)
        # and the same lock serves again
        await stage.accepted("pay", Pay(other, quote_id=quote))

    play(journey)


def test_what_a_payment_held_when_it_failed_after_the_expiry_is_free_and_gone(play):
    async def journey(stage: Stage) -> None:
        quote = await lock(stage, seconds=ONE_MINUTE)
        stage.rail.answers[InstructionKind.COLLECT] = [AnswerKind.UNKNOWN, AnswerKind.REFUSED]
        await pays_at(stage, quote, "INV-1", "600.00 GBP")
        await stage.works()
        await stage.until("2026-09-07 08:02")
        # The lock has run out; only what the payment holds is still promised
        assert await stage.balance("fx_locked", "GBP") == "600.00"
        await stage.until("2026-09-07 09:00")
        assert await stage.balance("fx_locked", "GBP") == "0.00"
        again = await stage.order("INV-2", "100.00 GBP")
        assert await stage.refused("pay", Pay(again, quote_id=quote)) == "quote_expired"

    play(journey)


def test_many_payments_share_a_lock_up_to_its_maximum(play):
    async def journey(stage: Stage) -> None:
        quote = await lock(stage, "1,000.00 GBP", LockUse.MULTI, ONE_DAY)
        first = await pays_at(stage, quote, "INV-1", "400.00 GBP")
        second = await pays_at(stage, quote, "INV-2", "600.00 GBP")
        third = await stage.order("INV-3", "0.01 GBP")
        assert await stage.refused("pay", Pay(third, quote_id=quote)) == "quote_exhausted"
        await stage.works()
        # A buyer is paid back before settlement: that part of the rate was not needed
        await stage.accepted("refund", RefundPayment(second, money("150.00 GBP")))
        await stage.works()
        assert (await locked(stage, quote))["reserved"] == 85_000
        await stage.accepted("pay", Pay(third, quote_id=quote))
        await stage.works()
        await stage.settles(first, "400.00 GBP", "2.00 GBP")
        await stage.settles(second, "450.00 GBP", "2.00 GBP")
        row = await locked(stage, quote)
        assert (row["reserved"], row["used"], row["status"]) == (1, 85_000, "open")
        # 1,000.00 less what is used: the pennies held count as promised
        assert await stage.balance("fx_locked", "GBP") == "150.00"

    play(journey)


def test_a_single_lock_that_was_partly_used_is_used(play):
    async def journey(stage: Stage) -> None:
        quote = await lock(stage, "1,000.00 GBP")
        sale = await pays_at(stage, quote, "INV-1", "400.00 GBP")
        await stage.works()
        await stage.settles(sale, "400.00 GBP", "2.00 GBP")
        assert (await locked(stage, quote))["status"] == "used"
        assert await stage.balance("fx_locked", "GBP") == "0.00"
        order = await stage.order("INV-2", "100.00 GBP")
        assert await stage.refused("pay", Pay(order, quote_id=quote)) == "quote_exhausted"

    play(journey)


def test_too_little_settled_leaves_the_rest_of_the_rate_to_the_rest_of_the_money(play):
    async def journey(stage: Stage) -> None:
        quote = await lock(stage)
        sale = await pays_at(stage, quote, "INV-1", "1,000.00 GBP")
        await stage.works()
        await stage.settles(sale, "990.00 GBP", "5.00 GBP")
        assert (await locked(stage, quote))["reserved"] == 1_000
        await stage.settles(sale, "10.00 GBP", "0.00 GBP", "the-rest")
        assert (await locked(stage, quote))["reserved"] == 0
        [held, rest] = await stage.facts("payment_settled")
        assert held["locked_rate"] == rest["locked_rate"]

    play(journey)


def test_a_chargeback_before_settlement_gives_the_rate_back(play):
    async def journey(stage: Stage) -> None:
        quote = await lock(stage)
        sale = await pays_at(stage, quote, "INV-1", "1,000.00 GBP")
        await stage.works()
        await stage.charges_back(sale, "1,000.00 GBP", "0.00 GBP")
        assert (await locked(stage, quote))["reserved"] == 0

    play(journey)


def test_holding_a_rate_beyond_the_free_days_is_paid_for_by_the_day(play):
    async def journey(stage: Stage) -> None:
        quote = await lock(stage)
        sale = await pays_at(stage, quote, "INV-1", "1,000.00 GBP")
        await stage.works()
        # Four days are free; on the seventh day three are paid for, 1 bp each
        await stage.until("2026-09-14")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        # 985 x 9 = 8,865.00; spread 17.73; holding 8,865.00 x 3 bps = 2.6595, upwards
        [settled] = await stage.facts("payment_settled")
        assert settled["holding"] == {"currency": "CNY", "minor": 266}
        assert settled["proceeds"]["minor"] == 886_500 - 1_773 - 266
        assert ("fx_holding", "2.66 CNY") in await stage.legs("payment_settled")
        assert await stage.balance("fx_spread_income") == "20.39"
        [used] = await stage.facts("quote_used")
        assert used["held_days"] == 7

    play(journey)


def test_a_lock_prices_a_payment_even_on_a_day_without_rates(play):
    async def journey(stage: Stage) -> None:
        await stage.until("2026-09-14 08:00")
        stage.rates.rates = {}
        quote = await lock(stage, seconds=ONE_DAY)
        await stage.until("2026-09-15 07:00")
        sale = await pays_at(stage, quote, "INV-1", "1,000.00 GBP")
        assert (await stage.payment(sale))["book_minor"] == 900_000

    play(journey)


def test_a_longer_lock_costs_more(play):
    async def journey(stage: Stage) -> None:
        await lock(stage, seconds=ONE_MINUTE)
        await lock(stage, seconds=ONE_DAY)
        [minute, day] = await stage.facts("quote_locked")
        assert (minute["quote"]["spread_bps"], day["quote"]["spread_bps"]) == (20, 32)

    play(journey)


@pytest.mark.parametrize(
    ("_case", "who", "amount", "buy", "seconds", "code"),
    [
        ("somebody who sells nothing", FUNDERS["funder_one"], "0.00 GBP", GBP, 1, "unknown_party"),
        ("nothing at all", SELLER, "0.00 GBP", GBP, 1, "negative_amount"),
        ("less than nothing", SELLER, "-1.00 GBP", CNY, 1, "negative_amount"),
        ("nothing to convert", SELLER, "1.00 GBP", GBP, 1, "quote_same_currency"),
        ("too short", SELLER, "1.00 KES", CNY, 59, "quote_lifetime"),
        ("too long", SELLER, "1.00 KES", CNY, ONE_DAY + 1, "quote_lifetime"),
        ("a time before now", SELLER, "1.00 GBP", CNY, -60, "quote_lifetime"),
        ("a currency without a rate", SELLER, "1.00 KES", CNY, 60, "no_rate"),
        (
            "more than can be promised",
            SELLER,
            "92,233,720,368,547,758.06 GBP",
            CNY,
            60,
            "amount_too_large",
        ),
    ],
)
def test_a_lock_is_refused_by_the_first_code_that_applies(
    play, _case, who, amount, buy, seconds, code
):
    async def journey(stage: Stage) -> None:
        asked = LockQuote(who, money(amount), buy, LockUse.SINGLE, seconds)
        assert await stage.refused("lock_quote", asked) == code

    play(journey)


def test_a_frozen_seller_is_promised_nothing(play):
    async def journey(stage: Stage) -> None:
        await stage.accepted(
            "set_party_status", SetPartyStatus(SELLER, PartyStatus.FROZEN, "an order of a court")
        )
        asked = LockQuote(SELLER, money("0.00 GBP"), CNY)
        assert await stage.refused("lock_quote", asked) == "party_not_active"

    play(journey)


def test_a_payment_is_refused_a_lock_by_the_first_code_that_applies(play):
    async def journey(stage: Stage) -> None:
        mine = await lock(stage, "100.00 EUR", seconds=ONE_MINUTE)
        small = await lock(stage, "0.01 GBP", seconds=ONE_MINUTE)
        lasting = await lock(stage, "0.01 GBP", seconds=ONE_DAY)
        await stage.until("2026-09-07 08:05")
        order = await stage.order("INV-1", "1,000.00 GBP")
        nobody = FxQuoteId.derived(0, "nobody's")
        asked = [
            ("unknown_quote", nobody),
            # An expired lock of other currencies can never serve: that comes first
            ("quote_currency_mismatch", mine),
            # An expired lock that is too small, too
            ("quote_expired", small),
            ("quote_exhausted", lasting),
        ]
        for code, quote in asked:
            assert await stage.refused("pay", Pay(order, quote_id=quote)) == code

    play(journey)


def test_a_payment_that_is_blocked_holds_nothing(play):
    async def journey(stage: Stage) -> None:
        quote = await lock(stage)
        await pays_at(stage, quote, "INV-1", "10.00 GBP", "viktor")
        assert (await locked(stage, quote))["reserved"] == 0

    play(journey)
