"""Expected movements, entries of banks, matches and breaks."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from usance.kernel.ids import BankEntryId, BreakId, MessageId
from usance.kernel.money import PAST_CURRENCIES
from usance.kernel.records import Record
from usance.payments.model import (
    BankEntry,
    BankEntryDetail,
    Break,
    BreakState,
    EntryState,
    Match,
    MatchState,
    Movement,
)
from usance.runtime.database import Connection
from usance.runtime.rows import RowShape

_MOVEMENT: Final = RowShape(Movement)
_ENTRY: Final = RowShape(BankEntry)
_DETAIL: Final = RowShape(BankEntryDetail)
_BREAK: Final = RowShape(Break)
_MATCH: Final = RowShape(Match)
# Column names come from our records; values are always parameters.
_MOVEMENTS: Final = f"select {', '.join(_MOVEMENT.columns)} from payments.movements"  # noqa: S608
_BREAKS: Final = f"select {', '.join(_BREAK.columns)} from payments.breaks"  # noqa: S608
_E: Final = ", ".join(f"e.{column}" for column in _ENTRY.columns)
# A hold that was posted: its id, the fact's position, the value date, by which names.
Made: TypeAlias = tuple[UUID, int, date, tuple[str, ...]]
_BOOKED: Final = "e.kind = 'statement' and e.status = 'BOOK'"


async def lock_matching(connection: Connection) -> None:
    """Wait until nobody else matches; held to the transaction's end."""
    await connection.execute(
        "select pg_advisory_xact_lock(hashtextextended('payments.matching', 0))"
    )


# ---- movements ----


async def followed(connection: Connection) -> int:
    """Return the last position whose movements are here."""
    return int(
        await connection.fetchval("select coalesce(max(position), 0) from payments.movements")
    )


async def legs_after(connection: Connection, position: int, limit: int) -> list[Any]:
    """Return transfers on our accounts at banks after a position, whole facts only, in order."""
    rows = await connection.fetch(
        """
        select t.id, t.position, t.code, t.amount, t.currency, t.pending_id, t.state,
               t.debit_kind = 'nostro' as is_credit, t.value_date, p.legal_name as party
        from ledger.v_transfers t
        left join parties.v_parties p
          on p.id = case when t.debit_kind = 'nostro' then t.credit_owner else t.debit_owner end
        where t.position > $1 and (t.debit_kind = 'nostro') <> (t.credit_kind = 'nostro')
        order by t.position, t.id limit $2
        """,
        position,
        limit,
    )
    if len(rows) < limit:
        return list(rows)
    # The last fact may go on beyond the limit.
    last = rows[-1]["position"]
    whole = [row for row in rows if row["position"] < last]
    assert whole, f"fact {last} has more legs than are read at once"
    return whole


async def add_movements(connection: Connection, movements: Sequence[Movement]) -> None:
    """Add expected movements."""
    await _copy(connection, "movements", _MOVEMENT, movements)


async def resolve_movements(
    connection: Connection, posted: Sequence[Made], voided: Sequence[UUID]
) -> None:
    """Say of movements in flight that they were made or were not."""
    await connection.executemany(
        "update payments.movements set state = 'booked', position = $2, value_date = $3"
        " where id = $1",
        [made[:3] for made in posted],
    )
    await name_movements(connection, [(hold, names) for hold, _, _, names in posted])
    await connection.execute(
        "delete from payments.movements where id = any($1::uuid[]) and entry is null", list(voided)
    )


async def name_movements(
    connection: Connection, named: Sequence[tuple[UUID, Sequence[str]]]
) -> None:
    """Give movements further names; those that they bear already change nothing."""
    await connection.executemany(
        "update payments.movements set names = (names::jsonb || to_jsonb($2::text[]))::json"
        " where id = $1 and not names::jsonb @> to_jsonb($2::text[])",
        [(each, list(names)) for each, names in named if names],
    )


async def payouts_asked_again(connection: Connection) -> list[tuple[UUID, UUID]]:
    """Return, of payouts that wait for another rail than the first, hold and instruction."""
    rows = await connection.fetch(
        "select p.hold, i.id from payments.instructions i"
        " join payments.payouts p on p.id = i.subject"
        " where i.state = 'open' and i.kind = 'payout' and i.attempt > 1"
    )
    return [(row["hold"], row["id"]) for row in rows]


