"""What is posted column by column is what the sheet would post, or it is left to the sheet."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from usance.kernel.ids import fresh
from usance.kernel.money import MINOR_MAX, Currency
from usance.kernel.records import replace
from usance.ledger.model import Account, Balance, Closure, Counter, Flags, Limit
from usance.ledger.service import CreateTransfers, TransferRequest, TransferStage, at_once
from usance.ledger.service.at_once import create_at_once
from usance.ledger.service.post import CLOSED_ACCOUNTS
from usance.ledger.tables import ACCOUNTS, BALANCES, CLOSURES, COUNTERS, TRANSFERS
from usance.runtime.draft import Overlay, State

NOW = datetime(2026, 9, 9, tzinfo=UTC)
TODAY = date(2026, 9, 9)
COVERED = Limit.DEBITS_MUST_NOT_EXCEED_CREDITS
ACCOUNT_ROWS = (
    (1, "CNY", Limit.NONE, Balance(1)),
    (2, "CNY", COVERED, Balance(2, 5, 20, 0, 300)),
    (3, "CNY", Limit.CREDITS_MUST_NOT_EXCEED_DEBITS, Balance(3, 0, 300, 5, 20)),
    (4, "CNY", Limit.NONE, Balance(4, 1, 2, 3, 4)),
    (5, "CNY", Limit.NONE, Balance(5, 0, 9 * 10**18, 0, 0)),
    (6, "GBP", Limit.NONE, Balance(6)),
    (7, "GBP", Limit.NONE, Balance(7)),
)


@pytest.fixture(autouse=True)
def _worth_it_at_once(monkeypatch):
    monkeypatch.setattr(at_once, "_WORTH_IT", 1)


def a_book(*closed: int) -> Overlay:
    state = State()
    for number, code, limit, balance in ACCOUNT_ROWS:
        owner = UUID(int=number)
        account = Account(number, "x", Currency(code), owner, None, None, limit, NOW)
        state.keep(ACCOUNTS, [account])
        state.keep(BALANCES, [balance])
    if closed:
        state.keep(COUNTERS, [Counter(CLOSED_ACCOUNTS, 1)])
        state.keep(CLOSURES, [Closure(number, closed=True) for number in closed])
    overlay = Overlay(state, NOW)
    overlay.begin(fresh(1, 1), UUID(int=9), 1)
    return overlay


def after(overlay: Overlay):
    """All that a command has written, the rows of transfers as bytes in the order of their ids."""
    changes = overlay.written(TRANSFERS)
    encoder = TRANSFERS.shape.encoder
    rows = b"".join(encoder.rows(part) for part in (changes.new, *changes.blocks) if len(part))
    width = len(rows) // max(1, len(changes)) or 1
    each = sorted(rows[at : at + width] for at in range(0, len(rows), width))
    balances = overlay.get_all(BALANCES, [number for number, *_ in ACCOUNT_ROWS])
    return balances, each, overlay.transfers_digest()


def requests_of(asked, code="manual"):
    return tuple(
        TransferRequest(fresh(1000 + order, at), debit, credit, amount, code)
        for at, (order, (debit, credit), amount) in enumerate(asked)
    )


def by_the_sheet(requests):
    overlay = a_book()
    doubtful = {request.id.int for request in requests}
    TransferStage().apply(overlay, CreateTransfers(requests, TODAY), doubtful)
    return after(overlay)


# Ids in any order; accounts with limits and without, in two currencies.
asked_for = some.tuples(
    some.integers(0, 50),
    some.sampled_from([(1, 4), (4, 1), (1, 2), (2, 4), (4, 3), (3, 2), (6, 7)]),
    some.integers(1, 30),
)


@given(some.lists(asked_for, min_size=1, max_size=40))
def test_it_is_done_as_the_sheet_does_it_or_not_at_all(asked):
    requests, overlay = requests_of(asked), a_book()

    if create_at_once(overlay, requests, TODAY, ()):
        assert after(overlay) == by_the_sheet(requests)
    else:
        assert overlay.mark() == 0
        assert after(overlay) == after(a_book())


PLAIN = (3, (1, 4), 10)
LARGE = 2**61


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param([PLAIN, (4, (4, 1), 20)], id="no limits"),
        pytest.param([PLAIN, (4, (2, 4), 275)], id="all that is there"),
        pytest.param([PLAIN, (4, (4, 3), 275)], id="all that is there, the other way"),
        pytest.param([PLAIN, (4, (6, 7), 1)], id="two currencies, each within itself"),
        pytest.param([PLAIN, (1, (4, 1), 2)], id="ids not in order"),
    ],
)
def test_what_certainly_fits_is_done_at_once(asked):
    requests, overlay = requests_of(asked), a_book()

    assert create_at_once(overlay, requests, TODAY, ())
    assert after(overlay) == by_the_sheet(requests)


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param([PLAIN, (4, (2, 4), 276)], id="more than is there, the hold counted"),
        pytest.param([(3, (1, 2), 50), (4, (2, 4), 276)], id="covered by an earlier one"),
        pytest.param([PLAIN, (4, (4, 3), 276)], id="more than is there, the other way"),
        pytest.param([PLAIN, (4, (4, 6), 1)], id="another currency"),
        pytest.param([PLAIN, (4, (4, 8), 1)], id="no such account"),
        pytest.param([PLAIN, (4, (5, 1), 10**18)], id="a balance that leaves 64 bits"),
        pytest.param([PLAIN, (4, (5, 1), 1)], id="a balance that is nearly full"),
        pytest.param([PLAIN, (4, (4, 4), 1)], id="the same account"),
        pytest.param([PLAIN, (4, (4, 1), 0)], id="nothing"),
        pytest.param([PLAIN, (4, (4, 1), -1)], id="less than nothing"),
        pytest.param([PLAIN, (4, (4, 1), LARGE)], id="so much that sums might not fit"),
        pytest.param([PLAIN, (4, (4, 1), MINOR_MAX + 1)], id="more than 64 bits"),
        pytest.param([PLAIN, (4, (MINOR_MAX + 1, 1), 1)], id="an account beyond 64 bits"),
    ],
)
def test_what_is_not_certain_is_left_to_the_sheet(asked):
    overlay = a_book()

    assert not create_at_once(overlay, requests_of(asked), TODAY, ())
    assert overlay.mark() == 0


@pytest.mark.parametrize(
    "change",
    [
        {"flags": Flags.PENDING},
        {"flags": Flags.LINKED},
        {"timeout": 1},
        {"pending_id": UUID(int=1)},
        {"currency": "CNY"},
        {"code": ""},
    ],
    ids=str,
)
def test_what_is_not_plain_is_left_to_the_sheet(change):
    first, second = requests_of([PLAIN, PLAIN])

    assert not create_at_once(a_book(), (first, replace(second, **change)), TODAY, ())


def test_an_id_that_may_be_in_use_is_left_to_the_sheet():
    requests = requests_of([PLAIN, PLAIN])

    assert not create_at_once(a_book(), requests, TODAY, {requests[1].id.int})
    assert create_at_once(a_book(), requests, TODAY, {5})


def test_where_an_account_was_ever_closed_each_is_looked_at():
    assert not create_at_once(a_book(4), requests_of([PLAIN]), TODAY, ())


def test_a_command_that_fails_later_takes_back_what_was_done_at_once():
    overlay = a_book()
    assert create_at_once(overlay, requests_of([PLAIN]), TODAY, ())

    overlay.undo()

    assert after(overlay) == after(a_book())
