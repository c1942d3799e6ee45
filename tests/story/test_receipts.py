"""Money that comes in by itself: it is booked whatever it is, and nobody's money gets lost."""

from datetime import date

from tests.story.stage import SELLER, Stage, money

from usance.kernel.ids import (
    CaseId,
    PaymentId,
    ProposalId,
    ReceivingAccountId,
    SuspenseId,
    UserId,
    derive,
)
from usance.kernel.records import Record, encode
from usance.parties import service as parties
from usance.parties.model import OPERATOR, Role
from usance.payments.model import Counterparty, InstructionKind, References
from usance.payments.ports import AnswerKind
from usance.payments.service import (
    AttributeSuspense,
    OpenReceivingAccount,
    RecordReceipt,
    ReturnSuspense,
)
from usance.risk import service as risk
from usance.risk.model import Disposition
from usance.runtime.commands import Command

OURS = "GB33BUKB20201555555555"
NUMBER = "GB94BARC10201530093459"
ACCOUNT = ReceivingAccountId.derived(0, "pounds")
PEOPLE = [UserId.derived(0, "story", name) for name in ("mei", "tom")]
EVA = Counterparty("Eva Example", "DE89370400440532013000", "COBADEFFXXX", "DE")


async def opens_account(stage: Stage) -> str:
    """The seller's number for pounds; returns its creditor reference."""
    await stage.accepted(
        "open_receiving_account",
        OpenReceivingAccount(ACCOUNT, SELLER, money("0 GBP").currency, "GB", "A Bank", NUMBER),
    )
    found = await stage.row("select reference from payments.receiving_accounts")
    return str(found["reference"])


def transfer(
    booking: str,
    amount: str,
    to: str = "",
    payer: Counterparty = EVA,
    **names: str,
) -> RecordReceipt:
    return RecordReceipt(
        OURS, booking, money(amount), date(2026, 9, 7), to, payer, References(**names)
    )


async def queue(stage: Stage) -> list[tuple[str, str, int]]:
    rows = await stage.session.pool.fetch(
        "select reason, account, open + going_back as waits from payments.suspense"
        " where closed_at is null order by id"
    )
    return [(row["reason"], row["account"], row["waits"]) for row in rows]


async def waiting(stage: Stage) -> SuspenseId:
    found = await stage.row(
        "select id from payments.suspense where closed_at is null order by id desc"
    )
    return SuspenseId(found["id"])


async def two_people(stage: Stage, verb: str, body: Record) -> str:
    """One proposes, another approves; the refusal's code, "" where it was done."""
    for person, name in zip(PEOPLE, ("Mei", "Tom"), strict=True):
        known = await stage.session.pool.fetchval(
            "select 1 from parties.users where id = $1", person
        )
        if not known:
            operations = parties.RegisterUser(person, OPERATOR, name, (Role.OPERATIONS,))
            await stage.accepted("register_user", operations)
    number = await stage.session.pool.fetchval("select count(*) from parties.proposals")
    proposal = ProposalId.derived(int(stage.now.timestamp() * 1000), "story", number)
    asked = parties.Propose(proposal, verb, encode(body).decode(), "we asked the bank")
    outcome = await as_user(stage, PEOPLE[0], "propose", asked)
    if outcome.refusal is not None:
        return str(outcome.refusal.code)
    alone = await as_user(stage, PEOPLE[0], "approve", parties.Approve(proposal))
    assert alone.refusal is not None
    assert alone.refusal.code == "same_person"
    outcome = await as_user(stage, PEOPLE[1], "approve", parties.Approve(proposal))
    assert outcome.refusal is None, outcome.refusal
    kept = await stage.row("select refusal from parties.proposals where id = $1", proposal)
    assert kept["refusal"] is None, kept["refusal"]
    return ""


async def as_user(stage: Stage, user: UserId, verb: str, body: Record):
    stage._count += 1
    command = derive(int(stage.now.timestamp() * 1000), verb, "person", stage._count)
    [outcome] = await stage.session.book.submit([Command(command, verb, user, body)])
    return outcome


