"""`usance ledger apply`: have a new book do what a file says, and print what it answers.

A file is a list of questions: each line is answered as soon as it was carried out. One that is
not of the format is passed over as a whole, and those after it are asked all the same.

The book is a real one: a database of its own, thrown away afterwards, written by the engine. The
file names accounts by 128-bit ids and currencies by the numbers of ledgers; both are looked up
here, all else is the ledger's own.
"""

import os
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg

from usance.bootstrap import catalogue
from usance.cli.errors import LINES_PASSED_OVER, NO_LINE
from usance.cli.ledger_file import (
    ACCOUNT_WORDS,
    ID_MAX,
    TRANSFER_WORDS,
    AccountsStep,
    AnyStep,
    ClockStep,
    CloseStep,
    LookupAccounts,
    Mistake,
    TransferLine,
    TransfersStep,
    read_lines,
    uuid_of,
)
from usance.cli.places import run, server
from usance.cli.refusing import no
from usance.cli.throwaway import bare_engine, connected
from usance.cli.voice import Words, says
from usance.kernel.ids import fresh
from usance.kernel.money import CURRENCIES, MINOR_MAX
from usance.kernel.records import Record, encode
from usance.ledger.events import AccountsCreated, TransfersCreated
from usance.ledger.model import TRANSFER_FLAGS, bits_of, names_of
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
_PAGE: Final = "docs/reference/ledger-apply.md"


class Answered(Record, frozen=True):
    """What the book answered to one line: a code for each event, or what was looked up.

    op: "" where the line says none. reason: why a period was not closed. mistakes: why the line
    was passed over.
    """

    line: int
    op: str
    results: tuple[str, ...] = ()
    found: tuple[dict[str, Any], ...] = ()
    reason: str = ""
    mistakes: tuple[Mistake, ...] = ()


class Applied(Record, frozen=True):
    """What the book answered to a file."""

    lines: tuple[Answered, ...]


def apply_file(file: Path, *, as_json: bool, language: Words = Words.EN) -> int:
    """Apply a file to a new book on the server; return the exit code.

    Answers are printed as they come, or all at the end as JSON. 1: a line was passed over, or
    there was none.
    """
    return run(_applied(server(), file, as_json=as_json, language=language))


async def _applied(address: ServerAddress, file: Path, *, as_json: bool, language: Words) -> int:
    answers: list[Answered] = []
    async with aclosing(answered(address, file)) as coming:
        async for answer in coming:
            answers.append(answer)
            if not as_json:
                _say(file, answer)
    if as_json:
        sys.stdout.write(encode(Applied(tuple(answers))).decode() + "\n")
    wrong = sum(1 for answer in answers if answer.mistakes)
    if answers and not wrong:
        return 0
    if not answers:
        return no(NO_LINE, file.name, allowed=_PAGE, language=language).exit_code
    lines = says("{0} of {1}", "{1} 行中 {0}", language).format(wrong, len(answers))
    return no(LINES_PASSED_OVER, file.name, lines, allowed=_PAGE, language=language).exit_code


def _say(file: Path, answer: Answered) -> None:
    sys.stdout.write(printed(answer))
    sys.stdout.flush()
    for each in answer.mistakes:
        sys.stderr.write(f"usance: {file.name}:{answer.line}: {complained(each)}\n")


def complained(mistake: Mistake) -> str:
    """Return a mistake as a sentence, and what to do about it."""
    place = [] if mistake.event is None else [f"event {mistake.event}"]
    place += [mistake.field] if mistake.field else []
    where = ", ".join(place)
    said = f"{mistake.value}. {mistake.remedy}"
    return f"{where}: {said}" if where else said


def printed(answer: Answered) -> str:
    """Return an answer for people: the line, the place in it, the code or what was found."""
    text = ""
    for at, code in enumerate(answer.results):
        reason = f": {answer.reason}" if answer.reason else ""
        text += f"{answer.line}.{at} {code}{reason}\n"
    for found in answer.found:
        row = " ".join(f"{name}={_shown(said)}" for name, said in found.items())
        text += f"{answer.line} {row}\n"
    return text


def _shown(said: object) -> str:
    if isinstance(said, bool):
        return "yes" if said else "no"
    return (",".join(said) or "none") if isinstance(said, list) else str(said)


