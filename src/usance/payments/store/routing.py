"""What was chosen, what came of it, and what rails are known to do."""

from datetime import datetime
from typing import Final

from usance.kernel.ids import PaymentId
from usance.payments.model import Attempt, ChoiceRow, RailHealth, RoutingVersion
from usance.payments.tables import CHOICES, RAIL_HEALTH, ROUTING_VERSIONS
from usance.runtime.database import Connection
from usance.runtime.rows import RowShape

_CHOICE = ", ".join(f"c.{column}" for column in CHOICES.shape.columns)
_ATTEMPT: Final = RowShape(Attempt)
Outcome = tuple[ChoiceRow, str | None, datetime | None, str]


async def first_choices(
    connection: Connection, since: datetime, until: datetime, limit: int
) -> list[Outcome]:
    """Return the newest first choices of a time with the rail's answer, the earliest first.

    The answer is the state of the instruction (None where none was sent), when it came, and the
    rail's reason.
    """
    rows = await connection.fetch(
        f"select {_CHOICE}, i.state, i.answered_at, coalesce(i.answer_code, '')"  # noqa: S608
        " from payments.choices c left join payments.instructions i"
        " on i.payment_id = c.payment_id and i.kind = 'collect' and i.attempt = c.attempt"
        " where c.attempt = 1 and c.chosen_at >= $1 and c.chosen_at < $2"
        " order by c.chosen_at desc, c.payment_id desc limit $3",
        since,
        until,
        limit,
    )
    choices = CHOICES.shape.from_rows([tuple(row)[:-3] for row in rows])
    found = [(choice, *tuple(row)[-3:]) for choice, row in zip(choices, rows, strict=True)]
    return found[::-1]


async def versions(
    connection: Connection, before: int | None = None, limit: int = 100
) -> list[RoutingVersion]:
    """Return versions of the routing, the newest first."""
    columns = ", ".join(ROUTING_VERSIONS.shape.columns)
    rows = await connection.fetch(
        f"select {columns} from payments.routing_versions"  # noqa: S608 - our own columns
        " where ($1::bigint is null or number < $1) order by number desc limit $2",
        before,
        limit,
    )
    return ROUTING_VERSIONS.shape.from_rows(rows)


async def healths(connection: Connection) -> list[RailHealth]:
    """Return what the breakers know, by rail."""
    columns = ", ".join(RAIL_HEALTH.shape.columns)
    rows = await connection.fetch(
        f"select {columns} from payments.rail_health order by rail"  # noqa: S608 - our own columns
    )
    return RAIL_HEALTH.shape.from_rows(rows)


async def attempts_of(connection: Connection, payment_id: PaymentId) -> list[Attempt]:
    """Return the attempts of a payment with what came of each, the first first."""
    rows = await connection.fetch(
        f"select {', '.join(_ATTEMPT.columns)} from payments.v_attempts"  # noqa: S608 - our columns
        " where payment_id = $1 order by attempt",
        payment_id,
    )
    return _ATTEMPT.from_rows(rows)
