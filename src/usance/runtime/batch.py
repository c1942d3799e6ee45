"""One batch: decide its commands on an overlay, write them all, merge them.

Order for each command: is its key known (then the old answer, or a refusal if the inputs
differ) → its verb's stages in story order → its fact. A refused command's writes are undone;
the refusal is stored under its key and answered again. A stage that raises has a bug: its
command is set aside without an answer under its key, and its neighbours go on. Inputs whose
form turns out to be wrong are refused without anything being stored.
"""

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from itertools import islice
from time import perf_counter
from typing import Any, Final, TypeVar
from uuid import UUID

import asyncpg
import msgspec
import structlog

from usance.kernel.draft import Lookup, Rows
from usance.kernel.errors import MALFORMED_INPUT, Invalid, Refusal
from usance.kernel.records import Record, decode, encode, replace
from usance.runtime.commands import KEY_REUSED, QUARANTINED, Beat, Command, Path, Stage
from usance.runtime.draft import Overlay, State
from usance.runtime.facts import Fact, Outcome
from usance.runtime.rows import HOT_LOOKUPS, HOT_TABLES, METADATA, HotLookup, HotTable
from usance.runtime.tables import COMMANDS, DUE, OUTBOX, CommandRow, OutboxRow
from usance.runtime.writing import Changes, Fence

R = TypeVar("R", bound=Record)
ADOPTED_AT_ONCE: Final = 4096
KEYS_IN_MEMORY: Final = 500_000
_LET_GO_SHARE: Final = 64
_SALT: Final = 16
# How long deciding goes on before others of the process have a turn.
_TURN_SECONDS: Final = 0.001
_log = structlog.get_logger()
_FLUSH_ORDER: Final[list[HotTable[Any, Any]]] = []


class _Payload(Record, frozen=True):
    """A fact as it is stored and hashed: its fields in the order of their names."""

    actor: UUID
    command: UUID
    parts: dict[str, msgspec.Raw]
    position: int
    recorded_at: datetime
    thread: UUID | None
    transfers: str
    verb: str


