"""Expected movements, matches and breaks. Ordinary transactions write them: no money moves here."""

from typing import Final

import sqlalchemy as sa

from usance.payments.model import Break, Match, Movement
from usance.runtime.rows import cold_table, view

_SCHEMA: Final = "payments"

MOVEMENTS: Final = cold_table(
    _SCHEMA,
    "movements",
    Movement,
    sa.Index("movements_position", "position"),
    sa.Index("movements_open", "amount_currency", postgresql_where=sa.text("entry is null")),
    sa.Index("movements_entry", "entry", postgresql_where=sa.text("entry is not null")),
    key="id",
)

MATCHES: Final = cold_table(
    _SCHEMA,
    "matches",
    Match,
    sa.Index("matches_movement", "movement"),
    key=("entry", "movement"),
)

BREAKS: Final = cold_table(
    _SCHEMA,
    "breaks",
    Break,
    sa.Index("breaks_open", "since", "id", postgresql_where=sa.text("state = 'open'")),
    sa.Index("breaks_entry", "entry"),
    sa.Index("breaks_movement", "movement"),
    key="id",
)

view(
    _SCHEMA,
    "v_breaks",
    """
    select id, kind, account, entry, movement, statement, amount_minor, amount_currency,
           difference_minor, suggested, score, since, opened_at, state, assignee, closed_at
    from payments.breaks
    """,
)
