"""Where a payment link stands, and what it may be: pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from usance.payments.model import LinkStatus, PaymentLink, PaymentStatus

_S = PaymentStatus
# Longer ones no browser opens.
_URL_MAX: Final = 2000
# A failed or voided payment leaves the order to be paid again; a blocked one is not tried again.
_OF_PAYMENT: Final[Mapping[PaymentStatus, LinkStatus]] = {
    _S.PENDING: LinkStatus.IN_PROGRESS,
    _S.REQUIRES_ACTION: LinkStatus.IN_PROGRESS,
    _S.IN_REVIEW: LinkStatus.IN_PROGRESS,
    _S.BLOCKED: LinkStatus.STOPPED,
    _S.AUTHORISED: LinkStatus.PAID,
    _S.CAPTURED: LinkStatus.PAID,
    _S.SETTLED: LinkStatus.PAID,
    _S.REFUNDED: LinkStatus.PAID,
    _S.CHARGED_BACK: LinkStatus.PAID,
}


def status_of(link: PaymentLink, payment: PaymentStatus | None, now: datetime) -> LinkStatus:
    """Return where a link stands. payment: of the order's newest payment, None without one.

    What has become of the money counts before what has become of the link.
    """
    if payment is not None and payment in _OF_PAYMENT:
        return _OF_PAYMENT[payment]
    if link.cancelled_at is not None:
        return LinkStatus.CANCELLED
    return LinkStatus.EXPIRED if now >= link.expires_at else LinkStatus.OPEN


def is_https(url: str) -> bool:
    """Return whether a buyer may be sent to an address: https, a host, nothing hidden in it."""
    if len(url) > _URL_MAX or not url.isascii() or not url.isprintable() or {" ", "\\"} & set(url):
        return False
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme == "https" and bool(host) and "@" not in parts.netloc
