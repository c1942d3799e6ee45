"""A payout goes by the rail that costs least, and by another one after a definite no alone.

To Germany an instant transfer costs 0.20 EUR and takes seconds, a plain one 0.30 EUR and a day.
"""

from datetime import date

from tests.story.stage import SELLER, ObedientRail, Stage, money
from tests.story.test_screened_payouts import payee, with_money

from usance.kernel.ids import BeneficiaryId
from usance.payments.model import InstructionKind
from usance.payments.ports import AnswerKind, RailAnswer
from usance.payments.service import PayOut, RecordAnswer
from usance.policy.model import PolicyRow
from usance.policy.service import AdoptPolicy

PAYOUT = InstructionKind.PAYOUT
YES, NO, SILENCE = AnswerKind.CONFIRMED, AnswerKind.REFUSED, AnswerKind.UNKNOWN


async def two_ways(stage: Stage) -> tuple[dict[str, ObedientRail], BeneficiaryId]:
    """Two rails pay out euros; a payee in Germany, and money for it."""
    await with_money(stage)
    day, elsewhere = date(2026, 1, 1), {"retry": "elsewhere", "fault_of_rail": "no"}
    rails = {"rails": "credit_transfer sepa_instant", "attempts_max": "2"}
    rows = (
        PolicyRow("payments.payout_route", "EUR", day, rails, "The story", verified=False),
        PolicyRow("payments.refusal", "said_so", day, elsewhere, "The story", verified=False),
    )
    await stage.accepted("adopt_policy", AdoptPolicy(rows, "two ways to pay out"), "ways")
    more = {name: ObedientRail(name) for name in ("sepa_instant", "credit_transfer")}
    stage.plug(more)
    return more, await payee(stage, "Eva Example", "DE89370400440532013000")


async def asked(stage: Stage) -> list[tuple[str, str, int]]:
    rows = await stage.session.pool.fetch(
        "select rail, state, attempt from payments.instructions where kind = 'payout' order by id"
    )
    return [tuple(row) for row in rows]


def test_the_cheapest_rail_pays_out_and_says_why(play):
    async def journey(stage: Stage) -> None:
        _, eva = await two_ways(stage)
        await stage.accepted("pay_out", PayOut(SELLER, money("100.00 EUR"), eva))
        await stage.works()
        assert await asked(stage) == [("sepa_instant", "confirmed", 1)]
        told = (await stage.facts("payout_initiated"))[-1]
        assert told["reason"].startswith("sepa_instant: 20 minor units of EUR, 0 days; credit_tr")
        # Whoever knows better names one; one that pays nothing out is refused
        named = PayOut(SELLER, money("100.00 EUR"), eva, rail="credit_transfer")
        await stage.accepted("pay_out", named)
        assert (await asked(stage))[-1][0] == "credit_transfer"
        wrong = PayOut(SELLER, money("100.00 EUR"), eva, rail="card")
        assert await stage.refused("pay_out", wrong) == "no_rail"

    play(journey)


def test_another_rail_pays_after_a_no_and_never_after_silence(play):
    async def journey(stage: Stage) -> None:
        rails, eva = await two_ways(stage)
        rails["sepa_instant"].answers[PAYOUT] = [SILENCE, NO]
        await stage.accepted("pay_out", PayOut(SELLER, money("100.00 EUR"), eva))
        await stage.works()
        assert await asked(stage) == [("sepa_instant", "open", 1)]
        await stage.until("2026-09-07 09:00")
        assert await asked(stage) == [
            ("sepa_instant", "refused", 1), ("credit_transfer", "confirmed", 2),
        ]  # fmt: skip
        kept = await stage.row("select status, rail, attempt from payments.payouts")
        assert tuple(kept) == ("paid", "credit_transfer", 2)
        # The first has paid all the same: it happened, so the seller bears it and people look
        first = await stage.row("select id from payments.instructions where rail = 'sepa_instant'")
        late = RecordAnswer(first["id"], RailAnswer(YES, "", "ref"))
        await stage.accepted("record_answer", late)
        assert await stage.balance("nostro", "EUR") == "800.00"
        await stage.works()
        assert (await stage.row("select kind from risk.cases"))["kind"] == "alarm"

    play(journey)


def test_a_no_of_both_gives_the_money_back(play):
    async def journey(stage: Stage) -> None:
        rails, eva = await two_ways(stage)
        before = await stage.balance("seller_available", "EUR")
        for each in rails.values():
            each.answers[PAYOUT] = [NO]
        await stage.accepted("pay_out", PayOut(SELLER, money("100.00 EUR"), eva))
        await stage.works()
        assert [state for _, state, _ in await asked(stage)] == ["refused", "refused"]
        assert await stage.balance("seller_available", "EUR") == before
        assert len(await stage.facts("payout_refused")) == 1

    play(journey)
