"""Money that sellers send out: one payee or thousands, and what keeps it from going astray."""

import json
from collections.abc import Sequence
from random import Random

import pytest
from tests.story.stage import SELLER, Stage, money
from tests.story.test_ledger_door import request

from usance.adapters.payee_checks.simulated import SimulatedPayeeCheck
from usance.bootstrap import subscriptions
from usance.kernel.errors import Refusal
from usance.kernel.ids import (
    BeneficiaryId,
    InstructionId,
    PartyId,
    PayoutBatchId,
    PayoutId,
    ProposalId,
    UserId,
    derive,
)
from usance.kernel.money import Currency, Money
from usance.kernel.records import encode, replace
from usance.ledger.model import Ref
from usance.ledger.service import CreateTransfers, OpenAccounts
from usance.parties.model import HOUSE, OPERATOR, PostalAddress, Role
from usance.parties.service import (
    Approve,
    ChangeBeneficiary,
    CloseBeneficiary,
    Propose,
    RegisterBeneficiary,
    RegisterUser,
)
from usance.payments.model import BatchSource, InstructionKind, LineAsked, batch_id_of
from usance.payments.ports import AnswerKind, NoticeKind, RailAnswer, RailNotice
from usance.payments.service import (
    CancelPayoutBatch,
    PayOut,
    RecordAnswer,
    RecordPayoutReturn,
    StartPayoutBatch,
    SubmitPayoutBatch,
)
from usance.payments.service.run_payouts import carry_on
from usance.policy.model import PolicyRow
from usance.policy.service import AdoptPolicy, shipped_rows
from usance.runtime.commands import Command
from usance.worker.loop import Worker
from usance.worker.messages import hand_over_orders, take_in_message_file
from usance.worker.payouts import work_payouts

CNY = Currency("CNY")
PEOPLE = [UserId.derived(0, "story", name) for name in ("paula", "quentin")]


def payee_id(name: str) -> BeneficiaryId:
    return BeneficiaryId.derived(0, "story", name)


async def staged(stage: Stage, funds: str = "100,000.00") -> None:
    """A seller with money to draw, two people who may pay, banks that know names."""
    for user in PEOPLE:
        await stage.accepted(
            "register_user", RegisterUser(user, SELLER, "A person", (Role.SELLER,))
        )
    stage.worker = Worker(
        stage.session.pool,
        stage.session.book,
        {"bank_transfer": stage.rail, "card": stage.card},
        stage.rates,
        subscriptions(),
        payee_check=SimulatedPayeeCheck(),
    )
    await credit(stage, funds)


async def credit(stage: Stage, funds: str) -> None:
    """Money that came in by hand, and is the seller's to draw."""
    refs = (Ref("nostro", CNY, OPERATOR), Ref("seller_available", CNY, SELLER))
    await stage.accepted("open_accounts", OpenAccounts(refs))
    [told] = await stage.facts("accounts_opened")
    amount = money(f"{funds} CNY").minor
    transfer = request(1, *told["numbers"], amount)
    await stage.accepted("create_transfers", CreateTransfers((transfer,), stage.now.date()))


async def payee(stage: Stage, name: str, number: str = "6222020200112230") -> BeneficiaryId:
    body = RegisterBeneficiary(
        payee_id(name), SELLER, name, "CN", CNY, number=number, bank_code="102100099996"
    )
    await stage.accepted("register_beneficiary", body)
    await stage.works()
    return body.id


async def cooled(stage: Stage, *names: str) -> list[BeneficiaryId]:
    """Payees that were named a day and more ago."""
    made = [await payee(stage, name, f"62220202001122{n:02}") for n, name in enumerate(names)]
    await stage.until("2026-09-08 09:00")
    return made


def pay(payee: BeneficiaryId | None, amount: str, **more: object) -> PayOut:
    return PayOut(SELLER, money(f"{amount} CNY"), payee, **more)  # type: ignore[arg-type]


