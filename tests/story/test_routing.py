"""How payments find their rail: by rules, by value, past an outage, and to another after a no."""

from datetime import date, timedelta

from tests.story.stage import MONDAY, ObedientRail, Stage

from usance.payments.model import (
    Condition,
    InstructionKind,
    RouteRule,
    RoutingConfig,
    VolumeShare,
)
from usance.payments.ports import AnswerKind
from usance.payments.service import AdoptRouting, Pay, RollBackRouting
from usance.payments.service.routing_dry_run import dry_run
from usance.policy.model import PolicyRow
from usance.policy.service import AdoptPolicy

COLLECT = InstructionKind.COLLECT
YES, NO, UNKNOWN = AnswerKind.CONFIRMED, AnswerKind.REFUSED, AnswerKind.UNKNOWN
# What a story turns off it turns off on purpose.
EVERY_RAIL = ("bank_transfer", "cash_on_delivery", "e_wallet", "pix", "promptpay", "fps", "card",
              "acquirer_two", "acquirer_three")  # fmt: skip
ACQUIRERS = ("card", "acquirer_two", "acquirer_three")
TRY_ALL = RouteRule("cards in order", order=ACQUIRERS, attempts=3)


async def three_acquirers(stage: Stage) -> dict[str, ObedientRail]:
    """Two more rails for cards are plugged in; the reason that rails give may be retried."""
    row = {
        "method": "card", "pays_with": "card_token", "currencies": "*", "countries": "*",
        "limits": "*", "spread_bps": "0",
    }  # fmt: skip
    rows = [PolicyRow("payments.rail", rail, date(2026, 1, 1), row, "The story", verified=False)
            for rail in ACQUIRERS[1:]]  # fmt: skip
    retried = {"retry": "elsewhere", "fault_of_rail": "no"}
    rows.append(
        PolicyRow("payments.refusal", "said_so", date(2026, 1, 1), retried, "The story",
                  verified=False)
    )  # fmt: skip
    await stage.accepted("adopt_policy", AdoptPolicy(tuple(rows), "two more acquirers"), "more")
    more = {rail: ObedientRail(rail) for rail in ACQUIRERS[1:]}
    stage.plug(more)
    return {"card": stage.card, **more}


async def adopts(stage: Stage, *rules: RouteRule, effective_at=None) -> None:
    body = AdoptRouting(RoutingConfig(rules), "the story", effective_at, EVERY_RAIL)
    await stage.accepted("adopt_routing", body)


async def _an_hour_later(stage: Stage) -> None:
    """So that nobody pays more often than the windows of risk allow."""
    stage.now += timedelta(hours=1)
    await stage.worker.tick(stage.now)


async def attempts(stage: Stage, payment) -> list[tuple]:
    rows = await stage.session.pool.fetch(
        "select rail, outcome, code, counts from payments.v_attempts where payment_id = $1"
        " order by attempt",
        payment,
    )
    return [tuple(row) for row in rows]


async def rails_of(stage: Stage, payments) -> list[str]:
    return [(await stage.payment(payment))["rail"] for payment in payments]


def test_a_routing_change_is_adopted_dated_and_rolled_back(play):
    async def journey(stage: Stage) -> None:
        await three_acquirers(stage)
        # Nobody has configured anything: the buyer has a bank account, the cheaper rail
        before = await stage.pays(await stage.order("INV-1", "100.00 GBP"))
        assert (await stage.payment(before))["rail"] == "bank_transfer"

        # When British payments go to an acquirer from Tuesday on
        british = Condition("buyer_country", ("GB",))
        two = RouteRule("British cards", (british,), order=("acquirer_two",))
        await adopts(stage, two, effective_at=stage.now + timedelta(days=1))
        monday = await stage.pays(await stage.order("INV-2", "100.00 GBP"))
        await stage.until("2026-09-08 08:00")
        tuesday = await stage.pays(await stage.order("INV-3", "100.00 GBP"))
        assert await rails_of(stage, [monday, tuesday]) == ["bank_transfer", "acquirer_two"]

        # Then what it does not cover no rail takes, and the change is rolled back at once
        german = await stage.order("INV-4", "100.00 EUR", "bruno")
        assert await stage.refused("pay", Pay(german, "", "tok_1")) == "no_rail"
        await stage.accepted(
            "roll_back_routing", RollBackRouting(0, "German buyers were forgotten")
        )
        assert (await stage.payment(await stage.pays(german)))["rail"] == "bank_transfer"
        adopted = await stage.facts("routing_adopted")
        assert [(each["number"], each["restores"]) for each in adopted] == [(1, None), (2, 0)]
        assert await stage.refused("roll_back_routing", RollBackRouting(7, "")) == "unknown_routing"
        past = AdoptRouting(RoutingConfig((two,)), "", stage.now - timedelta(seconds=1))
        assert await stage.refused("adopt_routing", past) == "routing_in_the_past"
        faulty = AdoptRouting(RoutingConfig((RouteRule("x", order=("carrier_pigeon",)),)), "")
        assert await stage.refused("adopt_routing", faulty) == "routing_faulty"

    play(journey)


