"""What rails remit in one sum."""

from typing import Final

import sqlalchemy as sa

from usance.payments.model import Remittance, RemittanceStatus
from usance.runtime.rows import hot_table, view

_SCHEMA: Final = "payments"
_OPEN: Final = frozenset({RemittanceStatus.ANNOUNCED, RemittanceStatus.DIFFERS})

REMITTANCES: Final = hot_table(
    _SCHEMA,
    "remittances",
    Remittance,
    sa.UniqueConstraint("rail", "reference", "currency"),
    sa.Index("remittances_booking", "booking", postgresql_where=sa.text("booking <> ''")),
    sa.Index("remittances_status", "status", "id"),
    key="id",
    keep=lambda remittance: remittance.status in _OPEN,
    keep_sql="status in ('announced', 'differs')",
)

view(
    _SCHEMA,
    "v_remittances",
    """
    select id, rail, reference, currency, status, announced_at, booking, arrived, closed_at
    from payments.remittances
    """,
)
