"""A payout goes by the rail that costs least, and by another one after a definite no alone.

To Germany an instant transfer costs 0.20 EUR and takes seconds, a plain one 0.30 EUR and a day.
"""

from datetime import date

from tests.story.stage import SELLER, ObedientRail, Stage, money
from tests.story.test_screened_payouts import LISTED, decided, lists, payee, states, with_money

from usance.kernel.ids import BeneficiaryId, InstructionId
from usance.payments.model import BatchSource, InstructionKind, LineAsked
from usance.payments.ports import AnswerKind, RailAnswer
from usance.payments.service import (
    PayOut,
    RecordAnswer,
    RecordPayoutReturn,
    SubmitPayoutBatch,
)
from usance.policy.model import PolicyRow
from usance.policy.service import AdoptPolicy
from usance.risk.model import Disposition

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


async def breaks_at(stage: Stage, answers: int) -> None:
    """The breaker of a rail opens after so many answers, half of them failures."""
    row = {
        "half_life_seconds": "3600", "answers_min": str(answers), "opens_bps": "5000",
        "degraded_bps": "2000", "open_seconds": "600", "trial_bps": "0", "trials": "1",
    }  # fmt: skip
    rows = (PolicyRow("payments.breaker", "sepa_instant", date(2026, 1, 1), row, "The story",
                      verified=False),)  # fmt: skip
    await stage.accepted("adopt_policy", AdoptPolicy(rows, "a nervous breaker"), "breaker")


def test_a_rail_that_pays_nobody_out_is_spared_and_taken_where_no_other_can(play):
    async def journey(stage: Stage) -> None:
        rails, eva = await two_ways(stage)
        await breaks_at(stage, 2)
        rails["sepa_instant"].answers[PAYOUT] = [SILENCE, SILENCE]
        pay = PayOut(SELLER, money("50.00 EUR"), eva)
        for _ in range(2):
            await stage.accepted("pay_out", pay)
            await stage.works()
        health = await stage.row("select state from payments.rail_health where rail = $1",
                                 "sepa_instant")  # fmt: skip
        assert health["state"] == "open"
        # The next payouts go by the other one, which costs more, and the fact says why
        await stage.accepted("pay_out", pay)
        await stage.works()
        assert (await asked(stage))[-1] == ("credit_transfer", "confirmed", 1)
        told = (await stage.facts("payout_initiated"))[-1]
        assert told["reason"].endswith("sepa_instant: breaker: open")
        # Where the other one has no way, an open breaker is no reason to pay nobody
        shut = {"rails": "card sepa_instant", "attempts_max": "2"}
        row = PolicyRow("payments.payout_route", "EUR", stage.now.date(), shut, "The story",
                        verified=False)  # fmt: skip
        await stage.accepted("adopt_policy", AdoptPolicy((row,), "one way only"), "shut")
        await stage.accepted("pay_out", pay)
        assert (await asked(stage))[-1][0] == "sepa_instant"

    play(journey)


def test_a_line_of_a_batch_names_its_rail_and_a_wrong_one_is_refused_by_itself(play):
    async def journey(stage: Stage) -> None:
        _, eva = await two_ways(stage)
        named = ("", "credit_transfer", "card")
        lines = tuple(
            LineAsked(f"R-{number}", money("10.00 EUR"), eva, rail=rail)
            for number, rail in enumerate(named)
        )
        body = SubmitPayoutBatch(SELLER, "B-1", BatchSource.API, 3, money("30.00 EUR"), lines)
        await stage.accepted("submit_payout_batch", body)
        await stage.works()
        rows = await stage.session.pool.fetch(
            "select status, refusal::json ->> 'code' as code from payments.payout_lines"
            " order by number"
        )
        assert (rows[2]["status"], rows[2]["code"]) == ("refused", "no_rail")
        batch = await stage.row("select status from payments.payout_batches")
        assert batch["status"] == "done_with_refusals"
        assert [rail for rail, _, _ in await asked(stage)] == ["sepa_instant", "credit_transfer"]

    play(journey)


async def paid_out(stage: Stage, first: list[AnswerKind], second: list[AnswerKind]):
    """A payout whose two rails have answered so; the instructions of the first and the second."""
    rails, eva = await two_ways(stage)
    rails["sepa_instant"].answers[PAYOUT] = first
    rails["credit_transfer"].answers[PAYOUT] = second
    await stage.accepted("pay_out", PayOut(SELLER, money("100.00 EUR"), eva))
    await stage.works()
    rows = await stage.session.pool.fetch(
        "select id from payments.instructions where kind = 'payout' order by attempt"
    )
    return [row["id"] for row in rows]


async def stands(stage: Stage) -> tuple[str, str, str]:
    kept = await stage.row("select status, rail from payments.payouts")
    return kept["status"], kept["rail"], await stage.balance("seller_available", "EUR")


def back(instruction: InstructionId, amount: str = "100.00 EUR") -> RecordPayoutReturn:
    return RecordPayoutReturn(instruction, f"back {instruction.hex} {amount}", money(amount))


