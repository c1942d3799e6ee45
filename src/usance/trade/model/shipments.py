"""Where the goods of an order are."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from usance.kernel.ids import InvoiceId, OrderId, PartyId, ShipmentId
from usance.kernel.records import Record


class OrderStage(StrEnum):
    """How far the goods of an order have got."""

    PLACED = "placed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"


ORDER_MAY_BECOME: Final[dict[OrderStage, frozenset[OrderStage]]] = {
    OrderStage.PLACED: frozenset({OrderStage.SHIPPED}),
    OrderStage.SHIPPED: frozenset({OrderStage.DELIVERED}),
    OrderStage.DELIVERED: frozenset(),
}


class OrderState(Record, frozen=True):
    """What has become of an order; one of which there is no row was placed, and no more.

    An order is shipped whole and invoiced once: each of the ids is given once and stays.
    """

    order_id: OrderId
    stage: OrderStage = OrderStage.PLACED
    shipment_id: ShipmentId | None = None
    invoice_id: InvoiceId | None = None


class Shipment(Record, frozen=True):
    """The goods of one order, handed to a carrier.

    proof: what says that they have arrived, such as the carrier's reference of a signature; ""
    until then. shipped_at and delivered_at happened; recorded_at is when we were told of the first.
    """

    id: ShipmentId
    order_id: OrderId
    seller_id: PartyId
    buyer_id: PartyId
    carrier: str
    tracking_no: str
    shipped_at: datetime
    recorded_at: datetime
    delivered_at: datetime | None = None
    proof: str = ""
