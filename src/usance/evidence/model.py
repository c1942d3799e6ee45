"""The nouns of the log: where its hashes lie, what a fact's leaf opens to, what is handed out."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from usance_verify import Checkpoint

__all__ = [
    "Bundle",
    "Checkpoint",
    "Continuation",
    "OpenFact",
    "ProvedFact",
    "SignedCheckpoint",
    "TileId",
]


class TileId(NamedTuple):
    """One tile of the log: up to 256 hashes of a level, numbered from 0 within it.

    Level 0 holds leaf hashes; a hash of level n + 1 is the root of one full tile of level n.
    """

    level: int
    number: int


@dataclass(frozen=True, slots=True)
class OpenFact:
    """A fact and the salt that opens its leaf.

    position: its place in the outbox and in the log, from 1.
    salt: 16 to 32 random bytes, secret until the fact is disclosed.
    payload: the fact's canonical JSON, exactly as the outbox keeps it.
    """

    position: int
    salt: bytes
    payload: bytes


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint, the note that carries its signature, and the book time of signing."""

    checkpoint: Checkpoint
    note: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class ProvedFact:
    """An open fact with the hashes that lead from its leaf to the root, lowest first."""

    fact: OpenFact
    inclusion: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Continuation:
    """A newer checkpoint note and the hashes that show it begins with the older tree."""

    note: str
    consistency: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Papers for one matter: facts, the checkpoint note they stand under, and their proofs."""

    origin: str
    note: str
    facts: tuple[ProvedFact, ...]
    newer: Continuation | None = None