class Keys:
    """The idempotency keys that were answered, as far back as memory goes.

    `complete` while all keys ever used are in memory, so that no look-up is needed.
    """

    def __init__(self) -> None:
        self.answered: dict[int, CommandRow] = {}
        self.complete = True
        self.limit = KEYS_IN_MEMORY

    def remember(self, row: CommandRow) -> None:
        """Take a key into memory, letting go of the oldest where there are too many."""
        answered = self.answered
        answered[row.id.int] = row
        if len(answered) > self.limit:
            # Many at once: a dict looks for its first key past all those let go of before.
            for oldest in list(islice(answered, max(1, self.limit // _LET_GO_SHARE))):
                del answered[oldest]
            self.complete = False


class NotYet(Exception):
    """What a command asks for was added by this batch and can be looked up once it is written."""


class Batch:
    """The commands of one transaction.

    It may be decided while the batch before it, `below`, is still being written: then it sees
    what that one wrote. `settled` waits until that one is in the database.
    """

    def __init__(
        self,
        reader: "asyncpg.Connection[Any]",
        state: State,
        keys: Keys,
        path: Path,
        now: datetime,
        position: int,
        below: "Batch | None" = None,
        settled: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._reader = reader
        self._state = state
        self._keys = keys
        self._path = path
        self._below = below
        self._settled = settled
        self.overlay: Overlay = Overlay(state, now, None if below is None else below.overlay)
        self.answered: dict[int, CommandRow] = {}
        self.facts: dict[int, Fact] = {}
        self._now = self.now = now
        self.aside: list[SetAside] = []
        self.adopted: Sequence[Any] = ()
        self.position = position

    # ---- Loader protocol ----

    async def rows(self, rows: Rows[Any, Any], keys: Sequence[Any]) -> None:
        """See runtime.commands.Loader."""
        table = HOT_TABLES[rows.slot]
        missing = [key for key in set(keys) if self.overlay.get(rows, key) is None]
        assert len(table.key_columns) == 1, f"{table.name}: load by a lookup"
        await self._fetch_rows(table, table.key_columns[0], missing)

    async def found(self, lookup: Lookup[Any, Any], values: Sequence[Any]) -> None:
        """See runtime.commands.Loader."""
        known = HOT_LOOKUPS[lookup.slot]
        missing = [value for value in set(values) if self._is_missing(known, value)]
        assert len(known.fields) == 1, f"{known.name}: load by one column"
        await self._fetch_rows(known.table, known.fields[0], missing, known.among)

    def _is_missing(self, lookup: HotLookup[Any, Any], value: Any) -> bool:  # noqa: ANN401
        row = self.overlay.find(lookup, value)
        return row is None or (lookup.is_over is not None and lookup.is_over(row))

    async def _fetch_rows(
        self, table: HotTable[Any, Any], column: str, values: list[Any], among: str = "true"
    ) -> None:
        if not values or table.keep_sql == "true":
            return
        if self.overlay.has_hidden(table.slot):
            raise NotYet(table.name)
        if self._below is not None and self._below.overlay.has_hidden(table.slot):
            await self._wait_for_below()
        shape = table.shape
        rows = await self._reader.fetch(
            f"select {', '.join(shape.columns)} from {table.name}"  # noqa: S608 - our names
            f" where {column} = any($1) and {among} order by {', '.join(table.key_columns)}",
            values,
        )
        self.overlay.loaded.keep(table, shape.from_rows(rows))

    async def _wait_for_below(self) -> None:
        assert self._settled is not None, "a batch on top of another knows how to wait for it"
        await self._settled()

    async def unused(self, rows: Rows[Any, Any]) -> tuple[UUID, UUID]:
        """See runtime.commands.Loader."""
        table = HOT_TABLES[rows.slot]
        self._state.see_as_far_as(self._now)
        known, horizon = self._state.highest, UUID(int=self._state.horizon)
        if table not in known:
            [key] = table.key_columns
            stored = await self._reader.fetchval(
                f"select {key} from {table.name} where {key} < $1"  # noqa: S608 - our names
                f" order by {key} desc limit 1",
                horizon,
            )
            known[table] = 0 if stored is None else stored.int
        below = 0 if self._below is None else self._below.overlay.highest(table)
        return UUID(int=max(known[table], below, self.overlay.highest(table))), horizon

    def get(self, rows: Rows[Any, R], key: Any) -> R | None:  # noqa: ANN401 - any key
        """See runtime.commands.Loader."""
        return self.overlay.get(rows, key)

    def find(self, lookup: Lookup[Any, R], value: Any) -> R | None:  # noqa: ANN401 - any value
        """See runtime.commands.Loader."""
        return self.overlay.find(lookup, value)

    async def fetch(self, sql: str, *arguments: object) -> list[Any]:
        """See runtime.commands.Loader."""
        return await self._reader.fetch(sql, *arguments)

    # ---- deciding ----

    async def decide(
        self,
        commands: Sequence[Command],
        entropy: Callable[[int], bytes],
        due: Sequence[Any] = (),
    ) -> list[Outcome]:
        """Apply commands in order, after those the batch has already.

        Raises NotYet, and none of them is applied, where they need what the batch itself added.
        """
        prepared = await self._prepare(commands)
        # After what may wait for the batch before: when that is written, old keys leave memory.
        await self._recall(commands)
        salts = entropy(_SALT * len(commands))
        fired = {row.id: row for row in due}
        outcomes = []
        went_on_at = perf_counter()
        for index, command in enumerate(commands):
            salt = salts[index * _SALT : (index + 1) * _SALT]
            outcome = self._answer(command, prepared, salt)
            if command.id in fired:
                self.overlay.put(DUE, replace(fired[command.id], fired_at=self._now))
            outcomes.append(outcome)
            if perf_counter() - went_on_at > _TURN_SECONDS:
                await asyncio.sleep(0)  # Others have a turn: the batch before goes out meanwhile.
                went_on_at = perf_counter()
        return await self._with_old_facts(outcomes)

    def _known(self, command_id: UUID) -> CommandRow | None:
        """Return what a key was answered, as far as is known here."""
        number = command_id.int
        known = self.answered.get(number)
        if known is None and self._below is not None:
            known = self._below.answered.get(number)
        return known or self._keys.answered.get(number) or self._recalled.get(number)

    async def _recall(self, commands: Sequence[Command]) -> None:
        """Look up the keys that memory does not hold."""
        self._recalled: dict[int, CommandRow] = {}
        if self._keys.complete:
            return
        unknown = [c.id for c in commands if self._known(c.id) is None]
        shape = COMMANDS.shape
        rows = await self._reader.fetch(
            f"select {', '.join(shape.columns)} from engine.commands where id = any($1)",  # noqa: S608
            unknown,
        )
        self._recalled = {row.id.int: row for row in shape.from_rows(rows)}

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
        self, command: Command, prepared: dict[tuple[str, int], Any], salt: bytes
    ) -> Outcome:
        overlay = self.overlay
        try:
            inputs = encode(command.body)
        except (OverflowError, TypeError, ValueError) as unfit:
            return Outcome(refusal=MALFORMED_INPUT.refuse("body", unfit))
        asked = hashlib.sha256(command.verb.encode() + b"\x00" + inputs).digest()
        old = self._known(command.id)
        if old is not None:
            return _replay(old, asked)
        overlay.begin(command.id, command.actor, self.position + 1)
        try:
            refusal = self._apply(command, prepared)
        except Invalid as wrong:
            overlay.undo()
            return Outcome(refusal=Refusal(wrong.code.code, wrong.field, wrong.value))
        except Exception as bug:  # noqa: BLE001 - one bad command must not take down the book
            overlay.undo()
            _log.error("command_raised", verb=command.verb, id=str(command.id), exc_info=bug)
            said = f"{type(bug).__name__}: {bug}"
            self.aside.append((command.id, command.verb, inputs, said, self._now))
            return Outcome(refusal=QUARANTINED.refuse(value=said[:200]))
        if refusal is not None:
            overlay.undo()
            self.answered[command.id.int] = CommandRow(command.id, asked, None, refusal)
            return Outcome(refusal=refusal)
        fact = self._tell(command, salt)
        self.answered[command.id.int] = CommandRow(command.id, asked, fact.position, None)
        return Outcome(fact=fact)

    def _apply(self, command: Command, prepared: dict[tuple[str, int], Any]) -> Refusal | None:
        stages: tuple[Stage, ...] = self._path[command.verb].stages
        for index, stage in enumerate(stages):
            facts = prepared.get((command.verb, index))
            refusal = stage.apply(self.overlay, command.body, facts)
            if refusal is not None:
                return refusal
        return None

    def _tell(self, command: Command, salt: bytes) -> Fact:
        """Turn what the stages told into the fact of the command, at the next position."""
        overlay = self.overlay
        self.position = position = self.position + 1
        parts = {name: msgspec.Raw(encode(part)) for name, part in overlay.parts.items()}
        digest = overlay.transfers_digest()
        verb, actor, thread = command.verb, command.actor, overlay.thread_id
        payload = encode(
            _Payload(actor, command.id, parts, position, self._now, thread, digest, verb)
        )
        overlay.add(OUTBOX, (OutboxRow(position, self._now, verb, thread, payload, salt),))
        fact = Fact(position, verb, command.id, actor, self._now, thread, parts, digest)
        self.facts[position] = fact
        return fact

    async def adopt(
        self,
        connection: "asyncpg.Connection[Any]",
        entropy: Callable[[int], bytes],
        at_once: int = ADOPTED_AT_ONCE,
    ) -> int:
        """Take over facts that ordinary transactions told; return how many there were.

        connection: within the transaction in which the batch will be written.
        """
        rows = self.adopted = await connection.fetch(
            "delete from engine.outbox_pending where id in"
            " (select id from engine.outbox_pending order by id limit $1)"
            " returning id, verb, actor, thread, parts",
            at_once,
        )
        for row in sorted(rows, key=lambda each: int(each["id"])):
            self.overlay.begin(UUID(int=row["id"]), row["actor"])
            self.overlay.thread_id = row["thread"]
            try:
                self.overlay.parts = decode(row["parts"], dict[str, msgspec.Raw])
            except msgspec.DecodeError as unreadable:
                pending = (
                    UUID(int=row["id"]),
                    row["verb"],
                    row["parts"],
                    str(unreadable),
                    self._now,
                )
                self.aside.append(pending)
                continue
            command = Command(UUID(int=row["id"]), row["verb"], row["actor"], Beat())
            self._tell(command, entropy(_SALT))
        return len(rows)

    async def _with_old_facts(self, outcomes: list[Outcome]) -> list[Outcome]:
        """Fetch the facts of answers that were given before this batch."""
        wanted = {o.fact.position for o in outcomes if o.replayed and o.fact is not None}
        if not wanted:
            return outcomes
        facts = self.facts if self._below is None else self._below.facts | self.facts
        if stored := wanted - facts.keys():
            rows = await self._reader.fetch(
                "select position, payload from engine.outbox where position = any($1)", stored
            )
            facts = facts | {row["position"]: decode(row["payload"], Fact) for row in rows}
        return [
            replace(o, fact=facts[o.fact.position]) if o.replayed and o.fact is not None else o
            for o in outcomes
        ]

    # ---- writing ----

    def fence(self, epoch: int) -> Fence:
        """Return whose the book has to be for the batch to be written."""
        return Fence(epoch, self.position, self._now)

    def changes(self) -> list[Changes]:
        """Return what the batch changes, in the order in which it is written."""
        self.overlay.added[COMMANDS.slot] = list(self.answered.values())
        overlay = self.overlay
        return [overlay.written(table) for table in _flush_order() if overlay.touched(table.slot)]

    def merge(self) -> None:
        """After the commit: the overlay becomes part of the state."""
        self.overlay.merge()
        self._below = None
        for row in self.answered.values():
            self._keys.remember(row)


SetAside = tuple[UUID, str, bytes, str, datetime]


async def set_aside(connection: "asyncpg.Connection[Any]", commands: Sequence[SetAside]) -> None:
    """Keep commands for people: (id, verb, body, error, when). The first error counts.

    What the database cannot hold of an error is spelt out: this must not fail for its own sake.
    """
    kept = [(*which, _storable(error), when) for *which, error, when in commands]
    await connection.executemany(
        "insert into engine.quarantine (id, verb, body, error, recorded_at)"
        " values ($1, $2, $3, $4, $5) on conflict do nothing",
        kept,
    )


def _storable(text: str) -> str:
    return text.encode(errors="backslashreplace").decode().replace("\0", "\\0")


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
