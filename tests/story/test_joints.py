"""Where two features meet: money that takes two turns at once is booked once, and to its owner."""

from datetime import date

from tests.story.stage import SELLER, Stage, money
from tests.story.test_fx_quotes import lock
from tests.story.test_receipts import queue, transfer
from tests.story.test_reviews import close
from tests.story.test_routing import COLLECT, NO, TRY_ALL, adopts, three_acquirers
from tests.story.test_splits import SUPPLIER, journey

from usance.kernel.ids import PaymentId
from usance.payments.model import CaptureMethod, EscrowTerms, InstructionKind, ShareAsked
from usance.payments.ports import AnswerKind, RailAnswer
from usance.payments.service import (
    ConfirmDelivery,
    DisputeEscrow,
    Pay,
    RecordAnswer,
    RecordChargeback,
    RecordSettlement,
    ResolveEscrow,
    VoidPayment,
)
from usance.policy.model import PolicyRow
from usance.policy.service import AdoptPolicy
from usance.risk.model import Disposition

CAPTURE, VOID = InstructionKind.CAPTURE, InstructionKind.VOID
YES, SILENCE = AnswerKind.CONFIRMED, AnswerKind.UNKNOWN
NOTHING = money("0 GBP")


async def unanswered_capture(stage: Stage, amount: str) -> PaymentId:
    """An authorised payment of 1,000.00 whose rail is silent about a capture."""
    sale = await stage.authorised("INV-1", "1,000.00 GBP")
    stage.card.answers[CAPTURE] = [SILENCE] * 9
    await stage.captures(sale, amount)
    return sale


async def says(stage: Stage, sale: PaymentId, kind: str, answer: AnswerKind) -> None:
    instruction = await stage.instruction(sale, kind)
    await stage.accepted("record_answer", RecordAnswer(instruction, RailAnswer(answer, "", "ref")))
    await stage.works()


async def settle(stage: Stage, sale: PaymentId, kind: str, gross: str, notice: str) -> None:
    """A rail settles by the instruction of a kind, the first of them."""
    found = await stage.row(
        "select id from payments.instructions where payment_id = $1 and kind = $2 order by id",
        sale,
        kind,
    )
    body = RecordSettlement(sale, notice, money(gross), NOTHING, found["id"])
    await stage.accepted("record_settlement", body)
    await stage.works()


def test_an_authorisation_ends_though_its_first_part_was_settled(play):
    async def told(stage: Stage) -> None:
        sale = await stage.authorised("INV-1", "1,000.00 GBP")
        await stage.captures(sale, "400.00 GBP")
        await stage.settles(sale, "400.00 GBP", "2.00 GBP")
        assert (await stage.payment(sale))["status"] == "settled"
        await stage.until("2026-09-16")
        kept = await stage.row("select status from payments.authorisations")
        assert kept["status"] == "expired"

    play(told)


def test_a_reserve_is_held_again_after_it_was_released(play):
    async def told(stage: Stage) -> None:
        sale = await stage.authorised("INV-1", "1,000.00 GBP")
        await stage.captures(sale, "400.00 GBP")
        await stage.settles(sale, "400.00 GBP", "2.00 GBP", "set-1")
        await stage.until("2026-09-12")
        await stage.captures(sale, "350.00 GBP")
        await stage.until("2026-09-20")
        assert await stage.balance("seller_reserve") == "0.00"
        await stage.settles(sale, "350.00 GBP", "1.75 GBP", "set-2")
        assert (await stage.payment(sale))["status"] == "settled"
        assert await stage.balance("seller_reserve") != "0.00"
        await stage.until("2026-10-02")
        assert await stage.balance("seller_reserve") == "0.00"

    play(told)


def test_a_sale_settled_before_its_capture_was_answered_is_booked_once(play):
    async def told(stage: Stage) -> None:
        sale = await unanswered_capture(stage, "1,000.00 GBP")
        await settle(stage, sale, "authorise", "1,000.00 GBP", "set-1")
        await says(stage, sale, "capture", YES)
        assert (await stage.payment(sale))["captured"] == 100_000
        assert await stage.balance("rail_receivable", "GBP") == "0.00"

    play(told)


def test_a_sale_charged_back_before_its_capture_was_answered_is_booked_once(play):
    async def told(stage: Stage) -> None:
        sale = await unanswered_capture(stage, "400.00 GBP")
        body = RecordChargeback(sale, "cb-1", money("400.00 GBP"), NOTHING)
        await stage.accepted("record_chargeback", body)
        await stage.works()
        await says(stage, sale, "capture", YES)
        kept = await stage.payment(sale)
        assert kept["captured"] == 40_000
        assert await stage.balance("rail_receivable", "GBP") == "0.00"

    play(told)


