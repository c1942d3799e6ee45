"""Check a Usance evidence bundle without trusting whoever handed it over.

    python -I usance_verify.py BUNDLE --policy POLICY
    python -I usance_verify.py BUNDLE --key VKEY

A bundle holds facts, one signed checkpoint of their log, and the path from each fact to it. The
policy names the log and the public keys you trust; no key is taken from the bundle. It must fit:

    payload + salt  ->  commitment  ->  leaf  ->  root of the checkpoint  <-  signature

Exit code 0: all of it fits. 1: something does not; one sentence says what. 2: wrong usage.
Needs Python 3.11 and `cryptography` alone. The format stands in docs/reference/evidence.md.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "usance-bundle-v1"
FACT_TAG = b"usance-fact-v1"
ED25519 = b"\x01"  # The signature type of a C2SP note; other types are ignored.
SIGNATURES_MAX = 64  # C2SP asks for at least 16; a bound keeps a hostile note cheap.
TREE_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
SURROGATES = re.compile(r"[\ud800-\udfff]")  # JSON can spell them; UTF-8 cannot.
KEY_NAME = re.compile(r"[^\s+\ud800-\udfff]+")


class Mismatch(Exception):
    """The bundle does not fit. The message is one sentence for people."""


class BadPolicy(Exception):
    """The policy cannot be used, so nothing was checked. The message says why."""


class Key(NamedTuple):
    """A public key we trust; `key_id` is how a signature refers to it."""

    name: str
    key_id: bytes
    public: Ed25519PublicKey


class Checkpoint(NamedTuple):
    """What a log promises: its first `size` leaves have this Merkle root."""

    origin: str
    size: int
    root: bytes


# Hashing: RFC 6962, section 2.1, and the commitment that hides a fact inside a leaf.
def commitment(position: int, salt: bytes, payload: bytes) -> bytes:
    """Return the 32 bytes that commit to a fact at its position and reveal nothing of it."""
    payload_hash = hashlib.sha256(payload).digest()
    return hashlib.sha256(FACT_TAG + position.to_bytes(8, "big") + salt + payload_hash).digest()


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def left_size(size: int) -> int:
    """Return how many leaves go left: the largest power of two below `size`, which is >= 2."""
    return 1 << (size - 1).bit_length() - 1


# Proofs: both walk down the tree as RFC 6962 cuts it; the last hash belongs to the top.
def root_by_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root of `size` leaves with `leaf` at `index` from 0, None for a bad length."""
    if size == 1 or not path:
        return leaf if size == 1 and not path else None
    left, top = left_size(size), path[-1]
    if index < left:
        root = root_by_inclusion(leaf, index, left, path[:-1])
        return root and node_hash(root, top)
    root = root_by_inclusion(leaf, index - left, size - left, path[:-1])
    return root and node_hash(top, root)


def check_consistency(older: Checkpoint, newer: Checkpoint, path: Sequence[bytes]) -> None:
    """Raise Mismatch unless the newer tree begins with all of the older one, which has leaves."""
    if not 0 < older.size <= newer.size:
        raise Mismatch("The newer checkpoint covers fewer facts than the older one.")
    roots = _roots_by_consistency(older.size, newer.size, path, older.root)
    if roots != (older.root, newer.root):
        step = f"from {older.size} to {newer.size} facts"
        doubt = "it was altered or the log was rewritten"
        raise Mismatch(f"The consistency proof does not lead {step}: {doubt}.")


def _roots_by_consistency(
    old: int, new: int, path: Sequence[bytes], known: bytes | None
) -> tuple[bytes, bytes] | None:
    # The roots of both trees, or None for a path of wrong length. `known` is the older root, as
    # long as both trees start at the same leaf.
    if old == new:
        hashes = path if known is None else (known, *path)
        return (hashes[0], hashes[0]) if len(hashes) == 1 else None
    if not path:
        return None
    left, top = left_size(new), path[-1]
    if old <= left:
        roots = _roots_by_consistency(old, left, path[:-1], known)
        return roots and (roots[0], node_hash(roots[1], top))
    roots = _roots_by_consistency(old - left, new - left, path[:-1], None)
    return roots and (node_hash(top, roots[0]), node_hash(top, roots[1]))


# Signed notes and checkpoints: c2sp.org/signed-note, c2sp.org/tlog-checkpoint.
def key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def parse_vkey(text: str) -> Key:
    """Return the key that `name+hash+base64` spells; raise BadPolicy when it does not fit."""
    name, hash_hex, encoded = (*text.split("+", 2), "", "")[:3]
    raw = _decode64(encoded)
    if not KEY_NAME.fullmatch(name) or raw is None or len(raw) != 33 or raw[:1] != ED25519:
        raise BadPolicy(f"{_quote(text)} is not an Ed25519 key of the form name+hash+base64.")
    if hash_hex != key_id(name, raw[1:]).hex():
        raise BadPolicy(f"The hash in the key {_quote(text)} does not fit its name and bytes.")
    return Key(name, key_id(name, raw[1:]), Ed25519PublicKey.from_public_bytes(raw[1:]))


