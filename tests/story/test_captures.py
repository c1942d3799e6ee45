"""A card is charged when the goods leave: authorised first, then captured in parts, or let go."""

import pytest
from tests.story.stage import SELLER, Stage, buyer, money

from usance.kernel.ids import PaymentId
from usance.parties.model import PartyStatus
from usance.parties.service import SetPartyStatus
from usance.payments.model import CaptureMethod, InstructionKind
from usance.payments.ports import AnswerKind, RailAnswer
from usance.payments.service import CapturePayment, Pay, RecordAnswer, RefundPayment, VoidPayment

NO, YES, SILENCE = AnswerKind.REFUSED, AnswerKind.CONFIRMED, AnswerKind.UNKNOWN
CAPTURE, VOID = InstructionKind.CAPTURE, InstructionKind.VOID


async def statuses(stage: Stage, sale: PaymentId) -> tuple[str, str]:
    kept = await stage.row("select * from payments.authorisations where payment_id = $1", sale)
    return (await stage.payment(sale))["status"], kept["status"]


def test_two_captures_and_a_void_of_the_rest(play):
    async def journey(stage: Stage) -> None:
        # Given 1,000.00 on a card that is only to be authorised
        await stage.advances_money()
        sale = await stage.authorised("INV-1", "1,000.00 GBP")
        # Then nothing is posted, and nobody has been offered finance
        assert await statuses(stage, sale) == ("authorised", "open")
        assert await stage.balance("rail_receivable", "GBP") == "0.00"
        assert await stage.facts("offer_made") == []
        # When the first parcel leaves, 400.00 are captured and financed:
        # 400 − 4 − 2 = 394 × 9 = 3,546.00 − 7.09 = 3,538.91, of which 80 %
        await stage.captures(sale, "400.00 GBP")
        assert await statuses(stage, sale) == ("captured", "open")
        assert (await stage.advance(sale))["principal_minor"] == 283_112
        # and with the second parcel 350.00, for which the invoice is given away already
        await stage.captures(sale, "350.00 GBP")
        assert await stage.balance("seller_pending", "GBP") == "750.00"
        [why] = await stage.facts("offer_not_made")
        assert why["reasons"][0]["code"] == "financed_in_part"
        # When the seller lets the rest go
        await stage.accepted("void", VoidPayment(sale))
        await stage.works()
        assert await statuses(stage, sale) == ("captured", "voided")
        [ended] = await stage.facts("authorisation_ended")
        assert ended["amount"]["minor"] == 25_000
        assert await stage.refused("capture", CapturePayment(sale)) == "authorisation_voided"
        # When the rail settles part by part, the fee is 1 % of each, and nobody is alarmed
        await stage.settles(sale, "400.00 GBP", "2.00 GBP", "set-1")
        assert (await stage.payment(sale))["status"] == "captured"
        await stage.settles(sale, "350.00 GBP", "1.75 GBP", "set-2")
        assert (await stage.payment(sale))["status"] == "settled"
        assert await stage.facts("settlement_differs") == []
        assert await stage.balance("fee_income", "GBP") == "7.50"
        assert await stage.balance("rail_receivable", "GBP") == "0.00"
        assert await stage.balance("seller_pending", "GBP") == "0.00"
        # and what can go back is what was captured, not what was authorised
        too_much = RefundPayment(sale, money("750.01 GBP"))
        assert await stage.refused("refund", too_much) == "exceeds_remainder"
        assert (await stage.refunds(sale, "750.00 GBP")).refusal is None
        await stage.works()
        assert (await stage.payment(sale))["status"] == "refunded"
        # Then both reserves were released on one day
        await stage.until("2026-09-18")
        assert await stage.balance("seller_reserve") == "0.00"

    play(journey)


