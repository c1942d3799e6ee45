"""Reports on a real book: they agree with what was posted."""

import itertools
import json
import uuid
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from usance.financing.tables import ADVANCES, FACILITIES, OFFERS
from usance.kernel.decisions import Verdict
from usance.kernel.errors import Invalid, NotFound
from usance.kernel.ids import (
    AdvanceId,
    CaseId,
    DecisionId,
    OfferId,
    OrderId,
    PartyId,
    PaymentId,
    TransferId,
    derive,
)
from usance.kernel.money import Currency
from usance.kernel.records import decode, encode
from usance.ledger.events import AccountsOpened
from usance.ledger.model import Flags, Ref
from usance.ledger.service import CreateTransfers, OpenAccounts, TransferRequest
from usance.parties.model import OPERATOR
from usance.parties.tables import PARTIES
from usance.payments.tables import PAYMENTS
from usance.reporting.service import (
    funder_tape,
    render,
    seller_statement,
    trace,
    trace_json,
    trial_balance,
)
from usance.risk.events import DrawdownJudged
from usance.runtime.facts import Fact
from usance.runtime.rows import VIEWS

GBP, CNY = Currency("GBP"), Currency("CNY")
SELLER = PartyId.derived(1, "seller")
RAIL = PartyId.derived(1, "rail")
_numbers = itertools.count(1)
START = datetime(2026, 9, 9, 8, tzinfo=UTC)
NEXT_DAY = datetime(2026, 9, 10, 8, tzinfo=UTC)


def request(debit, credit, amount, code="capture", flags=0, pending_id=None):
    made = derive(1_788_000_000_000 + next(_numbers), "t")
    return TransferRequest(made, debit, credit, amount, code, flags, pending_id)


async def open_accounts(book, *refs):
    fact = await book.ask("open_accounts", OpenAccounts(tuple(refs)))
    return fact.part(AccountsOpened).numbers


async def open_sellers(book):
    return await open_accounts(
        book,
        Ref("rail_receivable", GBP, RAIL),
        Ref("seller_pending", GBP, SELLER),
        Ref("seller_available", GBP, SELLER),
        Ref("nostro", GBP, OPERATOR),
    )


async def post(book, *requests, value_date=date(2026, 9, 9)):
    return await book.ask("create_transfers", CreateTransfers(requests, value_date))


async def name_seller(book):
    await book.connection.execute(
        "insert into parties.parties (id, kind, legal_name, local_name, country, status,"
        " risk_grade, identifiers, created_at, position)"
        " values ($1, 'seller', 'Lantern Trading', '灯笼贸易', 'CN', 'active', 'B', '[]', now(),"
        " 1)",
        SELLER,
    )


async def two_days(book):
    """A sale, its settlement the next day, and a payout that is still on its way."""
    rail, pending, available, nostro = await open_sellers(book)
    await name_seller(book)
    await post(book, request(rail, pending, 12_345))
    book.clock.advance(NEXT_DAY)
    hold = request(available, nostro, 5_000, "payout", Flags.PENDING)
    await post(
        book,
        request(nostro, rail, 12_345, "settlement_net"),
        request(pending, available, 12_345, "rest"),
        hold,
        value_date=date(2026, 9, 11),
    )
    return hold, (rail, pending, available, nostro)


def figures(report):
    return {
        line.kind: (line.debits, line.credits, line.debits_held, line.credits_held)
        for line in report.lines
    }


NOW = {
    "rail_receivable": (12_345, 12_345, 0, 0),
    "nostro": (12_345, 0, 0, 5_000),
    "seller_pending": (12_345, 12_345, 0, 0),
    "seller_available": (0, 12_345, 5_000, 0),
}
FIRST_DAY = {"rail_receivable": (12_345, 0, 0, 0), "seller_pending": (0, 12_345, 0, 0)}


@pytest.mark.parametrize(
    ("_case", "as_of", "expected"),
    [
        ("now", {}, NOW),
        ("when we knew of all", {"recorded_at": NEXT_DAY}, NOW),
        ("before the second day", {"recorded_at": NEXT_DAY - timedelta(seconds=1)}, FIRST_DAY),
        ("by value date", {"value_date": date(2026, 9, 10)}, FIRST_DAY),
        ("all value dates", {"value_date": date(2026, 9, 11)}, NOW),
        ("before anything", {"value_date": date(2026, 9, 1)}, {}),
    ],
)
def test_a_trial_balance_is_as_of_its_moment(in_book, _case, as_of, expected):
    async def story(book):
        await two_days(book)
        return await trial_balance(book.connection, **as_of)

    report = in_book(story)

    assert figures(report) == expected
    assert report.balanced


