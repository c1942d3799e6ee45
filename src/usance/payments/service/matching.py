"""Rules – match – a bank's entries to what the book expects; what does not fit is a break.

Ordinary work in one transaction: no money moves. An entry counts as money where the bank has
booked it on a statement; reports and advices of the same are only looked up.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from usance.kernel.ids import BankEntryId, BreakId, MessageId, milliseconds_of
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record
from usance.parties.model import HOUSE
from usance.payments.events import StatementsMatched
from usance.payments.model import (
    BankEntry,
    BankStatement,
    Break,
    BreakKind,
    BreakState,
    EntryState,
    EntryStatus,
    Match,
    MatchState,
    Movement,
    StatementKind,
)
from usance.payments.rules.matching import Line, Outcome, Pairing, Tolerance, line_of
from usance.payments.rules.matching.statements import faults_of
from usance.payments.service.announced import prepare_announced
from usance.payments.service.following import prepare_movements
from usance.payments.store import reconciliation as store
from usance.payments.store import statements
from usance.policy.service import row_in_force
from usance.runtime.database import Connection
from usance.runtime.pending import tell_pending

VERB: Final = "match_statements"
_CHUNK: Final = 5_000
_EXACT_ALONE: Final = Tolerance(0, 0, 0, 1_001, 36_500)


class Seen(Record, frozen=True):
    """What is kept of an entry while it is matched. is_money: the bank has booked it."""

    line: Line
    account: str
    is_money: bool


async def match_messages(connection: Connection, messages: Sequence[MessageId]) -> None:
    """Match the entries of messages that were just taken in, and check their statements.

    Within the caller's transaction. Doing it again changes nothing.
    """
    moment = await connection.fetchval(
        "select max(received_at) from payments.messages where id = any($1::uuid[])", list(messages)
    )
    if moment is None:
        return
    work = _Matching(connection, moment)
    found = await work.run(messages)
    opened = await work.check_statements(messages)
    await prepare_announced(connection, moment)
    told = replace_breaks(found, opened)
    first = messages[0]
    part = StatementsMatched(first, told.matched, told.suggested, told.unmatched, told.breaks)
    await tell_pending(connection, VERB, HOUSE, [(None, part)])


async def match_again(connection: Connection, now: datetime) -> None:
    """Match what is still open to what the book has come to expect since, in a transaction."""
    async with connection.transaction():
        await _Matching(connection, now).run(None)
        await prepare_announced(connection, now)


class Counts(Record, frozen=True):
    """How many entries are known, suggested, unknown; how many breaks are new."""

    matched: int
    suggested: int
    unmatched: int
    breaks: int


def replace_breaks(counts: Counts, more: int) -> Counts:
    """Return counts with further breaks."""
    return Counts(counts.matched, counts.suggested, counts.unmatched, counts.breaks + more)


async def tolerance_on(connection: Connection, on: date) -> Tolerance:
    """Return how far an entry may be off, by the policy of a day.

    A book without the rule matches what is exact, suggests nothing and finds nothing late.
    """
    row = await row_in_force(connection, "payments.matching", "*", on)
    if row is None:
        return _EXACT_ALONE
    return Tolerance(
        row.integer("amount_bps"),
        row.integer("amount_minor"),
        row.integer("days"),
        row.integer("suggest_from"),
        row.integer("late_days"),
    )


class _Matching:
    """One run over entries: reads them in chunks, pairs them, writes what came of it."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def run(self, messages: Sequence[MessageId] | None) -> Counts:
        connection = self._connection
        await store.lock_matching(connection)
        await prepare_movements(connection)
        tolerance = await tolerance_on(connection, self._now.date())
        currencies = await store.currencies_to_match(connection, messages)
        movements = await store.open_movements(connection, currencies)
        # What is only announced is looked up among all, and takes nothing.
        announced, booked = Pairing(movements, tolerance), Pairing(movements, tolerance)
        counted: Counter[EntryState] = Counter()
        seen: dict[UUID, Seen] = {}
        twice: list[Outcome] = []
        async for chunk in self._read(messages):
            outcomes = announced.named([each.line for each in chunk if not each.is_money])
            of_money = booked.named([each.line for each in chunk if each.is_money])
            await self._write(outcomes, of_money, counted)
            known = {outcome.line for outcome in (*outcomes, *of_money) if outcome.is_match}
            seen |= {each.line.id: each for each in chunk if each.line.id not in known}
            twice += [each for each in of_money if not each.is_match]
        rejected = await store.rejected_pairs(connection)
        left = [_without_rejected(outcome, rejected) for outcome in booked.left()]
        await self._write(announced.left(), left, counted)
        opened = await self._write_breaks([*twice, *left], seen)
        matched, suggested = counted[EntryState.MATCHED], counted[EntryState.SUGGESTED]
        return Counts(matched, suggested, counted[EntryState.UNMATCHED], opened)

    async def _read(self, messages: Sequence[MessageId] | None) -> AsyncIterator[list[Seen]]:
        found = store.entries_to_match(self._connection, messages, _CHUNK)
        async for entries, details in found:
            yield [
                Seen(line_of(each, details.get(each.id, ())), each.account, _is_money(each))
                for each in entries
            ]

    async def _write(
        self,
        announced: Sequence[Outcome],
        of_money: Sequence[Outcome],
        counted: Counter[EntryState],
    ) -> None:
        """Write what became of entries, and count it. Only what is money takes a movement."""
        states = {each.line: _state_of(each) for each in (*announced, *of_money)}
        counted.update(states.values())
        await store.set_entry_states(self._connection, states)
        await self._write_matches(of_money)

    async def _write_matches(self, outcomes: Sequence[Outcome]) -> None:
        matches: list[Match] = []
        taken: dict[UUID, BankEntryId] = {}
        for outcome in outcomes:
            if outcome.found is None:
                continue
            state = MatchState.MATCHED if outcome.is_match else MatchState.SUGGESTED
            found, entry = outcome.found, BankEntryId(outcome.line)
            for movement in found.movements:
                matches.append(Match(entry, movement, state, found.rule, found.score, found.why))
                if outcome.is_match:
                    taken.setdefault(movement, entry)
        await store.add_matches(self._connection, matches)
        await store.take_movements(self._connection, list(taken.items()), self._now)
        done = [outcome.line for outcome in outcomes if outcome.is_match]
        await store.close_breaks_of(self._connection, done, BreakState.MATCHED, self._now)

    async def _write_breaks(
        self,
        outcomes: Sequence[Outcome],
        seen: Mapping[UUID, Seen],
    ) -> int:
        left = [outcome for outcome in outcomes if not outcome.is_match]
        before = await store.shown_before(
            self._connection, [BankEntryId(outcome.line) for outcome in left]
        )
        breaks = [
            self._break_of(outcome, seen[outcome.line], before.get(outcome.line))
            for outcome in left
        ]
        return await store.add_breaks(self._connection, breaks)

    def _break_of(
        self,
        outcome: Outcome,
        seen: Seen,
        before: BankEntryId | None,
    ) -> Break:
        line, found = seen.line, outcome.found
        currency = Currency.of_the_past(line.currency)
        other = before or (None if outcome.twice is None else BankEntryId(outcome.twice))
        kind, suggested = BreakKind.NOT_EXPECTED, None
        if other is not None:
            kind, found = BreakKind.FOUND_TWICE, None
        elif found is not None:
            suggested = found.movements[0]
            differs = found.rule == "name_other_amount"
            kind = BreakKind.AMOUNT_DIFFERS if differs else BreakKind.NOT_EXPECTED
        sign = 1 if line.is_credit else -1
        return Break(
            BreakId.derived(milliseconds_of(line.id), "entry", line.id.hex),
            kind,
            seen.account,
            BankEntryId(line.id),
            None,
            None,
            other,
            Money(sign * line.minor, currency),
            Money(sign * (found.difference if found else 0), currency),
            suggested,
            found.score if found else 0,
            found.why if found else "",
            line.on,
            self._now,
        )

    # ---- statements ----

    async def check_statements(self, messages: Sequence[MessageId]) -> int:
        """Check balances and sequence of statements, and what they should have shown."""
        tolerance = await tolerance_on(self._connection, self._now.date())
        opened = 0
        for statement in await statements.statements_of(self._connection, messages):
            opened += await self._check(statement, tolerance)
        return opened

    async def _check(self, statement: BankStatement, tolerance: Tolerance) -> int:
        if not statement.currency:
            return 0
        currency = Currency.of_the_past(statement.currency)
        before = await statements.statement_before(self._connection, statement)
        total = await statements.sum_of(self._connection, statement)
        breaks = [
            self._of_statement(statement, kind, Money(difference, currency), why)
            for kind, difference, why in faults_of(statement, before, total)
        ]
        await statements.close_breaks_of_statement(
            self._connection, statement.id, [each.kind for each in breaks], self._now
        )
        covered = max((each.on for each in statement.balances), default=None)
        if covered is not None:
            until = covered - timedelta(days=tolerance.late_days)
            late = await store.late_movements(self._connection, statement.currency, until)
            breaks += [self._of_movement(statement, movement) for movement in late]
        return await store.add_breaks(self._connection, breaks)

    def _of_statement(
        self, statement: BankStatement, kind: BreakKind, difference: Money, why: str
    ) -> Break:
        day = max((each.on for each in statement.balances), default=self._now.date())
        return Break(
            BreakId.derived(milliseconds_of(statement.id), kind, statement.id.hex),
            kind,
            statement.account,
            None,
            None,
            statement.id,
            None,
            difference,
            difference,
            None,
            0,
            why,
            day,
            self._now,
        )

    def _of_movement(self, statement: BankStatement, movement: Movement) -> Break:
        amount = movement.amount
        signed = amount if movement.is_credit else Money(-amount.minor, amount.currency)
        at = datetime.combine(movement.value_date, datetime.min.time(), UTC)
        return Break(
            BreakId.derived(int(at.timestamp() * 1000), "movement", movement.id.hex),
            BreakKind.NOT_SHOWN,
            statement.account,
            None,
            movement.id,
            statement.id,
            None,
            signed,
            Money(-signed.minor, amount.currency),
            None,
            0,
            f"{movement.kind} of {movement.value_date.isoformat()} stands on no statement",
            movement.value_date,
            self._now,
        )


def _state_of(outcome: Outcome) -> EntryState:
    if outcome.is_match:
        return EntryState.MATCHED
    return EntryState.SUGGESTED if outcome.found else EntryState.UNMATCHED


def _is_money(entry: BankEntry) -> bool:
    return entry.kind is StatementKind.STATEMENT and entry.status is EntryStatus.BOOKED


def _without_rejected(outcome: Outcome, rejected: set[tuple[UUID, UUID]]) -> Outcome:
    """Return an outcome without a suggestion that people have rejected."""
    found = outcome.found
    if found is None or outcome.is_match or (outcome.line, found.movements[0]) not in rejected:
        return outcome
    return Outcome(outcome.line, None, is_match=False, twice=outcome.twice)
