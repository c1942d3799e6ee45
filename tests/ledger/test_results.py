"""Each way the ledger says no; where two apply, the one that stands earlier in the list wins."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from tests.ledger.asking import Tables, apply, create, prepare, written

from usance.kernel.ids import fresh
from usance.kernel.money import MINOR_MAX, Currency
from usance.ledger.errors import TransferResult as R
from usance.ledger.model import Account, Balance, Flags, Hold, HoldState, Limit
from usance.ledger.service import TransferRequest, TransferStage
from usance.ledger.tables import ACCOUNTS, BALANCES, HOLDS, TRANSFERS
from usance.runtime.draft import Overlay, State

NOW = datetime(2026, 9, 9, tzinfo=UTC)
FREE, OTHER, COVERED, MIRRORED, FULL, CNY = range(1, 7)
KNOWN, HELD, POSTED, VOIDED, EXPIRED, NEW, NONE = (fresh(1, n) for n in range(7))
ZERO = UUID(int=0)
P, POST, VOID, LINKED = Flags.PENDING, Flags.POST_PENDING, Flags.VOID_PENDING, Flags.LINKED


def ask(id_=NEW, debit=FREE, credit=OTHER, amount=10, flags=0, pending_id=None, code="manual"):
    return TransferRequest(id_, debit, credit, amount, code, flags, pending_id)


def resolve(flags, pending_id, amount=0, debit=0, credit=0):
    return ask(NEW, debit, credit, amount, flags, pending_id)


def book() -> Overlay:
    """Five pounds' accounts and one in yuan; one transfer; holds in every state."""
    overlay = Overlay(State(), NOW)
    for number, currency, limit in (
        (FREE, "GBP", Limit.NONE),
        (OTHER, "GBP", Limit.NONE),
        (COVERED, "GBP", Limit.DEBITS_MUST_NOT_EXCEED_CREDITS),
        (MIRRORED, "GBP", Limit.CREDITS_MUST_NOT_EXCEED_DEBITS),
        (FULL, "GBP", Limit.NONE),
        (CNY, "CNY", Limit.NONE),
    ):
        owner = UUID(int=number)
        overlay.put(
            ACCOUNTS, Account(number, "test", Currency(currency), owner, None, None, limit, NOW)
        )
        overlay.put(BALANCES, Balance(number))
    overlay.put(BALANCES, Balance(FULL, 0, MINOR_MAX - 5, 0, MINOR_MAX - 5))
    for hold_id, state in (
        (HELD, HoldState.OPEN),
        (POSTED, HoldState.POSTED),
        (VOIDED, HoldState.VOIDED),
        (EXPIRED, HoldState.EXPIRED),
    ):
        overlay.put(HOLDS, Hold(hold_id, FREE, OTHER, 50, state, None))
    overlay.put(BALANCES, Balance(FREE, 50))
    overlay.put(BALANCES, Balance(OTHER, 0, 0, 50))
    assert results(overlay, ask(KNOWN)) == [R.CREATED]
    return overlay


def results(overlay, *requests):
    tables, stage = Tables(), TransferStage()
    tables.overlay = overlay
    tables.rows_of[TRANSFERS] = written(overlay, TRANSFERS)
    command = create(2, requests)
    return apply(stage, tables, command, prepare(stage, tables, [command]))


