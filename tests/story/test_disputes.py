"""A dispute from the bank's first question to the last word, and the money that goes with it."""

import pytest
from tests.story.stage import Stage, money

from usance.kernel.ids import DisputeId, PaymentId
from usance.payments.model import EvidenceDocument, InstructionKind
from usance.payments.ports import AnswerKind, NoticeKind, RailAnswer
from usance.payments.service import (
    AcceptDispute,
    RecordAnswer,
    RecordChargeback,
    RecordDispute,
    SubmitEvidence,
)

NO, YES, SILENCE = AnswerKind.REFUSED, AnswerKind.CONFIRMED, AnswerKind.UNKNOWN
PAPER = EvidenceDocument("proof_of_delivery", "ab" * 32)


async def settled(stage: Stage) -> PaymentId:
    sale = await stage.sale("INV-1", "1,000.00 GBP")
    await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
    return sale


async def notice(
    stage: Stage, sale: PaymentId, kind: NoticeKind, amount: str = "0.00", fee: str = "0.00"
) -> None:
    body = RecordDispute(sale, "dsp-1", kind, money(f"{amount} GBP"), money(f"{fee} GBP"))
    await stage.accepted("record_dispute", body)
    await stage.works()


async def charge_back(stage: Stage, sale: PaymentId, amount: str, fee: str = "0.00") -> None:
    amounts = money(f"{amount} GBP"), money(f"{fee} GBP")
    await stage.accepted(
        "record_chargeback", RecordChargeback(sale, "cbk-1", *amounts, dispute="dsp-1")
    )


async def dispute(stage: Stage, sale: PaymentId):
    return await stage.row("select * from payments.disputes where payment_id = $1", sale)


async def evidence(stage: Stage, sale: PaymentId) -> SubmitEvidence:
    found = DisputeId((await dispute(stage, sale))["id"])
    return SubmitEvidence(found, "Delivered on 3 September, signed for.", (PAPER,))


def test_more_than_the_payment_is_taken_and_won_back(play):
    async def journey(stage: Stage) -> None:
        # Given a sale that was settled, and paid out but for a reserve of 442.36
        sale = await settled(stage)
        # When the bank takes 1,010.00, since rates have moved, and the rail 15.00 for it
        await charge_back(stage, sale, "1,010.00", "15.00")
        # Then the seller owes 1,025 × 9 = 9,225.00 − 442.36
        assert (await stage.payment(sale))["status"] == "charged_back"
        assert await stage.balance("owed_by_seller") == "8782.64"
        # When the seller sends the papers in time
        await stage.accepted("submit_evidence", await evidence(stage, sale))
        await stage.works()
        assert (await dispute(stage, sale))["stage"] == "representment"
        # and the seller wins, with the fee: 1,025.00 at the day's 9.10
        stage.rates.rates["CNY"] = "7.28"
        await stage.until("2026-09-08")
        await notice(stage, sale, NoticeKind.DISPUTE_WON, "1,010.00", "15.00")
        # Then 9,327.50 repay the debt first, and the rest is paid out
        assert await stage.balance("owed_by_seller") == "0.00"
        assert (await stage.facts("dispute_reinstated"))[-1]["rest"]["minor"] == 54_486
        assert (await stage.facts("payout_initiated"))[-1]["amount"]["minor"] == 54_486
        kept = await stage.payment(sale)
        assert (kept["status"], kept["returned"]) == ("settled", 0)
        assert await stage.balance("fx_position") == "0.00"
        assert await stage.balance("nostro_own") == "0.00"
        won = await dispute(stage, sale)
        assert (won["stage"], won["taken"], won["fee_minor"]) == ("won", 0, 0)

    play(journey)


