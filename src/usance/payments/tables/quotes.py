"""Locked rates, the payments that hold them, and what market makers quote."""

from typing import Final

import sqlalchemy as sa

from usance.payments.model import LockStatus, QuoteLock, Reservation, SourceQuotes
from usance.runtime.rows import hot_table

_SCHEMA: Final = "payments"

QUOTE_LOCKS: Final = hot_table(
    _SCHEMA,
    "quote_locks",
    QuoteLock,
    sa.Index("quote_locks_seller", "seller_id"),
    # A rate never serves more than was promised.
    sa.CheckConstraint("reserved >= 0 and used >= 0 and reserved + used <= maximum_minor"),
    key="id",
    keep=lambda lock: lock.status is LockStatus.OPEN or lock.reserved > 0,
    keep_sql="status = 'open' or reserved > 0",
)

RESERVATIONS: Final = hot_table(
    _SCHEMA,
    "quote_reservations",
    Reservation,
    sa.Index("quote_reservations_quote", "quote_id"),
    key="payment_id",
    keep=lambda reservation: reservation.held > 0,
    keep_sql="held > 0",
)

SOURCE_QUOTES: Final = hot_table(
    _SCHEMA, "source_quotes", SourceQuotes, key="source", standing=True
)
