"""The tiled tree against the definition in RFC 6962, against pymerkle and against CT's vector."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from usance.evidence.model import Checkpoint, TileId
from usance.evidence.rules import tree
from usance.evidence.rules.tree import Tree
from usance_verify import Mismatch, check_consistency, leaf_hash, node_hash, root_by_inclusion

LEAVES = [leaf_hash(number.to_bytes(4, "big")) for number in range(70_000)]

# The eight inputs and the root that Certificate Transparency implementations test with.
CT_INPUTS = [
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]  # fmt: skip
CT_ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def root_by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(root_by_definition(leaves[:k]), root_by_definition(leaves[k:]))


def path_by_definition(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*path_by_definition(m, leaves[:k]), root_by_definition(leaves[k:])]
    return [*path_by_definition(m - k, leaves[k:]), root_by_definition(leaves[:k])]


def subproof_by_definition(m: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962, section 2.1.2."""
    if m == len(leaves):
        return [] if whole else [root_by_definition(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*subproof_by_definition(m, leaves[:k], whole), root_by_definition(leaves[k:])]
    return [*subproof_by_definition(m - k, leaves[k:], False), root_by_definition(leaves[:k])]


def grown(*batches: int) -> dict[TileId, bytes]:
    """The tiles of a log that grew by these batches, given no tile it did not ask for."""
    tiles: dict[TileId, bytes] = {}
    size = 0
    for batch in batches:
        edge = {tile: tiles[tile] for tile in tree.edge_tiles(size)}
        tiles |= tree.append(edge, size, LEAVES[size : size + batch])
        size += batch
    return tiles


TILES_300 = grown(300)
TILES_70_000 = grown(70_000)


def test_root_is_the_one_certificate_transparency_expects():
    leaves = [leaf_hash(bytes.fromhex(data)) for data in CT_INPUTS]

    assert Tree(tree.append({}, 0, leaves)).root(8).hex() == CT_ROOT


def test_every_size_up_to_300_has_the_root_of_the_definition_and_of_pymerkle():
    other = InmemoryTree(algorithm="sha256")
    ours = Tree(TILES_300)

    assert ours.root(0) == root_by_definition([])
    for size in range(1, 301):
        other.append_entry((size - 1).to_bytes(4, "big"))
        assert ours.root(size) == root_by_definition(LEAVES[:size]) == other.get_root()


def test_every_path_up_to_size_70_is_that_of_the_definition():
    ours = Tree(TILES_300)

    for size in range(1, 71):
        for position in range(size):
            expected = path_by_definition(position, LEAVES[:size])
            assert list(ours.inclusion(position, size)) == expected


@pytest.mark.parametrize("size", range(1, 301))
def test_every_leaf_leads_to_the_root(size: int):
    ours = Tree(TILES_300)
    root = ours.root(size)

    for position in range(size):
        path = ours.inclusion(position, size)
        assert root_by_inclusion(LEAVES[position], position, size, path) == root


def test_every_consistency_proof_up_to_size_70_is_that_of_the_definition():
    ours = Tree(TILES_300)

    for new in range(1, 71):
        for old in range(1, new + 1):
            path = ours.consistency(old, new)
            assert list(path) == subproof_by_definition(old, LEAVES[:new], True)
            check_consistency(at(ours, old), at(ours, new), path)


@pytest.mark.parametrize("new", [255, 256, 257, 300])
def test_every_older_size_is_a_beginning_of_the_newer(new: int):
    ours = Tree(TILES_300)

    for old in range(1, new + 1):
        check_consistency(at(ours, old), at(ours, new), ours.consistency(old, new))


def test_a_log_of_70_000_has_the_tiles_of_the_specification():
    # The worked example of c2sp.org/tlog-tiles.
    widths = {tile: len(hashes) // 32 for tile, hashes in TILES_70_000.items()}
    partial = {tile: width for tile, width in widths.items() if width < 256}

    assert sum(tile.level == 0 for tile in widths) == 274
    assert partial == {TileId(0, 273): 112, TileId(1, 1): 17, TileId(2, 0): 1}
    assert set(partial) == tree.edge_tiles(70_000)


@given(st.lists(st.integers(0, 700), max_size=8))
@settings(max_examples=60, deadline=None)
def test_how_the_leaves_were_batched_leaves_no_trace(batches: list[int]):
    assert grown(*batches) == grown(sum(batches))


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_the_tiles_asked_for_are_the_tiles_that_are_needed(data: st.DataObject):
    size = data.draw(st.one_of(st.integers(1, 70_000), st.sampled_from([256, 65_536, 65_537])))
    position = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(0, size))

    path = only(tree.inclusion_tiles(position, size)).inclusion(position, size)
    consistency = only(tree.consistency_tiles(old, size)).consistency(old, size)

    root = only(tree.edge_tiles(size)).root(size)
    assert root_by_inclusion(LEAVES[position], position, size, path) == root
    if old:
        older = Checkpoint("log", old, Tree(TILES_70_000).root(old))
        check_consistency(older, Checkpoint("log", size, root), consistency)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_corrupted_path_leads_elsewhere(data: st.DataObject):
    size = data.draw(st.integers(1, 300))
    position = data.draw(st.integers(0, size - 1))
    ours = Tree(TILES_300)
    path = ours.inclusion(position, size)

    false = data.draw(corruptions(path))

    assert root_by_inclusion(LEAVES[position], position, size, false) != ours.root(size)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_corrupted_consistency_proof_is_refused(data: st.DataObject):
    new = data.draw(st.integers(2, 300))
    old = data.draw(st.integers(1, new))
    ours = Tree(TILES_300)

    false = data.draw(corruptions(ours.consistency(old, new)))

    with pytest.raises(Mismatch, match="does not lead from"):
        check_consistency(at(ours, old), at(ours, new), false)


@given(st.integers(1, 299), st.data())
@settings(max_examples=100, deadline=None)
def test_a_rewritten_log_does_not_continue_the_old_one(old: int, data: st.DataObject):
    new = data.draw(st.integers(old, 300))
    rewritten = LEAVES[:300]
    rewritten[data.draw(st.integers(0, old - 1))] = leaf_hash(b"another story")
    forged = Tree(tree.append({}, 0, rewritten))

    with pytest.raises(Mismatch, match="the log was rewritten"):
        check_consistency(at(Tree(TILES_300), old), at(forged, new), forged.consistency(old, new))


def test_a_newer_checkpoint_may_not_be_smaller():
    ours = Tree(TILES_300)

    with pytest.raises(Mismatch, match="fewer facts"):
        check_consistency(at(ours, 20), at(ours, 19), ())


def at(ours: Tree, size: int) -> Checkpoint:
    return Checkpoint("log", size, ours.root(size))


def only(ids: set[TileId]) -> Tree:
    return Tree({tile: TILES_70_000[tile] for tile in ids})


def corruptions(path: tuple[bytes, ...]) -> st.SearchStrategy[tuple[bytes, ...]]:
    """Paths that differ from this one: a bit turned, a hash lost, added, or out of place."""
    some_hash = st.binary(min_size=32, max_size=32)
    longer = st.builds(lambda extra: (*path, extra), some_hash)
    if not path:
        return longer
    place = st.integers(0, len(path) - 1)
    turned = st.builds(
        lambda i, bit: (*path[:i], turn(path[i], bit), *path[i + 1 :]), place, st.integers(0, 255)
    )
    lost = st.builds(lambda i: (*path[:i], *path[i + 1 :]), place)
    added = st.builds(lambda i, extra: (*path[:i], extra, *path[i:]), place, some_hash)
    moved = st.permutations(path).map(tuple).filter(lambda other: other != path)
    kinds = [longer, turned, lost, added]
    return st.one_of(*kinds, moved) if len(path) > 1 else st.one_of(*kinds)


def turn(raw: bytes, bit: int) -> bytes:
    return (int.from_bytes(raw, "big") ^ (1 << bit)).to_bytes(len(raw), "big")