async def two_people(stage: Stage, verb: str, body: object, key: str = "1") -> None:
    """One of the seller's people proposes, another approves."""
    proposal = ProposalId.derived(0, "story", verb, key)
    words = Propose(proposal, verb, encode(body).decode(), "the rent of the warehouse")  # type: ignore[arg-type]
    for user, name, said in (
        (PEOPLE[0], "propose", words),
        (PEOPLE[1], "approve", Approve(proposal)),
    ):
        command = derive(int(stage.now.timestamp() * 1000), name, key, verb)
        [outcome] = await stage.session.book.submit([Command(command, name, user, said)])
        assert outcome.refusal is None, outcome.refusal
    row = await stage.row("select refusal from parties.proposals where id = $1", proposal)
    assert row["refusal"] is None, row["refusal"]
    await stage.works()


def batch(
    name: str,
    lines: Sequence[LineAsked],
    source: BatchSource = BatchSource.API,
    count: int | None = None,
    total: str = "",
) -> SubmitPayoutBatch:
    added = Money(sum(line.amount.minor for line in lines), CNY)
    return SubmitPayoutBatch(
        SELLER,
        name,
        source,
        len(lines) if count is None else count,
        money(f"{total} CNY") if total else added,
        tuple(lines),
    )


def line(
    reference: str,
    payee: BeneficiaryId | None,
    amount: str = "10.00",
    account: str = "",
    bank: str = "",
):
    return LineAsked(reference, money(f"{amount} CNY"), payee, account, bank)


async def hand_over(stage: Stage, body: SubmitPayoutBatch):
    await stage.accepted("submit_payout_batch", body, body.reference)
    await stage.works()
    return await found(stage, known(body))


def known(body: SubmitPayoutBatch) -> PayoutBatchId:
    return batch_id_of(SELLER, body.reference)


async def found(stage: Stage, identifier: PayoutBatchId):
    return await stage.row("select * from payments.payout_batches where id = $1", identifier)


async def codes(stage: Stage, identifier: PayoutBatchId) -> dict[int, str]:
    rows = await stage.session.pool.fetch(
        "select number, refusal::json ->> 'code' as code from payments.payout_lines"
        " where batch_id = $1 and status = 'refused' order by number",
        identifier,
    )
    return {row["number"]: row["code"] for row in rows}


async def policy(stage: Stage, rule: str, **values: str) -> None:
    shipped = next(r for r in shipped_rows() if r.rule == rule and r.scope == "CNY")
    row = PolicyRow(
        rule, "CNY", stage.now.date(), {**shipped.values, **values}, "the story", verified=False
    )
    await stage.accepted("adopt_policy", AdoptPolicy((row,), "a stricter house"), rule)


# ---- one payee ----


def test_a_new_payee_is_checked_cools_down_and_is_then_paid(play):
    async def journey(stage: Stage) -> None:
        await staged(stage)
        # Given a payee named today, whose bank knows the name
        supplier = await payee(stage, "Ningbo Textiles")
        kept = await stage.row("select * from parties.beneficiaries where id = $1", supplier)
        assert (kept["name_check"], kept["checked_at"]) == ("match", stage.now)
        # Then a small payout goes out at once, and small ones that add up to more do not
        await stage.accepted("pay_out", pay(supplier, "15,000.00"))
        assert await stage.refused("pay_out", pay(supplier, "5,000.01")) == "payee_cooling"
        outcome = await stage.do("pay_out", pay(supplier, "30,000.00"))
        assert outcome.refusal is not None
        assert outcome.refusal.value == "2026-09-08T08:00:00+00:00, 20000.00 CNY"
        await stage.accepted("pay_out", pay(supplier, "5,000.00"))
        # When a day has passed, it is paid like any other
        await stage.until("2026-09-08 08:00")
        await stage.accepted("pay_out", pay(supplier, "30,000.00"))
        await stage.works()
        assert await stage.balance("seller_available") == "50000.00"
        last = await stage.row("select * from payments.payouts order by id desc")
        assert (last["beneficiary_id"], last["status"]) == (supplier, "paid")
        assert stage.rail.asked[-1].instrument == f"beneficiary:{supplier}"

    play(journey)


