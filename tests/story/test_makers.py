"""Market makers compete for the seller's money: the best that can be believed is taken."""

from datetime import date, timedelta
from decimal import Decimal

from tests.story.stage import SELLER, Stage, money

from usance.kernel.money import Currency
from usance.payments.events import QuoteLocked
from usance.payments.model import MakerQuote
from usance.payments.service import LockQuote, RecordQuotes
from usance.payments.service.explain import rate_now
from usance.policy.model import PolicyRow
from usance.policy.service import AdoptPolicy
from usance.worker.loop import Worker

CNY, GBP = Currency("CNY"), Currency("GBP")
PAIRS = {"pairs": "GBP/CNY", "poll_seconds": "30"}
RULES = (
    ("payments.fx_source", "alpha", PAIRS),
    ("payments.fx_source", "beta", PAIRS),
    (
        "payments.fx_selection",
        "GBP/CNY",
        {
            "sources": "alpha beta",
            "max_age_seconds": "60",
            "outlier_bps": "150",
            "fallback_bps": "25",
        },
    ),
)


class Maker:
    """Quotes what the play says: bid and ask, or nothing; or breaks."""

    def __init__(self, name: str, bid: str, ask: str) -> None:
        self.name = name
        self.said: tuple[str, str] | None = (bid, ask)
        self.asked = 0

    async def quotes(self, pairs, at):
        self.asked += 1
        if self.said is None:
            raise ConnectionError("the line is down")
        bid, ask = map(Decimal, self.said)
        return [MakerQuote(GBP, CNY, bid, ask, at, at + timedelta(seconds=90))]


async def with_makers(stage: Stage, *makers: Maker) -> None:
    rows = tuple(
        PolicyRow(rule, scope, date(2026, 9, 7), values, "the story", verified=False)
        for rule, scope, values in RULES
    )
    await stage.accepted("adopt_policy", AdoptPolicy(rows, "makers are asked"), "makers")
    worker = stage.worker
    stage.worker = Worker(
        stage.session.pool,
        stage.session.book,
        worker._rails,
        stage.rates,
        worker._subscriptions,
        {maker.name: maker for maker in makers},
    )
    await stage.works()


async def source_of(stage: Stage, payment) -> str:
    return (await stage.facts("payment_initiated"))[-1]["quote"]["source"]


def test_the_better_bid_is_taken_and_named_in_the_payment(play):
    async def journey(stage: Stage) -> None:
        # The reference is 9.00
        await with_makers(stage, Maker("alpha", "8.98", "9.01"), Maker("beta", "8.99", "9.02"))
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        [told] = await stage.facts("payment_initiated")
        quote = told["quote"]
        assert (quote["source"], quote["side"], quote["mid"]) == ("beta", "bid", "8.99000000")
        assert (await stage.payment(sale))["book_minor"] == 899_000
        outcome = await stage.accepted("lock_quote", LockQuote(SELLER, money("10.00 GBP"), CNY))
        locked = outcome.part(QuoteLocked).quote
        assert (locked.source, locked.mid, locked.indicative) == ("beta", Decimal("8.99"), 9)

    play(journey)


def test_who_lies_goes_stale_or_breaks_is_passed_over_for_the_next_and_then_the_reference(play):
    async def journey(stage: Stage) -> None:
        alpha, beta = Maker("alpha", "8.98", "9.01"), Maker("beta", "9.05", "8.95")
        await with_makers(stage, alpha, beta)
        # beta's rates are crossed
        await stage.sale("INV-1", "1,000.00 GBP")
        assert await source_of(stage, "INV-1") == "alpha"
        # beta is too good to be true, alpha falls silent: its last quote still serves
        alpha.said, beta.said = None, ("9.50", "9.51")
        await stage.until("2026-09-07 08:01")
        await stage.sale("INV-2", "1,000.00 GBP")
        assert await source_of(stage, "INV-2") == "alpha"
        # until it is too old: then the reference, and 25 bps wider
        await stage.until("2026-09-07 08:05")
        await stage.sale("INV-3", "1,000.00 GBP")
        quote = (await stage.facts("payment_initiated"))[-1]["quote"]
        assert (quote["source"], quote["spread_bps"]) == ("the story", 45)
        async with stage.session.pool.acquire() as connection:
            rate = await rate_now(connection, GBP, CNY, stage.now)
        passed = [(each.source, each.why) for each in rate.passed_over]
        assert passed == [("alpha", "stale"), ("beta", "outlier")]

    play(journey)


def test_nobody_is_asked_whom_policy_does_not_name(play):
    async def journey(stage: Stage) -> None:
        gamma = Maker("gamma", "8.99", "9.01")
        await with_makers(stage, gamma)
        await stage.until("2026-09-07 08:10")
        assert gamma.asked == 0
        assert await stage.facts("quotes_recorded") == []

    play(journey)


def test_an_older_quote_that_comes_late_does_not_replace_a_newer_one(play):
    async def journey(stage: Stage) -> None:
        await with_makers(stage)
        times = (stage.now, stage.now - timedelta(seconds=20))
        for rate, at in zip(("8.99", "8.90"), times, strict=True):
            quote = MakerQuote(
                GBP, CNY, Decimal(rate), Decimal("9.02"), at, at + timedelta(seconds=90)
            )
            await stage.accepted("record_quotes", RecordQuotes("alpha", (quote,)))
        await stage.sale("INV-1", "1,000.00 GBP")
        assert (await stage.facts("payment_initiated"))[-1]["quote"]["mid"] == "8.99000000"

    play(journey)
