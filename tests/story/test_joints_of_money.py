"""Where two features meet over the same money: it goes back the way it came, and to its owner."""

from tests.story.stage import Stage, money
from tests.story.test_joints import NO, SILENCE, YES, settle
from tests.story.test_receipts import EVA, queue, transfer, two_people, waiting
from tests.story.test_routing import COLLECT, TRY_ALL, adopts, three_acquirers
from tests.story.test_splits import SUPPLIER, available, journey
from tests.story.test_splits import sale as split_sale

from usance.kernel.ids import PaymentId
from usance.payments.model import CaptureMethod, EscrowTerms, InstructionKind, ShareAsked
from usance.payments.ports import NoticeKind, RailAnswer
from usance.payments.service import (
    AttributeSuspense,
    ConfirmDelivery,
    DisputeEscrow,
    Pay,
    RecordAnswer,
    RecordChargeback,
    RecordDispute,
    RecordSettlement,
    ResolveEscrow,
    ReturnSuspense,
    SweepIncome,
)

NOTHING = money("0 GBP")
WON = NoticeKind.DISPUTE_WON


async def charged_back(stage: Stage, sale: PaymentId, amount: str, notice: str = "cb-1") -> None:
    body = RecordChargeback(sale, notice, money(amount), NOTHING)
    await stage.accepted("record_chargeback", body)
    await stage.works()


async def won(stage: Stage, sale: PaymentId, amount: str, notice: str = "cb-1") -> None:
    body = RecordDispute(sale, notice, WON, money(amount), NOTHING)
    await stage.accepted("record_dispute", body)
    await stage.works()


# ---- a chargeback that is won ----


@journey
async def test_what_a_bank_took_before_it_was_shared_is_shared_when_it_comes_back(
    stage: Stage,
) -> None:
    # Given a sale of which a bank takes 400.00 before the rail has settled the other 600.00
    sale = await split_sale(stage, "S-1", ShareAsked(SUPPLIER, "goods", bps=2000))
    await charged_back(stage, sale, "400.00 GBP")
    await stage.settles(sale, "600.00 GBP", "3.00 GBP")
    shares = await stage.facts("shares_paid")
    assert [each["shares"][0]["amount"]["minor"] for each in shares] == [108_000]
    # When it is won, a fifth of the 3,600.00 is the supplier's
    await won(stage, sale, "400.00 GBP")
    shares = await stage.facts("shares_paid")
    assert [each["shares"][0]["amount"]["minor"] for each in shares] == [108_000, 72_000]
    assert (await stage.facts("dispute_reinstated"))[-1]["rest"]["minor"] == 288_000
    assert await available(stage, SUPPLIER) == "0.00"  # Paid out.
    # And what the seller has borne when the bank insists is the seller's alone
    insists = NoticeKind.PRE_ARBITRATION
    body = RecordDispute(sale, "cb-1", insists, money("400.00 GBP"), NOTHING)
    await stage.accepted("record_dispute", body)
    await won(stage, sale, "400.00 GBP")
    assert len(await stage.facts("shares_paid")) == 2