def test_the_last_capture_gives_the_rest_back(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.authorised("INV-1", "1,000.00 GBP")
        await stage.captures(sale, "999.99 GBP", final=True)
        assert await statuses(stage, sale) == ("captured", "voided")
        other = await stage.authorised("INV-2", "1,000.00 GBP")
        await stage.captures(other)
        assert await statuses(stage, other) == ("captured", "captured")
        assert await stage.refused("capture", CapturePayment(other)) == "authorisation_used_up"
        assert await stage.refused("void", VoidPayment(other)) == "authorisation_used_up"

    play(journey)


@pytest.mark.parametrize(
    ("_case", "amount", "code"),
    [
        ("less than nothing", "-100.00 GBP", "negative_amount"),
        ("nothing", "0.00 GBP", "negative_amount"),
        ("a penny too much", "1,000.01 GBP", "exceeds_authorisation"),
        ("another currency", "100.00 EUR", "currency_mismatch"),
    ],
)
def test_what_cannot_be_captured(play, _case, amount, code):
    async def journey(stage: Stage) -> None:
        sale = await stage.authorised("INV-1", "1,000.00 GBP")
        assert await stage.refused("capture", CapturePayment(sale, money(amount))) == code
        assert (
            await stage.refused("refund", RefundPayment(sale, money("1.00 GBP"))) == "wrong_state"
        )

    play(journey)


def test_who_cannot_capture(play):
    async def journey(stage: Stage) -> None:
        nobody = PaymentId.derived(0, "nobody")
        assert await stage.refused("capture", CapturePayment(nobody)) == "unknown_payment"
        assert await stage.refused("void", VoidPayment(nobody)) == "unknown_payment"
        # What was collected at once has nothing left to capture
        whole = await stage.sale("INV-1", "1,000.00 GBP")
        assert await stage.refused("capture", CapturePayment(whole)) == "not_authorised"
        assert await stage.refused("void", VoidPayment(whole)) == "not_authorised"
        # A bank transfer cannot be authorised, and says so before anything is sent
        order = await stage.order("INV-2", "1,000.00 GBP")
        manual = Pay(order, "bank_transfer", "", CaptureMethod.MANUAL)
        asked = len(stage.rail.asked)
        assert await stage.refused("pay", manual) == "rail_cannot"
        assert len(stage.rail.asked) == asked
        # Money of a frozen buyer, or for a frozen seller, is not taken
        sale = await stage.authorised("INV-3", "1,000.00 GBP")
        freeze = SetPartyStatus(buyer("alice"), PartyStatus.FROZEN, "an order of a court")
        await stage.accepted("set_party_status", freeze)
        assert await stage.refused("capture", CapturePayment(sale)) == "party_not_active"
        await stage.accepted("void", VoidPayment(sale))
        await stage.works()
        assert await statuses(stage, sale) == ("voided", "voided")
        other = await stage.authorised("INV-4", "1,000.00 GBP", "bruno")
        freeze = SetPartyStatus(SELLER, PartyStatus.FROZEN, "an order of a court")
        await stage.accepted("set_party_status", freeze)
        assert await stage.refused("capture", CapturePayment(other)) == "party_not_active"

    play(journey)


def test_what_is_not_captured_in_time_is_let_go(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.authorised("INV-1", "1,000.00 GBP")
        part = await stage.authorised("INV-2", "1,000.00 GBP")
        await stage.captures(part, "100.00 GBP")
        # After seven days the rail is asked to free the rest
        await stage.until("2026-09-14 07:00")
        assert await statuses(stage, sale) == ("authorised", "open")
        stage.card.answers[VOID] = [NO]
        await stage.until("2026-09-14 08:01")
        # Even its no does not bring back what has lapsed
        assert await statuses(stage, sale) == ("voided", "expired")
        assert await statuses(stage, part) == ("captured", "expired")
        assert await stage.refused("capture", CapturePayment(sale)) == "authorisation_expired"
        # and the order may be paid again
        order = (await stage.payment(sale))["order_id"]
        await stage.accepted("pay", Pay(order))

    play(journey)


def test_nothing_is_voided_behind_a_capture_without_an_answer(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.authorised("INV-1", "1,000.00 GBP")
        stage.card.answers[CAPTURE] = [SILENCE] * 12 + [YES]
        await stage.until("2026-09-12")
        await stage.captures(sale, "600.00 GBP")
        assert await stage.refused("void", VoidPayment(sale)) == "capture_unanswered"
        too_much = CapturePayment(sale, money("400.01 GBP"))
        assert await stage.refused("capture", too_much) == "exceeds_authorisation"
        # Its time passes, and the capture is still unanswered
        await stage.until("2026-09-15")
        assert await statuses(stage, sale) == ("authorised", "open")
        # When the rail has taken it, the rest is let go
        await stage.until("2026-09-30")
        assert await statuses(stage, sale) == ("captured", "expired")
        assert await stage.balance("seller_pending", "GBP") == "600.00"

    play(journey)


def test_a_capture_that_is_refused_leaves_the_money_ready(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.authorised("INV-1", "1,000.00 GBP")
        stage.card.answers[CAPTURE] = [NO]
        await stage.captures(sale)
        assert await statuses(stage, sale) == ("authorised", "open")
        # When the rail has taken it after all there is room for it: a sale, and an alarm
        late = RecordAnswer(await stage.instruction(sale, "capture"), RailAnswer(YES))
        await stage.accepted("record_answer", late)
        assert await statuses(stage, sale) == ("captured", "captured")
        assert len(await stage.facts("late_success")) == 1
        assert await stage.facts("excess_collected") == []

    play(journey)


def test_a_capture_made_after_the_rest_was_let_go_goes_back_to_the_buyer(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.authorised("INV-1", "1,000.00 GBP")
        stage.card.answers[CAPTURE] = [NO]
        await stage.captures(sale)
        await stage.accepted("void", VoidPayment(sale))
        await stage.works()
        late = RecordAnswer(await stage.instruction(sale, "capture"), RailAnswer(YES))
        await stage.accepted("record_answer", late)
        assert await stage.balance("suspense_unmatched", "GBP") == "1000.00"
        await stage.works()
        assert await stage.balance("suspense_unmatched", "GBP") == "0.00"
        assert await stage.balance("rail_receivable", "GBP") == "0.00"
        assert await statuses(stage, sale) == ("voided", "voided")

    play(journey)


def test_a_void_that_is_refused_can_be_tried_again(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.authorised("INV-1", "1,000.00 GBP")
        stage.card.answers[VOID] = [SILENCE, NO]
        await stage.accepted("void", VoidPayment(sale))
        await stage.works()
        assert await statuses(stage, sale) == ("authorised", "voiding")
        assert await stage.refused("capture", CapturePayment(sale)) == "authorisation_voided"
        await stage.until("2026-09-07 09:00")
        assert await statuses(stage, sale) == ("authorised", "open")
        await stage.captures(sale)
        assert await statuses(stage, sale) == ("captured", "captured")

    play(journey)


def test_a_card_that_is_refused_is_authorised_for_nobody(play):
    async def journey(stage: Stage) -> None:
        stage.card.answers[InstructionKind.AUTHORISE] = [NO]
        sale = await stage.authorised("INV-1", "1,000.00 GBP")
        assert await statuses(stage, sale) == ("failed", "refused")
        assert await stage.refused("capture", CapturePayment(sale)) == "not_authorised"
        # When it was authorised after all, it is given back unasked
        asked = await stage.instruction(sale, "authorise")
        await stage.accepted("record_answer", RecordAnswer(asked, RailAnswer(YES)))
        await stage.works()
        assert stage.card.asked[-1].kind is VOID
        assert await statuses(stage, sale) == ("failed", "refused")

    play(journey)


def test_a_settlement_that_comes_before_the_answer_to_its_capture(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.authorised("INV-1", "1,000.00 GBP")
        stage.card.answers[CAPTURE] = [SILENCE, YES]
        await stage.captures(sale, "600.00 GBP")
        await stage.settles(sale, "600.00 GBP", "3.00 GBP")
        assert await statuses(stage, sale) == ("settled", "open")
        await stage.until("2026-09-07 12:00")
        assert await stage.balance("fee_income", "GBP") == "6.00"
        # The second part makes it a sale that waits for its settlement once more
        await stage.captures(sale)
        assert await statuses(stage, sale) == ("captured", "captured")
        await stage.settles(sale, "400.00 GBP", "2.00 GBP", "set-2")
        assert (await stage.payment(sale))["status"] == "settled"
        assert await stage.balance("fee_income", "GBP") == "10.00"

    play(journey)


def test_what_nobody_asked_to_capture_is_a_sale_when_it_is_settled(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.authorised("INV-1", "1,000.00 GBP")
        await stage.settles(sale, "300.00 GBP", "1.50 GBP")
        assert await statuses(stage, sale) == ("settled", "open")
        await stage.captures(sale)
        assert (await stage.payment(sale))["captured"] == 100_000

    play(journey)
