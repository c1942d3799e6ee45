"""How the acquirer and we sign: RSA with SHA-256 over method, path, client, time and body.

    <method> <path>
    <client id>.<time>.<body>

`Signature: algorithm=RSA256,keyVersion=1,signature=<base64, percent-encoded>`. Keys are written as
the acquirer's console shows them: the base64 of a DER key, PKCS 8 or X.509, on one line.
"""

import base64
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_der_public_key

from usance.adapters.rails.signatures import TOLERANCE_SECONDS
from usance.kernel.records import Record
from usance.payments.ports import HookVerdict

_SIGNED: Final = re.compile(
    r"algorithm=RSA256,\s*keyVersion=\d{1,9},\s*signature=([A-Za-z0-9%+/=]+)"
)
_MILLISECONDS: Final = re.compile(r"[0-9]{10,16}")
_HASH: Final = hashes.SHA256()
_BROKEN: Final = (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm)


class WrongKey(ValueError):
    """A key of ours cannot be read. Copy it from the acquirer's console once more."""


class Message(Record, frozen=True):
    """What is signed. path: without the host. client: whose it is. time: as the header says it."""

    path: str
    client: str
    time: str
    body: bytes

    @property
    def content(self) -> bytes:
        """The bytes under the signature."""
        head = f"POST {self.path}\n{self.client}.{self.time}."
        return head.encode(errors="replace") + self.body


def signature(private_key: str, message: Message) -> str:
    """Return the header that signs a message. Raises WrongKey."""
    signed = _private(private_key).sign(message.content, PKCS1v15(), _HASH)
    text = quote(base64.b64encode(signed).decode(), safe="")
    return f"algorithm=RSA256,keyVersion=1,signature={text}"


def is_signed(public_key: str, header: str, message: Message) -> bool:
    """Return whether a message was signed by whoever has the private key to a public one."""
    said = _SIGNED.fullmatch(header)
    if said is None:
        return False
    try:
        given = base64.b64decode(unquote(said[1]), validate=True)
        _public(public_key).verify(given, message.content, PKCS1v15(), _HASH)
    except _BROKEN:
        return False
    return True


# Reading a private key proves it, which takes as long as a hundred signatures.
@lru_cache(maxsize=4)
def _private(text: str) -> RSAPrivateKey:
    try:
        key = load_der_private_key(base64.b64decode(text, validate=True), None)
    except _BROKEN as fault:
        raise WrongKey("the private key is no base64 of a DER key") from fault
    if not isinstance(key, RSAPrivateKey):
        raise WrongKey("the private key is none of RSA")
    return key


@lru_cache(maxsize=16)
def _public(text: str) -> RSAPublicKey:
    key = load_der_public_key(base64.b64decode(text, validate=True))
    if not isinstance(key, RSAPublicKey):
        raise WrongKey("the public key is none of RSA")
    return key


def verdict(public_key: str, header: str, message: Message, at: datetime) -> HookVerdict:
    """Return whether a hook is the acquirer's, and was signed not long before `at`."""
    if not is_signed(public_key, header, message):
        return HookVerdict.FORGED
    moment = moment_of(message.time)
    if moment is None or abs((at - moment).total_seconds()) > TOLERANCE_SECONDS:
        return HookVerdict.REPLAYED
    return HookVerdict.GENUINE


def moment_of(text: str) -> datetime | None:
    """Return the moment that a time names: ISO 8601, or milliseconds since 1970."""
    try:
        if _MILLISECONDS.fullmatch(text):
            return datetime.fromtimestamp(int(text) / 1000, UTC)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.tzinfo is not None else None
