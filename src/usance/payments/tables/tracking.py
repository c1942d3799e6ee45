"""What was said of transfers on their way, and which were asked back."""

from typing import Final

import sqlalchemy as sa

from usance.payments.model import RecallState, TransferRecall
from usance.payments.tables.instructions import INSTRUCTIONS
from usance.runtime.rows import hot_table

_SCHEMA: Final = "payments"

RECALLS: Final = hot_table(
    _SCHEMA,
    "recalls",
    TransferRecall,
    key="instruction_id",
    keep=lambda recall: recall.state is RecallState.ASKED,
    keep_sql="state = 'asked'",
)

# Written by the worker alone, beside the money path. The same thing said again is one row.
TRANSFER_UPDATES: Final = sa.Table(
    "transfer_updates",
    INSTRUCTIONS.table.metadata,
    sa.Column("instruction", sa.Uuid, primary_key=True),
    sa.Column("status", sa.Text, primary_key=True),
    sa.Column("reason", sa.Text, primary_key=True),
    sa.Column("number", sa.BigInteger, sa.Identity(), nullable=False),
    sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("reference", sa.Text, nullable=False),
    sa.Column("promised_at", sa.DateTime(timezone=True)),
    schema=_SCHEMA,
)

RECALL_DISPATCHES: Final = sa.Table(
    "recall_dispatches",
    INSTRUCTIONS.table.metadata,
    sa.Column("instruction", sa.Uuid, primary_key=True),
    sa.Column("asks", sa.BigInteger, nullable=False),
    schema=_SCHEMA,
)