async def open_movements(connection: Connection, currencies: Iterable[str]) -> list[Movement]:
    """Return the movements in some currencies that no entry was matched to."""
    cursor = await connection.cursor(
        _MOVEMENTS + " where entry is null and amount_currency = any($1::text[]) order by position",
        list(currencies),
    )
    found: list[Movement] = []
    # Their rows as they come from the server are larger than they are: never all at once.
    while rows := await cursor.fetch(_AT_ONCE):
        found += _MOVEMENT.from_rows(rows)
    return found


async def movement(connection: Connection, movement_id: UUID) -> Movement | None:
    """Return a movement; it stays as it is to the transaction's end."""
    row = await connection.fetchrow(_MOVEMENTS + " where id = $1 for update", movement_id)
    return None if row is None else _MOVEMENT.from_row(row)


async def take_movements(
    connection: Connection, pairs: Sequence[tuple[UUID, BankEntryId]], now: datetime
) -> None:
    """Note by which entry movements were shown, and close what was open about them."""
    movements, entries = [each for each, _ in pairs], [each for _, each in pairs]
    await connection.execute(
        "update payments.movements m set entry = t.entry"
        " from unnest($1::uuid[], $2::uuid[]) t (id, entry) where m.id = t.id",
        movements,
        entries,
    )
    await connection.execute(
        "update payments.breaks set state = 'matched', closed_at = $2"
        " where state = 'open' and kind = 'not_shown' and movement = any($1::uuid[])",
        movements,
        now,
    )


# ---- entries ----


async def entries_to_match(
    connection: Connection, messages: Sequence[MessageId] | None, chunk: int
) -> AsyncIterator[tuple[list[BankEntry], Mapping[UUID, tuple[BankEntryDetail, ...]]]]:
    """Yield entries that are not matched, with the transactions of batches, in chunks.

    messages: whose entries; None for all that are in a bank's books.
    """
    of, arguments = _to_match(messages)
    cursor = await connection.cursor(f"select {_E}{of} order by e.id", *arguments)
    while rows := await cursor.fetch(chunk):
        entries = _ENTRY.from_rows(rows)
        yield entries, await _details(connection, [e.id for e in entries if e.details > 1])


async def currencies_to_match(
    connection: Connection, messages: Sequence[MessageId] | None
) -> list[str]:
    """Return in which currencies `entries_to_match` would find any."""
    of, arguments = _to_match(messages)
    rows = await connection.fetch(f"select distinct e.amount_currency{of}", *arguments)
    return [row["amount_currency"] for row in rows]


def _to_match(messages: Sequence[MessageId] | None) -> tuple[str, list[object]]:
    joined = " from payments.entries e join payments.statements s on s.id = e.statement"
    if messages is None:
        return f"{joined} where {_BOOKED} and e.state <> 'matched'", []
    # Of a statement that was completed, what was matched before stays as it is.
    return f"{joined} where s.message = any($1::uuid[]) and e.state <> 'matched'", [list(messages)]


async def _details(
    connection: Connection, entries: Sequence[BankEntryId]
) -> Mapping[UUID, tuple[BankEntryDetail, ...]]:
    if not entries:
        return {}
    rows = await connection.fetch(
        f"select {', '.join(_DETAIL.columns)} from payments.entry_details"  # noqa: S608 - ours
        " where entry = any($1::uuid[]) order by entry, number",
        list(entries),
    )
    found: dict[UUID, tuple[BankEntryDetail, ...]] = {}
    for each in _DETAIL.from_rows(rows):
        found[each.entry] = (*found.get(each.entry, ()), each)
    return found


async def entry(connection: Connection, entry_id: BankEntryId) -> BankEntry | None:
    """Return an entry."""
    row = await connection.fetchrow(
        f"select {_E} from payments.entries e where e.id = $1",  # noqa: S608 - our columns
        entry_id,
    )
    return None if row is None else _ENTRY.from_row(row)


async def shown_before(
    connection: Connection, entries: Sequence[BankEntryId]
) -> dict[UUID, BankEntryId]:
    """Return, of entries of banks' books, the earlier one that shows the same booking."""
    rows = await connection.fetch(
        f"select {_SAME} from payments.entries e where e.id = any($1::uuid[])",  # noqa: S608
        list(entries),
    )
    found: dict[UUID, BankEntryId] = {}
    # Two look-ups of many names at once and a hash table: a join would be planned blindly, since
    # the rows were written just now.
    for name in ("servicer_reference", "uetr"):
        wanted = list({row[name] for row in rows if row[name]})
        others: dict[tuple[object, ...], UUID] = {}
        for row in await connection.fetch(
            f"select {_SAME} from payments.entries e where e.{name} = any($1::text[])"  # noqa: S608
            f" and e.{name} <> '' and {_BOOKED} order by e.id",
            wanted,
        ):
            others.setdefault(_booking_key(row, name), row["id"])
        for row in rows:
            other = others.get(_booking_key(row, name)) if row[name] else None
            if other is not None and other < row["id"]:
                found[row["id"]] = BankEntryId(other)
    return found


