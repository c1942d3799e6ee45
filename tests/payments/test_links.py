"""Where a link stands follows from its payment, itself and the time; where a buyer may be sent."""

from datetime import UTC, datetime, timedelta

import pytest

from usance.kernel.ids import OrderId, PartyId, PaymentLinkId, UserId
from usance.kernel.records import replace
from usance.payments.model import PaymentLink, PaymentStatus
from usance.payments.rules.links import is_https, status_of

NOON = datetime(2026, 9, 9, 12, tzinfo=UTC)
LINK = PaymentLink(
    PaymentLinkId.derived(1), OrderId.derived(1), PartyId.derived(1), "", (), "", "",
    UserId.derived(1), NOON, NOON + timedelta(days=1), NOON,
)  # fmt: skip
CANCELLED = replace(LINK, cancelled_at=NOON)
LATE = NOON + timedelta(days=1)
S = PaymentStatus


@pytest.mark.parametrize(
    ("link", "payment", "now", "status"),
    [
        (LINK, None, NOON, "open"),
        (LINK, None, LATE - timedelta(seconds=1), "open"),
        (LINK, None, LATE, "expired"),
        (CANCELLED, None, LATE, "cancelled"),
        (LINK, S.FAILED, NOON, "open"),
        (LINK, S.VOIDED, LATE, "expired"),
        (CANCELLED, S.FAILED, NOON, "cancelled"),
        (CANCELLED, S.PENDING, LATE, "in_progress"),
        (CANCELLED, S.REQUIRES_ACTION, NOON, "in_progress"),
        (LINK, S.IN_REVIEW, LATE, "in_progress"),
        (LINK, S.BLOCKED, NOON, "stopped"),
        (CANCELLED, S.CAPTURED, LATE, "paid"),
        (LINK, S.AUTHORISED, NOON, "paid"),
        (LINK, S.SETTLED, NOON, "paid"),
        (LINK, S.REFUNDED, NOON, "paid"),
        (LINK, S.CHARGED_BACK, NOON, "paid"),
    ],
)
def test_what_became_of_the_money_counts_first(link, payment, now, status):
    assert status_of(link, payment, now) == status


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://shop.example", True),
        ("https://shop.example:8443/a?b=c&d#e", True),
        ("http://shop.example", False),
        ("HTTPS://shop.example/", True),
        ("javascript:alert(1)", False),
        ("https:shop.example", False),
        ("https://", False),
        ("https://user@shop.example", False),
        ("https://shop.example:99999", False),
        ("https://[shop", False),
        ("https://shop.example/ x", False),
        ("https://shop.example\\@evil.example", False),
        ("https://shop.example/\n", False),
        ("https://shöp.example/", False),
        ("https://shop.example/" + "a" * 2000, False),
    ],
)
def test_a_buyer_is_sent_to_addresses_of_the_web_alone(url, safe):
    assert is_https(url) is safe
