"""`usance ledger balance`, `statement`, `close`, `reverse`, `verify-close`: the ledger's past.

Closing and reversing are proposed here in somebody's name; another person of the same party
approves them, through the API and with a key of their own.
"""

import sys
from datetime import timedelta
from typing import Final
from uuid import UUID

from usance.cli.places import REFUSED, refused
from usance.cli.reports import day_of, moment_of
from usance.kernel.errors import NotFound
from usance.kernel.ids import ProposalId, TransferId, UserId, derive, milliseconds_at
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record, encode
from usance.ledger import service
from usance.ledger.model import Account, Balance, Movement
from usance.ledger.service import find_accounts as find
from usance.parties.service import Propose
from usance.runtime.commands import Command
from usance.runtime.database import Connection
from usance.runtime.reading import position_at
from usance.worker.session import Place, Session, opened

_MONTH: Final = timedelta(days=30)
_HEAD: Final = ("debits posted", "credits posted", "debits held", "credits held")


async def print_balance(place: Place, number: int, on: str, at: str, *, as_json: bool) -> None:
    """Print what an account held by a day, as the book knew it at a fact or a moment."""
    day = day_of("on", on) if on else None
    async with opened(place) as session, session.pool.acquire() as connection:
        account = await _account(connection, number)
        known = await _known(connection, at)
        found = await service.balance_as_of(connection, account, day, known)
    if as_json:
        sys.stdout.write(encode(found).decode() + "\n")
        return
    when = f" by {found.value_date}" if found.value_date else ""
    sys.stdout.write(f"{_named(account)}{when}, as known at fact {found.position}\n")
    for title, amount in zip(_HEAD, _amounts(found.balance, account.currency), strict=True):
        sys.stdout.write(f"  {title:<15} {amount:>20}\n")


async def print_account_statement(
    place: Place, number: int, since: str, until: str, at: str, *, as_json: bool
) -> None:
    """Print an account over days of value; without days, the thirty up to the book's today."""
    async with opened(place) as session:
        last = day_of("until", until) if until else (await session.now()).date()
        first = day_of("since", since) if since else last - _MONTH
        async with session.pool.acquire() as connection:
            account = await _account(connection, number)
            known = await _known(connection, at)
            told = await service.account_statement(connection, account, first, last, known)
    if as_json:
        sys.stdout.write(encode(told).decode() + "\n")
        return
    days = f"{told.first_day} to {told.last_day}"
    sys.stdout.write(f"{_named(account)}, {days}, as known at fact {told.position}\n")
    heads = "".join(f"{title:>20}" for title in _HEAD)
    sys.stdout.write(f"{'value date':<12}{'fact':>8}  {'code':<26}{heads}\n")
    _line("opening", "", "", told.opening, account.currency)
    for line in told.lines:
        _line(line.value_date.isoformat(), str(line.position), line.code, line, account.currency)
    _line("closing", "", "", told.closing, account.currency)


async def propose_close(place: Place, day: str, by: str, reason: str) -> None:
    """Propose in a user's name to close all value dates up to and with a day."""
    body = service.ClosePeriod(day_of("day", day))
    async with opened(place) as session:
        await _propose(session, by, "close_period", body, reason)


async def propose_reversal(
    place: Place, transfers: list[str], fact: int | None, by: str, value_date: str, reason: str
) -> None:
    """Propose in a user's name to reverse transfers, or all of a fact."""
    ids = tuple(UUID(int=TransferId(each).int) for each in transfers)
    service.require_named(fact, ids)
    async with opened(place) as session:
        day = day_of("value_date", value_date) if value_date else (await session.now()).date()
        body = service.ReverseTransfers(day, reason, fact, ids)
        await _propose(session, by, "reverse_transfers", body, reason)


async def verify_close(place: Place, *, as_json: bool) -> int:
    """Add every closed period up anew; say one sentence for each, return 1 where one differs."""
    async with opened(place) as session, session.pool.acquire() as connection:
        verdicts = await service.verify_periods(connection)
    if as_json:
        sys.stdout.write(encode(verdicts).decode() + "\n")
    elif not verdicts:
        sys.stdout.write(f"No period of {place.book} is closed.\n")
    else:
        for verdict in verdicts:
            sys.stdout.write(_sentence(verdict) + "\n")
    return REFUSED if any(verdict.differs for verdict in verdicts) else 0


def _sentence(verdict: service.Verdict) -> str:
    period = verdict.period
    if verdict.differs:
        return f"The period up to {period.day} is not what was closed: {verdict.differs}."
    return (
        f"The period up to {period.day} is as it was closed: {period.accounts} accounts,"
        f" transfers up to fact {period.position}, {period.digest}."
    )


async def _propose(session: Session, by: str, verb: str, body: Record, reason: str) -> None:
    now = milliseconds_at(await session.now())
    command_id = derive(now, "cli", by, verb, encode(body))
    proposal = ProposalId.derived(now, command_id)
    propose = Propose(proposal, verb, encode(body).decode(), reason)
    command = Command(command_id, "propose", UUID(int=UserId(by).int), propose)
    [outcome] = await session.book.submit([command])
    if outcome.refusal is not None:
        raise refused(outcome.refusal)
    sys.stdout.write(
        f"{proposal} waits for another person: POST /v1/proposals/{proposal}/approve.\n"
    )


async def _account(connection: Connection, number: int) -> Account:
    found = await find.account(connection, number)
    if found is None:
        raise NotFound("account", str(number))
    return found.account


async def _known(connection: Connection, at: str) -> int | None:
    """Return the position that is meant: a fact's number, or the last one at a moment."""
    if not at:
        return None
    if at.isascii() and at.isdecimal() and len(at) <= len(str(2**62)):
        return int(at)
    return await position_at(connection, moment_of("at", at))


def _named(account: Account) -> str:
    return f"Account {account.number}, {account.kind} {account.currency}"


def _amounts(of: Balance | Movement, currency: Currency) -> list[str]:
    sums = (of.debits_posted, of.credits_posted, of.debits_pending, of.credits_pending)
    return [str(Money(minor, currency)) if minor else "" for minor in sums]


def _line(first: str, fact: str, code: str, sums: Balance | Movement, currency: Currency) -> None:
    amounts = "".join(f"{amount:>20}" for amount in _amounts(sums, currency))
    sys.stdout.write(f"{first:<12}{fact:>8}  {code:<26}{amounts}\n")
