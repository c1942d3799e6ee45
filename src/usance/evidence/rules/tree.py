"""The Merkle tree of RFC 6962, kept in tiles of 256 hashes (C2SP tlog-tiles).

Leaves are counted from 0 here, as the tree's own papers do; the fact at position n is leaf n - 1.

Tiles only grow at their end, so one stored copy of each tile proves every size the log ever
had. A caller who reads tiles from a database asks first which ones are needed (`edge_tiles`,
`inclusion_tiles`, `consistency_tiles`), loads them, and passes them in.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from usance.evidence.model import TileId
from usance_verify import left_size, node_hash

HASH_BYTES = 32
TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
EMPTY_ROOT = hashlib.sha256(b"").digest()

Tiles = Mapping[TileId, bytes]


def append(tiles: Tiles, size: int, leaves: Sequence[bytes]) -> dict[TileId, bytes]:
    """Return the tiles that change when `leaves` (leaf hashes) join a log of `size` leaves.

    Needs `edge_tiles(size)`. Each returned tile is whole and replaces the one of its id.
    """
    assert all(len(leaf) == HASH_BYTES for leaf in leaves), "leaves are hashes"
    changed: dict[TileId, bytes] = {}
    level, fresh = 0, b"".join(leaves)
    while fresh:
        number, width = divmod(size >> (TILE_HEIGHT * level), TILE_WIDTH)
        kept = tiles[TileId(level, number)][: width * HASH_BYTES] if width else b""
        assert len(kept) == width * HASH_BYTES, "a tile is shorter than the log"
        fulls = []
        for tile in _cut(kept + fresh, TILE_WIDTH * HASH_BYTES):
            changed[TileId(level, number)] = tile
            number += 1
            if len(tile) == TILE_WIDTH * HASH_BYTES:
                fulls.append(_heights(tile)[TILE_HEIGHT])
        level, fresh = level + 1, b"".join(fulls)
    return changed


def edge_tiles(size: int) -> set[TileId]:
    """Return the unfinished tiles of a log of `size` leaves: they give its root."""
    ids, level = set(), 0
    while width := size >> (TILE_HEIGHT * level):
        if width % TILE_WIDTH:
            ids.add(TileId(level, width // TILE_WIDTH))
        level += 1
    return ids


def inclusion_tiles(index: int, size: int) -> set[TileId]:
    """Return the tiles that prove the leaf at `index` in a log of `size` leaves."""
    ids, level = edge_tiles(size), 0
    while size >> (TILE_HEIGHT * level):
        tile = TileId(level, index >> (TILE_HEIGHT * (level + 1)))
        if tile.number * TILE_WIDTH < size >> (TILE_HEIGHT * level):
            ids.add(tile)
        level += 1
    return ids


def consistency_tiles(old: int, new: int) -> set[TileId]:
    """Return the tiles that prove that a log of `new` leaves begins with its first `old`."""
    return edge_tiles(old) | inclusion_tiles(old - 1, new) if old else set()


class Tree:
    """Roots and proofs of a log at any size, read from its tiles.

    Keeps what it has hashed of each tile, so make one for a batch of proofs and drop it then.
    """

    def __init__(self, tiles: Tiles) -> None:
        self._tiles = tiles
        self._hashed: dict[TileId, list[bytes]] = {}

    def root(self, size: int) -> bytes:
        """Return the root of the first `size` leaves; that of no leaves is the hash of nothing."""
        return self._range(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """Return the hashes from the leaf at `index` to the root at `size`, lowest first."""
        assert 0 <= index < size, "the log has no such leaf at this size"
        path, begin, end = [], 0, size
        while end - begin > 1:
            middle = begin + left_size(end - begin)
            if index < middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(begin, middle))
                begin = middle
        return tuple(reversed(path))

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """Return the hashes that show that `new` leaves begin with the first `old`, lowest first.

        Empty where there is nothing to show: from size 0, and from a size to itself.
        """
        assert 0 <= old <= new, "a log does not shrink"
        path, begin, end = [], 0, new
        while old and old != end:
            middle = begin + left_size(end - begin)
            if old <= middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(begin, middle))
                begin = middle
        # A part that starts at leaf 0 is the older tree itself, whose root the reader knows.
        if begin:
            path.append(self._range(begin, end))
        return tuple(reversed(path))

    def _range(self, begin: int, end: int) -> bytes:
        """Return the root of the leaves from `begin` to before `end`, cut as RFC 6962 cuts."""
        size = end - begin
        if size & (size - 1) == 0:
            height = size.bit_length() - 1
            return self._subtree(height, begin >> height)
        middle = begin + left_size(size)
        return node_hash(self._range(begin, middle), self._range(middle, end))

    def _subtree(self, height: int, index: int) -> bytes:
        """Return the root of the `index`th full subtree of 2 ** height leaves."""
        level, rise = divmod(height, TILE_HEIGHT)
        per_tile = TILE_WIDTH >> rise
        tile_id = TileId(level, index // per_tile)
        hashed = self._hashed.get(tile_id)
        if hashed is None:
            hashed = self._hashed[tile_id] = _heights(self._tiles[tile_id])
        at = index % per_tile * HASH_BYTES
        found = hashed[rise][at : at + HASH_BYTES]
        assert len(found) == HASH_BYTES, "a tile is shorter than the log"
        return found


def _heights(tile: bytes) -> list[bytes]:
    """Return the hashes of a tile at each height, 0 to 8, as far as they are complete."""
    heights = [tile]
    for _ in range(TILE_HEIGHT):
        pairs = _cut(heights[-1], 2 * HASH_BYTES)
        nodes = (
            node_hash(pair[:HASH_BYTES], pair[HASH_BYTES:]) for pair in pairs if len(pair) > 32
        )
        heights.append(b"".join(nodes))
    return heights


def _cut(hashes: bytes, length: int) -> Iterator[bytes]:
    for at in range(0, len(hashes), length):
        yield hashes[at : at + length]