async def answered(address: ServerAddress, file: Path) -> AsyncGenerator[Answered, None]:
    """Apply a file to a new book, which is gone afterwards, and yield the answer to each line."""
    lines = list(read_lines(file))
    if not lines:
        return
    async with _throwaway(address) as book:
        for line in lines:
            if line.step is None:
                yield Answered(line.number, "", mistakes=line.mistakes)
            else:
                yield await book.apply(line.number, line.step)


@asynccontextmanager
async def _throwaway(address: ServerAddress) -> AsyncIterator["_Book"]:
    name, clock = f"usance_apply_{os.getpid()}", FrozenClock(_START)
    async with (
        bare_engine(address, name, clock) as engine,
        connected(address.dsn(name)) as connection,
    ):
        yield _Book(engine, clock, connection)


class _Strange(Exception):
    """A step that is of the format and cannot be put to this book."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(mistake.field)
        self.mistake = mistake


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
        try:
            return await self._apply(line, op, step)
        except _Strange as strange:
            return Answered(line, op, mistakes=(strange.mistake,))

    async def _apply(self, line: int, op: str, step: AnyStep) -> Answered:
        if isinstance(step, AccountsStep):
            return Answered(line, op, await self._create_accounts(step))
        if isinstance(step, TransfersStep):
            asked = tuple(self._transfer(at, event) for at, event in enumerate(step.events))
            body = CreateTransfers(asked, step.value_date or self._clock.now().date())
            outcome = await self._do("create_transfers", body)
            return Answered(line, op, outcome.part(TransfersCreated).results)
        if isinstance(step, CloseStep):
            return await self._close(line, op, step)
        if isinstance(step, ClockStep):
            await self._do(TICK, Tick(self._later(step.seconds).isoformat()))
            return Answered(line, op)
        if isinstance(step, LookupAccounts):
            return Answered(line, op, found=await self._accounts(step.ids))
        return Answered(line, op, found=await self._transfers(step.ids))

    async def _close(self, line: int, op: str, step: CloseStep) -> Answered:
        refusal = (await self._ask(op, ClosePeriod(step.day))).refusal
        if refusal is None:
            return Answered(line, op, ("closed",))
        code = catalogue()[refusal.code]
        reason = f"{code.title('en', refusal.field, refusal.value)} {code.remedy('en')}"
        return Answered(line, op, (refusal.code,), reason=reason)

    def _later(self, seconds: int) -> datetime:
        try:
            return self._clock.now() + timedelta(seconds=seconds)
        except OverflowError:
            remedy = "Write fewer: the clock goes no further than the year 9999."
            raise _Strange(Mistake(None, "seconds", str(seconds), remedy)) from None

    async def _create_accounts(self, step: AccountsStep) -> tuple[str, ...]:
        asked = tuple(
            AccountRequest(
                uuid_of(event.id),
                self._currency(at, event.ledger),
                event.code,
                bits_of(event.flags, ACCOUNT_WORDS),
            )
            for at, event in enumerate(step.events)
        )
        told = (await self._do("create_accounts", CreateAccounts(asked))).part(AccountsCreated)
        for request, number in zip(asked, told.numbers, strict=True):
            if number:
                self._numbers[request.id.int] = number
        return told.results

    def _transfer(self, at: int, event: TransferLine) -> TransferRequest:
        pending = int(event.pending_id)
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
            self._currency(at, event.ledger),
        )

    def _number(self, text: str) -> int:
        account = int(text)
        known = self._numbers.get(account)
        if known is not None:
            return known
        return self._unknown.setdefault(account, _NOWHERE + len(self._unknown))

    def _currency(self, at: int, ledger: int) -> str:
        """Return the currency a ledger's number stands for: the next that is free at first."""
        if ledger not in self._currencies:
            if len(self._currencies) > len(CURRENCIES):
                remedy = f"Use no more than {len(CURRENCIES)} ledgers in one file."
                raise _Strange(Mistake(at, "ledger", str(ledger), remedy))
            self._currencies[ledger] = CURRENCIES[len(self._currencies) - 1]
        return self._currencies[ledger]

    async def _do(self, verb: str, body: Record) -> Outcome:
        outcome = await self._ask(verb, body)
        assert outcome.refusal is None, outcome.refusal
        return outcome

    async def _ask(self, verb: str, body: Record) -> Outcome:
        self._asked += 1
        command = Command(fresh(self._asked, self._asked), verb, HOUSE, body)
        [outcome] = await self._engine.submit([command])
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
                    "closed": row.closed,
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
                    "flags": list(names_of(row.flags, TRANSFER_FLAGS)),
                }
            )
        return tuple(found)
