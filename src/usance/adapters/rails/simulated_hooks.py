"""How a simulated rail posts to us: JSON under a time and an HMAC, as acquirers do.

    simulated-signature: t=1788912000,v1=<HMAC-SHA256 over "1788912000." and the body, hexadecimal>

The body: `{"id", "created", "answers": [{"instruction", "kind", "code", "reference"}],
"notices": [{"kind", "reference", "instruction", "amount", "fee", "value_date"}]}`.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec

from usance.kernel.errors import UsanceError
from usance.kernel.records import Record, decode, encode
from usance.payments.ports import HookAnswer, HookNews, HookVerdict, RailNotice

HEADER: Final = "simulated-signature"
# How long after it was signed a hook may come, and how far clocks may differ.
TOLERANCE_SECONDS: Final = 300
_SIGNATURE: Final = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")


class _Posted(Record, frozen=True):
    id: str
    created: datetime
    answers: tuple[HookAnswer, ...] = ()
    notices: tuple[RailNotice, ...] = ()


def signed(news: HookNews, secret: str, at: datetime) -> tuple[bytes, dict[str, str]]:
    """Return the body and the headers with which a simulated rail tells its news at `at`."""
    body = encode(_Posted(news.id, news.at, news.answers, news.notices))
    seconds = int(at.timestamp())
    return body, {HEADER: f"t={seconds},v1={_hmac(secret, seconds, body)}"}


class SimulatedHooks:
    """Implements payments.ports.HookReader."""

    def verify(
        self, raw: bytes, headers: Mapping[str, str], secret: str, at: datetime
    ) -> HookVerdict:
        """See payments.ports.HookReader."""
        said = _SIGNATURE.fullmatch(headers.get(HEADER, ""))
        if said is None:
            return HookVerdict.FORGED
        seconds = int(said[1])
        if not hmac.compare_digest(said[2], _hmac(secret, seconds, raw)):
            return HookVerdict.FORGED
        if abs(at.timestamp() - seconds) > TOLERANCE_SECONDS:
            return HookVerdict.REPLAYED
        return HookVerdict.GENUINE

    def translate(self, raw: bytes) -> HookNews | None:
        """See payments.ports.HookReader."""
        try:
            posted = decode(raw, _Posted)
        except (msgspec.MsgspecError, UsanceError, UnicodeError, RecursionError):
            return None
        if posted.created.tzinfo is None:
            return None
        return HookNews(posted.id, posted.created, posted.answers, posted.notices)


def _hmac(secret: str, seconds: int, body: bytes) -> str:
    said = f"{seconds}.".encode() + body
    return hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()