def test_a_capture_settled_refused_and_confirmed_is_booked_once(play):
    async def told(stage: Stage) -> None:
        sale = await unanswered_capture(stage, "400.00 GBP")
        await stage.settles(sale, "400.00 GBP", "2.00 GBP")
        await says(stage, sale, "capture", NO)
        # Its no came after its money, so it is none; a yes is nothing new
        again = await stage.instruction(sale, "capture")
        said = RecordAnswer(again, RailAnswer(YES, "", "ref"))
        assert await stage.refused("record_answer", said) == "wrong_state"
        assert (await stage.payment(sale))["captured"] == 40_000
        assert await stage.facts("excess_collected") == []
        assert await queue(stage) == []

    play(told)


def test_a_refused_capture_that_is_settled_all_the_same_is_booked_once(play):
    async def told(stage: Stage) -> None:
        sale = await stage.authorised("INV-1", "1,000.00 GBP")
        stage.card.answers[CAPTURE] = [NO]
        await stage.captures(sale, "400.00 GBP")
        await stage.settles(sale, "400.00 GBP", "2.00 GBP")
        await says(stage, sale, "capture", YES)
        assert (await stage.payment(sale))["captured"] == 40_000
        assert await stage.balance("rail_receivable", "GBP") == "0.00"

    play(told)


def test_a_rail_that_had_refused_settles_what_another_has_collected(play):
    async def told(stage: Stage) -> None:
        rails = await three_acquirers(stage)
        await adopts(stage, TRY_ALL)
        rails["card"].answers[COLLECT] = [NO]
        sale = await stage.sale("INV-1", "100.00 GBP")
        assert (await stage.payment(sale))["rail"] == "acquirer_two"
        # The first rail has collected all the same, and says so with its money
        await settle(stage, sale, "collect", "100.00 GBP", "set-1")
        # Then that goes back, and the other's settlement is the sale's
        assert (await stage.payment(sale))["status"] == "captured"
        assert [each["why"] for each in await stage.facts("excess_collected")] == ["after_refusal"]
        second = await stage.instruction(sale, "collect")
        body = RecordSettlement(sale, "set-2", money("100.00 GBP"), NOTHING, second)
        await stage.accepted("record_settlement", body)
        await stage.works()
        assert (await stage.payment(sale))["status"] == "settled"
        assert await queue(stage) == []

    play(told)


def test_a_bank_takes_back_what_was_collected_too_much_and_the_sale_stands(play):
    async def told(stage: Stage) -> None:
        rails = await three_acquirers(stage)
        await adopts(stage, TRY_ALL)
        rails["card"].answers[COLLECT] = [NO]
        rails["card"].answers[InstructionKind.REFUND] = [NO]
        sale = await stage.sale("INV-1", "100.00 GBP")
        first = await stage.row(
            "select id from payments.instructions where payment_id = $1 order by id", sale
        )
        late = RecordAnswer(first["id"], RailAnswer(YES, "", "ref"))
        await stage.accepted("record_answer", late)
        await stage.works()
        body = RecordChargeback(sale, "cb-1", money("100.00 GBP"), NOTHING, first["id"])
        await stage.accepted("record_chargeback", body)
        await stage.works()
        kept = await stage.payment(sale)
        assert (kept["status"], kept["returned"]) == ("captured", 0)
        assert await queue(stage) == []

    play(told)


def test_a_void_of_the_first_rail_says_nothing_of_the_seconds_authorisation(play):
    async def told(stage: Stage) -> None:
        rails = await three_acquirers(stage)
        days = PolicyRow("payments.authorisation", "acquirer_two", date(2026, 1, 1),
                         {"days": "7"}, "The story", verified=False)  # fmt: skip
        await stage.accepted("adopt_policy", AdoptPolicy((days,), "holds"), "holds")
        await adopts(stage, TRY_ALL)
        rails["card"].answers[InstructionKind.AUTHORISE] = [NO]
        rails["acquirer_two"].answers[VOID] = [SILENCE] * 9
        sale = await stage.pays(await stage.order("INV-1", "100.00 GBP"), "", CaptureMethod.MANUAL)
        await stage.works()
        assert (await stage.payment(sale))["rail"] == "acquirer_two"
        await stage.accepted("void", VoidPayment(sale))
        await stage.works()
        # The first rail says late that it has authorised, and gives that back at once
        first = await stage.row(
            "select id from payments.instructions where payment_id = $1 order by id", sale
        )
        late = RecordAnswer(first["id"], RailAnswer(YES, "", "ref"))
        await stage.accepted("record_answer", late)
        await stage.works()
        # Then the second still keeps the buyer's money ready
        kept = await stage.row("select status from payments.authorisations")
        assert kept["status"] == "voiding"
        assert (await stage.payment(sale))["status"] == "authorised"

    play(told)