def test_a_transfer_to_a_receiving_account_becomes_the_sellers_money(play):
    async def journey(stage: Stage) -> None:
        # Given a number that our bank has given us for the seller
        reference = await opens_account(stage)
        # When 500 pounds arrive on it, and 100 elsewhere with its creditor reference
        await stage.accepted("record_receipt", transfer("B-1", "500.00 GBP", NUMBER))
        named = transfer("B-2", "100.00 GBP", structured=reference)
        await stage.accepted("record_receipt", named)
        # Then they are the seller's, less our fee of 1 %
        assert await stage.balance("seller_available", "GBP") == "594.00"
        assert await stage.balance("fee_income", "GBP") == "6.00"
        assert await stage.balance("nostro", "GBP") == "600.00"
        assert await queue(stage) == []
        # And the bank may say it twice
        assert await stage.refused("record_receipt", named) == "nothing_due"

    play(journey)


def test_unknown_money_waits_until_two_people_have_said_whose_it_is(play):
    async def journey(stage: Stage) -> None:
        await stage.accepted("record_receipt", transfer("B-1", "80.00 GBP"))
        assert await stage.balance("suspense_unmatched", "GBP") == "80.00"
        assert await queue(stage) == [("unknown_owner", "suspense_unmatched", 8_000)]
        item = await waiting(stage)
        # When a part of it is found to be the seller's
        part = AttributeSuspense(item, SELLER, amount=money("30.00 GBP"))
        assert await two_people(stage, "attribute_suspense", part) == ""
        assert await stage.balance("seller_available", "GBP") == "29.70"
        assert await queue(stage) == [("unknown_owner", "suspense_unmatched", 5_000)]
        # Then nobody can give away more than is left, or to nobody
        more = AttributeSuspense(item, SELLER, amount=money("50.01 GBP"))
        assert await two_people(stage, "attribute_suspense", more) == "more_than_waits"
        nobody = AttributeSuspense(item)
        assert await two_people(stage, "attribute_suspense", nobody) == "no_owner_named"
        both = AttributeSuspense(item, SELLER, PaymentId.derived(0, "x"))
        assert await two_people(stage, "attribute_suspense", both) == "no_owner_named"
        # And the rest of it is too
        assert await two_people(stage, "attribute_suspense", AttributeSuspense(item, SELLER)) == ""
        assert await queue(stage) == []
        assert await stage.balance("suspense_unmatched", "GBP") == "0.00"
        again = AttributeSuspense(item, SELLER)
        assert await two_people(stage, "attribute_suspense", again) == "nothing_waits"

    play(journey)


def test_unknown_money_goes_back_to_its_sender(play):
    async def journey(stage: Stage) -> None:
        await stage.accepted("record_receipt", transfer("B-1", "80.00 GBP"))
        item = await waiting(stage)
        # When the bank refuses the return, then makes it
        stage.rail.answers[InstructionKind.RETURN] = [AnswerKind.UNKNOWN, AnswerKind.REFUSED]
        assert await two_people(stage, "return_suspense", ReturnSuspense(item)) == ""
        assert await two_people(stage, "return_suspense", ReturnSuspense(item)) == "nothing_waits"
        await stage.works()
        assert await queue(stage) == [("unknown_owner", "suspense_unmatched", 8_000)]
        await stage.until("2026-09-08")
        assert (await stage.facts("suspense_return_refused"))[-1]["code"] == "said_so"
        assert await two_people(stage, "return_suspense", ReturnSuspense(item)) == ""
        await stage.works()
        # Then nothing waits, and nothing is left
        assert stage.rail.asked[-1].instrument == f"account:{EVA.account}"
        assert await queue(stage) == []
        assert await stage.balance("suspense_unmatched", "GBP") == "0.00"
        assert await stage.balance("nostro", "GBP") == "0.00"
        # What nobody's account stands on cannot be sent back
        await stage.accepted(
            "record_receipt", transfer("B-2", "5.00 GBP", payer=Counterparty("A Stranger"))
        )
        unknown = ReturnSuspense(await waiting(stage))
        assert await two_people(stage, "return_suspense", unknown) == "no_sender"

    play(journey)


