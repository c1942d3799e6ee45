"""Hooks: written by the door and the worker, never read by the engine."""

from typing import Final

import sqlalchemy as sa

from usance.payments.model import Hook, HookMark
from usance.runtime.rows import cold_table

_SCHEMA: Final = "payments"

HOOKS: Final = cold_table(
    _SCHEMA,
    "hooks",
    Hook,
    sa.Index("hooks_waiting", "id", postgresql_where=sa.text("state = 'waiting'")),
    # The last line behind the worker's own look: what a rail tells once is taken once.
    sa.Index(
        "hooks_event", "rail", "event", unique=True, postgresql_where=sa.text("state = 'taken'")
    ),
    key="id",
)
HOOK_MARKS: Final = cold_table(_SCHEMA, "hook_marks", HookMark, key="instruction")