FUNDER, OTHER = PartyId.derived(1, "funder"), PartyId.derived(1, "other funder")
DUE = date(2026, 10, 1)


async def three_advances(book):
    """An advance that is late, one that is repaid, and one of another funder."""
    order, _, payment = await two_payments(book)
    for funder, name in ((FUNDER, "River Bank"), (OTHER, "Hill Bank")):
        await insert(book, PARTIES, id=funder, kind="funder", legal_name=name, status="active")
    await insert(book, FACILITIES, limit_minor=1)
    rows = ((FUNDER, "drawn", 500, 1), (FUNDER, "repaid", 0, 2), (OTHER, "drawn", 7, 3))
    for funder, status, outstanding, minute in rows:
        offer = OfferId.derived(minute, "offer")
        await insert(book, OFFERS, id=offer, receivable_minor=1_250)
        await insert(
            book,
            ADVANCES,
            id=AdvanceId.derived(minute, "advance"),
            offer_id=offer,
            payment_id=payment,
            order_id=order,
            invoice_no="536365",
            funder_id=funder,
            principal_minor=1_000,
            principal_currency="CNY",
            principal_outstanding=outstanding,
            drawn_at=START + timedelta(minutes=minute),
            due_date=DUE,
            status=status,
        )


def test_a_tape_lists_the_advances_of_one_funder(in_book):
    async def story(book):
        await three_advances(book)
        return await funder_tape(book.connection, FUNDER, DUE + timedelta(days=8))

    report = in_book(story)

    assert report.funder_name == "River Bank"
    assert [(x.status, x.principal_outstanding, x.days_past_due) for x in report.lines] == [
        ("drawn", 500, 8),
        ("repaid", 0, 0),
    ]
    assert {(x.receivable, x.principal, x.currency, x.payment_status) for x in report.lines} == {
        (1_250, 1_000, CNY, "captured")
    }


def test_there_is_no_tape_of_a_stranger(in_book):
    async def story(book):
        await funder_tape(book.connection, FUNDER, DUE)

    with pytest.raises(NotFound):
        in_book(story)


@pytest.mark.parametrize(
    ("_case", "flags", "amount", "expected"),
    [
        ("posted whole", Flags.POST_PENDING, 0, (5_000, 12_345, 0, 0)),
        ("posted in part", Flags.POST_PENDING, 2_000, (2_000, 12_345, 0, 0)),
        ("voided", Flags.VOID_PENDING, 0, (0, 12_345, 0, 0)),
    ],
)
def test_a_resolved_hold_is_held_no_more(in_book, _case, flags, amount, expected):
    async def story(book):
        hold, _ = await two_days(book)
        await post(book, request(0, 0, amount, "", flags, hold.id))
        then = await trial_balance(book.connection, recorded_at=NEXT_DAY)
        return await trial_balance(book.connection), then

    now, then = in_book(story)

    assert figures(now)["seller_available"] == expected
    assert figures(then) == figures(now)
    assert now.balanced


def test_account_by_account_names_the_owner(in_book):
    async def story(book):
        await two_days(book)
        return await trial_balance(book.connection, accounts=True)

    report = in_book(story)

    assert {line.owner for line in report.lines} == {SELLER, RAIL, OPERATOR}
    assert str(SELLER) in render(report, "csv")


def test_a_statement_opens_with_what_came_before_and_closes_with_what_is_there(in_book):
    async def story(book):
        await two_days(book)
        day = NEXT_DAY.date()
        return await seller_statement(book.connection, SELLER, day, day)

    report = in_book(story)
    pending, available = report.accounts

    assert report.seller_name == "灯笼贸易"
    assert (pending.kind, pending.opening, pending.closing) == ("seller_pending", 12_345, 0)
    assert [(x.code, x.other, x.change) for x in pending.lines] == [
        ("rest", "seller_available", -12_345)
    ]
    assert (available.opening, available.closing, available.held) == (0, 12_345, 5_000)


