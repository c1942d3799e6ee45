"""Checkpoints as C2SP signed notes: how they are written and signed.

Reading and checking them is the stranger's work and stands in `usance_verify`.
"""

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from usance_verify import ED25519, KEY_NAME, Checkpoint, key_id


def vkey(name: str, public: Ed25519PublicKey) -> str:
    """Return a public key as C2SP spells it: name+hash+base64. It goes into a policy."""
    assert KEY_NAME.fullmatch(name), "a key name has no spaces and no plus"
    raw = public.public_bytes_raw()
    return f"{name}+{key_id(name, raw).hex()}+{base64_of(ED25519 + raw)}"


def checkpoint_text(checkpoint: Checkpoint) -> str:
    """Return the text of a checkpoint: origin, size and root, a line each."""
    assert checkpoint.origin.splitlines() == [checkpoint.origin], "the origin is one line"
    return f"{checkpoint.origin}\n{checkpoint.size}\n{base64_of(checkpoint.root)}\n"


def sign(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """Return the note that carries `text` and one signature under the key name `name`."""
    assert text.endswith("\n"), "the text of a note ends its last line"
    return f"{text}\n{signature_line(text, name, key)}"


def signature_line(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """Return the line by which a key signs the text of a note; further ones are put below."""
    assert KEY_NAME.fullmatch(name), "a key name has no spaces and no plus"
    known_as = key_id(name, key.public_key().public_bytes_raw())
    return f"\u2014 {name} {base64_of(known_as + key.sign(text.encode()))}\n"


def base64_of(raw: bytes) -> str:
    """Return standard base64, the only spelling a note or a bundle knows."""
    return base64.b64encode(raw).decode()
