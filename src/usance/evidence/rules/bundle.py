"""Bundles: facts with their proofs, in the JSON that `usance_verify` reads."""

from collections.abc import Iterable, Mapping

from usance.evidence.model import Bundle, OpenFact, ProvedFact
from usance.evidence.rules.notes import base64_of
from usance.evidence.rules.tree import Tree
from usance_verify import FORMAT, Checkpoint, commitment, leaf_hash


def leaf_of(fact: OpenFact) -> bytes:
    """Return the leaf hash by which a fact stands in the log."""
    return leaf_hash(commitment(fact.position, fact.salt, fact.payload))


def prove(facts: Iterable[OpenFact], checkpoint: Checkpoint, note: str, tree: Tree) -> Bundle:
    """Return the bundle of `facts` under a checkpoint whose signed note is `note`.

    Needs the `inclusion_tiles` of leaf `position - 1` of every fact; each fact comes once. Facts
    are put in order of position.
    """
    ordered = sorted(facts, key=lambda fact: fact.position)
    proved = (
        ProvedFact(fact, tree.inclusion(fact.position - 1, checkpoint.size)) for fact in ordered
    )
    return Bundle(checkpoint.origin, note, tuple(proved))


def as_json(bundle: Bundle) -> Mapping[str, object]:
    """Return a bundle as plain objects, ready for any JSON encoder."""
    papers: dict[str, object] = {
        "format": FORMAT,
        "origin": bundle.origin,
        "checkpoint": bundle.note,
        "facts": [_fact_as_json(proved) for proved in bundle.facts],
    }
    if bundle.newer is not None:
        hashes = [base64_of(item) for item in bundle.newer.consistency]
        papers["newer"] = {"checkpoint": bundle.newer.note, "consistency": hashes}
    return papers


def _fact_as_json(proved: ProvedFact) -> dict[str, object]:
    fact = proved.fact
    return {
        "position": fact.position,
        "salt": base64_of(fact.salt),
        "payload": fact.payload.decode(),
        "commitment": base64_of(commitment(fact.position, fact.salt, fact.payload)),
        "inclusion": [base64_of(item) for item in proved.inclusion],
    }