def test_what_was_taken_before_settlement_is_the_rails_to_settle_again(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await charge_back(stage, sale, "1,000.00")
        assert await stage.balance("rail_receivable", "GBP") == "0.00"
        await notice(stage, sale, NoticeKind.CHARGEBACK_REVERSED, "1,000.00")
        assert (await stage.payment(sale))["status"] == "captured"
        assert await stage.balance("rail_receivable", "GBP") == "1000.00"
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        assert (await stage.payment(sale))["status"] == "settled"
        # The same word again changes nothing
        again = RecordDispute(
            sale, "dsp-1", NoticeKind.CHARGEBACK_REVERSED, money("1,000.00 GBP"), money("0.00 GBP")
        )
        assert await stage.refused("record_dispute", again) == "nothing_due"

    play(journey)


def test_money_goes_there_and_back_until_the_scheme_decides(play):
    async def journey(stage: Stage) -> None:
        sale = await settled(stage)
        # A question first: nothing moves
        await notice(stage, sale, NoticeKind.INQUIRY, "400.00")
        assert (await dispute(stage, sale))["stage"] == "inquiry"
        assert await stage.facts("charged_back") == []
        # Then the chargeback of a part; presented again, it is given back for a while
        await charge_back(stage, sale, "400.00", "15.00")
        await notice(stage, sale, NoticeKind.REPRESENTMENT, "400.00")
        assert (await stage.payment(sale))["returned"] == 0
        # The bank insists, the scheme is called, and it is lost
        await notice(stage, sale, NoticeKind.PRE_ARBITRATION, "400.00")
        await notice(stage, sale, NoticeKind.ARBITRATION, "0.00", "250.00")
        await notice(stage, sale, NoticeKind.DISPUTE_LOST)
        ended = await dispute(stage, sale)
        assert (ended["stage"], ended["taken"], ended["fee_minor"]) == ("lost", 40_000, 26_500)
        kept = await stage.payment(sale)
        assert (kept["status"], kept["returned"]) == ("settled", 40_000)
        # Several disputes of one payment, each a part
        other = RecordChargeback(sale, "cbk-2", money("600.00 GBP"), money("0.00 GBP"))
        await stage.accepted("record_chargeback", other)
        assert (await stage.payment(sale))["status"] == "charged_back"

    play(journey)


def test_what_two_banks_took_of_one_sale_is_left_again_when_both_have_given_it_back(play):
    async def journey(stage: Stage) -> None:
        # Given a sale that was charged back twice, whole each time
        sale = await settled(stage)
        for name in ("dsp-1", "dsp-2"):
            taken = RecordChargeback(sale, name, money("1,000.00 GBP"), money("0.00 GBP"))
            await stage.accepted("record_chargeback", taken)
        for name, stands in (("dsp-1", ("charged_back", 100_000)), ("dsp-2", ("settled", 0))):
            # When one is won
            won = RecordDispute(
                sale, name, NoticeKind.DISPUTE_WON, money("1,000.00 GBP"), money("0.00 GBP")
            )
            await stage.accepted("record_dispute", won)
            # Then nothing of the sale is left while the other stands
            kept = await stage.payment(sale)
            assert (kept["status"], kept["returned"]) == stands
            refund = await stage.refunds(sale, "1.00 GBP")
            assert (refund.refusal is None) is (name == "dsp-2")

    play(journey)


@pytest.mark.parametrize("settles_first", [False, True])
def test_what_was_charged_back_while_a_refund_was_asked_for_is_gone_if_that_is_refused(
    play, settles_first
):
    async def journey(stage: Stage) -> None:
        # Given a refund without an answer, and a chargeback of the same money
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        if settles_first:
            await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        stage.rail.answers[InstructionKind.REFUND] = [SILENCE, NO]
        await stage.refunds(sale, "1,000.00 GBP")
        await stage.works()
        await charge_back(stage, sale, "1,000.00")
        # When the refund is refused
        await stage.until("2026-09-07 12:00")
        if not settles_first:
            await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        # Then nothing is left to be given back
        assert (await stage.payment(sale))["status"] == "charged_back"
        again = await stage.refunds(sale, "1.00 GBP")
        assert again.refusal is not None
        await notice(stage, sale, NoticeKind.DISPUTE_WON, "1,000.00")
        kept = await stage.payment(sale)
        assert (kept["status"], kept["returned"]) == ("settled", 0)

    play(journey)


def test_what_nobody_answers_in_time_is_given_up_and_may_be_won_all_the_same(play):
    async def journey(stage: Stage) -> None:
        sale = await settled(stage)
        await charge_back(stage, sale, "100.00")
        late = await evidence(stage, sale)
        await stage.until("2026-09-21 07:00")
        assert (await dispute(stage, sale))["stage"] == "chargeback"
        await stage.until("2026-09-21 09:00")
        assert (await dispute(stage, sale))["stage"] == "expired"
        assert await stage.refused("submit_evidence", late) == "dispute_not_open"
        await notice(stage, sale, NoticeKind.DISPUTE_WON, "100.00")
        assert (await dispute(stage, sale))["stage"] == "won"

    play(journey)


@pytest.mark.parametrize(("answer", "stage_then"), [(YES, "representment"), (NO, "expired")])
def test_no_day_passes_over_evidence_that_is_under_way(play, answer, stage_then):
    async def journey(stage: Stage) -> None:
        sale = await settled(stage)
        await charge_back(stage, sale, "100.00")
        stage.rail.answers[InstructionKind.CONTEST] = [SILENCE] * 40
        sent = await evidence(stage, sale)
        await stage.accepted("submit_evidence", sent)
        await stage.works()
        assert await stage.refused("submit_evidence", sent) == "evidence_under_way"
        await stage.until("2026-09-22")
        assert (await dispute(stage, sale))["stage"] == "chargeback"
        contest = await stage.instruction(sale, "contest")
        await stage.accepted("record_answer", RecordAnswer(contest, RailAnswer(answer)))
        assert (await dispute(stage, sale))["stage"] == stage_then

    play(journey)


def test_a_dispute_is_accepted_and_what_cannot_be_sent_says_why(play):
    async def journey(stage: Stage) -> None:
        sale = await settled(stage)
        await charge_back(stage, sale, "100.00")
        found = DisputeId((await dispute(stage, sale))["id"])
        nothing = SubmitEvidence(found, " ")
        assert await stage.refused("submit_evidence", nothing) == "evidence_empty"
        broken = SubmitEvidence(found, "", (EvidenceDocument("invoice", "AB" * 32),))
        assert await stage.refused("submit_evidence", broken) == "malformed_digest"
        nobody = DisputeId.derived(0, "nobody")
        assert await stage.refused("accept_dispute", AcceptDispute(nobody)) == "unknown_dispute"
        await stage.accepted("accept_dispute", AcceptDispute(found))
        assert (await dispute(stage, sale))["stage"] == "accepted"
        assert await stage.refused("accept_dispute", AcceptDispute(found)) == "dispute_not_open"
        won = (NoticeKind.DISPUTE_WON, money("1.00 GBP"), money("0.00 GBP"))
        assert (
            await stage.refused("record_dispute", RecordDispute(sale, "dsp-9", *won))
            == "unknown_dispute"
        )
        lost = RecordDispute(sale, "dsp-1", won[0], money("-1.00 GBP"), money("0.00 GBP"))
        assert await stage.refused("record_dispute", lost) == "negative_amount"
        euros = RecordDispute(sale, "dsp-1", won[0], money("1.00 EUR"), money("0.00 EUR"))
        assert await stage.refused("record_dispute", euros) == "currency_mismatch"

    play(journey)


def test_a_rail_that_collected_twice_gives_it_back(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        # When the rail says of its own accord that it has collected once more
        await stage._hears(NoticeKind.COLLECTED_TWICE, sale, "1,000.00 GBP", "0.00 GBP", "twice-1")
        # Then it is booked, returned unasked, and somebody looks at it
        [told] = await stage.facts("excess_collected")
        assert told["why"] == "twice"
        assert await stage.balance("suspense_unmatched", "GBP") == "0.00"
        assert await stage.balance("rail_receivable", "GBP") == "1000.00"
        case = await stage.row("select * from risk.cases")
        assert (case["subject"], case["kind"]) == (sale, "alarm")
        # and the sale is what it was
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        assert (await stage.payment(sale))["status"] == "settled"

    play(journey)


def test_what_was_collected_twice_and_settled_twice_is_not_counted_twice(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        stage.rail.answers[InstructionKind.REFUND] = [SILENCE] * 2
        await stage._hears(NoticeKind.COLLECTED_TWICE, sale, "1,000.00 GBP", "0.00 GBP", "twice-1")
        await stage.settles(sale, "2,000.00 GBP", "5.00 GBP")
        assert await stage.balance("rail_receivable", "GBP") == "0.00"
        assert await stage.balance("suspense_unmatched", "GBP") == "1000.00"
        await stage.until("2026-09-07 12:00")
        assert await stage.balance("suspense_unmatched", "GBP") == "0.00"
        assert await stage.balance("rail_receivable", "GBP") == "0.00"

    play(journey)