def test_a_changed_payee_cools_down_anew_and_its_old_account_is_free(play):
    async def journey(stage: Stage) -> None:
        await staged(stage)
        [supplier] = await cooled(stage, "Ningbo Textiles")
        change = ChangeBeneficiary(
            supplier, "Ningbo Textiles", "CN", CNY, number="6222999900001111"
        )
        await stage.accepted("change_beneficiary", change)
        assert await stage.refused("pay_out", pay(supplier, "30,000.00")) == "payee_cooling"
        assert await stage.refused("change_beneficiary", change) == "nothing_changes"
        # Another town does not make another payee
        await stage.until("2026-09-09 10:00")
        town = replace(change, address=PostalAddress(town="Ningbo"))
        await stage.accepted("change_beneficiary", town)
        await stage.accepted("pay_out", pay(supplier, "30,000.00"))
        # The account it had may be named again; the one it has may not
        await payee(stage, "Somebody Else", "6222020200112200")
        twice = RegisterBeneficiary(
            payee_id("again"), SELLER, "Again", "CN", CNY, number="6222999900001111"
        )
        assert await stage.refused("register_beneficiary", twice) == "beneficiary_exists"
        # Closed, it is paid no more
        await stage.accepted("close_beneficiary", CloseBeneficiary(supplier, "sold"))
        assert await stage.refused("pay_out", pay(supplier, "1.00")) == "beneficiary_closed"
        await stage.accepted("register_beneficiary", twice)

    play(journey)


def test_a_name_the_bank_does_not_know_needs_two_people(play):
    async def journey(stage: Stage) -> None:
        await staged(stage)
        wrong, close, _ = await cooled(stage, "Nomatch Trading", "Close Ningbo Co", "Silent Ltd")
        rows = await stage.session.pool.fetch(
            "select name_check, name_on_account from parties.beneficiaries order by position"
        )
        assert [tuple(row) for row in rows] == [
            ("no_match", ""),
            ("close_match", "Ningbo Co"),
            ("not_available", ""),
        ]
        assert await stage.refused("pay_out", pay(wrong, "1.00")) == "payout_needs_approval"
        await two_people(stage, "pay_out_approved", pay(wrong, "1.00"))
        await stage.accepted("pay_out", pay(close, "1.00"))
        await policy(stage, "payments.payee", no_match="refuse")
        assert await stage.refused("pay_out", pay(wrong, "1.00")) == "payee_name_differs"

    play(journey)


def test_over_the_limit_two_people_are_asked_and_a_settlement_asks_nobody(play):
    async def journey(stage: Stage) -> None:
        await policy(stage, "payments.payout", four_eyes_above="5000.00 CNY")
        # A settlement pays 8,404.91 to the registered account: nobody chose it
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        assert await stage.balance("seller_available") == "0.00"
        await staged(stage)
        # What a person asks for is held at the limit
        await stage.accepted("pay_out", pay(None, "5,000.00"))
        assert await stage.refused("pay_out", pay(None, "5,000.01")) == "payout_needs_approval"
        await two_people(stage, "pay_out_approved", pay(None, "60,000.00"))
        assert await stage.balance("seller_available") == "35000.00"
        assert (await stage.facts("payout_initiated"))[-1]["two_people"] is True
        # Two people cannot spend what is not there, nor pay whom the policy refuses
        new = await payee(stage, "Ningbo Textiles")
        over = pay(None, "35,000.01")
        assert await stage.refused("pay_out_approved", over) == "insufficient_balance"
        assert await stage.refused("pay_out_approved", pay(new, "30,000.00")) == "payee_cooling"
        await policy(stage, "payments.payee", while_cooling="four_eyes")
        assert await stage.refused("pay_out", pay(new, "30,000.00")) == "payout_needs_approval"
        await two_people(stage, "pay_out_approved", pay(new, "30,000.00"), "2")

    play(journey)


# ---- what comes back ----


