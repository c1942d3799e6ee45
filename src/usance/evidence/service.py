"""What evidence does: extend the log over new facts, prove facts, audit the whole.

The log is a second reading of the outbox. `extend` runs beside the engine, never inside a
command: a payment does not wait for its proof, and a log that stands still loses nothing.
"""

import os
import stat
from collections import ChainMap
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from usance.evidence import store
from usance.evidence.errors import KeyUnusable, LogBroken, NotInLogYet
from usance.evidence.model import (
    Bundle,
    Checkpoint,
    Continuation,
    OpenFact,
    SignedCheckpoint,
    TileId,
)
from usance.evidence.rules import bundle as bundles
from usance.evidence.rules import notes
from usance.evidence.rules.tree import (
    TILE_WIDTH,
    Tree,
    append,
    consistency_tiles,
    edge_tiles,
    inclusion_tiles,
)
from usance.kernel.errors import MALFORMED_INPUT, NotFound
from usance.kernel.records import encode
from usance.runtime.database import Connection
from usance_verify import Mismatch, open_note, parse_vkey

_FACTS_AT_ONCE: Final = 10_000
_POSITION_MAX: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Log:
    """A book's log as its keeper knows it: the name it goes by, and the key that signs for it."""

    origin: str
    key: Ed25519PrivateKey

    def policy(self) -> dict[str, object]:
        """Return what a reader needs to trust this log: its origin and its public key."""
        return {"origin": self.origin, "log_keys": [notes.vkey(self.origin, self.key.public_key())]}


def open_log(origin: str, key_file: Path) -> Log:
    """Return the log whose key lies in `key_file`; make the key where there is no file yet.

    The file is made once, for its owner alone. Raises KeyUnusable where it cannot be read, is no
    Ed25519 key, or may be read by others.
    """
    if not key_file.exists():
        _write_key(key_file, Ed25519PrivateKey.generate())
    return Log(origin, _read_key(key_file))


def _write_key(path: Path, key: Ed25519PrivateKey) -> None:
    """Put a key into a new file, whole or not at all; the first of several writers wins."""
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(unfinished)
    except FileExistsError:
        pass  # Another process made the key a moment earlier; theirs is the log's.
    finally:
        unfinished.unlink()


def _read_key(path: Path) -> Ed25519PrivateKey:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise KeyUnusable(f"{path} may be read by others (mode {mode:o}). Run: chmod 600 {path}")
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as problem:
        raise KeyUnusable(f"{path} holds no private key ({problem}). Restore it.") from problem
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnusable(f"{path} holds a key that is not Ed25519. Restore the log's own key.")
    return key


async def newest_checkpoint(connection: Connection) -> SignedCheckpoint | None:
    """Return the newest checkpoint, None of a log that never signed one."""
    return await store.newest_checkpoint(connection)


async def extend(connection: Connection, log: Log, at: datetime) -> SignedCheckpoint | None:
    """Take all new facts into the log and sign a checkpoint over them, in one transaction.

    Returns the newest checkpoint, an old one where nothing is new, None of a book without facts.
    `at` is book time. Raises LogBroken, and signs nothing, where the outbox has a gap or the
    stored tree is not the one that was signed last.
    """
    async with connection.transaction():
        await store.lock_log(connection)
        last = await store.newest_checkpoint(connection)
        size = last.checkpoint.size if last else 0
        edge = await store.tiles(connection, edge_tiles(size))
        if last:
            _require_own_past(log, last, Tree(edge))
        grown, size = await _grow(connection, edge, size)
        if not grown:
            return last
        checkpoint = Checkpoint(log.origin, size, Tree(ChainMap(grown, edge)).root(size))
        note = notes.sign(notes.checkpoint_text(checkpoint), log.origin, log.key)
        signed = SignedCheckpoint(checkpoint, note, at)
        await store.grow_tiles(connection, grown)
        await store.add_checkpoint(connection, signed)
        return signed