def test_what_the_first_has_paid_after_both_had_refused_is_a_payout_that_was_made(play):
    async def journey(stage: Stage) -> None:
        first, second = await paid_out(stage, [NO], [NO])
        assert await stands(stage) == ("refused", "credit_transfer", "990.00")
        late = RecordAnswer(first, RailAnswer(YES, "", "ref"))
        await stage.accepted("record_answer", late)
        assert await stands(stage) == ("paid", "sepa_instant", "890.00")
        assert await stage.refused("record_payout_return", back(second)) == "wrong_state"
        await stage.accepted("record_payout_return", back(first))
        assert await stands(stage) == ("refused", "sepa_instant", "990.00")

    play(journey)


def test_what_was_paid_twice_comes_back_once_and_the_payout_stands(play):
    async def journey(stage: Stage) -> None:
        first, second = await paid_out(stage, [NO], [YES])
        # Of what the first has not paid, nothing can come back
        assert await stage.refused("record_payout_return", back(first)) == "wrong_state"
        await stage.accepted("record_answer", RecordAnswer(first, RailAnswer(YES, "", "ref")))
        assert await stands(stage) == ("paid", "credit_transfer", "790.00")
        too_much = back(first, "100.01 EUR")
        assert await stage.refused("record_payout_return", too_much) == "return_exceeds_payout"
        # In parts, as banks do that keep their fee until they are asked
        await stage.accepted("record_payout_return", back(first, "40.00 EUR"))
        assert await stands(stage) == ("paid", "credit_transfer", "830.00")
        assert await stage.refused("record_payout_return", back(first)) == "return_exceeds_payout"
        await stage.accepted("record_payout_return", back(first, "60.00 EUR"))
        assert await stands(stage) == ("paid", "credit_transfer", "890.00")
        again = back(first, "60.00 EUR")
        assert await stage.refused("record_payout_return", again) == "nothing_due"
        # And what counts may come back for itself
        await stage.accepted("record_payout_return", back(second))
        assert await stands(stage) == ("refused", "credit_transfer", "990.00")

    play(journey)


def test_a_rail_that_takes_its_late_yes_back_leaves_what_the_other_does(play):
    async def journey(stage: Stage) -> None:
        first, _ = await paid_out(stage, [NO], [SILENCE] * 9)
        for answer, available in ((YES, "890.00"), (NO, "990.00")):
            said = RailAnswer(answer, "" if answer is YES else "said_so", "ref")
            await stage.accepted("record_answer", RecordAnswer(first, said))
            assert await stands(stage) == ("pending", "credit_transfer", available)

    play(journey)


def test_a_rail_that_has_sent_a_part_back_may_undo_the_rest_and_pay_again(play):
    async def journey(stage: Stage) -> None:
        first, _ = await paid_out(stage, [NO], [YES])
        for turn in range(2):
            await stage.accepted("record_answer", RecordAnswer(first, RailAnswer(YES, "", "ref")))
            assert await stands(stage) == ("paid", "credit_transfer", "790.00")
            part = RecordPayoutReturn(first, f"part {turn}", money("40.00 EUR"))
            await stage.accepted("record_payout_return", part)
            # A late no takes back what has not come back yet, and no more
            await stage.accepted("record_answer", RecordAnswer(first, RailAnswer(NO, "said_so")))
            assert await stands(stage) == ("paid", "credit_transfer", "890.00")

    play(journey)


def test_another_rail_hears_of_nobody_who_was_listed_meanwhile(play):
    async def journey(stage: Stage) -> None:
        rails, eva = await two_ways(stage)
        rails["sepa_instant"].answers[PAYOUT] = [AnswerKind.UNKNOWN, AnswerKind.REFUSED]
        await stage.accepted("pay_out", PayOut(SELLER, money("100.00 EUR"), eva))
        await stage.works()
        await lists(stage, "Eva Example")
        await stage.until("2026-09-07 09:00")
        # The first has said no; the other is not asked until two people have looked
        assert await states(stage) == [("held", "refused"), ("held", "held")]
        assert rails["credit_transfer"].asked == []
        await decided(stage, Disposition.CLEARED)
        assert await states(stage) == [("paid", "refused"), ("paid", "confirmed")]

    play(journey)


def test_what_was_held_once_and_let_go_is_held_again_before_another_rail(play):
    async def journey(stage: Stage) -> None:
        rails, _ = await two_ways(stage)
        rails["sepa_instant"].answers[PAYOUT] = [SILENCE, NO]
        listed = await payee(stage, LISTED, "DE02120300000000202051")
        await stage.accepted("pay_out", PayOut(SELLER, money("100.00 EUR"), listed))
        await decided(stage, Disposition.CLEARED)
        assert await states(stage) == [("pending", "open")]
        seller = await stage.row("select legal_name from parties.parties where id = $1", SELLER)
        await lists(stage, seller["legal_name"])
        await stage.until("2026-09-07 09:00")
        assert await states(stage) == [("held", "refused"), ("held", "held")]

    play(journey)
