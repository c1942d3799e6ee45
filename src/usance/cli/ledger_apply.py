"""`usance ledger apply`: have a new book do what a file says, and print what it answers.

The book is a real one: a database of its own, thrown away afterwards, written by the engine. The
file names accounts by 128-bit ids and currencies by the numbers of ledgers; both are looked up
here, all else is the ledger's own.
"""

import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg

from usance.cli.ledger_file import (
    ACCOUNT_WORDS,
    ID_MAX,
    TRANSFER_WORDS,
    AccountsStep,
    AnyStep,
    ClockStep,
    CloseStep,
    LookupAccounts,
    TransferLine,
    TransfersStep,
    number_of,
    read_steps,
    uuid_of,
)
from usance.cli.places import refused, run, server
from usance.cli.throwaway import bare_engine, connected
from usance.kernel.errors import MALFORMED_INPUT
from usance.kernel.ids import fresh
from usance.kernel.money import CURRENCIES, MINOR_MAX
from usance.kernel.records import Record, encode
from usance.ledger.events import AccountsCreated, TransfersCreated
from usance.ledger.model import TRANSFER_FLAGS, bits_of
from usance.ledger.service import (
    AccountRequest,
    ClosePeriod,
    CreateAccounts,
    CreateTransfers,
    TransferRequest,
)
from usance.ledger.service import find_accounts as find
from usance.parties.model import HOUSE
from usance.runtime.clock import FrozenClock
from usance.runtime.commands import TICK, Command, Tick
from usance.runtime.engine import Engine
from usance.runtime.facts import Outcome
from usance.runtime.postgres import ServerAddress

_START: Final = datetime(2026, 1, 1, tzinfo=UTC)
# Numbers that no account has, for ids that no account has.
_NOWHERE: Final = 2**62


class Answered(Record, frozen=True):
    """What the book answered to one line: a code for each event, or what was looked up."""

    line: int
    op: str
    results: tuple[str, ...] = ()
    found: tuple[dict[str, Any], ...] = ()


class Applied(Record, frozen=True):
    """What the book answered to a file."""

    lines: tuple[Answered, ...]


def apply_file(file: Path, *, as_json: bool) -> None:
    """Apply a file to a new book on the server and print the answers."""
    applied = run(applied_file(server(), file))
    sys.stdout.write(encode(applied).decode() + "\n" if as_json else printed(applied))


def printed(applied: Applied) -> str:
    """Return the answers for people: the line, the place in it, the code or what was found."""
    text = ""
    for line in applied.lines:
        for at, code in enumerate(line.results):
            text += f"{line.line}.{at} {code}\n"
        for found in line.found:
            text += f"{line.line} " + " ".join(f"{name}={said}" for name, said in found.items())
            text += "\n"
    return text


async def applied_file(address: ServerAddress, file: Path) -> Applied:
    """Apply a file to a new book, which is gone afterwards. Raises Invalid(malformed_input)."""
    steps = list(read_steps(file))
    async with _throwaway(address) as book:
        return Applied(tuple([await book.apply(line, step) for line, step in steps]))


@asynccontextmanager
async def _throwaway(address: ServerAddress) -> AsyncIterator["_Book"]:
    name, clock = f"usance_apply_{os.getpid()}", FrozenClock(_START)
    async with (
        bare_engine(address, name, clock) as engine,
        connected(address.dsn(name)) as connection,
    ):
        yield _Book(engine, clock, connection)