@journey
async def test_an_escrow_released_between_two_captures_has_a_reserve_that_ends(
    stage: Stage,
) -> None:
    held = ShareAsked(SELLER, "goods", bps=5000, escrow=EscrowTerms(delivery=True))
    order = await stage.order("INV-1", "1,000.00 GBP")
    await stage.accepted("pay", Pay(order, "card", "tok_1", CaptureMethod.MANUAL, split=(held,)))
    sale = PaymentId((await stage.row("select id from payments.payments"))["id"])
    await stage.works()
    await stage.captures(sale, "400.00 GBP")
    await stage.settles(sale, "400.00 GBP", "2.00 GBP", "set-1")
    await stage.captures(sale, "600.00 GBP")
    await stage.accepted("confirm_delivery", ConfirmDelivery(sale, "carrier"))
    await stage.until("2026-10-02")
    assert await stage.balance("seller_reserve") == "0.00"


@journey
async def test_an_escrow_decided_between_two_settlements_holds_what_comes_later(
    stage: Stage,
) -> None:
    held = ShareAsked(SUPPLIER, "goods", bps=2000, escrow=EscrowTerms(both_agree=True))
    order = await stage.order("INV-1", "1,000.00 GBP")
    await stage.accepted("pay", Pay(order, "card", "tok_1", CaptureMethod.MANUAL, split=(held,)))
    found = await stage.row("select id from payments.payments")
    sale = PaymentId(found["id"])
    await stage.works()
    await stage.captures(sale, "400.00 GBP")
    await stage.captures(sale, "600.00 GBP")
    await stage.settles(sale, "400.00 GBP", "2.00 GBP", "set-1")
    escrow = (await stage.row("select id from payments.escrows"))["id"]
    await stage.accepted("dispute_escrow", DisputeEscrow(escrow, "never came"))
    decided = ResolveEscrow(escrow, money("0 CNY"), money("720.00 CNY"), "never came")
    await stage.accepted("resolve_escrow", decided)
    await stage.settles(sale, "600.00 GBP", "3.00 GBP", "set-2")
    assert await stage.balance("escrow") == "1080.00"
    assert await stage.facts("shares_ready") == []


@journey
async def test_what_is_disputed_stays_held_though_the_goods_arrive(stage: Stage) -> None:
    held = ShareAsked(SUPPLIER, "goods", bps=2000, escrow=EscrowTerms(delivery=True))
    order = await stage.order("INV-1", "1,000.00 GBP")
    await stage.accepted("pay", Pay(order, "card", "tok_1", CaptureMethod.MANUAL, split=(held,)))
    found = await stage.row("select id from payments.payments")
    sale = PaymentId(found["id"])
    await stage.works()
    await stage.captures(sale, "400.00 GBP")
    await stage.captures(sale, "600.00 GBP")
    await stage.settles(sale, "400.00 GBP", "2.00 GBP", "set-1")
    escrow = (await stage.row("select id from payments.escrows"))["id"]
    await stage.accepted("dispute_escrow", DisputeEscrow(escrow, "broken"))
    await stage.accepted("confirm_delivery", ConfirmDelivery(sale, "carrier"))
    await stage.settles(sale, "600.00 GBP", "3.00 GBP", "set-2")
    assert await stage.balance("escrow") == "1800.00"


def test_a_pound_does_not_pay_for_a_thousand(play):
    async def told(stage: Stage) -> None:
        await stage.advances_money()
        stage.rail.answers[COLLECT] = [SILENCE] * 9
        sale = await stage.pays(await stage.order("INV-1", "1,000.00 GBP"))
        await stage.works()
        reference = (await stage.instruction(sale, "collect")).hex
        await stage.accepted("record_receipt", transfer("B-1", "1.00 GBP", end_to_end_id=reference))
        await stage.works()
        assert (await stage.payment(sale))["status"] == "pending"
        assert await stage.facts("offer_made") == []
        assert await queue(stage) == [("not_awaited", "suspense_unmatched", 100)]

    play(told)


def test_a_review_that_outlives_its_lock_keeps_the_lock(play):
    async def told(stage: Stage) -> None:
        quote = await lock(stage, "30,000.00 GBP", seconds=3600)
        order = await stage.order("INV-1", "30,000.00 GBP")
        await stage.accepted("pay", Pay(order, "card", "tok_1", quote_id=quote))
        sale = PaymentId((await stage.row("select id from payments.payments"))["id"])
        assert (await stage.payment(sale))["status"] == "in_review"
        await stage.until("2026-09-08 08:00")
        await close(stage, sale, Disposition.CLEARED)
        assert (await stage.payment(sale))["status"] == "captured"
        await stage.settles(sale, "30,000.00 GBP", "150.00 GBP")
        assert await stage.balance("fx_locked", "GBP") == "0.00"

    play(told)
