"""Authorisations and captures."""

from typing import Final

import sqlalchemy as sa

from usance.payments.model import Authorisation, AuthorisationStatus, Capture, CaptureStatus
from usance.runtime.rows import hot_table, view

_SCHEMA: Final = "payments"
_OPEN: Final = frozenset(
    {AuthorisationStatus.REQUESTED, AuthorisationStatus.OPEN, AuthorisationStatus.VOIDING}
)

AUTHORISATIONS: Final = hot_table(
    _SCHEMA,
    "authorisations",
    Authorisation,
    key="payment_id",
    keep=lambda authorisation: authorisation.status in _OPEN,
    keep_sql="status in ('requested', 'open', 'voiding')",
)

CAPTURES: Final = hot_table(
    _SCHEMA,
    "captures",
    Capture,
    sa.Index("captures_payment", "payment_id"),
    key="id",
    keep=lambda capture: capture.status in {CaptureStatus.PENDING, CaptureStatus.CAPTURED},
    keep_sql="status in ('pending', 'captured')",
)

view(
    _SCHEMA,
    "v_captures",
    """
    select id, payment_id, amount_minor, amount_currency, final, status, created_at, captured_at
    from payments.captures
    """,
)
