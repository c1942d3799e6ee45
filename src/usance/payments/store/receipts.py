"""Receiving accounts, what came in, and what of it waits for an owner."""

from collections.abc import Sequence
from uuid import UUID

from usance.kernel.ids import PartyId, ReceiptId, ReceivingAccountId, SuspenseId
from usance.payments.model import Receipt, ReceivingAccount, SuspenseItem
from usance.payments.store.payments import newest_rows, one_row
from usance.payments.tables import RECEIPTS, RECEIVING_ACCOUNTS, SUSPENSE
from usance.runtime.database import Connection


async def receiving_account(
    connection: Connection, account_id: ReceivingAccountId
) -> ReceivingAccount | None:
    """Return a receiving account."""
    return await one_row(connection, RECEIVING_ACCOUNTS, account_id)


async def receiving_accounts(
    connection: Connection,
    seller_id: PartyId | None = None,
    before: ReceivingAccountId | None = None,
    limit: int = 100,
) -> list[ReceivingAccount]:
    """Return receiving accounts, the newest first, those of one seller where it is named."""
    where = {"seller_id": seller_id}
    return await newest_rows(connection, RECEIVING_ACCOUNTS, where, before, limit)


async def receipt(connection: Connection, receipt_id: ReceiptId) -> Receipt | None:
    """Return a receipt as it was booked."""
    return await one_row(connection, RECEIPTS, receipt_id)


async def receipts(
    connection: Connection,
    seller_id: PartyId | None = None,
    before: ReceiptId | None = None,
    limit: int = 100,
) -> list[Receipt]:
    """Return receipts, the newest first, those of one seller where it is named."""
    return await newest_rows(connection, RECEIPTS, {"seller_id": seller_id}, before, limit)


async def suspense_item(connection: Connection, suspense_id: SuspenseId) -> SuspenseItem | None:
    """Return money that waits or waited."""
    return await one_row(connection, SUSPENSE, suspense_id)


async def suspense(
    connection: Connection,
    after: SuspenseId | None = None,
    limit: int = 100,
    *,
    closed: bool = False,
) -> list[SuspenseItem]:
    """Return what waits, the oldest id first; closed: what no longer waits instead."""
    rows = await connection.fetch(
        f"select {', '.join(SUSPENSE.shape.columns)} from payments.suspense"  # noqa: S608 - ours
        " where (closed_at is not null) = $1 and ($2::uuid is null or id > $2)"
        " order by id limit $3",
        closed,
        after,
        limit,
    )
    return SUSPENSE.shape.from_rows(rows)


async def receipts_among(connection: Connection, ids: Sequence[UUID]) -> set[int]:
    """Return which of these ids are receipts', as numbers."""
    rows = await connection.fetch(
        "select id from payments.receipts where id = any($1::uuid[])", list(ids)
    )
    return {row["id"].int for row in rows}