def test_part_of_a_payout_comes_back_and_is_sent_to_the_right_account(play):
    async def journey(stage: Stage) -> None:
        await staged(stage)
        wrong, right = await cooled(stage, "Ningbo Textiles", "Ningbo Textile Ltd")
        await stage.accepted("pay_out", pay(wrong, "1,000.00"))
        await stage.works()
        paid = await stage.row("select id from payments.payouts order by id desc")
        old = PayoutId(paid["id"])
        instruction = await stage.row(
            "select id from payments.instructions where subject = $1", paid["id"]
        )
        assert (
            await stage.refused("pay_out", pay(right, "1.00", replaces=old)) == "nothing_to_resend"
        )
        # When the bank sends 300.00 back, twice told
        stage.rail.told += [
            RailNotice(
                NoticeKind.RETURNED,
                "rtr-1",
                instruction["id"],
                money("300.00 CNY"),
                money("0.00 CNY"),
                stage.now.date(),
                code="AC04",
            )
        ] * 2
        await stage.until("2026-09-08 15:00")
        back = await stage.row("select * from payments.payouts where id = $1", paid["id"])
        assert (back["status"], back["returned"], back["return_reason"]) == ("paid", 30_000, "AC04")
        assert await stage.balance("seller_available") == "99300.00"
        # Then as much goes out once more, and no more than that
        more = pay(right, "300.01", replaces=old)
        assert await stage.refused("pay_out", more) == "nothing_to_resend"
        await stage.accepted("pay_out", pay(right, "300.00", replaces=old))
        assert (
            await stage.refused("pay_out", pay(right, "0.01", replaces=old)) == "nothing_to_resend"
        )
        new = await stage.row("select * from payments.payouts order by id desc")
        assert (new["replaces"], new["beneficiary_id"]) == (old, right)
        # The rest comes back too; what is more than that is none of it
        rest = RecordPayoutReturn(InstructionId(instruction["id"]), "rtr-2", money("700.00 CNY"))
        much = replace(rest, amount=money("700.01 CNY"))
        assert await stage.refused("record_payout_return", much) == "return_exceeds_payout"
        await stage.accepted("record_payout_return", rest)
        late = replace(rest, reference="rtr-3")
        assert await stage.refused("record_payout_return", late) == "wrong_state"
        ended = await stage.row("select * from payments.payouts where id = $1", paid["id"])
        assert (ended["status"], ended["returned"], ended["resent"]) == ("refused", 100_000, 30_000)
        await stage.works()
        assert await stage.balance("seller_available") == "99700.00"

    play(journey)


def test_what_comes_back_before_the_answer_was_paid_first(play):
    async def journey(stage: Stage) -> None:
        await staged(stage)
        stage.rail.answers[InstructionKind.PAYOUT] = [AnswerKind.UNKNOWN]
        await stage.accepted("pay_out", pay(None, "1,000.00"))
        await stage.works()
        open_ = await stage.row("select * from payments.instructions where kind = 'payout'")
        body = RecordPayoutReturn(InstructionId(open_["id"]), "rtr-1", money("1.00 CNY"), "MS03")
        await stage.accepted("record_payout_return", body)
        assert await stage.refused("record_payout_return", body) == "nothing_due"
        payout = await stage.row("select * from payments.payouts")
        assert (payout["status"], payout["returned"]) == ("paid", 100)
        answer = RecordAnswer(InstructionId(open_["id"]), RailAnswer(AnswerKind.CONFIRMED))
        assert await stage.refused("record_answer", answer) == "wrong_state"
        # The bank takes all of it back by its answer: only the rest comes
        back = RecordAnswer(InstructionId(open_["id"]), RailAnswer(AnswerKind.REFUSED, "AC01"))
        await stage.accepted("record_answer", back)
        assert await stage.balance("seller_available") == "100000.00"

    play(journey)


# ---- many at once ----