def test_a_blocked_senders_money_is_booked_and_stays_blocked(play):
    async def journey(stage: Stage) -> None:
        await opens_account(stage)
        # When a man on the list sends money to the seller
        listed = Counterparty("Viktor Anatolyevich But", "GB33BUKB20201555555555", "", "GB")
        await stage.accepted("record_receipt", transfer("B-1", "900.00 GBP", NUMBER, listed))
        # Then it is here, nobody has it, and there is a case
        assert await stage.balance("nostro", "GBP") == "900.00"
        assert await stage.balance("suspense_blocked", "GBP") == "900.00"
        assert await stage.balance("seller_available", "GBP") == "0.00"
        case = await stage.row("select id, subject, status from risk.cases")
        assert case["status"] == "open"
        item = await waiting(stage)
        give = AttributeSuspense(item, SELLER)
        assert await two_people(stage, "attribute_suspense", give) == "not_released"
        assert await two_people(stage, "return_suspense", ReturnSuspense(item)) == "not_released"
        # Only when two people have cleared the case may two people give it to the seller
        assess = risk.AssessCase(CaseId(case["id"]), Disposition.CLEARED, "another man")
        assert (await as_user(stage, PEOPLE[0], "assess_case", assess)).refusal is None
        close = risk.CloseCase(CaseId(case["id"]))
        assert (await as_user(stage, PEOPLE[1], "close_case", close)).refusal is None
        assert await two_people(stage, "attribute_suspense", give) == ""
        assert await stage.balance("seller_available", "GBP") == "891.00"
        assert await stage.balance("suspense_blocked", "GBP") == "0.00"

    play(journey)


def test_a_transfer_that_names_a_payment_settles_it_once(play):
    async def journey(stage: Stage) -> None:
        # Given a payment by bank transfer that the rail knows nothing of yet
        stage.rail.answers[InstructionKind.COLLECT] = [AnswerKind.UNKNOWN]
        sale = await stage.pays(await stage.order("INV-1", "1,000.00 GBP"))
        await stage.works()
        collected = await stage.instruction(sale, "collect")
        # When the bank books the transfer, which carries the instruction's id
        booked = transfer("B-1", "1,000.00 GBP", end_to_end_id=str(collected))
        await stage.accepted("record_receipt", booked)
        # Then the payment is captured and settled in one go: 1,000 − 10 = 990 × 9 − 17.82
        assert (await stage.payment(sale))["status"] == "settled"
        assert await stage.balance("rail_receivable", "GBP") == "0.00"
        assert (await stage.facts("payment_settled"))[-1]["proceeds"]["minor"] == 889_218
        # And when the rail tells of the same money, nothing is booked a second time
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        assert len(await stage.facts("payment_settled")) == 1
        assert await stage.balance("suspense_unmatched", "GBP") == "0.00"
        # What is sent once more for it waits
        await stage.accepted(
            "record_receipt", transfer("B-2", "1,000.00 GBP", remittance="again INV-1, sorry")
        )
        assert await queue(stage) == [("not_awaited", "suspense_unmatched", 100_000)]

    play(journey)


def test_money_in_suspense_pays_a_payment_that_waits(play):
    async def journey(stage: Stage) -> None:
        stage.rail.answers[InstructionKind.COLLECT] = [AnswerKind.UNKNOWN]
        sale = await stage.pays(await stage.order("INV-1", "1,000.00 GBP"))
        await stage.works()
        await stage.accepted("record_receipt", transfer("B-1", "1,010.00 GBP"))
        item = await waiting(stage)
        # When two people find that it is for this payment
        pays = AttributeSuspense(item, payment_id=sale)
        assert await two_people(stage, "attribute_suspense", pays) == ""
        # Then it is settled, and what was sent too much goes on waiting
        assert (await stage.payment(sale))["status"] == "settled"
        assert await queue(stage) == [("unknown_owner", "suspense_unmatched", 1_000)]
        assert await two_people(stage, "attribute_suspense", pays) == "wrong_state"
        euros = AttributeSuspense(item, payment_id=sale, amount=money("1.00 EUR"))
        assert await two_people(stage, "attribute_suspense", euros) == "more_than_waits"

    play(journey)


