"""Payments and what follows from them, as they stand."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from usance.kernel.ids import DisputeId, Id, OrderId, PartyId, PaymentId, PayoutId, RefundId
from usance.kernel.records import Record
from usance.payments.model import Dispute, Payment, PaymentStatus, Payout, Refund
from usance.payments.tables import DISPUTES, PAYMENTS, PAYOUTS, REFUNDS
from usance.runtime.database import Connection
from usance.runtime.rows import HotTable

R = TypeVar("R", bound=Record)


async def payment(connection: Connection, payment_id: PaymentId) -> Payment | None:
    """Return a payment as it stands."""
    return await one_row(connection, PAYMENTS, payment_id)


async def refund(connection: Connection, refund_id: RefundId) -> Refund | None:
    """Return a refund as it stands."""
    return await one_row(connection, REFUNDS, refund_id)


async def payout(connection: Connection, payout_id: PayoutId) -> Payout | None:
    """Return a payout as it stands."""
    return await one_row(connection, PAYOUTS, payout_id)


async def dispute(connection: Connection, dispute_id: DisputeId) -> Dispute | None:
    """Return a dispute as it stands."""
    return await one_row(connection, DISPUTES, dispute_id)


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
    return await newest_rows(connection, PAYMENTS, where, before, limit)


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
    return await newest_rows(connection, REFUNDS, {"payment_id": payment_id}, before, limit)


async def payouts(
    connection: Connection,
    seller_id: PartyId | None = None,
    before: PayoutId | None = None,
    limit: int = 100,
) -> list[Payout]:
    """Return payouts, the newest first, those of one seller where it is named."""
    return await newest_rows(connection, PAYOUTS, {"seller_id": seller_id}, before, limit)


async def disputes(
    connection: Connection,
    payment_id: PaymentId,
    before: DisputeId | None = None,
    limit: int = 100,
) -> list[Dispute]:
    """Return the disputes about a payment, the newest first."""
    return await newest_rows(connection, DISPUTES, {"payment_id": payment_id}, before, limit)


async def one_row(
    connection: Connection, table: HotTable[Any, R], identifier: Id, key: str = "id"
) -> R | None:
    """Return the row of a key as it stands."""
    row = await connection.fetchrow(
        f"select {', '.join(table.shape.columns)} from {table.name}"  # noqa: S608 - our own names
        f" where {key} = $1",
        identifier,
    )
    return None if row is None else table.shape.from_row(row)


async def newest_rows(
    connection: Connection,
    table: HotTable[Any, R],
    where: Mapping[str, object],
    before: Id | None,
    limit: int,
) -> list[R]:
    """Return rows that fit all that is given, the newest first."""
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
