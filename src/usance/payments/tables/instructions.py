"""Instructions, and when they went out."""

from typing import Final

import sqlalchemy as sa

from usance.payments.model import Instruction, InstructionState
from usance.runtime.rows import ROOM_TO_CHANGE, hot_table

_SCHEMA: Final = "payments"

INSTRUCTIONS: Final = hot_table(
    _SCHEMA,
    "instructions",
    Instruction,
    sa.Index("instructions_open", "rail", postgresql_where=sa.text("state = 'open'")),
    key="id",
    keep=lambda instruction: instruction.state is InstructionState.OPEN,
    keep_sql="state = 'open'",
    storage=ROOM_TO_CHANGE,
)

DISPATCHES: Final = sa.Table(
    "dispatches",
    INSTRUCTIONS.table.metadata,
    sa.Column("instruction", sa.Uuid, primary_key=True),
    sa.Column("asks", sa.BigInteger, nullable=False),
    sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
    schema=_SCHEMA,
)
