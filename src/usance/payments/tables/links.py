"""Payment links: written by the mouth, never read by the engine."""

from typing import Final

import sqlalchemy as sa

from usance.payments.model import LinkAttempt, PaymentLink
from usance.runtime.rows import cold_table

_SCHEMA: Final = "payments"

LINKS: Final = cold_table(
    _SCHEMA,
    "links",
    PaymentLink,
    sa.Index("links_secret", "secret_sha256", unique=True),
    sa.Index("links_order", "order_id"),
    sa.Index("links_seller", "seller_id", "made_at", "id"),
    sa.CheckConstraint("created_at < expires_at"),
    key="id",
)
LINK_ATTEMPTS: Final = cold_table(
    _SCHEMA,
    "link_attempts",
    LinkAttempt,
    sa.CheckConstraint("payment_id is null or code = ''"),
    key=("link_id", "number"),
)
