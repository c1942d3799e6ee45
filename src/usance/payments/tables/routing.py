"""Routing: its versions, what was chosen, how rails do."""

from typing import Final

import sqlalchemy as sa

from usance.payments.model import (
    ChoiceRow,
    RailHealth,
    RoutingTimeline,
    RoutingVersion,
    SegmentScore,
)
from usance.runtime.rows import hot_table, never, view

_SCHEMA: Final = "payments"

ROUTING_VERSIONS: Final = hot_table(
    _SCHEMA, "routing_versions", RoutingVersion, key="number", standing=True
)
ROUTING_TIMELINES: Final = hot_table(
    _SCHEMA, "routing_timelines", RoutingTimeline, key="id", standing=True
)
CHOICES: Final = hot_table(
    _SCHEMA,
    "choices",
    ChoiceRow,
    sa.Index("choices_chosen_at", "chosen_at", postgresql_using="brin"),
    key=("payment_id", "attempt"),
    keep=never,
)
SEGMENT_SCORES: Final = hot_table(_SCHEMA, "segment_scores", SegmentScore, key="segment")
RAIL_HEALTH: Final = hot_table(_SCHEMA, "rail_health", RailHealth, key="rail")

# Every attempt with what came of it. counts: the payment stands or falls with this one.
view(
    _SCHEMA,
    "v_attempts",
    """
    select c.payment_id, c.attempt, c.rail, c.probability, c.reason, c.version, c.rule,
           c.chosen_at, i.id as instruction_id, coalesce(i.state, 'not_sent') as outcome,
           coalesce(i.answer_code, '') as code, i.answered_at, c.attempt = p.attempt as counts
    from payments.choices c
    join payments.payments p on p.id = c.payment_id
    left join payments.instructions i
      on i.payment_id = c.payment_id and i.kind = 'collect' and i.attempt = c.attempt
    """,
)