_SAME: Final = (
    "e.id, e.account, e.amount_minor, e.amount_currency, e.is_credit, e.servicer_reference, e.uetr,"
    " e.value_date"
)


def _booking_key(row: Any, name: str) -> tuple[object, ...]:  # noqa: ANN401 - a row
    """Return what two entries have in common that show the same booking."""
    day = row["value_date"] if name == "servicer_reference" else None
    money = (row["amount_minor"], row["amount_currency"], row["is_credit"])
    return (row["account"], *money, row[name], day)


async def set_entry_states(connection: Connection, states: Mapping[UUID, EntryState]) -> None:
    """Note what became of entries."""
    await connection.execute(
        "update payments.entries e set state = t.state"
        " from unnest($1::uuid[], $2::text[]) t (id, state)"
        " where e.id = t.id and e.state <> t.state",
        list(states),
        [str(state) for state in states.values()],
    )


# ---- matches and breaks ----


async def add_matches(connection: Connection, matches: Sequence[Match]) -> None:
    """Add pairs; one that people have rejected is not added again."""
    if not matches:
        return
    rows = list(map(_MATCH.to_row, matches))
    for first in range(0, len(rows), _AT_ONCE):
        columns = zip(*rows[first : first + _AT_ONCE], strict=True)
        await connection.execute(
            "insert into payments.matches (entry, movement, state, rule, score, why)"
            " select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[],"
            " $6::text[])"
            " on conflict (entry, movement) do update set state = excluded.state,"
            " rule = excluded.rule, score = excluded.score, why = excluded.why"
            " where payments.matches.state = 'suggested'",
            *map(list, columns),
        )


async def set_match(
    connection: Connection, entry_id: BankEntryId, movement_id: UUID, state: MatchState
) -> None:
    """Note what somebody has said of a pair."""
    await connection.execute(
        "insert into payments.matches (entry, movement, state, rule, score, why)"
        " values ($1, $2, $3, 'by_hand', 1000, '')"
        " on conflict (entry, movement) do update set state = excluded.state",
        entry_id,
        movement_id,
        state,
    )


async def rejected_pairs(connection: Connection) -> set[tuple[UUID, UUID]]:
    """Return the pairs of entry and movement that people have rejected."""
    rows = await connection.fetch(
        "select entry, movement from payments.matches where state = 'rejected'"
    )
    return {(row["entry"], row["movement"]) for row in rows}


async def add_breaks(connection: Connection, breaks: Sequence[Break]) -> int:
    """Add breaks that are not there yet; return how many are new."""
    added = 0
    for first in range(0, len(breaks), _AT_ONCE):
        chunk = breaks[first : first + _AT_ONCE]
        known = await connection.fetch(
            "select id from payments.breaks where id = any($1::uuid[])", [b.id for b in chunk]
        )
        there = {row["id"] for row in known}
        news = [each for each in chunk if UUID(int=each.id.int) not in there]
        await _copy(connection, "breaks", _BREAK, news)
        added += len(news)
    return added


async def late_movements(connection: Connection, currency: str, until: date) -> list[Movement]:
    """Return what should have been shown by a day, is not, and has no open break yet."""
    rows = await connection.fetch(
        _MOVEMENTS + " m where m.entry is null and m.is_due and m.state = 'booked'"
        " and m.amount_currency = $1 and m.value_date <= $2 and not exists"
        " (select from payments.breaks b where b.movement = m.id and b.kind = 'not_shown')"
        " order by m.position",
        currency,
        until,
    )
    return _MOVEMENT.from_rows(rows)


async def close_breaks_of(
    connection: Connection, entries: Sequence[UUID], state: BreakState, now: datetime
) -> None:
    """Close what is open about entries whose movement is known by now."""
    await connection.execute(
        "update payments.breaks set state = $2, closed_at = $3"
        " where entry = any($1::uuid[]) and state = 'open'",
        list(entries),
        state,
        now,
    )