def test_a_definite_no_is_tried_elsewhere_and_only_the_last_attempt_counts(play):
    async def journey(stage: Stage) -> None:
        rails = await three_acquirers(stage)
        await adopts(stage, TRY_ALL)
        rails["card"].answers[COLLECT] = [NO]
        rails["acquirer_two"].answers[COLLECT] = [NO]
        sale = await stage.sale("INV-1", "100.00 GBP")
        assert (await stage.payment(sale))["status"] == "captured"
        assert await attempts(stage, sale) == [
            ("card", "refused", "said_so", False),
            ("acquirer_two", "refused", "said_so", False),
            ("acquirer_three", "confirmed", "", True),
        ]
        rerouted = await stage.facts("payment_rerouted")
        assert [(each["refused_by"], each["rail"]) for each in rerouted] == [
            ("card", "acquirer_two"), ("acquirer_two", "acquirer_three"),
        ]  # fmt: skip
        assert await stage.facts("payment_failed") == []

    play(journey)


def test_after_the_last_rail_a_no_is_final(play):
    async def journey(stage: Stage) -> None:
        rails = await three_acquirers(stage)
        await adopts(stage, RouteRule("two of three", order=ACQUIRERS, attempts=2))
        for rail in rails.values():
            rail.answers[COLLECT] = [NO]
        sale = await stage.sale("INV-1", "100.00 GBP")
        assert (await stage.payment(sale))["status"] == "failed"
        assert [rail for rail, *_ in await attempts(stage, sale)] == ["card", "acquirer_two"]

    play(journey)


def test_after_silence_no_other_rail_is_asked(play):
    async def journey(stage: Stage) -> None:
        rails = await three_acquirers(stage)
        await adopts(stage, TRY_ALL)
        rails["card"].answers[COLLECT] = [UNKNOWN] * 9
        sale = await stage.sale("INV-1", "100.00 GBP")
        await stage.until("2026-09-07 20:00")
        assert (await stage.payment(sale))["status"] == "pending"
        assert [rail for rail, *_ in await attempts(stage, sale)] == ["card"]
        assert rails["acquirer_two"].asked == []

    play(journey)


def test_a_refusal_that_is_not_listed_is_final(play):
    async def journey(stage: Stage) -> None:
        rails = await three_acquirers(stage)
        final = {"retry": "never", "fault_of_rail": "no"}
        row = PolicyRow("payments.refusal", "said_so", date(2026, 9, 8), final, "x", verified=False)
        await stage.accepted("adopt_policy", AdoptPolicy((row,), "said_so means stolen"), "stolen")
        await adopts(stage, TRY_ALL)
        await stage.until("2026-09-08")
        rails["card"].answers[COLLECT] = [NO]
        sale = await stage.sale("INV-1", "100.00 GBP")
        assert (await stage.payment(sale))["status"] == "failed"
        assert rails["acquirer_two"].asked == []

    play(journey)


