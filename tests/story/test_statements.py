"""What the bank's statement says and our book does not, or the other way round, is found."""

from datetime import UTC, date, datetime

import pytest
from tests.story.stage import SELLER, Stage, money
from tests.story.test_payout_routes import PAYOUT, two_ways
from tests.story.test_receipts import opens_account, queue, transfer, two_people, waiting

from usance.kernel.ids import (
    BankAccountId,
    BankEntryId,
    BankStatementId,
    BreakId,
    InstructionId,
    MessageId,
    UserId,
)
from usance.kernel.money import Currency, Money
from usance.kernel.records import replace
from usance.parties import service as parties
from usance.parties.model import OPERATOR
from usance.payments import store
from usance.payments.model import (
    BankStatement,
    Counterparty,
    EntryDetail,
    EntryStatus,
    InstructionKind,
    Message,
    References,
    StatementBalance,
    StatementEntry,
    StatementKind,
    uetr_of,
)
from usance.payments.ports import AnswerKind
from usance.payments.rules.messages import entry_row
from usance.payments.service import PayOut, RecordBankDebit, RecordPayoutReturn, ReturnSuspense
from usance.payments.service.breaks import accept_match, close_break, reconciliation, reject_match
from usance.payments.service.find_breaks import breaks
from usance.payments.service.matching import match_again, match_messages

ACCOUNT = "GB33BUKB20201555555555"
SOMEBODY = UserId.derived(0, "story", "mei")


def line(
    number: int,
    amount: str,
    day: str = "2026-09-09",
    party: str = "Eva Example",
    *,
    out: bool = False,
    **names: str,
) -> StatementEntry:
    on = date.fromisoformat(day)
    references = References(**names)
    detail = Counterparty(party, "DE89370400440532013000" if party else "")
    entry = StatementEntry(
        number, f"line {number}", money(amount), not out, EntryStatus.BOOKED, on, on, references
    )
    return replace(entry, details=(EntryDetail(money(amount), not out, references, detail),))


async def has_account(stage: Stage) -> None:
    """The account that the bank speaks of is ours; only what lies there is booked."""
    body = parties.RegisterBankAccount(
        BankAccountId.derived(0, "story", "ours"),
        OPERATOR,
        "The operator",
        "GB",
        Currency("GBP"),
        ACCOUNT,
    )
    await stage.do("register_bank_account", body, "our account")


async def shows(
    stage: Stage,
    name: str,
    *lines: StatementEntry,
    kind: StatementKind = StatementKind.STATEMENT,
    sequence: int | None = None,
    opening: str = "",
    closing: str = "",
    on: str = "2026-09-09",
) -> None:
    """The bank's statement of our account is taken in and matched, in one transaction."""
    await has_account(stage)
    at = int(stage.now.timestamp() * 1000)
    message = MessageId.derived(at, name)
    statement = BankStatementId.derived(at, name)
    said = [("OPBD", opening), ("CLBD", closing)]
    balances = tuple(
        StatementBalance(code, money(text), date.fromisoformat(on)) for code, text in said if text
    )
    row = Message(
        message, "camt.053", "001.08", True, name, "BANK", name, name, name, None, stage.now, 0, ()
    )
    head = BankStatement(
        statement, message, 1, kind, name, "", ACCOUNT, "", "", "GBP", sequence, None, None, None,
        None, balances, len(lines),
    )  # fmt: skip
    rows = [
        entry_row(BankEntryId.derived(at, name, each.number), statement, kind, ACCOUNT, each)
        for each in lines
    ]
    async with stage.session.pool.acquire() as connection, connection.transaction():
        await store.add_rows(connection, [row])
        await store.add_rows(connection, [head])
        await store.add_rows(connection, rows)
        await match_messages(connection, [message])


async def states(stage: Stage) -> list[str]:
    rows = await stage.session.pool.fetch("select state from payments.entries order by id, number")
    return [row["state"] for row in rows]


async def open_breaks(stage: Stage) -> list[tuple[str, int]]:
    rows = await stage.session.pool.fetch(
        "select kind, amount_minor from payments.breaks where state = 'open' order by kind, since"
    )
    return [(row["kind"], row["amount_minor"]) for row in rows]