async def break_(connection: Connection, break_id: BreakId, *, lock: bool = False) -> Break | None:
    """Return a break; lock: it stays as it is to the transaction's end."""
    row = await connection.fetchrow(
        _BREAKS + " where id = $1" + (" for update" if lock else ""), break_id
    )
    return None if row is None else _BREAK.from_row(row)


async def breaks(
    connection: Connection,
    state: BreakState | None,
    after: BreakId | None = None,
    limit: int = 100,
) -> list[Break]:
    """Return breaks, the earliest id first."""
    rows = await connection.fetch(
        _BREAKS + " where ($1::text is null or state = $1) and ($2::uuid is null or id > $2)"
        " order by id limit $3",
        state,
        after,
        limit,
    )
    return _BREAK.from_rows(rows)


async def put_break(connection: Connection, changed: Break) -> None:
    """Write a break as it stands now."""
    values = dict(zip(_BREAK.columns, _BREAK.to_row(changed), strict=True))
    names = [name for name in _BREAK.columns if name != "id"]
    assignments = ", ".join(f"{name} = ${place}" for place, name in enumerate(names, 2))
    await connection.execute(
        f"update payments.breaks set {assignments} where id = $1",  # noqa: S608 - our columns
        changed.id,
        *(values[name] for name in names),
    )


# Open breaks of what a bank has booked, with the booking as receipts name it. What is shown twice
# is two bookings only where the bank itself gives them two references.
_UNEXPECTED: Final = f"""
    from (
        select b.*, upper(regexp_replace(b.account, '[\\s./-]', '', 'g')) || ' ' ||
            case when e.servicer_reference = '' then e.id::text else e.servicer_reference end
            as booking
        from payments.breaks b join payments.entries e on e.id = b.entry
        left join payments.entries o on o.id = b.other
        where b.state = 'open' and b.movement is null and (b.kind = 'not_expected'
          or b.kind = 'found_twice' and e.servicer_reference <> '' and o.servicer_reference <> ''
             and e.servicer_reference <> o.servicer_reference)
    ) b join payments.entries e on e.id = b.entry
    where {_BOOKED} and
"""  # noqa: S608 - our own text


async def unexpected_credits(
    connection: Connection, until: date, ours: Sequence[str], limit: int
) -> list[BankEntry]:
    """Return credits of banks' books that nobody expected and no receipt was made of yet.

    ours: the numbers of the operator's own bank accounts. A statement of an account that is
    neither ours nor a receiving account is somebody else's money: it is read, and never booked.
    Nor is money of the past, in a currency that is no more.
    """
    rows = await connection.fetch(
        f"select {_E} {_UNEXPECTED} b.suggested is null and b.since <= $1 and e.is_credit"  # noqa: S608
        " and e.amount_minor > 0"
        " and not exists (select from payments.receipts r where r.booking = b.booking)"
        " and not exists (select from payments.remittances r"
        "  where r.booking = b.booking and r.status <> 'dismissed')"
        " and (e.account = any($2) or exists"
        " (select from payments.receiving_accounts a where a.number = e.account))"
        " and e.amount_currency <> all($4) order by e.id limit $3",
        until,
        list(ours),
        limit,
        list(PAST_CURRENCIES),
    )
    return _ENTRY.from_rows(rows)


async def some_are_booked(connection: Connection) -> bool:
    """Whether what an open break is about has been booked meanwhile."""
    return bool(
        await connection.fetchval(
            f"select exists (select {_UNEXPECTED} (exists"  # noqa: S608 - our own text
            " (select from payments.receipts r where r.booking = b.booking) or exists"
            " (select from payments.suspense s where s.source = b.booking"
            "  and s.reason = 'bank_debit')))"
        )
    )


async def is_other_booking(
    connection: Connection, entry_id: BankEntryId, other: BankEntryId
) -> bool:
    """Whether the bank itself says by its references that two entries are two bookings."""
    return bool(
        await connection.fetchval(
            "select e.servicer_reference <> o.servicer_reference and e.servicer_reference <> ''"
            " and o.servicer_reference <> '' from payments.entries e, payments.entries o"
            " where e.id = $1 and o.id = $2",
            entry_id,
            other,
        )
    )


_AT_ONCE: Final = 10_000


async def _copy(
    connection: Connection, table: str, shape: RowShape[Any], rows: Sequence[Record]
) -> None:
    if rows:
        await connection.copy_records_to_table(
            table, schema_name="payments", columns=shape.columns, records=map(shape.to_row, rows)
        )
