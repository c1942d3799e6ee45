"""The overlay: what a batch has changed so far, and the drafts its commands write on.

Writes go to the overlay with a journal, so that a refused command is undone and the batch goes
on; the overlay is merged into the state after the commit, or dropped. Reading looks at the
overlay, then at the state, then at what was loaded for this batch alone.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import repeat
from typing import Any, Final, TypeVar
from uuid import UUID

from usance.kernel.draft import Block, K, Lookup, Rows, Standing, T
from usance.kernel.ids import SERIES_MAX, made, milliseconds_at, series
from usance.kernel.records import Record, encode
from usance.runtime.facts import part_name
from usance.runtime.rows import HOT_LOOKUPS, HOT_TABLES, HotTable, always, never
from usance.runtime.tables import DUE, DueRow
from usance.runtime.writing import Changes

R = TypeVar("R", bound=Record)
U = TypeVar("U", bound=UUID)

_ABSENT: Final = object()
_SHORTER: Final = object()
_DAY: Final = 86_400_000


class State:
    """The rows the engine keeps in memory, by table and key, with their lookups."""

    def __init__(self) -> None:
        self.rows: list[dict[Any, Any]] = [{} for _ in HOT_TABLES]
        self.lookups: list[dict[Any, Any]] = [{} for _ in HOT_LOOKUPS]
        # Of tables that were ever asked for it: the highest id below the horizon that is in the
        # database. The horizon rises with the book's time, a day at once.
        self.highest: dict[HotTable[Any, Any], int] = {}
        self.horizon = 0

    def see_as_far_as(self, now: datetime) -> None:
        """Move the horizon to where it stands at a time of the book."""
        horizon = (milliseconds_at(now) // _DAY + 2) * _DAY << 80
        if horizon > self.horizon:
            self.horizon = horizon
            self.highest.clear()

    def get(self, rows: Rows[Any, R], key: Any) -> R | None:  # noqa: ANN401 - any key
        """See kernel.draft.Sight."""
        return self.rows[rows.slot].get(key.int if rows.by_id and key is not None else key)

    def find(self, lookup: Lookup[Any, R], value: Any) -> R | None:  # noqa: ANN401 - any value
        """See kernel.draft.Sight."""
        known = HOT_LOOKUPS[lookup.slot]
        found = value.int if known.by_id and value is not None else value
        key = self.lookups[known.slot].get(found)
        return None if key is None else self.rows[known.table.slot].get(key)

    def keep(self, table: HotTable[Any, Any], rows: Sequence[Any]) -> None:
        """Take rows over into memory, as they stand in the database."""
        keys = list(map(table.key, rows))
        self.rows[table.slot].update(zip(keys, rows, strict=True))
        for lookup in table.lookups:
            places, values = self.lookups[lookup.slot], map(lookup.value, rows)
            if lookup.is_over is None:
                places.update(zip(values, keys, strict=True))
                continue
            for value, key, row in zip(values, keys, rows, strict=True):
                if value not in places or not lookup.is_over(row):
                    places[value] = key

    def forget(self, table: HotTable[Any, Any], row: Any) -> None:  # noqa: ANN401 - any record
        """Let go of a row that need not stay in memory."""
        self.rows[table.slot].pop(table.key(row), None)
        for lookup in table.lookups:
            # A later row may have the value by now: an order whose first payment failed.
            places, value = self.lookups[lookup.slot], lookup.value(row)
            if places.get(value) == table.key(row):
                del places[value]


class _Standing:
    """The standing rows of an overlay: what a reading may see."""

    def __init__(self, overlay: "Overlay") -> None:
        self._overlay = overlay

    @property
    def now(self) -> datetime:
        """See kernel.draft.Standing."""
        return self._overlay.now

    def get(self, rows: Rows[Any, R], key: Any) -> R | None:  # noqa: ANN401 - any key
        """See kernel.draft.Standing."""
        assert HOT_TABLES[rows.slot].standing, f"{rows.name} is written all the time"
        return self._overlay.get(rows, key)


class Overlay:
    """One batch's view of the book, and the drafts of its commands, one after the other."""

    def __init__(self, state: State, now: datetime, below: "Overlay | None" = None) -> None:
        """Lay an overlay on the state, or on the batch before, which is being written."""
        self._state = state
        self._below = below
        self.now = now
        self._milliseconds = 0
        self.loaded = State()
        self.rows: list[dict[Any, Any]] = [{} for _ in HOT_TABLES]
        self.lookups: list[dict[Any, Any]] = [{} for _ in HOT_LOOKUPS]
        self.added: list[list[Any]] = [[] for _ in HOT_TABLES]
        self.blocks: list[list[Any]] = [[] for _ in HOT_TABLES]
        under = [below.lookups] if below is not None else []
        self._places = [self.lookups, *under, state.lookups, self.loaded.lookups]
        self._journal: list[tuple[Any, Any, Any]] = []
        # In a list, so that the journal can put back what was known before a refused command.
        self._recalled: list[dict[Any, Any]] = [{}]
        self.begin(UUID(int=0), UUID(int=0))

    def begin(self, command_id: UUID, actor: UUID, position: int = 0) -> None:
        """Start the draft of the next command, whose fact would stand at `position`."""
        self.position = position
        self.command_id = command_id
        self.actor = actor
        self.parts: dict[str, Any] = {}
        self.thread_id: UUID | None = None
        self._made = 0
        self._series = 0
        self._sealed: list[bytes] = []
        self._journal.clear()

    def undo(self, mark: int = 0) -> None:
        """Take back what the present command wrote since `mark`."""
        journal = self._journal
        while len(journal) > mark:
            place, key, before = journal.pop()
            if before is _ABSENT:
                del place[key]
            elif before is _SHORTER:
                del place[key:]
            else:
                place[key] = before

    def mark(self) -> int:
        """Return a point to which `undo` can go back within the command."""
        return len(self._journal)

    # ---- the Draft protocol of the kernel ----

    def get(self, rows: Rows[Any, R], key: Any) -> R | None:  # noqa: ANN401 - any key
        """See kernel.draft.Draft."""
        row: R | None = self._row(rows.slot, key.int if rows.by_id and key is not None else key)
        return row

    def _row(self, slot: int, key: Any) -> Any:  # noqa: ANN401 - any key, any record
        row = None
        if place := self.rows[slot]:
            row = place.get(key)
        if row is None and self._below is not None and (place := self._below.rows[slot]):
            row = place.get(key)
        if row is None and (place := self._state.rows[slot]):
            row = place.get(key)
        if row is None and (place := self.loaded.rows[slot]):
            row = place.get(key)
        return row

    def get_all(self, rows: Rows[Any, R], keys: Sequence[Any]) -> list[R | None]:
        """See kernel.draft.Draft."""
        slot = rows.slot
        fresh, kept = self.rows[slot].get, self._state.rows[slot].get
        if rows.by_id or self.loaded.rows[slot] or (self._below and self._below.rows[slot]):
            return [self.get(rows, key) for key in keys]
        return [fresh(key) or kept(key) for key in keys]

    def recall(self, reading: Callable[[Standing, K], T], key: K) -> T:
        """See kernel.draft.Draft."""
        known = self._recalled[0]
        asked = (reading, key)
        found = known.get(asked, _ABSENT)
        if found is _ABSENT:
            found = known[asked] = reading(_Standing(self), key)
        return found  # type: ignore[no-any-return]

    def find(self, lookup: Lookup[Any, R], value: Any) -> R | None:  # noqa: ANN401 - any value
        """See kernel.draft.Draft."""
        slot = lookup.slot
        known = HOT_LOOKUPS[slot]
        if known.by_id and value is not None:
            value = value.int
        over = None
        for places in self._places:
            place = places[slot]
            key = place.get(value) if place else None
            if key is None:
                continue
            row: R | None = self._row(known.table.slot, key)
            if known.is_over is None or row is None or not known.is_over(row):
                return row
            over = row
        return over

    def put(self, rows: Rows[Any, R], row: R) -> None:
        """See kernel.draft.Draft."""
        slot = rows.slot
        table, place = HOT_TABLES[slot], self.rows[slot]
        key, count = table.key(row), len(place)
        # One step where the row is new in the batch, as most are.
        before = place.setdefault(key, row)
        if len(place) > count:
            before = _ABSENT
        else:
            place[key] = row
        self._journal.append((place, key, before))
        if table.standing:
            self._journal.append((self._recalled, 0, self._recalled[0]))
            self._recalled[0] = {}
        for lookup in table.lookups:
            places, value = self.lookups[lookup.slot], lookup.value(row)
            if lookup.is_over is None or value not in places or not lookup.is_over(row):
                self._write(places, value, key)

    def put_all(self, rows: Rows[Any, R], several: Sequence[R]) -> None:
        """See kernel.draft.Draft."""
        table = HOT_TABLES[rows.slot]
        assert not table.lookups, f"{rows.name}: rows with lookups are put one by one"
        place, keys = self.rows[rows.slot], list(map(table.key, several))
        absent = repeat(_ABSENT)
        before = map(place.get, keys, absent) if place else absent
        self._journal.extend(zip(repeat(place), keys, before))
        place.update(zip(keys, several, strict=True))

    def add(self, rows: Rows[Any, R], several: Sequence[R] | Block) -> None:
        """See kernel.draft.Draft."""
        assert HOT_TABLES[rows.slot].keep is never, f"{rows.name}: rows that are kept are put"
        if isinstance(several, list | tuple):
            added = self.added[rows.slot]
            self._journal.append((added, len(added), _SHORTER))
            added.extend(several)
        else:
            blocks = self.blocks[rows.slot]
            self._journal.append((blocks, len(blocks), _SHORTER))
            blocks.append(several)

    def _write(self, place: dict[Any, Any], key: Any, value: Any) -> None:  # noqa: ANN401
        self._journal.append((place, key, place.get(key, _ABSENT)))
        place[key] = value

    def tell(self, part: Record) -> None:
        """See kernel.draft.Draft."""
        name = part_name(type(part))
        assert name not in self.parts, f"{name} told twice"
        self._write(self.parts, name, part)

    def told(self, kind: type[R]) -> R | None:
        """See kernel.draft.Draft."""
        return self.parts.get(part_name(kind))

    def thread(self, subject: UUID) -> None:
        """See kernel.draft.Draft."""
        self.thread_id = subject

    def schedule(self, due_at: datetime, verb: str, body: Record) -> None:
        """See kernel.draft.Draft."""
        self.put(DUE, DueRow(self.new_id(UUID), due_at, verb, encode(body), None))

    def new_id(self, kind: type[U]) -> U:
        """See kernel.draft.Draft."""
        if not self._series:
            if not self._milliseconds:
                self._milliseconds = milliseconds_at(self.now)
            self._series = series(self._milliseconds, self.position, self.command_id.int)
        self._made += 1
        assert self._made <= SERIES_MAX, f"{self.command_id} makes too many ids"
        return made(kind, self._series + self._made)

    def seal(self, *transfers: bytes) -> None:
        """See kernel.draft.Draft."""
        # In the journal: what a chain posted before it failed is not in the digest.
        self._journal.append((self._sealed, len(self._sealed), _SHORTER))
        self._sealed.extend(transfers)

    # ---- for the engine ----

    def transfers_digest(self) -> str:
        """Return SHA-256 over what the command sealed, sorted, "" where it sealed nothing.

        What is sealed begins with its id: whoever reads the rows in the order of their ids can
        reckon the digest again.
        """
        return hashlib.sha256(b"".join(sorted(self._sealed))).hexdigest() if self._sealed else ""

    def touched(self, slot: int) -> bool:
        """Return whether this batch wrote rows of a table."""
        return bool(self.rows[slot] or self.added[slot] or self.blocks[slot])

    def written(self, table: HotTable[Any, Any]) -> Changes:
        """Return what this batch changed in a table."""
        slot = table.slot
        rows, kept, loaded = self.rows[slot], self._state.rows[slot], self.loaded.rows[slot]
        under = self._below.rows[slot] if self._below is not None else {}
        added, blocks = self.added[slot], self.blocks[slot]
        if not rows:
            return Changes(table, added, blocks)
        if not kept and not loaded and not under:
            return Changes(table, [*added, *rows.values()], blocks)
        new: list[Any] = list(added)
        changed: list[Any] = []
        before: list[Any] = []
        for key, row in rows.items():
            old = under.get(key) or kept.get(key) or loaded.get(key)
            if old is None:
                new.append(row)
            else:
                changed.append(row)
                before.append(old)
        return Changes(table, new, blocks, changed, before)

    def has_hidden(self, slot: int) -> bool:
        """Return whether rows of a table were added that cannot be looked up before the commit."""
        return bool(self.added[slot] or self.blocks[slot])

    def highest(self, table: HotTable[Any, Any]) -> int:
        """Return the highest id below the horizon of a table's rows of this batch, 0 if none."""
        slot, horizon = table.slot, self._state.horizon
        assert table.by_id, table.name
        ids = [*self.rows[slot], *map(table.key, self.added[slot])]
        # A block has none beyond: those are looked up, and what is looked up is in no block.
        ids += [block.highest() for block in self.blocks[slot]]
        highest = max(ids, default=0)
        return highest if highest < horizon else max((n for n in ids if n < horizon), default=0)

    def merge(self) -> None:
        """Take the batch's rows over into the state; call it after the commit only."""
        self._below = None
        for table, highest in self._state.highest.items():
            self._state.highest[table] = max(highest, self.highest(table))
        for table in HOT_TABLES:
            rows = self.rows[table.slot]
            if not rows or table.keep is never:
                continue
            if table.keep is always:
                self._state.rows[table.slot].update(rows)
                for lookup in table.lookups:
                    self._state.lookups[lookup.slot].update(self.lookups[lookup.slot])
                continue
            for row in rows.values():
                if table.keep(row):
                    self._state.keep(table, (row,))
                else:
                    self._state.forget(table, row)