def test_a_statement_names_the_sale_behind_a_transfer(in_book):
    async def story(book):
        rail, pending, _, _ = await open_sellers(book)
        await name_seller(book)
        fact = await post(book, request(rail, pending, 12_345))
        order, _, paid = await two_payments(book)
        await book.connection.execute(
            "update engine.outbox set thread = $1 where position = $2", order, fact.position
        )
        day = date(2026, 9, 9)
        return await seller_statement(book.connection, SELLER, day, day), paid, order

    report, paid, order = in_book(story)
    [line] = report.accounts[0].lines

    assert (line.payment_id, line.order_id, line.invoice_no) == (paid, order, "536365")


async def insert(book, table, **values):
    """Add a row of which only these columns matter; the others get something of their type."""
    plain = {
        bool: False,
        int: 0,
        str: "GBP",
        UUID: UUID(int=9),
        datetime: START,
        date: START.date(),
    }
    columns = [table.table.c[name] for name in table.shape.columns]
    row = {
        column.name: None if column.nullable else plain.get(column.type.python_type, "{}")
        for column in columns
    } | values
    assert len(row) == len(columns), set(values) - set(table.shape.columns)
    places = ", ".join(f"${n}" for n in range(1, len(row) + 1))
    await book.connection.execute(
        f"insert into {table.name} ({', '.join(row)}) values ({places})", *row.values()
    )


async def two_payments(book):
    """An order with a payment that failed and one that was captured."""
    order = uuid.UUID(int=derive(1_788_000_000_000, "order").int)
    ids = []
    for status in ("captured", "failed"):
        payment = PaymentId.derived(1_788_000_000_000, status)
        await insert(book, PAYMENTS, id=payment, order_id=order, invoice_no="536365", status=status)
        ids.append(payment)
    return order, ids[1], ids[0]


@pytest.mark.parametrize(
    ("_case", "first", "last", "wrong"),
    [
        ("backwards", date(2026, 9, 2), date(2026, 9, 1), Invalid),
        ("nobody", date(2026, 9, 1), date(2026, 9, 2), NotFound),
    ],
)
def test_a_statement_that_cannot_be_given(in_book, _case, first, last, wrong):
    async def story(book):
        await seller_statement(book.connection, SELLER, first, last)

    with pytest.raises(wrong):
        in_book(story)


MOVES = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.integers(1, 3),
        st.integers(1, 10**9),
        st.sampled_from([Flags.NONE, Flags.PENDING, Flags.POST_PENDING, Flags.VOID_PENDING]),
        st.integers(0, 2),
    ),
    max_size=25,
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_whatever_is_posted_the_books_balance_and_statements_add_up(server_address, in_book, moves):
    async def story(book):
        seller = PartyId(uuid.uuid4())
        numbers = await open_accounts(
            book,
            Ref("nostro", GBP, uuid.uuid4()),
            Ref("seller_available", GBP, seller),
            Ref("owed_by_seller", GBP, seller),
            Ref("suspense_unmatched", GBP, uuid.uuid4()),
        )
        await book.connection.execute(
            "insert into parties.parties (id, kind, legal_name, country, status, risk_grade,"
            " identifiers, created_at, position)"
            " values ($1, 'seller', 'X', 'CN', 'active', 'B', '[]', $2, 1)",
            seller,
            NEXT_DAY,
        )
        holds = []
        for start, step, amount, flags, days in moves:
            book.clock.advance(book.clock.now() + timedelta(days=days))
            pair = numbers[start], numbers[(start + step) % 4]
            if flags in {Flags.POST_PENDING, Flags.VOID_PENDING}:
                if not holds:
                    continue
                asked = request(0, 0, 0, "", flags, holds.pop())
            else:
                asked = request(*pair, amount, "payout", flags)
            await post(book, asked, value_date=book.clock.now().date())
            if flags == Flags.PENDING:
                holds.append(asked.id)
        last = book.clock.now().date()
        middle = date(2026, 9, 9) + (last - date(2026, 9, 9)) / 2
        return (
            await trial_balance(book.connection),
            await trial_balance(book.connection, recorded_at=book.clock.now()),
            await trial_balance(book.connection, value_date=middle),
            await seller_statement(book.connection, seller, date(2026, 9, 9), last),
            await seller_statement(book.connection, seller, middle + timedelta(days=1), last)
            if middle < last
            else None,
        )

    now, added_up, halfway, whole, second = in_book(story)

    assert now.balanced
    assert halfway.balanced
    assert figures(now) == figures(added_up)
    for account in whole.accounts + (second.accounts if second else ()):
        assert account.closing == account.opening + sum(line.change for line in account.lines)
    if second is not None:
        ends = {account.kind: account.closing for account in whole.accounts}
        assert all(ends[account.kind] == account.closing for account in second.accounts)


