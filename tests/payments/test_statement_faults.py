"""What is wrong with a statement as a whole: sums and jumps, of one currency only."""

from datetime import date

import pytest
from tests.payments.test_take_in import NOON

from usance.kernel.ids import BankStatementId, MessageId
from usance.kernel.money import Currency, Money
from usance.payments.model import BankStatement, StatementBalance, StatementKind
from usance.payments.rules.matching.statements import faults_of


def statement(opening: tuple[int, str], closing: tuple[int, str], number: int = 1) -> BankStatement:
    balances = tuple(
        StatementBalance(code, Money(minor, Currency(currency)), date(2026, 11, 20))
        for code, (minor, currency) in (("OPBD", opening), ("CLBD", closing))
    )
    return BankStatement(
        BankStatementId.derived(number, "s"), MessageId.derived(1, "m"), 1, StatementKind.STATEMENT,
        "S", "", "DE02", "", "", "EUR", number, None, None, None, NOON, balances, 1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("_case", "opening", "closing", "total", "expected"),
    [
        ("it adds up", (100, "EUR"), (150, "EUR"), 50, []),
        ("it does not", (100, "EUR"), (150, "EUR"), 40, [("sum_differs", 10)]),
        ("entries in two currencies", (100, "EUR"), (150, "EUR"), None, []),
        ("balances in two currencies", (100, "EUR"), (150, "USD"), 40, []),
        ("balances in another currency", (100, "USD"), (150, "USD"), 40, []),
    ],
)
def test_a_statement_is_added_up_in_one_currency(_case, opening, closing, total, expected):
    found = faults_of(statement(opening, closing), None, total)

    assert [(kind, minor) for kind, minor, _ in found] == expected


@pytest.mark.parametrize(
    ("_case", "opening", "expected"),
    [
        ("goes on where the last ended", (150, "EUR"), []),
        ("jumps", (160, "EUR"), [("balance_jumps", 10)]),
        ("the account has changed its currency", (160, "USD"), []),
    ],
)
def test_a_jump_is_one_within_a_currency(_case, opening, expected):
    before = statement((100, "EUR"), (150, "EUR"))
    found = faults_of(statement(opening, (200, opening[1]), 2), before, None)

    assert [(kind, minor) for kind, minor, _ in found] == expected
