"""Each way the ledger says no; where two apply, the one that stands earlier in the list wins."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from tests.ledger.asking import Tables, apply, create, prepare, written

from usance.kernel.ids import fresh
from usance.kernel.money import MINOR_MAX, Currency
from usance.ledger.errors import TransferResult as R
from usance.ledger.model import Account, Balance, Counter, Flags, Hold, HoldState, Limit
from usance.ledger.service import (
    ExpireHold,
    TransferRequest,
    TransferStage,
    apply_expire_hold,
)
from usance.ledger.service.calendar import CLOSED_UNTIL
from usance.ledger.tables import (
    ACCOUNTS,
    BALANCES,
    COUNTERS,
    FAILED_TRANSFERS,
    HOLDS,
    TRANSFERS,
)
from usance.runtime.draft import Overlay, State
from usance.runtime.tables import DUE

NOW = datetime(2026, 9, 9, tzinfo=UTC)
FREE, OTHER, COVERED, MIRRORED, FULL, CNY, SHUT = range(1, 8)
KNOWN, HELD, POSTED, VOIDED, EXPIRED, NEW, NONE, FAILED, LATE, HOLDING = (
    fresh(1, n) for n in range(10)
)
ZERO, MAX = UUID(int=0), UUID(int=2**128 - 1)
CLOSES = Flags.CLOSING_DEBIT
CLOSED_DAY = R.VALUE_DATE_IN_CLOSED_PERIOD
P, POST, VOID, LINKED = Flags.PENDING, Flags.POST_PENDING, Flags.VOID_PENDING, Flags.LINKED


def ask(
    id_=NEW,
    debit=FREE,
    credit=OTHER,
    amount=10,
    flags=0,
    pending_id=None,
    code="manual",
    timeout=0,
    currency=None,
):
    return TransferRequest(id_, debit, credit, amount, code, flags, pending_id, timeout, currency)


def resolve(flags, pending_id, amount=0, debit=0, credit=0):
    return ask(NEW, debit, credit, amount, flags, pending_id)


def book() -> Overlay:
    """Six accounts in pounds, one of them closed, one in yuan; holds in every state."""
    overlay = Overlay(State(), NOW)
    for number, currency, limit in (
        (FREE, "GBP", Limit.NONE),
        (OTHER, "GBP", Limit.NONE),
        (COVERED, "GBP", Limit.DEBITS_MUST_NOT_EXCEED_CREDITS),
        (MIRRORED, "GBP", Limit.CREDITS_MUST_NOT_EXCEED_DEBITS),
        (FULL, "GBP", Limit.NONE),
        (CNY, "CNY", Limit.NONE),
        (SHUT, "GBP", Limit.NONE),
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
    overlay.put(HOLDS, Hold(LATE, FREE, OTHER, 50, HoldState.OPEN, NOW))
    overlay.put(BALANCES, Balance(FREE, 100))
    overlay.put(BALANCES, Balance(OTHER, 0, 0, 100))
    overlay.put(BALANCES, Balance(COVERED))
    closing = ask(fresh(1, 20), SHUT, COVERED, 0, P | CLOSES)
    assert results(overlay, ask(KNOWN), ask(HOLDING, amount=50, flags=P), closing) == (
        [R.CREATED] * 3
    )
    assert results(overlay, ask(FAILED, debit=COVERED)) == [R.EXCEEDS_CREDITS]
    return overlay


def results(overlay, *requests):
    tables, stage = Tables(), TransferStage()
    tables.overlay = overlay
    for table in tables.rows_of:
        tables.rows_of[table] = written(overlay, table)
    command = create(2, requests)
    return apply(stage, tables, command, prepare(stage, tables, [command]))


# Each request offends against its own code and, where it can, against several later ones.
SINGLE = [
    (R.RESERVED_FLAG, ask(ZERO, amount=0, flags=256 | P | POST)),
    (R.RESERVED_FLAG, ask(KNOWN, flags=-2)),
    (R.RESERVED_FLAG, ask(flags=1 << 70)),
    (R.ID_MUST_NOT_BE_ZERO, ask(ZERO, amount=0, flags=P | POST)),
    (R.ID_MUST_NOT_BE_INT_MAX, ask(MAX, amount=0, flags=P | POST)),
    (R.EXISTS_WITH_DIFFERENT_FLAGS, ask(KNOWN, amount=11, flags=P | POST)),
    (R.EXISTS_WITH_DIFFERENT_FLAGS, ask(KNOWN, flags=POST, pending_id=HELD)),
    (R.EXISTS_WITH_DIFFERENT_PENDING_ID, ask(KNOWN, amount=11, pending_id=HELD)),
    (R.EXISTS_WITH_DIFFERENT_TIMEOUT, ask(KNOWN, OTHER, FREE, timeout=1)),
    (R.EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID, ask(KNOWN, OTHER, FREE)),
    (R.EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID, ask(KNOWN, FREE, FREE, 11)),
    (R.EXISTS_WITH_DIFFERENT_AMOUNT, ask(KNOWN, amount=11, code="other")),
    (R.EXISTS_WITH_DIFFERENT_AMOUNT, ask(KNOWN, amount=0)),
    (R.EXISTS_WITH_DIFFERENT_CURRENCY, ask(KNOWN, code="other", currency="CNY")),
    (R.EXISTS_WITH_DIFFERENT_CODE, ask(KNOWN, code="other", currency="GBP")),
    (R.EXISTS, ask(KNOWN)),
    (R.EXISTS, ask(KNOWN, currency="GBP")),
    (R.ID_ALREADY_FAILED, ask(FAILED)),
    (R.ID_ALREADY_FAILED, ask(FAILED, amount=-1, flags=P | POST)),
    (R.FLAGS_ARE_MUTUALLY_EXCLUSIVE, ask(debit=0, flags=P | POST)),
    (R.FLAGS_ARE_MUTUALLY_EXCLUSIVE, ask(flags=POST | VOID, amount=0)),
    (R.FLAGS_ARE_MUTUALLY_EXCLUSIVE, ask(flags=VOID | Flags.BALANCING_DEBIT)),
    (R.FLAGS_ARE_MUTUALLY_EXCLUSIVE, ask(flags=POST | Flags.CLOSING_CREDIT)),
    (R.DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO, ask(debit=0, credit=0)),
    (R.DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX, ask(debit=MINOR_MAX, credit=0)),
    (R.CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO, ask(credit=0, amount=0)),
    (R.CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX, ask(credit=MINOR_MAX, amount=0)),
    (R.ACCOUNTS_MUST_BE_DIFFERENT, ask(debit=99, credit=99, amount=0, pending_id=HELD)),
    (R.PENDING_ID_MUST_BE_ZERO, ask(amount=0, pending_id=HELD, timeout=1)),
    (R.PENDING_ID_MUST_BE_ZERO, ask(flags=P, debit=99, pending_id=HELD)),
    (R.PENDING_ID_MUST_NOT_BE_ZERO, ask(flags=POST, amount=-1, timeout=1)),
    (R.PENDING_ID_MUST_NOT_BE_ZERO, resolve(POST, ZERO, -1)),
    (R.PENDING_ID_MUST_NOT_BE_INT_MAX, resolve(POST, MAX, -1)),
    (R.PENDING_ID_MUST_BE_DIFFERENT, resolve(VOID, NEW, -1)),
    (R.TIMEOUT_RESERVED_FOR_PENDING_TRANSFER, ask(flags=CLOSES, amount=0, timeout=1)),
    (R.TIMEOUT_RESERVED_FOR_PENDING_TRANSFER, ask(flags=POST, pending_id=HELD, timeout=1)),
    (R.CLOSING_TRANSFER_MUST_BE_PENDING, ask(flags=CLOSES, amount=-1)),
    (R.AMOUNT_MUST_BE_POSITIVE, ask(debit=99, amount=0, currency="")),
    (R.AMOUNT_MUST_BE_POSITIVE, ask(amount=-1, code="")),
    (R.AMOUNT_MUST_BE_POSITIVE, ask(amount=0, flags=Flags.BALANCING_DEBIT)),
    (R.AMOUNT_MUST_BE_POSITIVE, resolve(POST, NONE, -1)),
    (R.CURRENCY_MUST_NOT_BE_EMPTY, ask(debit=98, currency="", code="")),
    (R.CODE_MUST_NOT_BE_EMPTY, ask(debit=98, code="")),
    (R.DEBIT_ACCOUNT_NOT_FOUND, ask(debit=98, credit=99)),
    (R.CREDIT_ACCOUNT_NOT_FOUND, ask(credit=99)),
    (R.ACCOUNTS_MUST_HAVE_THE_SAME_CURRENCY, ask(debit=CNY, credit=FULL, amount=MINOR_MAX)),
    (
        R.TRANSFER_MUST_HAVE_THE_SAME_CURRENCY_AS_ACCOUNTS,
        ask(debit=FULL, credit=SHUT, currency="CNY"),
    ),
    (R.PENDING_TRANSFER_NOT_FOUND, resolve(VOID, NONE)),
    (R.PENDING_TRANSFER_NOT_PENDING, resolve(POST, KNOWN, 11, OTHER, OTHER)),
    (R.PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID, resolve(POST, POSTED, 51, OTHER, FREE)),
    (R.PENDING_TRANSFER_HAS_DIFFERENT_CREDIT_ACCOUNT_ID, resolve(VOID, VOIDED, 1, FREE, FREE)),
    (
        R.PENDING_TRANSFER_HAS_DIFFERENT_CURRENCY,
        ask(NEW, 0, 0, 51, POST, HOLDING, code="x", currency="CNY"),
    ),
    (R.PENDING_TRANSFER_HAS_DIFFERENT_CODE, ask(NEW, 0, 0, 51, POST, HOLDING, code="x")),
    (R.EXCEEDS_PENDING_TRANSFER_AMOUNT, resolve(POST, POSTED, 51)),
    (R.EXCEEDS_PENDING_TRANSFER_AMOUNT, resolve(VOID, HELD, MINOR_MAX)),
    (R.PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT, resolve(VOID, VOIDED, 49)),
    (R.PENDING_TRANSFER_ALREADY_POSTED, resolve(VOID, POSTED)),
    (R.PENDING_TRANSFER_ALREADY_VOIDED, resolve(POST, VOIDED, 1)),
    (R.PENDING_TRANSFER_EXPIRED, resolve(POST, EXPIRED)),
    (R.PENDING_TRANSFER_EXPIRED, resolve(POST, LATE)),
    (R.DEBIT_ACCOUNT_ALREADY_CLOSED, ask(debit=SHUT, credit=FULL)),
    (R.CREDIT_ACCOUNT_ALREADY_CLOSED, ask(debit=COVERED, credit=SHUT, amount=MINOR_MAX)),
    (R.OVERFLOWS_DEBITS_PENDING, ask(amount=MINOR_MAX, flags=P)),
    (R.OVERFLOWS_CREDITS_PENDING, ask(debit=COVERED, credit=OTHER, amount=MINOR_MAX, flags=P)),
    (R.OVERFLOWS_DEBITS_POSTED, ask(debit=FULL, credit=MIRRORED)),
    (R.OVERFLOWS_DEBITS_POSTED, ask(debit=FULL, credit=OTHER, flags=P)),
    (R.OVERFLOWS_CREDITS_POSTED, ask(debit=COVERED, credit=FULL)),
    (R.OVERFLOWS_CREDITS_POSTED, ask(debit=COVERED, credit=FULL, flags=P)),
    (R.OVERFLOWS_DEBITS, ask(amount=MINOR_MAX - 20, credit=COVERED)),
    (R.OVERFLOWS_CREDITS, ask(debit=COVERED, amount=MINOR_MAX - 20)),
    (R.OVERFLOWS_TIMEOUT, ask(debit=COVERED, flags=P, timeout=2**40)),
    (R.EXCEEDS_CREDITS, ask(debit=COVERED, credit=MIRRORED)),
    (R.EXCEEDS_CREDITS, ask(debit=COVERED, flags=Flags.BALANCING_DEBIT)),
    (R.EXCEEDS_DEBITS, ask(debit=FREE, credit=MIRRORED)),
    (R.EXCEEDS_DEBITS, ask(credit=MIRRORED, flags=Flags.BALANCING_CREDIT)),
    (R.CREATED, ask(flags=P)),
    (R.CREATED, resolve(POST, HELD)),
    (R.CREATED, resolve(POST, HELD, MINOR_MAX)),
    (R.CREATED, resolve(POST, HELD, 1, FREE, OTHER)),
    (R.CREATED, resolve(VOID, HELD, 50)),
]


@pytest.mark.parametrize(("expected", "request_"), SINGLE)
def test_one_transfer_gets_the_earliest_code_that_applies(expected, request_):
    assert results(book(), request_) == [expected]


def test_the_cases_follow_the_list_and_leave_no_code_out():
    chains = [R.CREATED, R.LINKED_EVENT_FAILED, R.LINKED_EVENT_CHAIN_OPEN]
    singles = dict.fromkeys(code for code, _ in SINGLE if code is not R.CREATED)
    assert [*chains, *singles] == [code for code in R if code is not CLOSED_DAY]


@pytest.mark.parametrize(("open_", "request_"), SINGLE)
def test_a_closed_day_is_refused_in_its_place_of_the_list(open_, request_):
    overlay = book()
    overlay.put(COUNTERS, Counter(CLOSED_UNTIL, date(2026, 9, 9).toordinal()))
    places = list(R)
    earlier = open_ is not R.CREATED and places.index(open_) < places.index(CLOSED_DAY)
    assert results(overlay, request_) == [open_ if earlier else CLOSED_DAY]


def test_the_day_after_the_last_closed_one_is_open():
    overlay = book()
    overlay.put(COUNTERS, Counter(CLOSED_UNTIL, date(2026, 9, 8).toordinal()))
    assert results(overlay, ask(NEW)) == [R.CREATED]


def test_on_a_closed_day_a_chain_fails_whole_and_no_id_is_spent():
    overlay = book()
    overlay.put(COUNTERS, Counter(CLOSED_UNTIL, date(2026, 9, 9).toordinal()))
    before = written(overlay, TRANSFERS), written(overlay, FAILED_TRANSFERS)
    assert results(overlay, LINK, ask(NONE), ask(HELD)) == [
        CLOSED_DAY,
        R.LINKED_EVENT_FAILED,
        CLOSED_DAY,
    ]
    assert (written(overlay, TRANSFERS), written(overlay, FAILED_TRANSFERS)) == before


# TigerBeetle's public order of create_transfers, without what it has and we do not offer.
ABROAD = """
linked_event_failed linked_event_chain_open reserved_flag id_must_not_be_zero
id_must_not_be_int_max exists_with_different_flags exists_with_different_pending_id
exists_with_different_timeout exists_with_different_debit_account_id
exists_with_different_credit_account_id exists_with_different_amount
exists_with_different_ledger exists_with_different_code exists id_already_failed
flags_are_mutually_exclusive debit_account_id_must_not_be_zero
debit_account_id_must_not_be_int_max credit_account_id_must_not_be_zero
credit_account_id_must_not_be_int_max accounts_must_be_different pending_id_must_be_zero
pending_id_must_not_be_zero pending_id_must_not_be_int_max pending_id_must_be_different
timeout_reserved_for_pending_transfer closing_transfer_must_be_pending ledger_must_not_be_zero
code_must_not_be_zero debit_account_not_found credit_account_not_found
accounts_must_have_the_same_ledger transfer_must_have_the_same_ledger_as_accounts
pending_transfer_not_found pending_transfer_not_pending
pending_transfer_has_different_debit_account_id pending_transfer_has_different_credit_account_id
pending_transfer_has_different_ledger pending_transfer_has_different_code
exceeds_pending_transfer_amount pending_transfer_has_different_amount
pending_transfer_already_posted pending_transfer_already_voided pending_transfer_expired
debit_account_already_closed credit_account_already_closed overflows_debits_pending
overflows_credits_pending overflows_debits_posted overflows_credits_posted overflows_debits
overflows_credits overflows_timeout exceeds_credits exceeds_debits
""".split()  # noqa: SIM905 - one long list of words
# Ours has no name there, or one that no longer means anything.
OURS_ALONE = ["created", "amount_must_be_positive", "value_date_in_closed_period"]
CALLED_HERE = {
    "ledger_must_not_be_zero": "currency_must_not_be_empty",
    "code_must_not_be_zero": "code_must_not_be_empty",
}


def test_the_order_is_that_of_the_ledger_we_follow():
    here = [CALLED_HERE.get(code, code.replace("ledger", "currency")) for code in ABROAD]
    assert [code for code in R if code not in OURS_ALONE] == here


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


def test_an_id_that_failed_for_a_passing_reason_is_spent():
    overlay = book()
    short, funds = ask(NEW, debit=COVERED), ask(NONE, credit=COVERED)
    assert results(overlay, short, funds, short) == [
        R.EXCEEDS_CREDITS,
        R.CREATED,
        R.ID_ALREADY_FAILED,
    ]


def test_balancing_takes_what_is_there():
    overlay = book()
    results(overlay, ask(NONE, credit=COVERED, amount=7))
    asked = ask(NEW, COVERED, FREE, 10, Flags.BALANCING_DEBIT)
    assert results(overlay, asked, asked) == [R.CREATED, R.EXISTS]
    assert overlay.get(TRANSFERS, NEW).amount == 7
    assert overlay.get(BALANCES, COVERED).debits_posted == 7


def test_a_partial_post_repeated_as_a_whole_one_is_not_the_same():
    overlay = book()
    part, whole = resolve(POST, HELD, 10), resolve(POST, HELD)
    assert results(overlay, part, part, whole) == [
        R.CREATED,
        R.EXISTS,
        R.EXISTS_WITH_DIFFERENT_AMOUNT,
    ]


def test_a_void_opens_what_the_hold_had_closed():
    overlay = book()
    void = ask(NEW, 0, 0, 0, VOID, fresh(1, 20))
    assert results(overlay, ask(NONE, SHUT, FREE)) == [R.DEBIT_ACCOUNT_ALREADY_CLOSED]
    assert results(overlay, void, ask(fresh(1, 21), SHUT, FREE)) == [R.CREATED, R.CREATED]


def test_a_hold_that_runs_out_frees_what_it_reserved():
    overlay = book()
    results(overlay, ask(NEW, FREE, COVERED, 5, P | CLOSES, timeout=60))
    [due] = written(overlay, DUE).values()
    assert due.due_at == NOW + timedelta(seconds=60)
    assert results(overlay, ask(fresh(1, 22))) == [R.DEBIT_ACCOUNT_ALREADY_CLOSED]
    overlay.begin(fresh(3, 3), ZERO, 2)
    apply_expire_hold(overlay, ExpireHold(NEW, P | CLOSES), None)
    assert overlay.get(HOLDS, NEW).state is HoldState.EXPIRED
    assert overlay.get(BALANCES, COVERED).credits_pending == 0
    assert results(overlay, ask(fresh(1, 23))) == [R.CREATED]


def test_a_hold_that_was_posted_in_time_does_not_run_out():
    overlay = book()
    held = ask(fresh(1, 22), FREE, COVERED, 5, P, timeout=60)
    assert results(overlay, held, resolve(POST, held.id, 3)) == [R.CREATED, R.CREATED]
    before = overlay.get(BALANCES, COVERED)
    assert (before.credits_pending, before.credits_posted) == (0, 3)
    overlay.begin(fresh(3, 3), ZERO, 2)
    assert apply_expire_hold(overlay, ExpireHold(held.id, P), None) is None
    assert overlay.get(BALANCES, COVERED) == before
    assert overlay.get(HOLDS, held.id).state is HoldState.POSTED


@pytest.mark.parametrize(
    ("_case", "debit", "credit", "flag"),
    [
        ("what is there", COVERED, FREE, Flags.BALANCING_DEBIT),
        ("what is lacking", OTHER, MIRRORED, Flags.BALANCING_CREDIT),
    ],
)
def test_balancing_counts_what_is_held(_case, debit, credit, flag):
    """Of 30 that may move 12 are reserved."""
    overlay = book()
    brought = ask(fresh(1, 22), FREE, COVERED, 30), ask(fresh(1, 23), MIRRORED, FREE, 30)
    reserved = ask(fresh(1, 24), debit, credit, 12, P)
    assert results(overlay, *brought, reserved, ask(NEW, debit, credit, 99, flag)) == (
        [R.CREATED] * 4
    )
    assert overlay.get(TRANSFERS, NEW).amount == 18
    assert results(overlay, ask(NONE, debit, credit, 99, flag)) == [
        R.EXCEEDS_CREDITS if flag == Flags.BALANCING_DEBIT else R.EXCEEDS_DEBITS
    ]
