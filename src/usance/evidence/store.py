"""All SQL of evidence: facts are read from the outbox, tiles and checkpoints are kept here."""

from collections.abc import Collection, Mapping
from typing import Final

from usance.evidence.errors import LogBroken
from usance.evidence.model import Checkpoint, OpenFact, SignedCheckpoint, TileId
from usance.runtime.database import Connection

_LOCK_ID: Final = 0x6C6F67  # "log": whoever extends the log of this book holds this advisory lock.


async def lock_log(connection: Connection) -> None:
    """Wait until no other transaction extends the log; let go when this one ends."""
    await connection.execute("select pg_advisory_xact_lock($1)", _LOCK_ID)


async def facts_after(connection: Connection, position: int, limit: int) -> list[OpenFact]:
    """Return the next facts of the outbox after a position, in order."""
    rows = await connection.fetch(
        "select position, salt, payload from engine.outbox"
        " where position > $1 order by position limit $2",
        position,
        limit,
    )
    return [OpenFact(*row) for row in rows]


async def facts_at(connection: Connection, positions: Collection[int]) -> list[OpenFact]:
    """Return the facts at these positions, in order; a position without a fact is left out."""
    rows = await connection.fetch(
        "select position, salt, payload from engine.outbox"
        " where position = any($1) order by position",
        positions,
    )
    return [OpenFact(*row) for row in rows]


async def newest_checkpoint(connection: Connection) -> SignedCheckpoint | None:
    """Return the checkpoint over the most facts, None of a log that never signed one."""
    row = await connection.fetchrow(
        "select origin, size, root, note, signed_at from evidence.checkpoints"
        " order by size desc limit 1"
    )
    return None if row is None else SignedCheckpoint(Checkpoint(*row[:3]), *row[3:])


async def checkpoint_at(connection: Connection, size: int) -> SignedCheckpoint | None:
    """Return the checkpoint that was signed over exactly `size` facts."""
    row = await connection.fetchrow(
        "select origin, size, root, note, signed_at from evidence.checkpoints where size = $1",
        size,
    )
    return None if row is None else SignedCheckpoint(Checkpoint(*row[:3]), *row[3:])


async def add_checkpoint(connection: Connection, signed: SignedCheckpoint) -> None:
    """Keep a checkpoint. A second one over the same size violates the primary key."""
    await connection.execute(
        "insert into evidence.checkpoints (size, origin, root, note, signed_at)"
        " values ($1, $2, $3, $4, $5)",
        signed.checkpoint.size,
        signed.checkpoint.origin,
        signed.checkpoint.root,
        signed.note,
        signed.signed_at,
    )


async def tiles(connection: Connection, ids: Collection[TileId]) -> dict[TileId, bytes]:
    """Return these tiles as they stand now. Raises LogBroken where one is missing."""
    rows = await connection.fetch(
        "select level, number, hashes from evidence.tiles"
        " join unnest($1::bigint[], $2::bigint[]) as wanted (level, number)"
        " using (level, number)",
        [tile.level for tile in ids],
        [tile.number for tile in ids],
    )
    found = {TileId(row["level"], row["number"]): row["hashes"] for row in rows}
    for tile in set(ids) - set(found):
        raise LogBroken(f"Tile {tile.number} of level {tile.level} is missing.")
    return found


async def grow_tiles(connection: Connection, changed: Mapping[TileId, bytes]) -> None:
    """Write tiles that are new or have grown. Raises LogBroken where one would lose a hash."""
    done = await connection.execute(
        "insert into evidence.tiles as old (level, number, hashes)"
        " select * from unnest($1::bigint[], $2::bigint[], $3::bytea[])"
        " on conflict (level, number) do update set hashes = excluded.hashes"
        " where substring(excluded.hashes for octet_length(old.hashes)) = old.hashes",
        [tile.level for tile in changed],
        [tile.number for tile in changed],
        list(changed.values()),
    )
    if done != f"INSERT 0 {len(changed)}":
        raise LogBroken("A stored tile is not the beginning of the one that should replace it.")