def test_a_rail_that_goes_down_in_the_middle_of_a_batch_loses_the_next_payments(play):
    async def journey(stage: Stage) -> None:
        rails = await three_acquirers(stage)
        await adopts(stage, TRY_ALL)
        orders = [await stage.order(f"{who}-{n}", "100.00 GBP", who)
                  for n in range(12) for who in ("alice", "bruno")]  # fmt: skip
        rails["card"].answers[COLLECT] = [UNKNOWN] * 1000
        # Given a dozen payments of which the rail answers none
        sent = [await stage.pays(order) for order in orders[:12]]
        await stage.works()
        assert set(await rails_of(stage, sent)) == {"card"}
        # Then its breaker is open, and the others go elsewhere and are captured
        later = [await stage.pays(order) for order in orders[12:]]
        await stage.works()
        assert set(await rails_of(stage, later)) == {"acquirer_two"}
        health = await stage.row("select state from payments.rail_health where rail = 'card'")
        assert health["state"] == "open"
        statuses = [(await stage.payment(one))["status"] for one in (*sent, *later)]
        assert statuses == ["pending"] * 12 + ["captured"] * 12
        # When it works again, a few try it, and then all come back
        rails["card"].answers[COLLECT] = []
        await stage.until("2026-09-07 12:00")
        for number in range(100):
            who = ("alice", "bruno", "chiyo", "indah")[number % 4]
            await stage.sale(f"TRIAL-{number}", "1.00 EUR", who)
            await _an_hour_later(stage)
            state = await stage.row("select state from payments.rail_health where rail = 'card'")
            if state["state"] == "closed":
                break
        assert state["state"] == "closed"

    play(journey)


def test_payments_learn_which_acquirer_works_and_a_restart_forgets_nothing(play):
    async def journey(stage: Stage) -> None:
        rails = await three_acquirers(stage)
        split = tuple(
            VolumeShare(rail, percent)
            for rail, percent in zip(ACQUIRERS, (34, 33, 33), strict=True)
        )
        await adopts(stage, RouteRule("all alike", split=split))
        rails["card"].answers[COLLECT] = [NO] * 1000
        rails["acquirer_three"].answers[COLLECT] = [NO] * 1000
        for number in range(40):
            await stage.sale(f"INV-{number}", "1.00 GBP", "alice")
            await _an_hour_later(stage)
        await adopts(stage, RouteRule("the best", by_value=ACQUIRERS))
        sales = []
        for number in range(20):
            sales.append(await stage.sale(f"BEST-{number}", "10.00 GBP"))
            await _an_hour_later(stage)
        assert (await rails_of(stage, sales)).count("acquirer_two") >= 17
        row = await stage.row(
            "select considered::text, probability from payments.choices"
            " order by chosen_at desc limit 1"
        )
        assert '"success"' in row["considered"]

    play(journey)


def test_a_change_is_tried_on_past_traffic_before_it_is_adopted(play):
    async def journey(stage: Stage) -> None:
        rails = await three_acquirers(stage)
        await adopts(stage, RouteRule("half and half", split=split_of(card=50, acquirer_two=50)))
        # Given eighty payments of which one acquirer refuses every third
        rails["acquirer_two"].answers[COLLECT] = [NO, YES, YES] * 100
        for number in range(80):
            who = ("alice", "bruno", "chiyo", "indah")[number % 4]
            await stage.sale(f"INV-{number}", "5.00 GBP", who)
            await _an_hour_later(stage)
        # When all go to the other one, success rises and the rest stays
        found = await tried(stage, RouteRule("one", order=("card",)))
        overall = found.estimates[0]
        assert (found.choices, overall.payments, overall.no_data) == (80, 80, "")
        assert overall.covered == 1
        assert overall.success.low > 0
        assert overall.success.high < 30
        assert overall.cost_bps.estimate == overall.delay_days.estimate == 0
        # What nobody ever tried has no figure
        unknown = await tried(stage, RouteRule("third", order=("acquirer_three",)))
        assert "where nothing was ever tried" in unknown.estimates[0].no_data
        assert unknown.estimates[0].success is None
        # And nothing was written
        before = await stage.dump()
        await tried(stage, RouteRule("by value", by_value=ACQUIRERS[:2]))
        assert await stage.dump() == before

    play(journey)


async def tried(stage: Stage, *rules: RouteRule):
    async with stage.session.pool.acquire() as connection:
        since, until = MONDAY, stage.now + timedelta(seconds=1)
        return await dry_run(connection, RoutingConfig(rules), since, until)


def split_of(**percents: int) -> tuple[VolumeShare, ...]:
    return tuple(map(VolumeShare, percents, percents.values()))