def test_a_refunded_sale_of_which_a_dispute_is_won_stands_again(play):
    async def told(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await charged_back(stage, sale, "400.00 GBP")
        await stage.settles(sale, "600.00 GBP", "3.00 GBP")
        await stage.refunds(sale, "600.00 GBP")
        await stage.works()
        assert (await stage.payment(sale))["status"] == "refunded"
        # What the bank gives back is the seller's, and may be refunded like any other money
        await won(stage, sale, "400.00 GBP")
        kept = await stage.payment(sale)
        assert (kept["status"], kept["returned"]) == ("settled", 60_000)
        assert (await stage.refunds(sale, "400.00 GBP")).refusal is None
        await stage.works()
        assert (await stage.payment(sale))["status"] == "refunded"

    play(told)


def test_a_sale_refunded_whole_stays_refunded_whatever_a_bank_takes_and_gives(play):
    async def told(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        await stage.refunds(sale, "1,000.00 GBP")
        await stage.works()
        owed = await stage.balance("owed_by_seller")
        await charged_back(stage, sale, "1,000.00 GBP")
        assert (await stage.payment(sale))["status"] == "refunded"
        assert await stage.balance("owed_by_seller") != owed
        await won(stage, sale, "1,000.00 GBP")
        assert (await stage.payment(sale))["status"] == "refunded"
        assert await stage.balance("owed_by_seller") == owed

    play(told)


# ---- money that goes back ----


def test_an_excess_goes_back_by_the_rail_that_had_collected_it(play):
    async def told(stage: Stage) -> None:
        rails = await three_acquirers(stage)
        await adopts(stage, TRY_ALL)
        rails["card"].answers[COLLECT] = [NO]
        rails["card"].answers[InstructionKind.REFUND] = [NO]
        sale = await stage.sale("INV-1", "100.00 GBP")
        assert (await stage.payment(sale))["rail"] == "acquirer_two"
        await settle(stage, sale, "collect", "100.00 GBP", "set-1")
        assert await queue(stage) == [("late_collection", "suspense_unmatched", 10_000)]
        assert await two_people(stage, "return_suspense", ReturnSuspense(await waiting(stage))) == (
            ""
        )
        found = await stage.row("select * from payments.instructions where kind = 'return'")
        first = await stage.row(
            "select * from payments.instructions where kind = 'collect' order by id"
        )
        assert (found["rail"], found["original_id"]) == ("card", first["id"])

    play(told)


def test_what_a_transfer_brought_too_much_goes_back_to_the_account_it_came_from(play):
    async def told(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        reference = (await stage.instruction(sale, "collect")).hex
        body = transfer("B-1", "1,100.00 GBP", end_to_end_id=reference)
        await stage.accepted("record_receipt", body)
        assert await queue(stage) == [("settlement_excess", "suspense_unmatched", 10_000)]
        assert await two_people(stage, "return_suspense", ReturnSuspense(await waiting(stage))) == (
            ""
        )
        found = await stage.row("select * from payments.instructions where kind = 'return'")
        assert found["instrument"] == f"account:{EVA.account}"

    play(told)


# ---- what was earned ----


def test_two_sweeps_at_once_take_what_was_earned_once(play):
    async def told(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        sweep = SweepIncome(money("10.00 GBP"), "month's end")
        body = RecordChargeback(sale, "cb-1", money("1,000.00 GBP"), NOTHING)
        spread = SweepIncome(money("17.74 CNY"), "more than was earned")
        outcomes = await stage.at_once(
            ("sweep_income", sweep), ("sweep_income", sweep), ("record_chargeback", body),
            ("sweep_income", spread),
        )  # fmt: skip
        codes = [each.refusal.code if each.refusal else "" for each in outcomes]
        assert codes == ["", "exceeds_income", "", "exceeds_income"]

    play(told)


# ---- escrow whose condition is met during a dispute ----


@journey
async def test_days_that_ended_during_a_dispute_count_when_it_ends(stage: Stage) -> None:
    held = ShareAsked(SUPPLIER, "goods", bps=2000, escrow=EscrowTerms(days=5))
    sale = await split_sale(stage, "S-1", held)
    await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
    escrow = (await stage.row("select id from payments.escrows"))["id"]
    await stage.accepted("dispute_escrow", DisputeEscrow(escrow, "never came"))
    await stage.until("2026-09-20")
    assert await stage.balance("escrow") == "1800.00"
    part = ResolveEscrow(escrow, money("0 CNY"), money("300.00 CNY"), "some of it was broken")
    await stage.accepted("resolve_escrow", part)
    await stage.until("2026-09-20 00:01")
    assert await stage.balance("escrow") == "0.00"
    assert (await stage.facts("escrow_released"))[-1]["why"] == "days"


@journey
async def test_goods_that_came_during_a_dispute_count_when_it_ends(stage: Stage) -> None:
    held = ShareAsked(SUPPLIER, "goods", bps=2000, escrow=EscrowTerms(days=60, delivery=True))
    sale = await split_sale(stage, "S-1", held)
    await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
    escrow = (await stage.row("select id from payments.escrows"))["id"]
    await stage.accepted("dispute_escrow", DisputeEscrow(escrow, "late"))
    await stage.accepted("confirm_delivery", ConfirmDelivery(sale, "carrier"))
    nothing = ResolveEscrow(escrow, money("0 CNY"), money("0 CNY"), "it was on its way")
    await stage.accepted("resolve_escrow", nothing)
    await stage.until("2026-09-07 12:00")
    assert await stage.balance("escrow") == "0.00"
    assert (await stage.facts("escrow_released"))[-1]["why"] == "delivery"


# ---- what a bank has booked, and its rail tells of ----


async def attributed(stage: Stage, booking: str, amount: str) -> PaymentId:
    """A transfer that is less than the silent payment of 1,000.00 it is attributed to."""
    stage.rail.answers[COLLECT] = [SILENCE] * 9
    sale = await stage.pays(await stage.order("INV-1", "1,000.00 GBP"))
    await stage.works()
    await more_attributed(stage, sale, booking, amount)
    return sale


async def more_attributed(stage: Stage, sale: PaymentId, booking: str, amount: str) -> None:
    await stage.accepted("record_receipt", transfer(booking, amount))
    body = AttributeSuspense(await waiting(stage), payment_id=sale)
    assert await two_people(stage, "attribute_suspense", body) == ""


async def sold(stage: Stage, sale: PaymentId) -> tuple[str, int, int]:
    kept = await stage.payment(sale)
    return kept["status"], kept["captured"], kept["receivable"]


def test_no_more_is_sold_than_was_attributed(play):
    async def told(stage: Stage) -> None:
        sale = await attributed(stage, "B-1", "400.00 GBP")
        assert await sold(stage, sale) == ("settled", 40_000, 0)
        # The buyer sends the rest
        await more_attributed(stage, sale, "B-2", "600.00 GBP")
        assert await sold(stage, sale) == ("settled", 100_000, 0)
        assert await queue(stage) == []
        # The rail tells of both, which the bank has booked
        again = RecordSettlement(sale, "set-1", money("1,000.00 GBP"), NOTHING)
        assert await stage.refused("record_settlement", again) == "nothing_due"

    play(told)


def test_a_yes_to_what_was_attributed_in_part_is_about_the_rest(play):
    async def told(stage: Stage) -> None:
        sale = await attributed(stage, "B-1", "400.00 GBP")
        collected = await stage.instruction(sale, "collect")
        await stage.accepted("record_answer", RecordAnswer(collected, RailAnswer(YES)))
        assert await sold(stage, sale) == ("captured", 100_000, 60_000)
        # The rail's notice of all of it, less its fee: 400.00 of that is here
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        assert await sold(stage, sale) == ("settled", 100_000, 0)
        assert await queue(stage) == []
        differs = await stage.facts("settlement_differs")
        assert differs == []
        settled = [each["gross"]["minor"] for each in await stage.facts("payment_settled")]
        assert settled == [0, 60_000]

    play(told)


def test_a_settlement_of_what_was_attributed_in_part_brings_the_rest(play):
    async def told(stage: Stage) -> None:
        sale = await attributed(stage, "B-1", "400.00 GBP")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        assert await sold(stage, sale) == ("settled", 100_000, 0)
        assert await queue(stage) == []
        # A no that comes later is none
        collected = await stage.instruction(sale, "collect")
        await stage.accepted("record_answer", RecordAnswer(collected, RailAnswer(NO, "said_so")))
        assert await sold(stage, sale) == ("settled", 100_000, 0)

    play(told)


def test_a_no_to_what_was_attributed_in_part_leaves_that(play):
    async def told(stage: Stage) -> None:
        sale = await attributed(stage, "B-1", "400.00 GBP")
        collected = await stage.instruction(sale, "collect")
        await stage.accepted("record_answer", RecordAnswer(collected, RailAnswer(NO, "said_so")))
        assert await sold(stage, sale) == ("settled", 40_000, 0)

    play(told)


def test_a_part_the_bank_has_booked_is_not_booked_again_with_the_whole(play):
    async def told(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        reference = (await stage.instruction(sale, "collect")).hex
        body = transfer("B-1", "400.00 GBP", end_to_end_id=reference)
        await stage.accepted("record_receipt", body)
        assert await sold(stage, sale) == ("settled", 100_000, 60_000)
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        assert await sold(stage, sale) == ("settled", 100_000, 0)
        assert await queue(stage) == []
        [first, second] = await stage.facts("payment_settled")
        assert (first["gross"]["minor"], second["gross"]["minor"]) == (40_000, 60_000)

    play(told)


def test_each_notice_of_a_part_tells_of_its_own_part(play):
    async def told(stage: Stage) -> None:
        order = await stage.order("INV-1", "1,000.00 GBP")
        await stage.accepted("pay", Pay(order, "card", "tok_1", CaptureMethod.MANUAL))
        sale = PaymentId((await stage.row("select id from payments.payments"))["id"])
        await stage.works()
        await stage.captures(sale, "400.00 GBP")
        # The acquirer's transfer of the first part comes without a name
        await more_attributed(stage, sale, "B-1", "398.00 GBP")
        await stage.captures(sale, "600.00 GBP")
        await stage.settles(sale, "600.00 GBP", "3.00 GBP", "set-2")
        await stage.settles(sale, "400.00 GBP", "2.00 GBP", "set-1")
        assert (await sold(stage, sale))[1:] == (100_000, 0)
        assert await queue(stage) == []
        # 995.00 in all, sold on whole: nothing is left and nothing is missing
        legs = await stage.session.pool.fetch(
            "select code, sum(amount)::bigint as minor from ledger.transfers"
            " where code in ('settlement_net', 'attributed_to_sale', 'rail_fee') group by 1"
        )
        assert sum(row["minor"] for row in legs) == 100_000

    play(told)
