"""How a simulated rail posts to us: JSON under a time and an HMAC, as acquirers do.

    simulated-signature: t=1788912000,v1=<HMAC-SHA256 over "1788912000." and the body, hexadecimal>

The body: `{"id", "created", "answers": [{"instruction", "kind", "code", "reference"}],
"notices": [{"kind", "reference", "instruction", "amount", "fee", "value_date"}]}`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec

from usance.adapters.rails.signatures import signature, verdict
from usance.kernel.errors import UsanceError
from usance.kernel.records import Record, decode, encode
from usance.payments.ports import HookAnswer, HookNews, HookVerdict, RailNotice

HEADER: Final = "simulated-signature"


class _Posted(Record, frozen=True):
    id: str
    created: datetime
    answers: tuple[HookAnswer, ...] = ()
    notices: tuple[RailNotice, ...] = ()


def signed(news: HookNews, secret: str, at: datetime) -> tuple[bytes, dict[str, str]]:
    """Return the body and the headers with which a simulated rail tells its news at `at`."""
    body = encode(_Posted(news.id, news.at, news.answers, news.notices))
    return body, {HEADER: signature(body, secret, at)}


class SimulatedHooks:
    """Implements payments.ports.HookReader."""

    def verify(
        self, raw: bytes, headers: Mapping[str, str], secret: str, at: datetime
    ) -> HookVerdict:
        """See payments.ports.HookReader."""
        return verdict(headers.get(HEADER, ""), raw, secret, at)

    def translate(self, raw: bytes) -> HookNews | None:
        """See payments.ports.HookReader."""
        try:
            posted = decode(raw, _Posted)
        except (msgspec.MsgspecError, UsanceError, UnicodeError, RecursionError):
            return None
        if posted.created.tzinfo is None:
            return None
        return HookNews(posted.id, posted.created, posted.answers, posted.notices)
