"""The short way of plain transfers and the long way of all others give the same answers."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from tests.ledger.asking import Tables, create, finished, written

from usance.kernel.ids import fresh
from usance.kernel.money import MINOR_MAX, Currency
from usance.ledger.errors import TransferResult as R
from usance.ledger.events import TransfersCreated
from usance.ledger.model import (
    Account,
    Balance,
    Closure,
    Counter,
    FailedTransfer,
    Flags,
    Limit,
    Transfer,
)
from usance.ledger.service import CreateTransfers, TransferRequest, TransferStage
from usance.ledger.service.post import CLOSED_ACCOUNTS
from usance.ledger.tables import (
    ACCOUNTS,
    BALANCES,
    CLOSURES,
    COUNTERS,
    FAILED_TRANSFERS,
    TRANSFERS,
)
from usance.runtime.draft import Overlay, State

NOW = datetime(2026, 9, 9, tzinfo=UTC)
VALUE_DATE = date(2026, 9, 7)
FREE, OTHER, COVERED, MIRRORED, GBP, FULL, SHUT, UNKNOWN = range(1, 9)
NONE, DEBITS, CREDITS = (
    Limit.NONE,
    Limit.DEBITS_MUST_NOT_EXCEED_CREDITS,
    Limit.CREDITS_MUST_NOT_EXCEED_DEBITS,
)
# Currency, limit, balance. Of 40 on each side of COVERED and MIRRORED 30 may move: 10 are held.
BOOK = {
    FREE: ("CNY", NONE, Balance(FREE, 0, 40, 0, 40)),
    OTHER: ("CNY", NONE, Balance(OTHER, 5, 40, 5, 40)),
    COVERED: ("CNY", DEBITS, Balance(COVERED, 10, 0, 10, 40)),
    MIRRORED: ("CNY", CREDITS, Balance(MIRRORED, 10, 40, 10, 0)),
    GBP: ("GBP", NONE, Balance(GBP, 0, 40, 0, 40)),
    FULL: ("CNY", NONE, Balance(FULL, 20, MINOR_MAX - 30, 20, MINOR_MAX - 30)),
    SHUT: ("CNY", NONE, Balance(SHUT, 0, 40, 0, 40)),
}
ZERO, LARGEST = UUID(int=0), UUID(int=2**128 - 1)
OLD, SPENT = fresh(500, 1), fresh(500, 2)
HELD = Flags.PENDING


def a_book(*, ever_closed: bool) -> Overlay:
    state = State()
    for number, (currency, limit, balance) in BOOK.items():
        owner = UUID(int=number)
        account = Account(number, "x", Currency(currency), owner, None, None, limit, NOW)
        state.keep(ACCOUNTS, [account])
        state.keep(BALANCES, [balance])
    if ever_closed:
        state.keep(CLOSURES, [Closure(SHUT, closed=True), Closure(FREE, closed=False)])
        state.keep(COUNTERS, [Counter(CLOSED_ACCOUNTS, 1)])
    overlay = Overlay(state, NOW)
    overlay.begin(fresh(1, 1), UUID(int=9), 1)
    return overlay


def outcome(requests, *, short: bool, ever_closed: bool = True):
    """What both ways are compared by. The long way doubts every id."""
    tables, overlay = Tables(), a_book(ever_closed=ever_closed)
    tables.overlay = overlay
    old = Transfer(OLD, 1, FREE, OTHER, 3, "manual", 0, None, VALUE_DATE, NOW)
    tables.rows_of[TRANSFERS] = {OLD: old}
    tables.rows_of[FAILED_TRANSFERS] = {SPENT: FailedTransfer(SPENT, R.EXCEEDS_CREDITS)}
    stage = TransferStage()
    doubtful = finished(stage.prepare(tables, [create(1, requests)]))
    if not short:
        doubtful = {request.id.int for request in requests}
    assert stage.apply(overlay, CreateTransfers(tuple(requests), VALUE_DATE), doubtful) is None
    balances = {number: overlay.get(BALANCES, number) for number in range(1, 9)}
    rows = [
        sorted(written(overlay, table).values(), key=lambda row: row.id)
        for table in (TRANSFERS, FAILED_TRANSFERS)
    ]
    told = overlay.told(TransfersCreated)
    return list(told.results), balances, rows, overlay.transfers_digest()


ids = some.integers(1, 40).map(lambda n: fresh(1000 + n, n)) | some.sampled_from(
    [ZERO, LARGEST, OLD, SPENT]
)
transfers = some.lists(
    some.builds(
        TransferRequest,
        id=ids,
        debit=some.integers(0, 8) | some.just(MINOR_MAX),
        credit=some.integers(0, 8) | some.just(MINOR_MAX),
        amount=some.integers(-1, 31) | some.sampled_from([MINOR_MAX, MINOR_MAX - 45, 2**62]),
        code=some.sampled_from(["manual"] * 9 + [""]),
        flags=some.sampled_from([Flags.NONE] * 9 + [Flags.LINKED, HELD, Flags.BALANCING_DEBIT]),
        pending_id=some.sampled_from([None] * 9 + [UUID(int=7)]),
        currency=some.sampled_from([None] * 9 + ["CNY", "GBP"]),
    ),
    max_size=30,
)


@settings(max_examples=300)
@given(transfers, some.booleans())
def test_both_ways_give_the_same_results_balances_rows_and_digest(requests, ever_closed):
    assert outcome(requests, short=True, ever_closed=ever_closed) == outcome(
        requests, short=False, ever_closed=ever_closed
    )


def plain(debit, credit, amount=1, n=0, id_=None, **more):
    return TransferRequest(id_ or fresh(1000, n), debit, credit, amount, **more)


@pytest.mark.parametrize(
    ("_case", "debit", "credit", "amount", "expected"),
    [
        ("all there is", COVERED, FREE, 30, R.CREATED),
        ("a hold binds", COVERED, FREE, 31, R.EXCEEDS_CREDITS),
        ("all that may come", FREE, MIRRORED, 30, R.CREATED),
        ("a hold binds there too", FREE, MIRRORED, 31, R.EXCEEDS_DEBITS),
        ("debits come first", COVERED, MIRRORED, 31, R.EXCEEDS_CREDITS),
        ("the last that fits", FULL, FREE, 10, R.CREATED),
        ("with what is held too much", FULL, FREE, 11, R.OVERFLOWS_DEBITS),
        ("too much", FULL, FREE, 31, R.OVERFLOWS_DEBITS_POSTED),
        ("the last that fits there", FREE, FULL, 10, R.CREATED),
        ("with what is held too much there", FREE, FULL, 11, R.OVERFLOWS_CREDITS),
        ("too much there", FREE, FULL, 31, R.OVERFLOWS_CREDITS_POSTED),
        ("overflow before limit", COVERED, FULL, 31, R.OVERFLOWS_CREDITS_POSTED),
        ("posted before all", OTHER, FULL, MINOR_MAX - 42, R.OVERFLOWS_CREDITS_POSTED),
        ("two currencies", FREE, GBP, MINOR_MAX, R.ACCOUNTS_MUST_HAVE_THE_SAME_CURRENCY),
        ("from nowhere", UNKNOWN, UNKNOWN + 1, 1, R.DEBIT_ACCOUNT_NOT_FOUND),
        ("to nowhere", FREE, UNKNOWN, 1, R.CREDIT_ACCOUNT_NOT_FOUND),
        ("to itself", UNKNOWN, UNKNOWN, 0, R.ACCOUNTS_MUST_BE_DIFFERENT),
        ("from a closed one", SHUT, FULL, 31, R.DEBIT_ACCOUNT_ALREADY_CLOSED),
        ("to a closed one", COVERED, SHUT, 31, R.CREDIT_ACCOUNT_ALREADY_CLOSED),
        ("nothing", UNKNOWN, FREE, 0, R.AMOUNT_MUST_BE_POSITIVE),
        ("no account", 0, 0, 1, R.DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO),
    ],
)
def test_one_plain_transfer(_case, debit, credit, amount, expected):
    request = plain(debit, credit, amount)
    short = outcome([request], short=True)
    assert short == outcome([request], short=False)
    assert short[0] == [expected]


@pytest.mark.parametrize(
    ("_case", "requests", "expected"),
    [
        (
            "an id twice",
            [plain(FREE, OTHER), plain(FREE, OTHER), plain(FREE, OTHER, 2)],
            [R.CREATED, R.EXISTS, R.EXISTS_WITH_DIFFERENT_AMOUNT],
        ),
        (
            "an id that failed a moment ago",
            [plain(COVERED, FREE, 31), plain(FREE, COVERED, 9, 1), plain(COVERED, FREE, 31)],
            [R.EXCEEDS_CREDITS, R.CREATED, R.ID_ALREADY_FAILED],
        ),
        (
            "ids at the edges, old ones and spent ones",
            [
                plain(FREE, OTHER, id_=ZERO),
                plain(FREE, OTHER, id_=LARGEST),
                plain(FREE, OTHER, 3, id_=OLD),
                plain(FREE, OTHER, id_=SPENT),
                plain(FREE, OTHER, id_=UUID(int=2**128 - 2)),
            ],
            [
                R.ID_MUST_NOT_BE_ZERO,
                R.ID_MUST_NOT_BE_INT_MAX,
                R.EXISTS,
                R.ID_ALREADY_FAILED,
                R.CREATED,
            ],
        ),
        (
            "one uses what another brought",
            [plain(COVERED, FREE, 30, 1), plain(FREE, COVERED, 5, 2), plain(COVERED, FREE, 6, 3)],
            [R.CREATED, R.CREATED, R.EXCEEDS_CREDITS],
        ),
        (
            "a refusal changes nothing",
            [plain(FREE, MIRRORED, 31, 1), plain(FULL, MIRRORED, 31, 2), plain(FULL, FREE, 10, 3)],
            [R.EXCEEDS_DEBITS, R.OVERFLOWS_DEBITS_POSTED, R.CREATED],
        ),
        (
            "a hold between two plain ones",
            [
                plain(COVERED, FREE, 10, 1),
                plain(COVERED, FREE, 10, 2, flags=HELD),
                plain(COVERED, FREE, 11, 3),
                plain(COVERED, FREE, 10, 4),
            ],
            [R.CREATED, R.CREATED, R.EXCEEDS_CREDITS, R.CREATED],
        ),
        (
            "an account that one of them closes",
            [
                plain(FREE, OTHER, 1, 1),
                plain(FREE, OTHER, 0, 2, flags=HELD | Flags.CLOSING_DEBIT),
                plain(FREE, OTHER, 1, 3),
            ],
            [R.CREATED, R.CREATED, R.DEBIT_ACCOUNT_ALREADY_CLOSED],
        ),
    ],
)
def test_several_plain_transfers(_case, requests, expected):
    short = outcome(requests, short=True)
    assert short == outcome(requests, short=False)
    assert short[0] == expected


def test_a_plain_transfer_has_the_day_it_was_asked_for():
    _, _, [[made], _failed], _ = outcome([plain(FREE, OTHER)], short=True)
    assert (made.value_date, made.recorded_at) == (VALUE_DATE, NOW)


def test_a_command_that_is_refused_after_all_leaves_no_plain_transfers():
    """A later stage of the same command may say no: what the first one added goes too."""
    overlay = a_book(ever_closed=False)
    body = CreateTransfers((plain(FREE, OTHER), plain(COVERED, FREE, 31, 1)), VALUE_DATE)
    TransferStage().apply(overlay, body, set())

    overlay.undo()

    for table in (TRANSFERS, FAILED_TRANSFERS, BALANCES):
        assert written(overlay, table) == {}, table.name
    assert overlay.transfers_digest() == ""


def test_a_balance_that_only_refusals_touched_is_not_written():
    overlay = a_book(ever_closed=False)
    body = CreateTransfers((plain(COVERED, FREE, 41),), VALUE_DATE)

    TransferStage().apply(overlay, body, set())

    assert overlay.told(TransfersCreated) == TransfersCreated(0, ("exceeds_credits",))
    assert written(overlay, BALANCES) == {}