def test_good_lines_are_paid_bad_ones_are_named_and_again_is_nothing_new(play):
    async def journey(stage: Stage) -> None:
        await staged(stage)
        one, two = await cooled(stage, "Ningbo Textiles", "Yiwu Toys")
        unread = LineAsked(
            "r7", money("0.00 CNY"), fault=Refusal("malformed_amount", "amount", "x")
        )
        body = batch(
            "salaries",
            [
                line("r1", one),
                line("r2", payee_id("nobody")),
                line("r1", two),
                line("r4", None, account="6222 0202 0011 2201", bank="102100099996"),
                line("", two),
                line("r6", two, "-5.00"),
                unread,
                line("r8", two, "99,990.00"),
                line("r9", None, account="999"),
            ],
        )
        ended = await hand_over(stage, body)
        assert (ended["status"], ended["accepted"], ended["refused"]) == (
            "done_with_refusals",
            2,
            7,
        )
        assert await codes(stage, known(body)) == {
            2: "unknown_beneficiary",
            3: "payout_reference_repeated",
            5: "payout_reference_missing",
            6: "negative_amount",
            7: "malformed_amount",
            8: "insufficient_balance",
            9: "unknown_beneficiary",
        }
        assert ended["accepted_minor"] + ended["refused_minor"] == ended["total_minor"]
        assert await stage.balance("seller_available") == "99980.00"
        # The same batch again, and the same lines in another one
        assert await stage.refused("submit_payout_batch", body) == "payout_batch_exists"
        other = batch("once more", [line("r1", one), line("r2", two)])
        assert (await hand_over(stage, other))["accepted"] == 1
        assert await codes(stage, known(other)) == {1: "payout_reference_paid"}

    play(journey)


def test_a_batch_that_does_not_add_up_is_not_taken(play):
    async def journey(stage: Stage) -> None:
        await staged(stage)
        [one] = await cooled(stage, "Ningbo Textiles")
        lines = [line("r1", one), line("r2", one)]
        pounds = LineAsked("r3", money("1.00 GBP"), one)
        for code, body in (
            ("payout_batch_size", batch("b", [])),
            ("payout_batch_size", batch("b", lines * 5001)),
            ("payout_batch_count_differs", batch("b", lines, count=3)),
            ("currency_mismatch", batch("b", [*lines, pounds])),
            ("payout_batch_sum_differs", batch("b", lines, total="20.01")),
            ("unknown_party", replace(batch("b", lines), seller_id=PartyId.derived(0, "x"))),
        ):
            assert await stage.refused("submit_payout_batch", body) == code
        gone = PayoutBatchId.derived(0, "gone")
        assert (
            await stage.refused("start_payout_batch", StartPayoutBatch(gone))
            == "unknown_payout_batch"
        )

    play(journey)


def test_a_large_batch_waits_for_two_people_and_may_be_taken_back(play):
    async def journey(stage: Stage) -> None:
        await staged(stage)
        one, wrong = await cooled(stage, "Ningbo Textiles", "Nomatch Trading")
        await policy(stage, "payments.payout_batch", four_eyes_above="100.00 CNY")
        by_sum = batch("sum", [line(f"s{n}", one) for n in range(11)])
        by_line = batch("line", [line("l1", wrong)])
        file = batch("file", [line("f1", one)], BatchSource.PAIN_001)
        for body in (by_sum, by_line, file):
            assert (await hand_over(stage, body))["status"] == "needs_approval"
        start = StartPayoutBatch(known(by_sum))
        assert await stage.refused("start_payout_batch", start) == "payout_needs_approval"
        line_too = StartPayoutBatch(known(by_line))
        assert await stage.refused("start_payout_batch", line_too) == "payout_needs_approval"
        await stage.accepted("cancel_payout_batch", CancelPayoutBatch(known(by_line), "wrong name"))
        assert await stage.refused("start_payout_batch", line_too) == "wrong_state"
        # A small file needs one person, who signs in for it
        await stage.accepted("start_payout_batch", StartPayoutBatch(known(file)))
        await two_people(stage, "start_payout_batch_approved", start)
        assert (await found(stage, known(file)))["status"] == "done"
        assert (await found(stage, known(by_sum)))["accepted"] == 11
        assert await stage.balance("seller_available") == "99880.00"

    play(journey)


def test_all_or_nothing_where_the_policy_says_so(play):
    async def journey(stage: Stage) -> None:
        await staged(stage)
        [one] = await cooled(stage, "Ningbo Textiles")
        await policy(stage, "payments.payout_batch", refused_bps_max="0")
        poisoned = batch("poisoned", [line("p1", one), line("p2", payee_id("nobody"))])
        ended = await hand_over(stage, poisoned)
        assert (ended["status"], json.loads(ended["refusal"])["code"]) == (
            "refused",
            "too_many_lines_refused",
        )
        dear = batch("dear", [line(f"d{n}", one, "60,000.00") for n in range(2)])
        assert json.loads((await hand_over(stage, dear))["refusal"])["code"] == (
            "insufficient_balance"
        )
        assert await stage.balance("seller_available") == "100000.00"
        # What was refused as a whole was never paid: its references may be used
        whole = batch("whole", [line("p1", one), line("d0", one)])
        assert (await hand_over(stage, whole))["status"] == "done"

    play(journey)


