"""The facts: their positions, what they seal, who asked for them, and the log over them."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from tests.sim.auditor.tables import Tables, Witness

# What the leaf of a fact begins with, as the page about proofs says.
_TAG = b"usance-fact-v1"
_SPREAD = 256


def positions_have_no_gap(tables: Tables, _witness: Witness) -> Iterator[str]:
    """Positions run from 1 without a gap, each payload states its own, the book knows the last."""
    positions = [row["position"] for row in tables.outbox]
    if positions != list(range(1, len(positions) + 1)):
        yield "the positions have a gap"
    if tables.book[0]["position"] != len(positions):
        yield f"the book stands at {tables.book[0]['position']}, there are {len(positions)} facts"
    for row, fact in zip(tables.outbox, tables.facts, strict=True):
        if (fact["position"], fact["verb"]) != (row["position"], row["verb"]):
            yield f"fact {row['position']} says it is another"
    times = [row["recorded_at"] for row in tables.outbox]
    if times != sorted(times) or (times and times[-1] > tables.book[0]["book_time"]):
        yield "time ran backwards"


def facts_seal_their_transfers(tables: Tables, _witness: Witness) -> Iterator[str]:
    """A fact's digest is over the transfers at its position; none stands elsewhere."""
    if not set(tables.legs) <= {row["position"] for row in tables.outbox}:
        yield "there are transfers without a fact"
    for fact in tables.facts:
        rows = sorted(tables.legs.get(fact["position"], []), key=lambda row: row["id"].bytes)
        sealed = b"".join(
            row["id"].bytes
            + b"".join(row[name].to_bytes(8, "big") for name in ("debit", "credit", "amount"))
            + row["flags"].to_bytes(2, "big")
            + (row["pending_id"].bytes if row["pending_id"] else b"")
            for row in rows
        )
        if fact["transfers"] != (hashlib.sha256(sealed).hexdigest() if rows else ""):
            yield f"fact {fact['position']} seals other transfers than there are"


def keys_have_one_answer(tables: Tables, witness: Witness) -> Iterator[str]:
    """One command, one fact or one refusal; what was acknowledged is there, word for word."""
    told_twice = [key for key, n in Counter(f["command"] for f in tables.facts).items() if n > 1]
    yield from (f"command {key} became several facts" for key in told_twice)
    facts = {UUID(fact["command"]): fact for fact in tables.facts}
    kept = {row["id"]: row for row in tables.commands}
    for key, row in kept.items():
        if (row["position"] is None) == (row["refusal"] is None):
            yield f"command {key} has two answers or none"
        if row["position"] is not None and facts.get(key, {}).get("position") != row["position"]:
            yield f"command {key} points at a fact that is not its own"
    for key, told in witness.told.items():
        row, fact = kept.get(key), facts.get(key)
        if row is None:
            yield f"command {key} was acknowledged and is lost"
            continue
        verb, body = witness.asked[key]
        if row["input_hash"] != hashlib.sha256(verb.encode() + b"\x00" + body).digest():
            yield f"command {key} is kept with inputs nobody sent"
        if told.fact != fact:
            yield f"command {key} was answered with a fact that is not there"
        if (told.refusal is None) != (row["refusal"] is None):
            yield f"command {key} was answered otherwise than it is kept"


def nothing_was_done_unasked(tables: Tables, witness: Witness) -> Iterator[str]:
    """Every fact was asked for, fell due, or was told by a transaction of the house."""
    if witness.since is None:
        return
    due = {row["id"] for row in tables.due}
    for fact in tables.facts[witness.since :]:
        key = UUID(fact["command"])
        # Facts of ordinary transactions carry the number of their row for an id.
        if key not in witness.tried and key not in due and key.int >> 64:
            yield f"fact {fact['position']} ({fact['verb']}) was asked for by nobody"


def nothing_is_set_aside(tables: Tables, _witness: Witness) -> Iterator[str]:
    """No command was too much for the engine."""
    for row in tables.quarantine:
        yield f"{row['verb']} {row['id']} was set aside: {row['error']}"


_NOTICED = {"payment_settled", "settlement_unmatched", "excess_collected"}


def what_rails_said_is_booked(tables: Tables, witness: Witness) -> Iterator[str]:
    """Each notice of a rail is booked once; when all is quiet none is missing, nothing waits."""
    # Two rails may call two things the same, of two payments.
    by_name = Counter(
        [(row["payment_id"], row["rail"], row["notice"]) for row in tables.settlements]
        + [(row["payment_id"], "", row["notice"]) for row in tables.disputes]
    )
    yield from (f"notice {each[-1]} is booked {n} times" for each, n in by_name.items() if n > 1)
    booked = {notice for _, _, notice in by_name}
    told = Counter(
        fact["parts"][name]["notice"]
        for fact in tables.facts
        for name in fact["parts"].keys() & _NOTICED
        if fact["parts"][name]["notice"]
    )
    if told != Counter(row["notice"] for row in tables.settlements):
        yield "the settlements that facts tell are not, each once, those that are kept"
    moved = {
        fact["parts"]["dispute_moved"]["dispute_id"]
        for fact in tables.facts
        if "dispute_moved" in fact["parts"]
    }
    if moved != {str(row["id"]) for row in tables.disputes}:
        yield "the disputes that facts tell are not those that are kept"
    if not witness.quiet:
        return
    yield from (f"notice {each} was lost" for each in sorted(witness.notices - booked))
    for row in tables.instructions:
        if row["state"] == "open":
            yield f"instruction {row['id']} waits for an answer though all is quiet"
    for row in tables.due:
        if row["fired_at"] is None:
            yield f"{row['verb']} {row['id']} never fell due though all is quiet"
    if tables.pending:
        yield "facts of ordinary transactions wait for a position though all is quiet"


def the_log_is_over_the_facts(tables: Tables, _witness: Witness) -> Iterator[str]:
    """Every checkpoint's root, and the lowest tiles, follow from the facts and their salts."""
    leaves = [
        _hash(
            b"\x00",
            hashlib.sha256(
                _TAG
                + row["position"].to_bytes(8, "big")
                + row["salt"]
                + hashlib.sha256(row["payload"]).digest()
            ).digest(),
        )
        for row in tables.outbox
    ]
    for row in tables.checkpoints:
        if row["size"] > len(leaves) or root(leaves[: row["size"]]) != row["root"]:
            yield f"the checkpoint over {row['size']} facts is not over these"
    for row in tables.tiles:
        at = row["number"] * _SPREAD
        if (
            row["level"] == 0
            and row["hashes"] != b"".join(leaves[at : at + _SPREAD])[: len(row["hashes"])]
        ):
            yield f"tile {row['number']} holds other leaves"


def root(leaves: list[bytes]) -> bytes:
    """The root of RFC 6962 over these leaf hashes."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return _hash(b"\x01", root(leaves[:half]) + root(leaves[half:]))


def _hash(tag: bytes, data: bytes) -> bytes:
    return hashlib.sha256(tag + data).digest()


CHECKS = (
    positions_have_no_gap,
    facts_seal_their_transfers,
    keys_have_one_answer,
    nothing_was_done_unasked,
    nothing_is_set_aside,
    what_rails_said_is_booked,
    the_log_is_over_the_facts,
)
