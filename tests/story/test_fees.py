"""Fees that depend on corridor, volume, risk and standing: charged at once, explained for ever."""

from datetime import date

from tests.story.stage import SELLER, Stage

from usance.kernel.money import Currency, Money
from usance.parties.service import GradeParty
from usance.payments.service.charges import explained
from usance.payments.service.standing import standing_of
from usance.policy.model import PolicyRow
from usance.policy.service import AdoptPolicy


async def adopts(stage: Stage, *rows: tuple[str, str, dict[str, str]], day: str = "2026-09-07"):
    begins = date.fromisoformat(day)
    made = tuple(
        PolicyRow(f"payments.{rule}", scope, begins, values, "the story", verified=False)
        for rule, scope, values in rows
    )
    await stage.accepted("adopt_policy", AdoptPolicy(made, "another fee"), "another fee")


async def lines(stage: Stage, payment) -> list[tuple[str, int]]:
    row = await stage.payment(payment)
    async with stage.session.pool.acquire() as connection:
        book = await standing_of(connection, stage.now)
    gross = Money(row["gross_minor"], Currency(row["gross_currency"]))
    found = explained(book, row["fee_basis"], gross)
    assert sum(line.amount.minor for line in found) == row["fee_minor"]
    return [(line.code, line.amount.minor) for line in found]


def test_where_one_row_is_all_there_is_it_is_the_whole_fee(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        assert await lines(stage, sale) == [("base", 1_000)]
        [told] = await stage.facts("payment_initiated")
        assert told["fee_rule"] == "100 bps + 0 minor units, *, from 2026-01-01"

    play(journey)


def test_corridor_risk_and_standing_each_add_their_line(play):
    async def journey(stage: Stage) -> None:
        await adopts(
            stage,
            ("fee.corridor", "GB>CN", {"bps": "25", "fixed_minor": "5"}),
            ("fee.corridor", "EEA>*", {"bps": "40", "fixed_minor": "0"}),
            ("fee.risk", "allow", {"bps": "3", "fixed_minor": "0"}),
            ("fee.credit", "C", {"bps": "15", "fixed_minor": "0"}),
        )
        await stage.accepted("grade_party", GradeParty(SELLER, "C", "late twice"))
        british = await stage.sale("INV-1", "1,000.00 GBP")
        german = await stage.sale("INV-2", "1,000.00 GBP", "bruno")
        assert await lines(stage, british) == [
            ("base", 1_000),
            ("corridor", 255),
            ("risk", 30),
            ("credit", 150),
        ]
        # 1,250.00 EUR
        assert await lines(stage, german) == [
            ("base", 1_250),
            ("corridor", 500),
            ("risk", 38),
            ("credit", 187),
        ]
        # A better grade tomorrow does not change what was charged today
        await stage.accepted("grade_party", GradeParty(SELLER, "A", "paid"))
        assert (await lines(stage, british))[-1] == ("credit", 150)
        await stage.settles(british, "1,000.00 GBP", "5.00 GBP")
        assert await stage.balance("fee_income", "GBP") == "14.35"

    play(journey)


def test_the_month_counts_up_to_the_tier_and_the_next_month_begins_at_nothing(play):
    async def journey(stage: Stage) -> None:
        # From 10,000.00 CNY a month 20 bps less: the second sale reaches it, the third has it
        tiers = {"from_minor": "0 1000000", "bps": "0 -20"}
        await adopts(stage, ("fee.volume", "CNY", tiers))
        sales = [await stage.sale(f"INV-{n}", "600.00 GBP") for n in range(3)]
        assert [await lines(stage, sale) for sale in sales] == [
            [("base", 600)],
            [("base", 600)],
            [("base", 600), ("volume", -120)],
        ]
        row = await stage.row("select * from payments.volumes")
        assert (row["minor"], row["month"]) == (3 * 540_000, date(2026, 9, 1))
        await stage.until("2026-10-01 08:00")
        october = await stage.sale("INV-9", "600.00 GBP")
        assert await lines(stage, october) == [("base", 600)]
        assert await lines(stage, sales[2]) == [("base", 600), ("volume", -120)]

    play(journey)


def test_a_row_of_the_same_day_changes_only_what_comes_after_it(play):
    async def journey(stage: Stage) -> None:
        before = await stage.sale("INV-1", "1,000.00 GBP")
        await adopts(
            stage,
            ("fee", "*", {"bps": "200", "fixed_minor": "0"}),
            ("fee.bounds", "bank_transfer/GBP", {"minimum_minor": "0", "maximum_minor": "1500"}),
        )
        after = await stage.sale("INV-2", "1,000.00 GBP")
        assert await lines(stage, before) == [("base", 1_000)]
        assert await lines(stage, after) == [("base", 2_000), ("maximum", -500)]

    play(journey)
