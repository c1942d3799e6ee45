"""Splits and escrows as they stand."""

from collections.abc import Sequence

from usance.kernel.ids import EscrowId, PartyId, PaymentId
from usance.payments.model import Escrow, EscrowStatus, Split
from usance.payments.tables import ESCROWS, SPLITS
from usance.runtime.database import Connection


async def split(connection: Connection, payment_id: PaymentId) -> Split | None:
    """Return how a payment is divided, None where it is not."""
    row = await connection.fetchrow(
        f"select {', '.join(SPLITS.shape.columns)} from payments.splits"  # noqa: S608 - our columns
        " where payment_id = $1",
        payment_id,
    )
    return None if row is None else SPLITS.shape.from_row(row)


async def escrow(connection: Connection, escrow_id: EscrowId) -> Escrow | None:
    """Return an escrow as it stands."""
    row = await connection.fetchrow(
        f"select {', '.join(ESCROWS.shape.columns)} from payments.escrows"  # noqa: S608 - our columns
        " where id = $1",
        escrow_id,
    )
    return None if row is None else ESCROWS.shape.from_row(row)


async def escrows(
    connection: Connection,
    party_id: PartyId | None = None,
    *,
    payment_id: PaymentId | None = None,
    status: EscrowStatus | None = None,
    before: EscrowId | None = None,
    limit: int = 100,
) -> Sequence[Escrow]:
    """Return escrows, the newest payments first, as far as they fit all that is given.

    party_id: whose sale it is, or for whom the money is held.
    """
    rows = await connection.fetch(
        f"select {', '.join(ESCROWS.shape.columns)} from payments.escrows"  # noqa: S608 - our columns
        " where ($1::uuid is null or seller_id = $1 or payee_id = $1)"
        " and ($2::uuid is null or payment_id = $2) and ($3::text is null or status = $3)"
        " and ($4::uuid is null or id < $4) order by id desc limit $5",
        party_id,
        payment_id,
        status,
        before,
        limit,
    )
    return ESCROWS.shape.from_rows(rows)
