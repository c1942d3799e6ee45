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
    # What a rail has done lately: asked for in every round in which it is heard.
    sa.Index(
        "instructions_done", "rail", "answered_at", postgresql_where=sa.text("state = 'confirmed'")
    ),
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
    # What the rail calls it, and its own word of refusal: for the people who will ask the rail,
    # and for rails that want to hear their own reference when a payment is captured or refunded.
    sa.Column("reference", sa.Text, nullable=False, server_default=""),
    sa.Column("own_code", sa.Text, nullable=False, server_default=""),
    sa.Column("payment", sa.Uuid),
    sa.Index("dispatches_payment", "payment", postgresql_where=sa.text("payment is not null")),
    # By what a rail calls it, where the rail does not repeat our own id.
    sa.Index("dispatches_reference", "reference", postgresql_where=sa.text("reference <> ''")),
    schema=_SCHEMA,
)