async def the_break(stage: Stage, kind: str) -> BreakId:
    found = await stage.row(
        "select id from payments.breaks where kind = $1 and state = 'open'", kind
    )
    return BreakId(found["id"])


def test_a_return_that_was_heard_of_is_the_credit_that_the_statement_shows_later(play):
    async def journey(stage: Stage) -> None:
        # Given a payout that came back: the bank's message told so
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP", "SET-77")
        paid = await stage.row("select * from payments.instructions where kind = 'payout'")
        amount = Money(paid["amount_minor"], Currency(paid["amount_currency"]))
        back = RecordPayoutReturn(InstructionId(paid["id"]), "RTR-1", amount, "AC04")
        await stage.accepted("record_payout_return", back)
        # When the statement shows the credit under the transfer's UETR
        uetr = uetr_of(paid["id"])
        await shows(stage, "S1", line(1, str(amount), uetr=uetr, servicer="BOOK-9"))
        # Then it is that return, and no receipt is made of it, however long nobody looks
        assert await states(stage) == ["matched"]
        await stage.until("2026-09-14")
        assert await stage.facts("receipt_recorded") == []

    play(journey)


def test_what_the_bank_shows_and_the_book_expects_is_matched(play):
    async def journey(stage: Stage) -> None:
        # Given a sale that the rail has settled, and its payout
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP", "SET-77")
        # When the statement shows the net by the rail's reference
        await shows(stage, "S1", line(1, "995.00 GBP", end_to_end_id="set 77"))
        # Then it is known, and the same statement again changes nothing
        assert await states(stage) == ["matched"]
        found = await stage.row("select rule, score from payments.matches")
        assert (found["rule"], found["score"]) == ("name", 1000)
        assert await open_breaks(stage) == []
        # The payout in yuan, shown with the id of its instruction
        paid = await stage.row(
            "select id, amount_minor from payments.instructions where kind = 'payout'"
        )
        amount = f"{paid['amount_minor'] / 100:.2f} CNY"
        await shows(stage, "S2", line(1, amount, out=True, uetr=str(paid["id"])))
        assert await open_breaks(stage) == []

    play(journey)