def open_note(note: str, keys: Iterable[Key], what: str = "checkpoint") -> str:
    """Return the text of a note that at least one of `keys` has signed.

    A signature of another key is ignored; a false signature of one of `keys` spoils the note.
    """
    text, signatures = _split_note(note, what)
    trusted = {(key.name, key.key_id): key.public for key in keys}
    known = [(name, raw) for name, raw in signatures if (name, raw[:4]) in trusted]
    if not known:
        signers = ", ".join(f"{_quote(name)} ({raw[:4].hex()})" for name, raw in signatures[:3])
        raise Mismatch(
            f"No key of the policy has signed the {what}; its signatures name {signers}."
        )
    for name, raw in known:
        try:
            trusted[name, raw[:4]].verify(raw[4:], text.encode())
        except InvalidSignature:
            signed = f"the signature of {_quote(name)} does not fit its text"
            raise Mismatch(f"The {what} was altered: {signed}.") from None
    return text


def _split_note(note: str, what: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Return the text of a note and its signatures: key name, key id and signature bytes."""
    text, blank, tail = note.rpartition("\n\n")
    if re.search(r"[\x00-\x09\x0b-\x1f]", note) or not blank or not tail.endswith("\n"):
        _malformed(f"the {what} is not a signed note")
    lines = tail.removesuffix("\n").split("\n")
    if len(lines) > SIGNATURES_MAX:
        _malformed(f"the {what} has more than {SIGNATURES_MAX} signatures")
    signatures = []
    for line in lines:
        dash, name, encoded = (*line.split(" ", 2), "", "")[:3]
        raw = _decode64(encoded)
        if dash != "\u2014" or not KEY_NAME.fullmatch(name) or raw is None or len(raw) < 5:
            _malformed(f"the {what} has a bad signature line {_quote(line)}")
        signatures.append((name, raw))
    return text + "\n", signatures


def parse_checkpoint(text: str, what: str = "checkpoint") -> Checkpoint:
    """Return what the text of a note promises; lines after origin, size and root are passed by."""
    lines = text.removesuffix("\n").split("\n")
    root = _decode64(lines[2]) if len(lines) >= 3 else None
    if root is None or len(root) != 32 or "" in lines or not TREE_SIZE.fullmatch(lines[1]):
        _malformed(f"the {what} does not read origin, size and root hash")
    return Checkpoint(lines[0], int(lines[1]), root)


# The bundle.
def verify(bundle: object, policy: object) -> list[str]:
    """Check a decoded bundle against a decoded policy; return a sentence for each thing proved.

    Raises Mismatch on the first thing that does not fit, BadPolicy when the policy is unusable.
    """
    origin, keys = _read_policy(policy)
    fields = _fields(bundle, "bundle", "format origin checkpoint facts", "newer")
    if fields["format"] != FORMAT:
        _malformed(f"its format is not {FORMAT}")
    _same_origin(_text(fields["origin"], "origin"), origin, "bundle is")
    checkpoint = _signed_checkpoint(fields["checkpoint"], origin, keys, "checkpoint")
    facts = fields["facts"]
    if not isinstance(facts, list) or not facts:
        _malformed("facts is not a list of facts")
    positions = [_check_fact(fact, f"facts[{i}]", checkpoint) for i, fact in enumerate(facts)]
    if positions != sorted(set(positions)):
        _malformed("its facts do not stand in ascending order of position")
    proved = [f"The checkpoint of {_quote(origin)} over {checkpoint.size} facts is signed."]
    proved += [f"Fact {position} is in the log, word for word." for position in positions]
    if "newer" in fields:
        more = _fields(fields["newer"], "newer", "checkpoint consistency")
        newer = _signed_checkpoint(more["checkpoint"], origin, keys, "newer checkpoint")
        check_consistency(checkpoint, newer, _hashes(more["consistency"], "newer.consistency"))
        proved.append(f"The newer checkpoint over {newer.size} facts continues this one.")
    return proved


def _check_fact(fact: object, where: str, checkpoint: Checkpoint) -> int:
    fields = _fields(fact, where, "position salt payload commitment inclusion")
    position, size = fields["position"], checkpoint.size
    if type(position) is not int or position < 1:
        _malformed(f"{where}.position is not a whole number from 1")
    salt = _bytes(fields["salt"], f"{where}.salt", range(16, 33))
    payload = _text(fields["payload"], f"{where}.payload").encode()
    stated = _bytes(fields["commitment"], f"{where}.commitment")
    path = _hashes(fields["inclusion"], f"{where}.inclusion")
    if position > size:
        raise Mismatch(f"The position in {where} lies beyond the {size} facts of the checkpoint.")
    if commitment(position, salt, payload) != stated:
        parts = "position, salt and payload"
        raise Mismatch(f"Fact {position} was altered: {parts} do not give its commitment.")
    if root_by_inclusion(leaf_hash(stated), position - 1, size, path) != checkpoint.root:
        doubt = "it was altered or the log never held this fact"
        raise Mismatch(f"The proof of fact {position} does not lead to the checkpoint: {doubt}.")
    return position


def _signed_checkpoint(note: object, origin: str, keys: list[Key], what: str) -> Checkpoint:
    checkpoint = parse_checkpoint(open_note(_text(note, what), keys, what), what)
    _same_origin(checkpoint.origin, origin, f"{what} is signed")
    return checkpoint


def _same_origin(found: str, wanted: str, what: str) -> None:
    if found != wanted:
        raise Mismatch(f"The {what} for the log {_quote(found)}, the policy for {_quote(wanted)}.")


def _read_policy(policy: object) -> tuple[str, list[Key]]:
    # A field we do not know might ask for more than we check, so it is refused.
    if not isinstance(policy, dict) or set(policy) != {"origin", "log_keys"}:
        raise BadPolicy("The policy must have the fields origin and log_keys and no others.")
    origin, vkeys = policy["origin"], policy["log_keys"]
    if not isinstance(origin, str) or not isinstance(vkeys, list) or not vkeys:
        raise BadPolicy("The policy must give origin as a text and log_keys as a list of keys.")
    return origin, [parse_vkey(str(vkey)) for vkey in vkeys]


# Reading what a stranger wrote: every field has one form, and nothing else is let in.
def _malformed(reason: str) -> NoReturn:
    raise Mismatch(f"The bundle is malformed: {reason}.")


def _fields(thing: object, where: str, names: str, optional: str = "") -> dict[str, Any]:
    if not isinstance(thing, dict) or not set(names.split()) <= set(thing):
        _malformed(f"{where} is not an object with the fields {names}")
    for name in set(thing) - {*names.split(), optional}:
        _malformed(f"{where} has the unknown field {_quote(str(name))}")
    return thing


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or SURROGATES.search(value):
        _malformed(f"{where} is not a text")
    return value


def _bytes(value: object, where: str, lengths: Sequence[int] = (32,)) -> bytes:
    raw = _decode64(value) if isinstance(value, str) else None
    if raw is None or len(raw) not in lengths:
        _malformed(f"{where} is not base64 of the right length")
    return raw


def _hashes(value: object, where: str) -> list[bytes]:
    if not isinstance(value, list):
        _malformed(f"{where} is not a list")
    return [_bytes(item, f"{where}[{i}]") for i, item in enumerate(value)]


def _decode64(text: str) -> bytes | None:
    """Return the bytes of standard base64, None where it is not the one way to write them."""
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return raw if base64.b64encode(raw).decode() == text else None


def _quote(text: str) -> str:
    """Return foreign text in quotes, cut short and in plain ASCII: it may be out to fool us."""
    return json.dumps(text if len(text) <= 80 else text[:77] + "...")


def parse_json(raw: bytes) -> object:
    """Return what `raw` spells; raise ValueError for what two readers could read two ways."""
    try:
        return json.loads(raw.decode(), object_pairs_hook=_unique)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a field stands twice")
    return dict(pairs)


def _proved(bundle: Path, policy: Path | None, vkey: str) -> list[str]:
    try:
        key_alone = {"origin": vkey.partition("+")[0], "log_keys": [vkey]}
        trust = parse_json(policy.read_bytes()) if policy else key_alone
    except ValueError:
        raise BadPolicy("The policy is not JSON.") from None
    try:
        claim = parse_json(bundle.read_bytes())
    except ValueError:
        _malformed("it is not JSON that names each field once")
    return verify(claim, trust)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("usance_verify", description="Check a Usance bundle.")
    parser.add_argument("bundle", type=Path, help="the bundle, a JSON file")
    trust = parser.add_mutually_exclusive_group(required=True)
    trust.add_argument("--policy", type=Path, help="a JSON file: origin and log_keys")
    trust.add_argument("--key", default="", help="a key name+hash+base64; its name is the origin")
    arguments = parser.parse_args(argv)
    try:
        print("\n".join(_proved(arguments.bundle, arguments.policy, arguments.key)))
    except Mismatch as refusal:
        print(f"Refused. {refusal}", file=sys.stderr)
        return 1
    except (BadPolicy, OSError) as error:
        print(f"Nothing was checked. {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
