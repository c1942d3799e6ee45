"""Somebody – asks for – the past: what an account held, and what moved it, by either time."""

from datetime import date
from typing import Final

from usance.kernel.records import Record
from usance.ledger import store
from usance.ledger.errors import PERIOD_BACKWARDS, TOO_MANY_LINES
from usance.ledger.model import Account, AccountStatement, Balance
from usance.ledger.rules import statement
from usance.runtime.database import Connection
from usance.runtime.reading import last_position, snapshot

LINES_MAX: Final = 10_000


class BalanceAsOf(Record, frozen=True):
    """What an account held by a day of value, as the book knew it at a position."""

    account: Account
    value_date: date | None
    position: int
    balance: Balance


async def balance_as_of(
    connection: Connection,
    account: Account,
    value_date: date | None = None,
    position: int | None = None,
) -> BalanceAsOf:
    """Return a balance as of a value date, a position, or both; None: whatever is there."""
    day = value_date or date.max
    async with snapshot(connection):
        known = await _known(connection, position)
        balance = await store.balance_as_of(connection, account.number, day, known)
    return BalanceAsOf(account, value_date, known, balance)


async def account_statement(
    connection: Connection,
    account: Account,
    first_day: date,
    last_day: date,
    position: int | None = None,
) -> AccountStatement:
    """Return an account's statement over days of value, both included.

    As the book knew it at a position; None: as it knows it now. Raises Invalid:
    period_backwards, too_many_lines.
    """
    if last_day < first_day:
        raise PERIOD_BACKWARDS.invalid("last_day", last_day.isoformat())
    number = account.number
    async with snapshot(connection):
        known = await _known(connection, position)
        opening = await store.balance_before(connection, number, first_day, known)
        lines = await store.moved_between(
            connection, number, first_day, last_day, known, LINES_MAX + 1
        )
    if len(lines) > LINES_MAX:
        raise TOO_MANY_LINES.invalid("last_day", LINES_MAX)
    return statement(account, (first_day, last_day), known, opening, lines)


async def _known(connection: Connection, position: int | None) -> int:
    """Return the position of the view: none is later than what the book has."""
    last = await last_position(connection)
    return last if position is None else min(position, last)
