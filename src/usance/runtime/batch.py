"""One batch: decide its commands on an overlay, write them all, merge them.

Order for each command: is its key known (then the old answer, or a refusal if the inputs
differ) → its verb's stages in story order → its fact. A refused command's writes are undone;
the refusal is stored under its key and answered again. A stage that raises has a bug: its
command is set aside without an answer under its key, and its neighbours go on. Inputs whose
form turns out to be wrong are refused without anything being stored.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

import asyncpg
import msgspec
import structlog

from usance.kernel.draft import Lookup, Rows
from usance.kernel.errors import MALFORMED_INPUT, Invalid, Refusal
from usance.kernel.records import Record, decode, encode, replace
from usance.runtime.commands import KEY_REUSED, QUARANTINED, Beat, Command, Path, Stage
from usance.runtime.copying import copy_rows
from usance.runtime.draft import Overlay, State
from usance.runtime.facts import Fact, Outcome
from usance.runtime.rows import HOT_LOOKUPS, HOT_TABLES, METADATA, HotLookup, HotTable
from usance.runtime.tables import COMMANDS, DUE, OUTBOX, CommandRow, OutboxRow
from usance.runtime.updating import update_rows

R = TypeVar("R", bound=Record)
ADOPTED_AT_ONCE: Final = 4096
KEYS_IN_MEMORY: Final = 500_000
_log = structlog.get_logger()
_FLUSH_ORDER: Final[list[HotTable[Any, Any]]] = []


class BrokenPromise(Exception):
    """The book is not what this engine holds it to be: another one has written it. Stop."""


class Keys:
    """The idempotency keys that were answered, as far back as memory goes.

    `complete` while all keys ever used are in memory, so that no look-up is needed.
    """

    def __init__(self) -> None:
        self.answered: dict[UUID, CommandRow] = {}
        self.complete = True
        self.limit = KEYS_IN_MEMORY

    def remember(self, row: CommandRow) -> None:
        """Take a key into memory, letting go of the oldest where there are too many."""
        self.answered[row.id] = row
        if len(self.answered) > self.limit:
            self.answered.pop(next(iter(self.answered)))
            self.complete = False


class Batch:
    """The commands of one transaction."""

    def __init__(
        self,
        connection: "asyncpg.Connection[Any]",
        state: State,
        keys: Keys,
        path: Path,
        now: datetime,
    ) -> None:
        self._connection = connection
        self._state = state
        self._keys = keys
        self._path = path
        self._overlay = Overlay(state, now)
        self._now = self.now = now
        self._set_aside: list[SetAside] = []
        self.position = 0

    # ---- Loader protocol ----

    async def rows(self, rows: Rows[Any, Any], keys: Sequence[Any]) -> None:
        """See runtime.commands.Loader."""
        table = HOT_TABLES[rows.slot]
        missing = [key for key in set(keys) if self._overlay.get(rows, key) is None]
        assert len(table.key_columns) == 1, f"{table.name}: load by a lookup"
        await self._fetch_rows(table, table.key_columns[0], missing)

    async def found(self, lookup: Lookup[Any, Any], values: Sequence[Any]) -> None:
        """See runtime.commands.Loader."""
        known = HOT_LOOKUPS[lookup.slot]
        missing = [value for value in set(values) if self._is_missing(known, value)]
        assert len(known.fields) == 1, f"{known.name}: load by one column"
        await self._fetch_rows(known.table, known.fields[0], missing, known.among)

    def _is_missing(self, lookup: HotLookup[Any, Any], value: Any) -> bool:  # noqa: ANN401
        row = self._overlay.find(lookup, value)
        return row is None or (lookup.is_over is not None and lookup.is_over(row))

    async def _fetch_rows(
        self, table: HotTable[Any, Any], column: str, values: list[Any], among: str = "true"
    ) -> None:
        if not values or table.keep_sql == "true":
            return
        shape = table.shape
        rows = await self._connection.fetch(
            f"select {', '.join(shape.columns)} from {table.name}"  # noqa: S608 - our names
            f" where {column} = any($1) and {among} order by {', '.join(table.key_columns)}",
            values,
        )
        self._overlay.loaded.keep(table, shape.from_rows(rows))

    def get(self, rows: Rows[Any, R], key: Any) -> R | None:  # noqa: ANN401 - any key
        """See runtime.commands.Loader."""
        return self._overlay.get(rows, key)

    async def fetch(self, sql: str, *arguments: object) -> list[Any]:
        """See runtime.commands.Loader."""
        return await self._connection.fetch(sql, *arguments)

    # ---- deciding ----

    async def decide(
        self,
        commands: Sequence[Command],
        position: int,
        entropy: Callable[[int], bytes],
        due: Sequence[Any] = (),
    ) -> list[Outcome]:
        """Apply the commands in order. Positions go on from `position`."""
        self.position = position
        await self._recall(commands)
        prepared = await self._prepare(commands)
        fired = {row.id: row for row in due}
        outcomes = []
        for command in commands:
            outcome = self._answer(command, prepared, entropy)
            if command.id in fired:
                self._overlay.put(DUE, replace(fired[command.id], fired_at=self._now))
            outcomes.append(outcome)
        return await self._with_old_facts(outcomes)

    async def _recall(self, commands: Sequence[Command]) -> None:
        """Look up the keys that memory does not hold."""
        if self._keys.complete:
            return
        unknown = [c.id for c in commands if c.id not in self._keys.answered]
        shape = COMMANDS.shape
        rows = await self._connection.fetch(
            f"select {', '.join(shape.columns)} from engine.commands where id = any($1)",  # noqa: S608
            unknown,
        )
        self._overlay.loaded.keep(COMMANDS, shape.from_rows(rows))

    async def _prepare(self, commands: Sequence[Command]) -> dict[tuple[str, int], Any]:
        """Let every stage of every verb look up in bulk what it needs."""
        by_verb: defaultdict[str, list[Command]] = defaultdict(list)
        for command in commands:
            by_verb[command.verb].append(command)
        prepared = {}
        for verb, theirs in by_verb.items():
            for index, stage in enumerate(self._path[verb].stages):
                if stage.prepare is not None:
                    prepared[verb, index] = await stage.prepare(self, theirs)
        return prepared

    def _answer(
        self,
        command: Command,
        prepared: dict[tuple[str, int], Any],
        entropy: Callable[[int], bytes],
    ) -> Outcome:
        overlay = self._overlay
        overlay.begin(command.id, command.actor, self.position + 1)
        try:
            inputs = encode(command.body)
        except (OverflowError, TypeError, ValueError) as unfit:
            return Outcome(refusal=MALFORMED_INPUT.refuse("body", unfit))
        asked = hashlib.sha256(command.verb.encode() + b"\x00" + inputs).digest()
        old = overlay.rows[COMMANDS.slot].get(command.id) or self._keys.answered.get(command.id)
        old = old or overlay.loaded.rows[COMMANDS.slot].get(command.id)
        if old is not None:
            return _replay(old, asked)
        try:
            refusal = self._apply(command, prepared)
        except Invalid as wrong:
            overlay.undo()
            return Outcome(refusal=Refusal(wrong.code.code, wrong.field, wrong.value))
        except Exception as bug:  # noqa: BLE001 - one bad command must not take down the book
            overlay.undo()
            _log.error("command_raised", verb=command.verb, id=str(command.id), exc_info=bug)
            said = f"{type(bug).__name__}: {bug}"
            self._set_aside.append((command.id, command.verb, inputs, said, self._now))
            return Outcome(refusal=QUARANTINED.refuse(value=said[:200]))
        if refusal is not None:
            overlay.undo()
            overlay.put(COMMANDS, CommandRow(command.id, asked, None, refusal))
            return Outcome(refusal=refusal)
        fact = self._told(command)
        self._record(fact, entropy(16))
        overlay.put(COMMANDS, CommandRow(command.id, asked, fact.position, None))
        return Outcome(fact=fact)

    def _apply(self, command: Command, prepared: dict[tuple[str, int], Any]) -> Refusal | None:
        stages: tuple[Stage, ...] = self._path[command.verb].stages
        for index, stage in enumerate(stages):
            facts = prepared.get((command.verb, index))
            refusal = stage.apply(self._overlay, command.body, facts)
            if refusal is not None:
                return refusal
        return None

    def _told(self, command: Command) -> Fact:
        """Turn what the stages told into the fact of the command, at the next position."""
        overlay = self._overlay
        self.position += 1
        parts = {name: msgspec.Raw(encode(part)) for name, part in overlay.parts.items()}
        digest = overlay.transfers_digest()
        payload = {
            "position": self.position,
            "verb": command.verb,
            "command": command.id,
            "actor": command.actor,
            "recorded_at": self._now,
            "thread": overlay.thread_id,
            "parts": parts,
            "transfers": digest,
        }
        self._payload = encode(payload)
        return Fact(
            self.position,
            command.verb,
            command.id,
            command.actor,
            self._now,
            overlay.thread_id,
            parts,
            digest,
        )

    def _record(self, fact: Fact, salt: bytes) -> None:
        row = OutboxRow(fact.position, self._now, fact.verb, fact.thread, self._payload, salt)
        self._overlay.put(OUTBOX, row)

    async def adopt(self, position: int, entropy: Callable[[int], bytes]) -> int:
        """Take over facts that ordinary transactions told; return how many there were."""
        self.position = position
        rows = await self._connection.fetch(
            "delete from engine.outbox_pending where id in"
            " (select id from engine.outbox_pending order by id limit $1)"
            " returning id, verb, actor, thread, parts",
            ADOPTED_AT_ONCE,
        )
        for row in sorted(rows, key=lambda each: int(each["id"])):
            self._overlay.begin(UUID(int=row["id"]), row["actor"])
            self._overlay.thread_id = row["thread"]
            try:
                self._overlay.parts = decode(row["parts"], dict[str, msgspec.Raw])
            except msgspec.DecodeError as unreadable:
                pending = (
                    UUID(int=row["id"]),
                    row["verb"],
                    row["parts"],
                    str(unreadable),
                    self._now,
                )
                self._set_aside.append(pending)
                continue
            command = Command(UUID(int=row["id"]), row["verb"], row["actor"], Beat())
            self._record(self._told(command), entropy(16))
        return len(rows)

    async def _with_old_facts(self, outcomes: list[Outcome]) -> list[Outcome]:
        """Fetch the facts of answers that were given before this batch."""
        wanted = [o.fact.position for o in outcomes if o.replayed and o.fact is not None]
        if not wanted:
            return outcomes
        rows = await self._connection.fetch(
            "select position, payload from engine.outbox where position = any($1)", wanted
        )
        facts = {row["position"]: decode(row["payload"], Fact) for row in rows}
        fresh = self._overlay.rows[OUTBOX.slot]
        facts |= {p: decode(fresh[p].payload, Fact) for p in wanted if p in fresh}
        return [
            replace(o, fact=facts[o.fact.position]) if o.replayed and o.fact is not None else o
            for o in outcomes
        ]

    # ---- writing ----

    async def flush(self, epoch: int) -> None:
        """Write the batch: the fence first, then new rows by COPY, then changed rows."""
        fenced = await self._connection.execute(
            "update engine.book set position = $1, book_time = $2 where epoch = $3",
            self.position,
            self._now,
            epoch,
        )
        if fenced != "UPDATE 1":
            raise BrokenPromise("Another engine has taken this book.")
        for table in _flush_order():
            await self._write_table(table)
        if self._set_aside:
            await set_aside(self._connection, self._set_aside)

    async def _write_table(self, table: HotTable[Any, Any]) -> None:
        new, changed = self._overlay.written(table)
        if new:
            await copy_rows(
                self._connection,
                table.table.schema,
                table.table.name,
                table.shape.columns,
                table.shape.encoder,
                new,
            )
        if changed:
            found = await update_rows(self._connection, table, changed)
            if found != len(changed):
                raise BrokenPromise(f"{table.name} has {found} of the {len(changed)} rows we hold.")

    def merge(self) -> None:
        """After the commit: the overlay becomes part of the state."""
        self._overlay.merge()
        for row in self._overlay.rows[COMMANDS.slot].values():
            self._keys.remember(row)


SetAside = tuple[UUID, str, bytes, str, datetime]


async def set_aside(connection: "asyncpg.Connection[Any]", commands: Sequence[SetAside]) -> None:
    """Keep commands for people: (id, verb, body, error, when). The first error counts."""
    await connection.executemany(
        "insert into engine.quarantine (id, verb, body, error, recorded_at)"
        " values ($1, $2, $3, $4, $5) on conflict do nothing",
        commands,
    )


def _replay(old: CommandRow, asked: bytes) -> Outcome:
    if old.input_hash != asked:
        return Outcome(refusal=KEY_REUSED.refuse("id", old.id))
    if old.position is None:
        return Outcome(refusal=old.refusal, replayed=True)
    # The position stands in for the fact until the batch has fetched it.
    stand_in = Fact(old.position, "", old.id, old.id, datetime.min, None, {})  # noqa: DTZ901
    return Outcome(fact=stand_in, replayed=True)


def _flush_order() -> list[HotTable[Any, Any]]:
    """Return the hot tables so that what is referred to is written first."""
    if len(_FLUSH_ORDER) != len(HOT_TABLES):
        place = {table: index for index, table in enumerate(METADATA.sorted_tables)}
        _FLUSH_ORDER[:] = sorted(HOT_TABLES, key=lambda hot: place[hot.table])
    return _FLUSH_ORDER
