"""Transfers by ids of their program's own: they reach nothing of the house."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from tests.ledger.asking import Tables, apply, finished, written

from usance.kernel.ids import fresh, milliseconds_of
from usance.kernel.money import Currency
from usance.ledger.events import AccountsCreated
from usance.ledger.model import (
    Account,
    Balance,
    Counter,
    Flags,
    Hold,
    HoldState,
    Limit,
    NamedAccount,
)
from usance.ledger.service import (
    AccountRequest,
    CreateAccounts,
    CreateNamedTransfers,
    NamedTransfer,
    NamedTransferStage,
    TransferStage,
    apply_create_accounts,
    transfer_id,
)
from usance.ledger.tables import (
    ACCOUNTS,
    BALANCES,
    COUNTERS,
    HOLDS,
    NAMED_ACCOUNTS,
    TRANSFERS,
)
from usance.runtime.commands import Command
from usance.runtime.draft import Overlay, State

NOW = datetime(2026, 9, 9, 12, tzinfo=UTC)
GBP, CNY = Currency("GBP"), Currency("CNY")
HOUSE, ONE, TWO, COVERED, YUAN = 1, 2, 3, 4, 5
PROGRAM, ANOTHER = fresh(4, 1), fresh(4, 2)
NAMES = {number: fresh(1, number) for number in (ONE, TWO, COVERED, YUAN)}
HOUSE_HOLD = fresh(2, 1)


def book() -> Tables:
    """An account of the house with a hold on it, and four of a program."""
    tables = Tables()
    overlay = tables.overlay = Overlay(State(), NOW)
    for number in (HOUSE, *NAMES):
        currency = CNY if number == YUAN else GBP
        limit = Limit.DEBITS_MUST_NOT_EXCEED_CREDITS if number == COVERED else Limit.NONE
        owner = NAMES.get(number, fresh(3, 3))
        account = Account(number, "raw", currency, owner, None, None, limit, NOW)
        overlay.put(ACCOUNTS, account)
        overlay.put(BALANCES, Balance(number))
        if number in NAMES:
            named = NamedAccount(PROGRAM, NAMES[number], number, currency, 1, 0)
            overlay.put(NAMED_ACCOUNTS, named)
    overlay.put(HOLDS, Hold(HOUSE_HOLD, HOUSE, TWO, 10, HoldState.OPEN, None))
    return tables


def ask(number=1, debit=ONE, credit=TWO, amount=10, currency="GBP", **more) -> NamedTransfer:
    names = [NAMES.get(each, UUID(int=each)) for each in (debit, credit)]
    return NamedTransfer(fresh(9, number), *names, amount, currency, **more)


def results(
    tables: Tables, *asked: NamedTransfer, on: date | None = None, by: UUID = PROGRAM
) -> list[str]:
    stage = NamedTransferStage(TransferStage())
    body = CreateNamedTransfers(asked, on)
    command = Command(fresh(8, 1), "create_named_transfers", by, body)
    facts = finished(stage.prepare(tables, [command]))
    return apply(stage, tables, command, facts)


@pytest.mark.parametrize(
    ("_case", "asked", "expected"),
    [
        ("good", ask(), "created"),
        ("from nobody", ask(debit=77), "debit_account_not_found"),
        ("to nobody", ask(credit=77), "credit_account_not_found"),
        ("both nobody", ask(debit=77, credit=77), "debit_account_not_found"),
        ("the house, by its number", ask(debit=HOUSE), "debit_account_not_found"),
        ("to the house", ask(credit=HOUSE), "credit_account_not_found"),
        ("to itself", ask(credit=ONE), "accounts_must_be_different"),
        ("overdrawn", ask(debit=COVERED), "exceeds_credits"),
        ("two currencies", ask(credit=YUAN), "accounts_must_have_the_same_currency"),
        (
            "another currency",
            ask(currency="CNY"),
            "transfer_must_have_the_same_currency_as_accounts",
        ),
        (
            "a hold of the house",
            ask(pending_id=HOUSE_HOLD, flags=Flags.POST_PENDING),
            "pending_transfer_not_found",
        ),
    ],
)
def test_what_a_program_can_move(_case, asked, expected):
    tables = book()

    assert results(tables, asked) == [expected]
    assert written(tables.overlay, HOLDS)[HOUSE_HOLD].state is HoldState.OPEN
    assert tables.overlay.get(BALANCES, HOUSE) == Balance(HOUSE)


def test_a_hold_is_posted_under_the_name_it_was_given():
    tables = book()
    held = ask(1, flags=Flags.PENDING)
    resolving = {"flags": Flags.POST_PENDING, "pending_id": held.id}
    post = NamedTransfer(fresh(9, 2), None, None, 4, "GBP", "", **resolving)
    again = NamedTransfer(fresh(9, 3), None, None, 0, None, "", **resolving)

    assert results(tables, held, post, again) == [
        "created",
        "created",
        "pending_transfer_already_posted",
    ]
    assert tables.overlay.get(BALANCES, ONE).debits_posted == 4


def test_the_same_name_is_the_same_transfer():
    tables = book()

    assert results(tables, ask(1), ask(1), ask(1, amount=11)) == [
        "created",
        "exists",
        "exists_with_different_amount",
    ]


def test_a_program_reaches_nothing_of_another_whose_ids_it_knows():
    tables = book()
    held = ask(1, flags=Flags.PENDING)
    assert results(tables, held) == ["created"]
    void = NamedTransfer(
        fresh(9, 2), None, None, 0, None, "", Flags.VOID_PENDING, pending_id=held.id
    )

    assert results(tables, ask(3), void, ask(1), by=ANOTHER) == [
        "debit_account_not_found",
        "pending_transfer_not_found",
        "debit_account_not_found",
    ]
    # Nor has it spent the ids that the first one will use.
    assert results(tables, ask(3), void) == ["created", "created"]


def test_the_same_id_names_another_account_to_another_program():
    tables = book()
    asked = CreateAccounts((AccountRequest(NAMES[ONE], "GBP", 7),))
    told = []
    for number, by in enumerate((ANOTHER, PROGRAM)):
        tables.overlay.begin(fresh(8, number), by)
        tables.overlay.put(COUNTERS, Counter("accounts", 6))
        assert apply_create_accounts(tables.overlay, asked, None) is None
        told.append(tables.overlay.told(AccountsCreated))
    assert told == [
        AccountsCreated((6,), ("created",)),
        AccountsCreated((ONE,), ("exists_with_different_code",)),
    ]
    theirs = tables.overlay.get(ACCOUNTS, 6)
    assert theirs.owner not in {ANOTHER, NAMES[ONE], tables.overlay.get(ACCOUNTS, ONE).owner}


def test_a_chain_holds_together():
    tables = book()

    assert results(tables, ask(1, flags=Flags.LINKED), ask(2, debit=77)) == [
        "linked_event_failed",
        "debit_account_not_found",
    ]
    assert written(tables.overlay, TRANSFERS) == {}


@pytest.mark.parametrize(
    ("_case", "day", "expected"),
    [("none", None, NOW.date()), ("given", date(2026, 8, 1), date(2026, 8, 1))],
)
def test_the_day_is_the_books_where_none_is_given(_case, day, expected):
    tables = book()
    results(tables, ask(1), on=day)

    [made] = written(tables.overlay, TRANSFERS).values()
    assert made.value_date == expected


def test_a_name_is_not_the_id_and_keeps_its_time():
    named = fresh(1_788_912_000_000, 5)

    assert transfer_id(PROGRAM, named) not in {named, transfer_id(ANOTHER, named)}
    assert transfer_id(PROGRAM, named) == transfer_id(PROGRAM, UUID(int=named.int))
    assert milliseconds_of(transfer_id(PROGRAM, named)) == 1_788_912_000_000
    assert transfer_id(PROGRAM, UUID(int=0)) == UUID(int=0)