# Each request offends against its own code and, where it can, against several later ones.
SINGLE = [
    (R.RESERVED_FLAG, ask(ZERO, amount=0, flags=16 | P | POST)),
    (R.RESERVED_FLAG, ask(KNOWN, flags=-2)),
    (R.RESERVED_FLAG, ask(flags=1 << 70)),
    (R.ID_MUST_NOT_BE_ZERO, ask(ZERO, amount=0, flags=P | POST)),
    (R.EXISTS_WITH_DIFFERENT_FIELDS, ask(KNOWN, amount=11, flags=P | POST)),
    (R.EXISTS_WITH_DIFFERENT_FIELDS, ask(KNOWN, debit=OTHER, credit=FREE)),
    (R.EXISTS_WITH_DIFFERENT_FIELDS, ask(KNOWN, code="other")),
    (R.EXISTS_WITH_DIFFERENT_FIELDS, ask(KNOWN, amount=0)),
    (R.EXISTS_WITH_DIFFERENT_FIELDS, ask(KNOWN, flags=POST, pending_id=HELD)),
    (R.EXISTS, ask(KNOWN)),
    (R.FLAGS_ARE_MUTUALLY_EXCLUSIVE, ask(flags=P | POST)),
    (R.FLAGS_ARE_MUTUALLY_EXCLUSIVE, ask(flags=POST | VOID, amount=0)),
    (R.PENDING_ID_MUST_BE_ZERO, ask(amount=0, pending_id=HELD)),
    (R.PENDING_ID_MUST_BE_ZERO, ask(flags=P, debit=99, pending_id=HELD)),
    (R.PENDING_ID_MUST_NOT_BE_ZERO, ask(flags=POST, amount=-1)),
    (R.PENDING_TRANSFER_NOT_FOUND, resolve(POST, NONE, amount=-1)),
    (R.PENDING_TRANSFER_NOT_FOUND, resolve(VOID, KNOWN)),
    (R.PENDING_TRANSFER_HAS_DIFFERENT_ACCOUNTS, resolve(POST, POSTED, 51, OTHER, OTHER)),
    (R.PENDING_TRANSFER_HAS_DIFFERENT_ACCOUNTS, resolve(VOID, HELD, 0, FREE, FREE)),
    (R.PENDING_TRANSFER_ALREADY_POSTED, resolve(VOID, POSTED, 51)),
    (R.PENDING_TRANSFER_ALREADY_VOIDED, resolve(POST, VOIDED, 51)),
    (R.PENDING_TRANSFER_EXPIRED, resolve(POST, EXPIRED, 51)),
    (R.EXCEEDS_PENDING_TRANSFER_AMOUNT, resolve(POST, HELD, 51)),
    (R.EXCEEDS_PENDING_TRANSFER_AMOUNT, resolve(VOID, HELD, 51)),
    (R.PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT, resolve(VOID, HELD, 49)),
    (R.PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT, resolve(VOID, HELD, -1)),
    (R.ACCOUNTS_MUST_BE_DIFFERENT, ask(debit=99, credit=99, amount=0)),
    (R.AMOUNT_MUST_BE_POSITIVE, ask(debit=99, amount=0)),
    (R.AMOUNT_MUST_BE_POSITIVE, ask(amount=-1)),
    (R.AMOUNT_MUST_BE_POSITIVE, resolve(POST, HELD, -1)),
    (R.DEBIT_ACCOUNT_NOT_FOUND, ask(debit=98, credit=99)),
    (R.CREDIT_ACCOUNT_NOT_FOUND, ask(credit=99)),
    (R.ACCOUNTS_MUST_HAVE_THE_SAME_CURRENCY, ask(debit=CNY, credit=FULL, amount=MINOR_MAX)),
    (R.OVERFLOWS_BALANCE, ask(debit=COVERED, credit=FULL)),
    (R.OVERFLOWS_BALANCE, ask(debit=FULL, credit=MIRRORED)),
    (R.OVERFLOWS_BALANCE, ask(amount=MINOR_MAX + 1)),
    (R.EXCEEDS_CREDITS, ask(debit=COVERED, credit=MIRRORED)),
    (R.EXCEEDS_DEBITS, ask(debit=FREE, credit=MIRRORED)),
    (R.CREATED, ask(flags=P)),
    (R.CREATED, resolve(POST, HELD)),
    (R.CREATED, resolve(POST, HELD, 1, FREE, OTHER)),
    (R.CREATED, resolve(VOID, HELD, 50)),
]


@pytest.mark.parametrize(("expected", "request_"), SINGLE)
def test_one_transfer_gets_the_earliest_code_that_applies(expected, request_):
    assert results(book(), request_) == [expected]


def test_the_cases_follow_the_list_and_leave_no_code_out():
    chains = [R.CREATED, R.LINKED_EVENT_FAILED, R.LINKED_EVENT_CHAIN_OPEN]
    singles = dict.fromkeys(code for code, _ in SINGLE if code is not R.CREATED)
    assert [*chains, *singles] == list(R)


LINK = ask(NEW, flags=LINKED)
BAD = ask(NONE, amount=0, flags=LINKED)
END = ask(HELD, amount=1)
CHAINS = [
    ("whole", [LINK, END], [R.CREATED, R.CREATED]),
    ("first fails", [BAD, END], [R.AMOUNT_MUST_BE_POSITIVE, R.LINKED_EVENT_FAILED]),
    (
        "last fails",
        [LINK, ask(HELD, amount=0)],
        [R.LINKED_EVENT_FAILED, R.AMOUNT_MUST_BE_POSITIVE],
    ),
    ("open", [LINK], [R.LINKED_EVENT_CHAIN_OPEN]),
    (
        "open after a failure",
        [BAD, ask(NEW, flags=LINKED), ask(HELD, flags=LINKED)],
        [R.AMOUNT_MUST_BE_POSITIVE, R.LINKED_EVENT_FAILED, R.LINKED_EVENT_CHAIN_OPEN],
    ),
    (
        "open takes back what fitted",
        [LINK, ask(HELD, flags=LINKED)],
        [R.LINKED_EVENT_FAILED, R.LINKED_EVENT_CHAIN_OPEN],
    ),
    (
        "a repeat breaks a chain",
        [LINK, ask(KNOWN), ask(HELD)],
        [R.LINKED_EVENT_FAILED, R.EXISTS, R.CREATED],
    ),
    (
        "an id of a failed chain is free again",
        [LINK, ask(HELD, amount=0), ask(NEW)],
        [R.LINKED_EVENT_FAILED, R.AMOUNT_MUST_BE_POSITIVE, R.CREATED],
    ),
]


@pytest.mark.parametrize(("_case", "requests", "expected"), CHAINS)
def test_a_chain_is_whole_or_nothing(_case, requests, expected):
    assert results(book(), *requests) == expected


def test_a_void_that_names_its_amount_may_be_repeated():
    overlay = book()
    voided = resolve(VOID, HELD, 50)
    assert results(overlay, voided, voided) == [R.CREATED, R.EXISTS]


def test_what_a_failed_chain_sealed_is_not_in_the_digest():
    overlay = book()
    results(overlay, ask(NEW))
    alone = overlay.transfers_digest()

    overlay = book()
    results(overlay, ask(NONE, flags=LINKED), ask(HELD, amount=0), ask(NEW))

    assert overlay.transfers_digest() == alone
