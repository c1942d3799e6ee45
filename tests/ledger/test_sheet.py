"""The short way of plain transfers and the long way of all others give the same answers."""

from datetime import UTC, date, datetime
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as some
from tests.ledger.asking import written

from usance.kernel.ids import fresh
from usance.kernel.money import MINOR_MAX, Currency
from usance.ledger.events import TransfersCreated
from usance.ledger.model import Account, Balance, Flags, Limit
from usance.ledger.service import CreateTransfers, TransferRequest, TransferStage
from usance.ledger.tables import ACCOUNTS, BALANCES, TRANSFERS
from usance.runtime.draft import Overlay, State

NOW = datetime(2026, 9, 9, tzinfo=UTC)
LIMITS = (
    Limit.NONE,
    Limit.DEBITS_MUST_NOT_EXCEED_CREDITS,
    Limit.CREDITS_MUST_NOT_EXCEED_DEBITS,
    Limit.NONE,
)
# Number 5 was never opened; number 4 has another currency.
CURRENCIES = ("CNY", "CNY", "CNY", "GBP")
transfers = some.lists(
    some.tuples(
        some.integers(1, 5),
        some.integers(1, 5),
        some.integers(-1, 30) | some.just(MINOR_MAX),
        some.sampled_from([Flags.NONE] * 4 + [Flags.LINKED, Flags.PENDING]),
        some.booleans(),
    ),
    max_size=30,
)


def a_book() -> Overlay:
    state = State()
    for number, (limit, code) in enumerate(zip(LIMITS, CURRENCIES, strict=True), 1):
        owner = UUID(int=number)
        account = Account(number, "x", Currency(code), owner, None, None, limit, NOW)
        state.keep(ACCOUNTS, [account])
        state.keep(BALANCES, [Balance(number, 0, 40, 0, 40)])
    overlay = Overlay(state, NOW)
    overlay.begin(fresh(1, 1), UUID(int=9), 1)
    return overlay


def outcome(requests, doubtful):
    overlay = a_book()
    body = CreateTransfers(tuple(requests), date(2026, 9, 9))
    assert TransferStage().apply(overlay, body, doubtful) is None
    balances = {number: overlay.get(BALANCES, number) for number in range(1, 6)}
    told = overlay.told(TransfersCreated)
    rows = sorted(written(overlay, TRANSFERS).values(), key=lambda row: row.id)
    return told, balances, rows, overlay.transfers_digest()


@settings(max_examples=300)
@given(transfers)
def test_both_ways_give_the_same_results_balances_rows_and_digest(asked):
    requests = [
        TransferRequest(
            fresh(1000 + at, at),
            debit,
            credit,
            amount,
            flags=flags,
            pending_id=UUID(int=7) if odd and at % 5 == 0 else None,
        )
        for at, (debit, credit, amount, flags, odd) in enumerate(asked)
    ]
    everything = {request.id.int for request in requests}

    assert outcome(requests, set()) == outcome(requests, everything)


def test_a_balance_that_only_refusals_touched_is_not_written():
    overlay = a_book()
    body = CreateTransfers((TransferRequest(fresh(1, 2), 2, 1, 41),), date(2026, 9, 9))

    TransferStage().apply(overlay, body, set())

    assert overlay.told(TransfersCreated) == TransfersCreated(0, ("exceeds_credits",))
    assert written(overlay, BALANCES) == {}