def test_what_rails_put_into_suspense_stands_in_the_same_queue(play):
    async def journey(stage: Stage) -> None:
        # Given a settlement of too much, and one of a payment that had failed
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.settles(sale, "1,010.00 GBP", "5.00 GBP")
        stage.rail.answers[InstructionKind.COLLECT] = [AnswerKind.REFUSED]
        stage.rail.answers[InstructionKind.REFUND] = [AnswerKind.REFUSED]
        failed = await stage.sale("INV-2", "200.00 GBP")
        await stage.settles(failed, "200.00 GBP", "5.00 GBP")
        # The rail was asked to return it to the buyer, and did not
        assert sorted(await queue(stage)) == [
            ("late_collection", "suspense_unmatched", 19_500),
            ("settlement_excess", "suspense_unmatched", 1_000),
        ]
        # When the failed one is charged back besides: nobody has borne the difference yet
        await stage.charges_back(failed, "200.00 GBP", "15.00 GBP")
        waits = await stage.row(
            "select id, open from payments.suspense where reason = 'late_collection'"
        )
        assert waits["open"] == -2_000
        # Then two people have the house bear it, with its own money
        ours = AttributeSuspense(SuspenseId(waits["id"]))
        assert await two_people(stage, "attribute_suspense", ours) == ""
        assert await stage.balance("bank_losses", "GBP") == "20.00"
        assert await stage.balance("nostro_own", "GBP") == "-20.00"

    play(journey)


def test_what_a_rail_returns_of_its_own_collecting_is_nobodys_task(play):
    async def journey(stage: Stage) -> None:
        # Given a payment that was collected after a no, and a rail that is slow to return it
        stage.rail.answers[InstructionKind.COLLECT] = [AnswerKind.REFUSED]
        stage.rail.answers[InstructionKind.REFUND] = [AnswerKind.UNKNOWN]
        failed = await stage.sale("INV-2", "200.00 GBP")
        await stage.settles(failed, "200.00 GBP", "0.00 GBP")
        item = await waiting(stage)
        waits = await stage.row("select open, going_back, hold from payments.suspense")
        assert dict(waits) == {"open": 0, "going_back": 20_000, "hold": None}
        # Then people can neither send it a second time, nor give it to anybody
        twice = ReturnSuspense(item)
        assert await two_people(stage, "return_suspense", twice) == "nothing_waits"
        theirs = AttributeSuspense(item, SELLER)
        assert await two_people(stage, "attribute_suspense", theirs) == "nothing_waits"
        # When the buyer has it back, nothing waits any more
        await stage.until("2026-09-08")
        assert await queue(stage) == []
        assert await stage.balance("suspense_unmatched", "GBP") == "0.00"

    play(journey)


def test_what_a_bank_took_is_borne_by_a_seller_as_far_as_the_money_reaches(play):
    async def journey(stage: Stage) -> None:
        await opens_account(stage)
        await stage.accepted("record_receipt", transfer("B-1", "100.00 GBP", NUMBER))
        stage.rail.answers[InstructionKind.COLLECT] = [AnswerKind.REFUSED]
        failed = await stage.sale("INV-2", "200.00 GBP")
        await stage.charges_back(failed, "200.00 GBP", "15.00 GBP")
        theirs = AttributeSuspense(await waiting(stage), SELLER)
        assert await two_people(stage, "attribute_suspense", theirs) == ""
        assert await stage.balance("seller_available", "GBP") == "0.00"
        assert await stage.balance("owed_by_seller", "GBP") == "116.00"
        assert await stage.balance("suspense_unmatched", "GBP") == "0.00"

    play(journey)