class _Book:
    """The book, and what its numbers are called outside."""

    def __init__(
        self, engine: Engine, clock: FrozenClock, connection: "asyncpg.Connection[Any]"
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._connection = connection
        self._numbers: dict[int, int] = {0: 0, ID_MAX: MINOR_MAX}
        self._unknown: dict[int, int] = {}
        self._currencies: dict[int, str] = {0: ""}
        self._asked = 0

    async def apply(self, line: int, step: AnyStep) -> Answered:
        """Carry out one step."""
        op = str(step.__struct_config__.tag)
        if isinstance(step, AccountsStep):
            return Answered(line, op, await self._create_accounts(step))
        if isinstance(step, TransfersStep):
            asked = tuple(self._transfer(event) for event in step.events)
            body = CreateTransfers(asked, step.value_date or self._clock.now().date())
            outcome = await self._do("create_transfers", body)
            return Answered(line, op, outcome.part(TransfersCreated).results)
        if isinstance(step, CloseStep):
            await self._do(op, ClosePeriod(step.day))
            return Answered(line, op, ("closed",))
        if isinstance(step, ClockStep):
            to = self._clock.now() + timedelta(seconds=step.seconds)
            await self._do(TICK, Tick(to.isoformat()))
            return Answered(line, op)
        if isinstance(step, LookupAccounts):
            return Answered(line, op, found=await self._accounts(step.ids))
        return Answered(line, op, found=await self._transfers(step.ids))

    async def _create_accounts(self, step: AccountsStep) -> tuple[str, ...]:
        asked = tuple(
            AccountRequest(
                uuid_of(event.id),
                self._currency(event.ledger),
                event.code,
                bits_of(event.flags, ACCOUNT_WORDS),
            )
            for event in step.events
        )
        told = (await self._do("create_accounts", CreateAccounts(asked))).part(AccountsCreated)
        for request, number in zip(asked, told.numbers, strict=True):
            if number:
                self._numbers[request.id.int] = number
        return told.results

    def _transfer(self, event: TransferLine) -> TransferRequest:
        pending = number_of(event.pending_id)
        amount = MINOR_MAX if event.amount == ID_MAX else min(event.amount, MINOR_MAX + 1)
        return TransferRequest(
            uuid_of(event.id),
            self._number(event.debit_account_id),
            self._number(event.credit_account_id),
            amount,
            str(event.code) if event.code else "",
            bits_of(event.flags, TRANSFER_WORDS),
            UUID(int=pending) if pending else None,
            event.timeout,
            self._currency(event.ledger),
        )

    def _number(self, text: str) -> int:
        account = number_of(text)
        known = self._numbers.get(account)
        if known is not None:
            return known
        return self._unknown.setdefault(account, _NOWHERE + len(self._unknown))

    def _currency(self, ledger: int) -> str:
        """Return the currency a ledger's number stands for: the next that is free at first."""
        if ledger not in self._currencies:
            if len(self._currencies) > len(CURRENCIES):
                raise MALFORMED_INPUT.invalid("ledger", f"more than {len(CURRENCIES)} ledgers")
            self._currencies[ledger] = CURRENCIES[len(self._currencies) - 1]
        return self._currencies[ledger]

    async def _do(self, verb: str, body: Record) -> Outcome:
        self._asked += 1
        command = Command(fresh(self._asked, self._asked), verb, HOUSE, body)
        [outcome] = await self._engine.submit([command])
        if outcome.refusal is not None:
            raise refused(outcome.refusal)
        return outcome

    async def _accounts(self, ids: Sequence[str]) -> tuple[dict[str, Any], ...]:
        found = []
        for text in ids:
            row = await find.account(self._connection, self._number(text))
            if row is None:
                continue
            balance = row.balance
            found.append(
                {
                    "id": text,
                    "debits_pending": balance.debits_pending,
                    "debits_posted": balance.debits_posted,
                    "credits_pending": balance.credits_pending,
                    "credits_posted": balance.credits_posted,
                }
            )
        return tuple(found)

    async def _transfers(self, ids: Sequence[str]) -> tuple[dict[str, Any], ...]:
        names = {number: str(account) for account, number in self._numbers.items()}
        found = []
        for text in ids:
            row = await find.transfer(self._connection, uuid_of(text))
            if row is None:
                continue
            found.append(
                {
                    "id": text,
                    "debit_account_id": names[row.debit],
                    "credit_account_id": names[row.credit],
                    "amount": row.amount,
                    "pending_id": str(row.pending_id.int) if row.pending_id else "0",
                    "code": int(row.code or 0),
                    "flags": [name for name, bit in TRANSFER_FLAGS.items() if row.flags & bit],
                }
            )
        return tuple(found)
