"""Rates and locks, as they stand."""

from datetime import date, timedelta
from typing import Any

from usance.kernel.ids import FxQuoteId, PartyId, PaymentId
from usance.payments.model import FixingDay, FxPosition, QuoteLock, Reservation, SourceQuotes
from usance.payments.tables import FIXINGS, FX_POSITIONS, QUOTE_LOCKS, RESERVATIONS, SOURCE_QUOTES
from usance.runtime.database import Connection
from usance.runtime.rows import HotTable

_DAYS_BACK = timedelta(days=7)


def _select(table: HotTable[Any, Any]) -> str:
    return f"select {', '.join(table.shape.columns)} from {table.name}"  # noqa: S608 - our own


async def fixings_since(connection: Connection, on: date) -> list[FixingDay]:
    """Return the reference rates of a day and of the week before it."""
    rows = await connection.fetch(
        _select(FIXINGS) + " where value_date between $1 and $2", on - _DAYS_BACK, on
    )
    return FIXINGS.shape.from_rows(rows)


async def source_quotes(connection: Connection) -> list[SourceQuotes]:
    """Return what was last heard of every source of quotes."""
    return SOURCE_QUOTES.shape.from_rows(await connection.fetch(_select(SOURCE_QUOTES)))


async def quote_lock(connection: Connection, quote_id: FxQuoteId) -> QuoteLock | None:
    """Return a lock as it stands."""
    row = await connection.fetchrow(_select(QUOTE_LOCKS) + " where id = $1", quote_id)
    return None if row is None else QUOTE_LOCKS.shape.from_row(row)


async def reservation(connection: Connection, payment_id: PaymentId) -> Reservation | None:
    """Return what a payment held or holds of a lock, None where it never had one."""
    row = await connection.fetchrow(_select(RESERVATIONS) + " where payment_id = $1", payment_id)
    return None if row is None else RESERVATIONS.shape.from_row(row)


async def locks_with_exposure(
    connection: Connection, seller_id: PartyId | None = None
) -> list[QuoteLock]:
    """Return the locks under which something may still be converted, one seller's or all."""
    rows = await connection.fetch(
        _select(QUOTE_LOCKS)
        + " where (status = 'open' or reserved > 0) and ($1::uuid is null or seller_id = $1)"
        " order by id",
        seller_id,
    )
    return QUOTE_LOCKS.shape.from_rows(rows)


async def seller_volume(
    connection: Connection, seller_id: PartyId, month: date, currency: str
) -> int:
    """Return what was counted for a seller in a month, in minor units."""
    found = await connection.fetchval(
        "select minor from payments.volumes where seller_id = $1 and month = $2 and currency = $3",
        seller_id,
        month,
        currency,
    )
    return int(found or 0)


async def fx_positions(connection: Connection) -> list[FxPosition]:
    """Return what is open, by the currency that is sold."""
    return FX_POSITIONS.shape.from_rows(
        await connection.fetch(_select(FX_POSITIONS) + " order by 1")
    )
