"""HMAC over a time and a body, as many providers sign what they post: `t=1788912000,v1=5257a8…`."""

import hashlib
import hmac
import re
from datetime import datetime
from typing import Final

from usance.payments.ports import HookVerdict

# How long after it was signed a hook may come, and how far clocks may differ.
TOLERANCE_SECONDS: Final = 300
_SIGNATURE: Final = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")


def signature(body: bytes, secret: str, at: datetime) -> str:
    """Return the header with which a body is signed at a moment."""
    seconds = int(at.timestamp())
    return f"t={seconds},v1={_hmac(secret, seconds, body)}"


def verdict(header: str, raw: bytes, secret: str, at: datetime) -> HookVerdict:
    """Return whether a body was signed with a secret, and not long before `at`."""
    said = _SIGNATURE.fullmatch(header)
    if said is None:
        return HookVerdict.FORGED
    seconds = int(said[1])
    if not hmac.compare_digest(said[2], _hmac(secret, seconds, raw)):
        return HookVerdict.FORGED
    if abs(at.timestamp() - seconds) > TOLERANCE_SECONDS:
        return HookVerdict.REPLAYED
    return HookVerdict.GENUINE


def _hmac(secret: str, seconds: int, body: bytes) -> str:
    said = f"{seconds}.".encode() + body
    return hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()
