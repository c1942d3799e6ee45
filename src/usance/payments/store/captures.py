"""Authorisations, captures and what buyers have to do, as they stand."""

from usance.kernel.ids import CaptureId, PaymentId
from usance.payments.model import Authorisation, BuyerAction, Capture
from usance.payments.store.payments import newest_rows, one_row
from usance.payments.tables import ACTIONS, AUTHORISATIONS, CAPTURES
from usance.runtime.database import Connection


async def capture(connection: Connection, capture_id: CaptureId) -> Capture | None:
    """Return a capture as it stands."""
    return await one_row(connection, CAPTURES, capture_id)


async def captures(
    connection: Connection,
    payment_id: PaymentId,
    before: CaptureId | None = None,
    limit: int = 100,
) -> list[Capture]:
    """Return the captures of a payment, the newest first."""
    return await newest_rows(connection, CAPTURES, {"payment_id": payment_id}, before, limit)


async def authorisation(connection: Connection, payment_id: PaymentId) -> Authorisation | None:
    """Return what is kept ready for a payment, None for one that is collected at once."""
    return await one_row(connection, AUTHORISATIONS, payment_id, "payment_id")


async def buyer_action(connection: Connection, payment_id: PaymentId) -> BuyerAction | None:
    """Return what the buyer of a payment has, or had, to do."""
    return await one_row(connection, ACTIONS, payment_id, "payment_id")