def _require_own_past(log: Log, signed: SignedCheckpoint, tree: Tree) -> None:
    last = signed.checkpoint
    if last.origin != log.origin:
        raise LogBroken(f"This is the log {last.origin}; it does not go on as {log.origin}.")
    try:
        open_note(signed.note, [parse_vkey(notes.vkey(log.origin, log.key.public_key()))])
    except Mismatch as other_key:
        # A key that was lost and made anew would go on where nobody who trusts the log follows.
        raise LogBroken(
            f"The checkpoint of {last.size} facts was signed by another key. Restore the log's own."
        ) from other_key
    if tree.root(last.size) != last.root:
        raise LogBroken(f"The stored tree of {last.size} facts is not the one that was signed.")


async def _grow(
    connection: Connection, edge: dict[TileId, bytes], size: int
) -> tuple[dict[TileId, bytes], int]:
    """Return the tiles that change when all facts after `size` join, and the size then."""
    grown: dict[TileId, bytes] = {}
    while facts := await store.facts_after(connection, size, _FACTS_AT_ONCE):
        _require_no_gap(facts, size)
        leaves = [bundles.leaf_of(fact) for fact in facts]
        grown |= append(ChainMap(grown, edge), size, leaves)
        size += len(facts)
    return grown, size


def _require_no_gap(facts: list[OpenFact], size: int) -> None:
    for expected, fact in enumerate(facts, size + 1):
        if fact.position != expected:
            raise LogBroken(f"The outbox has no fact at position {expected}.")


async def prove(
    connection: Connection, positions: Iterable[int], under: int | None = None
) -> Bundle:
    """Return the bundle that proves the facts at these positions.

    under: the size of an earlier checkpoint that the reader holds; the bundle then stands under
    that one and shows that the newest continues it. Otherwise it stands under the newest.
    Raises NotFound where there is no such fact or checkpoint, NotInLogYet where a fact is too
    young for it, Invalid where no position is given.
    """
    wanted = sorted(set(positions))
    if not wanted:
        raise MALFORMED_INPUT.invalid("positions", "there is no fact to prove")
    newest = await store.newest_checkpoint(connection)
    signed = newest if under is None else await store.checkpoint_at(connection, under)
    if signed is None and under is not None:
        raise NotFound("checkpoint over this many facts:", str(under))
    facts = await store.facts_at(connection, [p for p in wanted if 0 < p <= _POSITION_MAX])
    for position in sorted(set(wanted) - {fact.position for fact in facts}):
        raise NotFound("fact", str(position))
    size = signed.checkpoint.size if signed else 0
    if not signed or not newest or wanted[-1] > size:
        raise NotInLogYet(wanted[-1], size)
    grown_to = newest.checkpoint.size
    tree = Tree(await store.tiles(connection, _tiles_to_prove(wanted, size, grown_to)))
    bundle = bundles.prove(facts, signed.checkpoint, signed.note, tree)
    if under is None:
        return bundle
    return replace(bundle, newer=Continuation(newest.note, tree.consistency(size, grown_to)))


def _tiles_to_prove(positions: Collection[int], size: int, grown_to: int) -> set[TileId]:
    # All leaves of one tile need the same tiles, so one leaf may ask for its neighbours.
    first_leaves = {(position - 1) // TILE_WIDTH * TILE_WIDTH for position in positions}
    ids = consistency_tiles(size, grown_to)
    return ids.union(*(inclusion_tiles(leaf, size) for leaf in first_leaves))


def written(bundle: Bundle) -> bytes:
    """Return a bundle as the JSON file that `usance_verify` reads."""
    return encode(bundles.as_json(bundle))


async def audit(connection: Connection) -> int:
    """Read every fact again and compare with what was signed; return how many facts were read.

    Raises LogBroken where a fact of the outbox is not what the newest checkpoint covers.
    """
    signed = await store.newest_checkpoint(connection)
    if signed is None:
        return 0
    tiles: dict[TileId, bytes] = {}
    read, size = 0, signed.checkpoint.size
    while read < size:
        facts = await store.facts_after(connection, read, min(_FACTS_AT_ONCE, size - read))
        if not facts:
            raise LogBroken(f"The outbox ends at {read}, the checkpoint covers {size} facts.")
        _require_no_gap(facts, read)
        tiles |= append(tiles, read, [bundles.leaf_of(fact) for fact in facts])
        read += len(facts)
    if Tree(tiles).root(size) != signed.checkpoint.root:
        raise LogBroken(f"The outbox is not what the checkpoint over {size} facts was signed for.")
    return read
