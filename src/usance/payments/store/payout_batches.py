"""Batches of payouts, and what is left to do of them."""

from collections.abc import Sequence
from typing import Final

from usance.kernel.ids import MessageId, PartyId, PayoutBatchId
from usance.payments.model import BatchStatus, LineStatus, OrderedTransfer, PayoutBatch, PayoutLine
from usance.payments.tables import PAYOUT_BATCHES, PAYOUT_LINES
from usance.runtime.database import Connection
from usance.runtime.rows import RowShape

# Column names come from our records; values are always parameters.
_BATCH: Final = f"select {', '.join(PAYOUT_BATCHES.shape.columns)} from payments.payout_batches"  # noqa: S608
_LINE: Final = f"select {', '.join(PAYOUT_LINES.shape.columns)} from payments.payout_lines"  # noqa: S608
_TRANSFER: Final = RowShape(OrderedTransfer)


async def payout_batch(connection: Connection, batch_id: PayoutBatchId) -> PayoutBatch | None:
    """Return a batch as it stands."""
    row = await connection.fetchrow(_BATCH + " where id = $1", batch_id)
    return None if row is None else PAYOUT_BATCHES.shape.from_row(row)


async def payout_batches(
    connection: Connection,
    seller_id: PartyId | None,
    status: BatchStatus | None,
    before: int | None,
    limit: int,
) -> list[PayoutBatch]:
    """Return batches, the newest first. before: the position of the last one of the page before."""
    rows = await connection.fetch(
        _BATCH + " where ($1::uuid is null or seller_id = $1) and ($2::text is null or status = $2)"
        " and ($3::bigint is null or position < $3) order by position desc limit $4",
        seller_id,
        status,
        before,
        limit,
    )
    return PAYOUT_BATCHES.shape.from_rows(rows)


async def payout_lines(
    connection: Connection,
    batch_id: PayoutBatchId,
    status: LineStatus | None,
    after: int,
    limit: int,
) -> list[PayoutLine]:
    """Return the lines of a batch in their order. after: the number of the last one before."""
    rows = await connection.fetch(
        _LINE + " where batch_id = $1 and ($2::text is null or status = $2) and number > $3"
        " order by number limit $4",
        batch_id,
        status,
        after,
        limit,
    )
    return PAYOUT_LINES.shape.from_rows(rows)


async def working_batches(connection: Connection) -> list[PayoutBatch]:
    """Return the batches that go on by themselves, the oldest first."""
    rows = await connection.fetch(
        _BATCH + " where status in ('received', 'checking', 'running') order by position limit 20"
    )
    return PAYOUT_BATCHES.shape.from_rows(rows)


async def unchecked_chunks(connection: Connection, batch_id: PayoutBatchId, size: int) -> list[int]:
    """Return where the chunks of `size` lines begin in which one was not looked at yet."""
    rows = await connection.fetch(
        "select distinct (number - 1) / $2 as chunk from payments.payout_lines"
        " where batch_id = $1 and status = 'waiting' order by chunk",
        batch_id,
        size,
    )
    return [row["chunk"] * size + 1 for row in rows]


async def ready_lines(
    connection: Connection, batch_id: PayoutBatchId, limit: int
) -> list[tuple[int, str]]:
    """Return number and reference of lines that can be paid."""
    rows = await connection.fetch(
        "select number, reference from payments.payout_lines"
        " where batch_id = $1 and status = 'ready' order by number limit $2",
        batch_id,
        limit,
    )
    return [(row["number"], row["reference"]) for row in rows]


async def ordered_transfers(
    connection: Connection, message_ids: Sequence[MessageId]
) -> list[OrderedTransfer]:
    """Return the transfers that pain.001 messages order, in their order."""
    rows = await connection.fetch(
        f"select {', '.join('t.' + column for column in _TRANSFER.columns)}"  # noqa: S608
        " from payments.order_transfers t join payments.transfer_orders o on o.message = t.message"
        " where o.kind = 'pain.001' and t.message = any($1::uuid[]) order by t.message, t.number",
        list(message_ids),
    )
    return _TRANSFER.from_rows(rows)
