"""The balances of a long command: many transfers on the same accounts, added up in place.

What `rules.moved` does to two balances is done here to the four numbers of each, in place: half
the work for each transfer. A law in the tests holds the two together.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from usance.kernel.money import MINOR_MAX
from usance.ledger.errors import TransferResult
from usance.ledger.model import Account, Balance, Limit
from usance.ledger.rules import overflow_error


class Line(msgspec.Struct, gc=False):
    """An account and what is on it at the moment."""

    currency: str
    debits_covered: bool
    credits_covered: bool
    closed: bool
    debits_pending: int
    debits_posted: int
    credits_pending: int
    credits_posted: int
    before: Balance


AccountOf = Callable[[int], Account | None]
BalanceOf = Callable[[int], Balance | None]
IsClosed = Callable[[int], bool]
CREATED: Final = TransferResult.CREATED.value


class Sheet:
    """The accounts that a command has touched so far. What is refused changes nothing."""

    def __init__(self, account_of: AccountOf, balance_of: BalanceOf) -> None:
        self._account_of = account_of
        self._balance_of = balance_of
        self._lines: dict[int, Line] = {}
        # None while no account of the book was ever closed: most books, and no look-ups.
        self.is_closed: IsClosed | None = None

    def move(self, debit: int, credit: int, amount: int) -> str:
        """Post an amount at once. Returns the result, CREATED or the first that forbids it."""
        if debit == credit:
            return TransferResult.ACCOUNTS_MUST_BE_DIFFERENT
        if amount <= 0:
            return TransferResult.AMOUNT_MUST_BE_POSITIVE
        lines = self._lines
        left = lines.get(debit) or self._open(debit)
        if left is None:
            return TransferResult.DEBIT_ACCOUNT_NOT_FOUND
        right = lines.get(credit) or self._open(credit)
        if right is None:
            return TransferResult.CREDIT_ACCOUNT_NOT_FOUND
        if left.currency != right.currency:
            return TransferResult.ACCOUNTS_MUST_HAVE_THE_SAME_CURRENCY
        if left.closed:
            return TransferResult.DEBIT_ACCOUNT_ALREADY_CLOSED
        if right.closed:
            return TransferResult.CREDIT_ACCOUNT_ALREADY_CLOSED
        debits = left.debits_posted + amount
        credits_posted = right.credits_posted + amount
        if (
            left.debits_pending + debits > MINOR_MAX
            or right.credits_pending + credits_posted > MINOR_MAX
        ):
            return _overflow(left, debits, right, credits_posted)
        if left.debits_covered and left.debits_pending + debits > left.credits_posted:
            return TransferResult.EXCEEDS_CREDITS
        if right.credits_covered and right.credits_pending + credits_posted > right.debits_posted:
            return TransferResult.EXCEEDS_DEBITS
        left.debits_posted = debits
        right.credits_posted = credits_posted
        return CREATED

    def take_balances(self) -> list[Balance]:
        """Return the balances that have changed, and forget all of them."""
        lines, self._lines = self._lines, {}
        changed = []
        for number, line in lines.items():
            balance = Balance(
                number,
                line.debits_pending,
                line.debits_posted,
                line.credits_pending,
                line.credits_posted,
            )
            if balance != line.before:
                changed.append(balance)
        return changed

    def _open(self, number: int) -> Line | None:
        account, balance = self._account_of(number), self._balance_of(number)
        if account is None or balance is None:
            return None
        line = self._lines[number] = Line(
            account.currency,
            account.balance_limit is Limit.DEBITS_MUST_NOT_EXCEED_CREDITS,
            account.balance_limit is Limit.CREDITS_MUST_NOT_EXCEED_DEBITS,
            self.is_closed is not None and self.is_closed(number),
            balance.debits_pending,
            balance.debits_posted,
            balance.credits_pending,
            balance.credits_posted,
            balance,
        )
        return line


def _overflow(left: Line, debits: int, right: Line, credits_posted: int) -> TransferResult:
    """Return which sum would be too large; one of them is."""
    after_left = Balance(left.before.number, left.debits_pending, debits)
    after_right = Balance(right.before.number, 0, 0, right.credits_pending, credits_posted)
    which = overflow_error(after_left, after_right, held=0)
    assert which is not None, "asked where a sum is too large"
    return which