def test_a_fact_is_traced_with_its_legs(in_book):
    async def story(book):
        rail, pending, _, _ = await open_sellers(book)
        fact = await post(book, request(rail, pending, 12_345))
        alone = await trace(book.connection, f"evt_{fact.position}")
        own = await book.connection.fetchval("select id from ledger.transfers")
        by_transfer = await trace(book.connection, str(TransferId(own)))
        assert by_transfer.steps == alone.steps
        with pytest.raises(NotFound, match="There is no transfer trf_"):
            await trace(book.connection, TransferId.derived(1, "nowhere"))
        order, _, paid = await two_payments(book)
        await book.connection.execute(
            "update engine.outbox set thread = $1 where position = $2", order, fact.position
        )
        ways = [paid, str(paid), order_text(order), "536365", fact.position, f"evt_{fact.position}"]
        return alone, [await trace(book.connection, way) for way in ways]

    alone, traces = in_book(story)
    [step] = alone.steps

    assert alone.order_id is None
    assert [part.name for part in step.parts] == ["transfers_created"]
    assert step.parts[0].sentence.en == "By hand: 1 posted."
    assert (step.legs[0].debit, step.legs[0].credit) == ("rail_receivable", "seller_pending")
    assert step.legs[0].debit_account != step.legs[0].credit_account
    assert {each.steps for each in traces} == {(step,)}
    assert json.loads(trace_json(traces[0]))["facts"][0]["legs"][0]["amount"] == "123.45"


def order_text(order):
    from usance.kernel.ids import OrderId

    return str(OrderId(order))


def test_what_came_to_nothing_is_found_by_the_fact_that_tells_of_it(in_book):
    """A refused advance has no row; the id of its case leads to the order all the same."""
    case = CaseId.derived(int(START.timestamp() * 1000), "case")
    order = OrderId.derived(1_788_000_000_000, "order")

    async def story(book):
        rail, pending, _, _ = await open_sellers(book)
        fact = await post(book, request(rail, pending, 12_345))
        told = await book.connection.fetchval(
            "select payload from engine.outbox where position = $1", fact.position
        )
        judged = DrawdownJudged(
            DecisionId(case), UUID(int=5), Verdict.BLOCK, ("too_much",), "v1", "", case
        )
        parts = {**decode(told, Fact).parts, "drawdown_judged": judged}
        body = {**{n: getattr(fact, n) for n in fact.__struct_fields__}, "parts": parts}
        await book.connection.execute(
            "update engine.outbox set thread = $1, payload = $2 where position = $3",
            order,
            encode(body),
            fact.position,
        )
        return await trace(book.connection, case), await trace(book.connection, str(case))

    once, again = in_book(story)

    assert once == again
    assert once.order_id == order
    assert "too_much" in once.steps[0].parts[0].sentence.en


@pytest.mark.parametrize("asked", ["evt_99", "99", "C536379", str(SELLER), "evt_x", 98])
def test_what_nobody_knows_is_said_so(in_book, asked):
    async def story(book):
        await trace(book.connection, asked)

    with pytest.raises(NotFound):
        in_book(story)


def test_every_view_can_be_read_and_names_its_own_chapter(in_book):
    async def story(book):
        for view in VIEWS:
            await book.connection.fetch(f"select * from {view.name}")

    in_book(story)

    for view in VIEWS:
        chapter = view.name.partition(".")[0]
        read = [word for word in view.sql.split() if "." in word and "(" not in word]
        tables = [
            word for word in read if word.split(".")[0] in {v.name.split(".")[0] for v in VIEWS}
        ]
        assert [word for word in tables if not word.startswith(f"{chapter}.")] == []