def test_money_that_a_statement_shows_twice_cannot_be_overlooked(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP", "SET-77")
        await shows(
            stage, "S1", line(1, "995.00 GBP", end_to_end_id="SET-77", servicer="B1"),
            line(2, "995.00 GBP", end_to_end_id="SET-77", servicer="B2"),
        )  # fmt: skip
        # Then one is known, the other is a break that names it
        assert sorted(await states(stage)) == ["matched", "unmatched"]
        assert await open_breaks(stage) == [("found_twice", 99_500)]
        async with stage.session.pool.acquire() as connection:
            overview = await reconciliation(connection)
        assert overview.breaks["found_twice"] == 1
        # It is the bank's own second booking, so it is money: booked, and waits for its owner
        await stage.until("2026-09-11")
        assert await queue(stage) == [("unknown_owner", "suspense_unmatched", 99_500)]
        assert await open_breaks(stage) == []
        # 10.00 of the sale were our fee, the rest of it was sold for yuan
        assert await stage.balance("nostro", "GBP") == "1005.00"

    play(journey)


def test_the_same_booking_on_two_statements_is_no_money(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP", "SET-77")
        booked = line(1, "995.00 GBP", end_to_end_id="SET-77", servicer="B1")
        await shows(stage, "S1", booked)
        stage.now = datetime(2026, 9, 8, tzinfo=UTC)
        await shows(stage, "S2", booked)
        assert await open_breaks(stage) == [("found_twice", 99_500)]
        same = await the_break(stage, "found_twice")
        async with stage.session.pool.acquire() as connection, connection.transaction():
            done = await close_break(connection, SOMEBODY, same, "overlap", stage.now)
        assert done.state == "closed"

    play(journey)


def test_a_credit_nobody_expected_becomes_a_receipt_when_its_time_has_come(play):
    async def journey(stage: Stage) -> None:
        await opens_account(stage)
        await shows(stage, "S1", line(1, "40.00 GBP", "2026-09-07", "Eva Example", servicer="B9"))
        assert await open_breaks(stage) == [("not_expected", 4_000)]
        assert await stage.balance("nostro", "GBP") == "0.00"
        await stage.until("2026-09-09")
        assert await stage.balance("nostro", "GBP") == "40.00"
        assert await queue(stage) == [("unknown_owner", "suspense_unmatched", 4_000)]
        assert await open_breaks(stage) == []
        assert await states(stage) == ["matched"]

    play(journey)


def test_a_receipt_that_was_booked_is_found_on_the_statement(play):
    async def journey(stage: Stage) -> None:
        await stage.accepted("record_receipt", transfer("B-1", "80.00 GBP"))
        await shows(stage, "S1", line(1, "80.00 GBP", servicer="B-1"))
        assert await states(stage) == ["matched"]

    play(journey)


def test_money_of_the_past_is_read_and_never_booked(play):
    async def journey(stage: Stage) -> None:
        marks = Money(4_000, Currency.of_the_past("DEM"))
        old = line(1, "40.00 GBP", "2026-09-07", servicer="B9")
        await shows(stage, "S1", replace(old, amount=marks, details=()))
        assert await open_breaks(stage) == [("not_expected", 4_000)]
        await stage.until("2026-09-12")
        assert await stage.facts("receipt_recorded") == []
        async with stage.session.pool.acquire() as connection:
            [shown] = await breaks(connection, None)
        assert str(shown.amount) == "40.00 DEM"

    play(journey)


def test_a_debit_nobody_expected_is_booked_by_two_people(play):
    async def journey(stage: Stage) -> None:
        await shows(stage, "S1", line(1, "15.00 GBP", servicer="FEE1", out=True))
        assert await open_breaks(stage) == [("not_expected", -1_500)]
        await stage.until("2026-09-11")
        assert await stage.balance("nostro", "GBP") == "0.00"
        debit = RecordBankDebit(ACCOUNT, "FEE1", money("15.00 GBP"))
        assert await two_people(stage, "record_bank_debit", debit) == ""
        assert await two_people(stage, "record_bank_debit", debit) == "nothing_due"
        assert await stage.balance("nostro", "GBP") == "-15.00"
        assert await queue(stage) == [("bank_debit", "suspense_unmatched", -1_500)]
        # The next statement finds it booked
        await shows(stage, "S2", line(1, "1.00 GBP", servicer="X1"))
        async with stage.session.pool.acquire() as connection:
            await match_again(connection, stage.now)
        assert ("not_expected", -1_500) not in await open_breaks(stage)

    play(journey)


def test_what_is_near_is_suggested_and_people_decide(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP", "SET-77")
        # A bank has kept 3 pounds and written the reference its own way
        await shows(stage, "S1", line(1, "992.00 GBP", "2026-09-08", remittance="REF SET77"))
        assert await states(stage) == ["suggested"]
        [(kind, amount)] = await open_breaks(stage)
        assert (kind, amount) == ("not_expected", 99_200)
        found = await the_break(stage, "not_expected")
        async with stage.session.pool.acquire() as connection, connection.transaction():
            done = await accept_match(connection, SOMEBODY, found, None, stage.now)
        # What differs stays open until it is booked
        assert (done.kind, done.state) == ("amount_differs", "open")
        assert done.difference == money("-3.00 GBP")

    play(journey)


def test_a_suggestion_that_was_rejected_is_not_made_again(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP", "SET-77")
        await shows(stage, "S1", line(1, "992.00 GBP", "2026-09-08", remittance="REF SET77"))
        found = await the_break(stage, "not_expected")
        async with stage.session.pool.acquire() as connection, connection.transaction():
            await reject_match(connection, SOMEBODY, found)
        await stage.until("2026-09-11")
        # It is money of somebody else, then: booked
        assert await queue(stage) == [("unknown_owner", "suspense_unmatched", 99_200)]

    play(journey)


def test_money_that_no_statement_shows_is_late(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP", "SET-77")
        await shows(stage, "S1", closing="0.00 GBP", opening="0.00 GBP", on="2026-09-09")
        assert await open_breaks(stage) == []
        stage.now = datetime(2026, 9, 12, tzinfo=UTC)
        await shows(stage, "S2", closing="0.00 GBP", opening="0.00 GBP", on="2026-09-12")
        assert await open_breaks(stage) == [("not_shown", 99_500)]
        # When it is shown at last, nothing is open any more
        stage.now = datetime(2026, 9, 13, tzinfo=UTC)
        await shows(stage, "S3", line(1, "995.00 GBP", "2026-09-13", uetr="SET-77"))
        assert await open_breaks(stage) == []

    play(journey)


def test_statements_that_do_not_follow_each_other_are_told(play):
    async def journey(stage: Stage) -> None:
        await shows(stage, "S1", sequence=4, opening="0.00 GBP", closing="10.00 GBP")
        stage.now = datetime(2026, 9, 8, tzinfo=UTC)
        await shows(
            stage, "S2", sequence=6, opening="12.00 GBP", closing="12.00 GBP", on="2026-09-10"
        )
        assert await open_breaks(stage) == [
            ("balance_jumps", 200),
            ("statement_missing", 0),
            ("sum_differs", 1_000),
        ]

    play(journey)


def test_an_advice_is_looked_up_and_takes_nothing(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP", "SET-77")
        booked = line(1, "995.00 GBP", end_to_end_id="SET-77", servicer="B1")
        await shows(stage, "N1", booked, kind=StatementKind.NOTIFICATION)
        await shows(stage, "S1", booked)
        assert await states(stage) == ["matched", "matched"]
        assert await open_breaks(stage) == []

    play(journey)


def test_money_on_its_way_back_is_expected(play):
    async def journey(stage: Stage) -> None:
        await stage.accepted("record_receipt", transfer("B-1", "80.00 GBP"))
        stage.rail.answers[InstructionKind.RETURN] = [AnswerKind.UNKNOWN]
        back = ReturnSuspense(await waiting(stage))
        assert await two_people(stage, "return_suspense", back) == ""
        await stage.works()
        instruction = await stage.row("select id from payments.instructions where kind = 'return'")
        # The bank has made it before the rail has answered
        made = line(2, "80.00 GBP", out=True, end_to_end_id=str(instruction["id"]))
        await shows(stage, "S1", line(1, "80.00 GBP", servicer="B-1"), made)
        assert await states(stage) == ["matched", "matched"]

    play(journey)


def test_a_statement_of_somebody_elses_account_moves_no_money(play):
    async def journey(stage: Stage) -> None:
        await shows(stage, "ours", line(1, "10.00 GBP", end_to_end_id="OURS-1"))
        await stage.session.pool.execute(
            "update payments.entries set account = 'GB82WEST12345698765432'"
        )
        await stage.until("2026-09-20")
        assert await queue(stage) == []
        assert await stage.balance("nostro", "GBP") == "0.00"

    play(journey)


@pytest.mark.parametrize(("case", "second"), [
    ("the other rail has paid", []),
    ("the other rail has not answered yet", [AnswerKind.UNKNOWN] * 9),
])  # fmt: skip
def test_a_payout_that_went_to_another_rail_is_shown_under_that_ones_name(play, case, second):
    async def journey(stage: Stage) -> None:
        # Given a payout that the first rail refused; the book follows each step as it is made
        rails, eva = await two_ways(stage)
        rails["sepa_instant"].answers[PAYOUT] = [AnswerKind.UNKNOWN, AnswerKind.REFUSED]
        rails["credit_transfer"].answers[PAYOUT] = second
        await stage.accepted("pay_out", PayOut(SELLER, money("100.00 EUR"), eva))
        await stage.works()
        await shows(stage, "before")
        await stage.until("2026-09-07 09:00")
        # When the bank's statement shows it by the instruction of the second
        paid = await stage.row("select id from payments.instructions where attempt = 2")
        uetr = uetr_of(paid["id"])
        shown = line(1, "100.00 EUR", party="", out=True, uetr=uetr)
        stage.now = datetime(2026, 9, 9, tzinfo=UTC)
        await shows(stage, "S1", replace(shown, references=References(uetr=uetr)))
        # Then it is that payout
        assert (await states(stage))[-1] == "matched", case

    play(journey)
