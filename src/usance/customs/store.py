"""What can be read of customs: tax refunds."""

from typing import Final

from usance.customs.model import TaxRefund, TaxRefundStatus
from usance.customs.tables import TAX_REFUNDS
from usance.kernel.ids import PartyId, TaxRefundId
from usance.runtime.database import Connection

_SHAPE: Final = TAX_REFUNDS.shape
# Column names come from our record; values are always parameters.
_SELECT: Final = f"select {', '.join(_SHAPE.columns)} from {TAX_REFUNDS.name}"  # noqa: S608


async def tax_refund(connection: Connection, refund_id: TaxRefundId) -> TaxRefund | None:
    """Return one tax refund."""
    row = await connection.fetchrow(f"{_SELECT} where id = $1", refund_id)
    return None if row is None else _SHAPE.from_row(row)


async def tax_refunds(
    connection: Connection,
    seller_id: PartyId | None,
    status: TaxRefundStatus | None,
    after: TaxRefundId | None,
    limit: int,
) -> list[TaxRefund]:
    """Return tax refunds, the earliest first: one seller's, of one status, where named."""
    rows = await connection.fetch(
        f"{_SELECT} where ($1::uuid is null or id > $1) and ($3::uuid is null or seller_id = $3)"
        " and ($4::text is null or status = $4) order by id limit $2",
        after,
        limit,
        seller_id,
        status,
    )
    return _SHAPE.from_rows(rows)
