"""All SQL of payments."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from usance.kernel.ids import DisputeId, Id, OrderId, PartyId, PaymentId, PayoutId, RefundId
from usance.kernel.records import Record
from usance.payments.model import Dispute, Instruction, Payment, PaymentStatus, Payout, Refund
from usance.payments.tables import DISPUTES, INSTRUCTIONS, PAYMENTS, PAYOUTS, REFUNDS
from usance.runtime.database import Connection
from usance.runtime.rows import HotTable

R = TypeVar("R", bound=Record)

_INSTRUCTION = ", ".join(f"i.{column}" for column in INSTRUCTIONS.shape.columns)


async def to_be_sent(connection: Connection, limit: int) -> list[tuple[Instruction, bool]]:
    """Return open instructions nobody has sent since they were last asked about.

    The flag says whether an instruction was sent before, so that it is asked and not sent.
    """
    rows = await connection.fetch(
        f"select {_INSTRUCTION}, d.instruction is not null as sent"  # noqa: S608 - our columns
        " from payments.instructions i left join payments.dispatches d on d.instruction = i.id"
        " where i.state = 'open' and (d.instruction is null or d.asks < i.asks)"
        " order by i.id limit $1",
        limit,
    )
    return [(INSTRUCTIONS.shape.from_row(tuple(row)[:-1]), row["sent"]) for row in rows]


async def mark_sent(connection: Connection, instructions: list[Instruction], at: datetime) -> None:
    """Remember that instructions went out, or were asked about, just now."""
    await connection.executemany(
        "insert into payments.dispatches (instruction, asks, sent_at) values ($1, $2, $3)"
        " on conflict (instruction) do update set asks = excluded.asks, sent_at = excluded.sent_at",
        [(each.id, each.asks, at) for each in instructions],
    )


async def collected_on(connection: Connection, rail: str, since: datetime) -> list[Instruction]:
    """Return a rail's confirmed instructions about payments captured after `since`."""
    rows = await connection.fetch(
        f"select {_INSTRUCTION} from payments.instructions i"  # noqa: S608 - our columns
        " join payments.payments p on p.id = i.payment_id"
        " where i.rail = $1 and i.state = 'confirmed' and i.kind in ('collect', 'refund')"
        " and p.captured_at > $2 order by i.id",
        rail,
        since,
    )
    return INSTRUCTIONS.shape.from_rows(rows)


async def instructions_by_id(
    connection: Connection, identifiers: Sequence[UUID]
) -> list[Instruction]:
    """Return instructions as they stand, those that exist."""
    rows = await connection.fetch(
        f"select {_INSTRUCTION} from payments.instructions i"  # noqa: S608 - our columns
        " where i.id = any($1) order by i.id",
        [UUID(int=each.int) for each in identifiers],
    )
    return INSTRUCTIONS.shape.from_rows(rows)


async def payment(connection: Connection, payment_id: PaymentId) -> Payment | None:
    """Return a payment as it stands."""
    return await _one(connection, PAYMENTS, payment_id)


async def refund(connection: Connection, refund_id: RefundId) -> Refund | None:
    """Return a refund as it stands."""
    return await _one(connection, REFUNDS, refund_id)


async def payout(connection: Connection, payout_id: PayoutId) -> Payout | None:
    """Return a payout as it stands."""
    return await _one(connection, PAYOUTS, payout_id)


async def dispute(connection: Connection, dispute_id: DisputeId) -> Dispute | None:
    """Return a dispute as it stands."""
    return await _one(connection, DISPUTES, dispute_id)


async def payments(
    connection: Connection,
    seller_id: PartyId | None = None,
    *,
    order_id: OrderId | None = None,
    status: PaymentStatus | None = None,
    before: PaymentId | None = None,
    limit: int = 100,
) -> list[Payment]:
    """Return payments, the newest first, as far as they fit all that is given."""
    where: dict[str, object] = {"seller_id": seller_id, "order_id": order_id, "status": status}
    return await _newest(connection, PAYMENTS, where, before, limit)


async def payments_by_id(connection: Connection, ids: Sequence[PaymentId]) -> list[Payment]:
    """Return the payments of these ids, as many as there are, in no order."""
    shape = PAYMENTS.shape
    rows = await connection.fetch(
        f"select {', '.join(shape.columns)} from payments.payments"  # noqa: S608 - our columns
        " where id = any($1::uuid[])",
        list(ids),
    )
    return shape.from_rows(rows)


async def refunds(
    connection: Connection,
    payment_id: PaymentId,
    before: RefundId | None = None,
    limit: int = 100,
) -> list[Refund]:
    """Return the refunds of a payment, the newest first."""
    return await _newest(connection, REFUNDS, {"payment_id": payment_id}, before, limit)


async def payouts(
    connection: Connection,
    seller_id: PartyId | None = None,
    before: PayoutId | None = None,
    limit: int = 100,
) -> list[Payout]:
    """Return payouts, the newest first, those of one seller where it is named."""
    return await _newest(connection, PAYOUTS, {"seller_id": seller_id}, before, limit)


async def disputes(
    connection: Connection,
    payment_id: PaymentId,
    before: DisputeId | None = None,
    limit: int = 100,
) -> list[Dispute]:
    """Return the disputes about a payment, the newest first."""
    return await _newest(connection, DISPUTES, {"payment_id": payment_id}, before, limit)


async def _one(connection: Connection, table: HotTable[Any, R], identifier: Id) -> R | None:
    row = await connection.fetchrow(
        f"select {', '.join(table.shape.columns)} from {table.name}"  # noqa: S608 - our own names
        " where id = $1",
        identifier,
    )
    return None if row is None else table.shape.from_row(row)


async def _newest(
    connection: Connection,
    table: HotTable[Any, R],
    where: Mapping[str, object],
    before: Id | None,
    limit: int,
) -> list[R]:
    given = {f"{name} = ": value for name, value in where.items() if value is not None}
    if before is not None:
        given["id < "] = before
    conditions = " and ".join(f"{text}${number}" for number, text in enumerate(given, 1))
    rows = await connection.fetch(
        f"select {', '.join(table.shape.columns)} from {table.name}"  # noqa: S608 - our own names
        f" where {conditions or 'true'} order by id desc limit ${len(given) + 1}",
        *given.values(),
        limit,
    )
    return table.shape.from_rows(rows)