def thousands(payees: Sequence[BeneficiaryId], count: int) -> list[LineAsked]:
    """Lines of which one is poisoned: its payee is nobody's."""
    lines = [line(f"m{n}", payees[n % len(payees)], "1.00") for n in range(count)]
    lines[count // 2] = line("poison", payee_id("nobody"), "1.00")
    return lines


def broken_off(play, count: int) -> None:
    async def journey(stage: Stage) -> None:
        await staged(stage)
        payees = await cooled(stage, *(f"Supplier {n}" for n in range(10)))
        body = batch("suppliers", thousands(payees, count))
        await stage.accepted("submit_payout_batch", body, "suppliers")
        # Whoever works breaks off in the middle of the commands, after they were asked and before
        # anybody heard what became of them; and another one does the same things again.
        async with stage.session.pool.acquire() as connection:
            await work_payouts(connection, stage.session.book, None)
            half = await carry_on(connection)
            asked = [Command(each.id, each.verb, HOUSE, each.body) for each in half]
            await stage.session.book.submit(asked[: count // 3])
            await work_payouts(connection, stage.session.book, None)
            await stage.session.book.submit(asked)
        await stage.works()
        ended = await found(stage, known(body))
        assert (ended["status"], ended["accepted"], ended["refused"]) == (
            "done_with_refusals",
            count - 1,
            1,
        )
        assert await codes(stage, known(body)) == {count // 2 + 1: "unknown_beneficiary"}
        once = await stage.row(
            "select count(*) as n, count(distinct reference) as once,"
            " count(*) filter (where status = 'paid') as paid from payments.payouts"
        )
        assert tuple(once) == (count - 1, count - 1, count - 1)
        left = 100_000_00 - (count - 1) * 100
        assert await stage.balance("seller_available") == f"{left / 100:.2f}"

    play(journey)


def test_a_poisoned_line_and_a_crash_in_the_middle_of_a_batch(play):
    broken_off(play, 400)


@pytest.mark.long
def test_ten_thousand_payouts_one_poisoned_and_a_crash_in_the_middle(play):
    broken_off(play, 10_000)


# ---- from a bank's message ----

ORDER = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn>
<GrpHdr><MsgId>PAY-1</MsgId><CreDtTm>2026-09-08T09:00:00</CreDtTm><NbOfTxs>2</NbOfTxs>
<CtrlSum>30.00</CtrlSum><InitgPty><Nm>A seller</Nm></InitgPty></GrpHdr>
<PmtInf><PmtInfId>P1</PmtInfId><PmtMtd>TRF</PmtMtd>
<ReqdExctnDt><Dt>2026-09-08</Dt></ReqdExctnDt><Dbtr><Nm>A seller</Nm></Dbtr>
<DbtrAcct><Id><Othr><Id>{debtor}</Id></Othr></Id></DbtrAcct>
<DbtrAgt><FinInstnId><BICFI>BKCHCNBJ</BICFI></FinInstnId></DbtrAgt>{transfers}
</PmtInf></CstmrCdtTrfInitn></Document>"""
TRANSFER = """<CdtTrfTxInf><PmtId><EndToEndId>{reference}</EndToEndId></PmtId>
<Amt><InstdAmt Ccy="CNY">{amount}</InstdAmt></Amt>
<CdtrAgt><FinInstnId><ClrSysMmbId><ClrSysId><Cd>CNAPS</Cd></ClrSysId>
<MmbId>102100099996</MmbId></ClrSysMmbId></FinInstnId></CdtrAgt><Cdtr><Nm>Ningbo</Nm></Cdtr>
<CdtrAcct><Id><Othr><Id>{account}</Id></Othr></Id></CdtrAcct></CdtTrfTxInf>"""


def order(debtor: str) -> bytes:
    transfers = [
        TRANSFER.format(reference="E1", amount="10.00", account="6222020200112200"),
        TRANSFER.format(reference="E2", amount="20.00", account="999"),
    ]
    return ORDER.format(debtor=debtor, transfers="".join(transfers)).encode()


async def import_(stage: Stage, name: str, content: bytes) -> int:
    async with stage.session.pool.acquire() as connection:
        taken = await take_in_message_file(
            connection, name, content, received_at=stage.now, actor=UserId(HOUSE)
        )
        assert taken.report.entries == 2, taken
        return await hand_over_orders(connection, stage.session.book, taken.digest)


def test_a_bank_message_of_a_seller_becomes_a_batch_that_waits_for_somebody(play):
    async def journey(stage: Stage) -> None:
        await staged(stage)
        await cooled(stage, "Ningbo Textiles")
        own = await stage.row(
            "select number from parties.bank_accounts where party_id = $1", SELLER
        )
        content = order(own["number"])
        assert await import_(stage, "orders.xml", content) == 1
        await stage.works()
        waiting = await stage.row("select * from payments.payout_batches")
        assert (
            waiting["status"],
            waiting["source"],
            waiting["refused"],
            waiting["two_people"],
        ) == (
            "needs_approval",
            "pain.001",
            1,
            False,
        )
        identifier = PayoutBatchId(waiting["id"])
        assert await codes(stage, identifier) == {2: "unknown_beneficiary"}
        # Imported again it is nothing new, and a stranger's message stays where it is
        assert await import_(stage, "orders.xml", content) == 0
        stranger = order("4711").replace(b"PAY-1", b"PAY-2")
        assert await import_(stage, "strange.xml", stranger) == 0
        await stage.accepted("start_payout_batch", StartPayoutBatch(identifier))
        await stage.works()
        assert (await found(stage, identifier))["accepted"] == 1
        assert await stage.balance("seller_available") == "99990.00"

    play(journey)


# ---- whatever the order ----


@pytest.mark.parametrize("seed", range(3))
def test_no_line_is_paid_twice_whatever_is_repeated_and_whoever_works(play, seed):
    async def journey(stage: Stage) -> None:
        await staged(stage, "60.00")
        payees = await cooled(stage, "Ningbo Textiles", "Yiwu Toys")
        dice = Random(seed)
        bodies = []
        for number in range(6):
            # References overlap, payees are unknown, and the money does not reach for all.
            lines = [
                line(f"r{dice.randrange(30)}", dice.choice([*payees, payee_id("nobody")]), "3.00")
                for _ in range(dice.randint(1, 12))
            ]
            bodies.append(batch(f"batch {number}", lines))
        asked: list[Command] = []
        for _ in range(60):
            async with stage.session.pool.acquire() as connection:
                asked += [
                    Command(each.id, each.verb, HOUSE, each.body)
                    for each in await carry_on(connection)
                ]
            choice = dice.randrange(3)
            if choice == 0:
                chosen = dice.choice(bodies)
                await stage.do("submit_payout_batch", chosen, chosen.reference)
            elif choice == 1 and asked:
                await stage.session.book.submit(dice.sample(asked, min(5, len(asked))))
            else:
                await stage.session.book.submit(asked[-7:])
        for body in bodies:
            await stage.do("submit_payout_batch", body, body.reference)
        await stage.works()
        rows = await stage.session.pool.fetch("select * from payments.payout_batches")
        assert len(rows) == len(bodies)
        for row in rows:
            assert row["accepted_minor"] + row["refused_minor"] == row["total_minor"]
            assert row["accepted"] + row["refused"] == row["lines"] == row["checked"]
            assert row["status"] in {"done", "done_with_refusals"}
        paid = await stage.session.pool.fetch("select reference from payments.payouts")
        assert len({row["reference"] for row in paid}) == len(paid) <= 20
        assert sum(row["accepted"] for row in rows) == len(paid)
        assert await stage.balance("seller_available") == f"{60 - 3 * len(paid)}.00"

    play(journey)
