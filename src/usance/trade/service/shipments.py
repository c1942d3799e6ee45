"""A seller – ships – an order; a carrier – delivers – it."""

from collections.abc import Sequence
from datetime import datetime

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.forms import malformed_text, not_yet
from usance.kernel.ids import OrderId, ShipmentId
from usance.kernel.records import Record, replace
from usance.runtime.commands import Command, Loader
from usance.trade import store
from usance.trade.errors import (
    ALREADY_DELIVERED,
    ORDER_ALREADY_SHIPPED,
    TOO_EARLY,
    UNKNOWN_ORDER,
    UNKNOWN_SHIPMENT,
)
from usance.trade.events import OrderDelivered, OrderShipped
from usance.trade.model import ORDER_MAY_BECOME, Order, OrderStage, Shipment
from usance.trade.service.papers import order_state_of, prepare_order_states
from usance.trade.tables import ORDER_STATES, SHIPMENTS


class RecordShipment(Record, frozen=True):
    """All goods of an order were handed to a carrier. shipped_at: when, by the book's clock."""

    order_id: OrderId
    carrier: str
    tracking_no: str
    shipped_at: datetime


class RecordDelivery(Record, frozen=True):
    """The goods of a shipment have arrived. proof: what says so, such as a signature's number."""

    shipment_id: ShipmentId
    delivered_at: datetime
    proof: str


async def prepare_record_shipment(
    loader: Loader, commands: Sequence[Command]
) -> dict[OrderId, Order]:
    """Load the orders and what has become of them."""
    bodies = [command.body for command in commands]
    wanted = [body.order_id for body in bodies if isinstance(body, RecordShipment)]
    await prepare_order_states(loader, wanted)
    return await store.orders_by_id(loader, wanted)


def apply_record_shipment(
    draft: Draft, body: RecordShipment, orders: dict[OrderId, Order]
) -> Refusal | None:
    """Refuses: malformed_text, in_the_future, unknown_order, order_already_shipped, too_early."""
    refusal = malformed_text(carrier=body.carrier, tracking_no=body.tracking_no)
    refusal = refusal or not_yet(draft.now, shipped_at=body.shipped_at)
    if refusal is not None:
        return refusal
    order = orders.get(body.order_id)
    if order is None:
        return UNKNOWN_ORDER.refuse("order_id", body.order_id)
    state = order_state_of(draft, order.id)
    if OrderStage.SHIPPED not in ORDER_MAY_BECOME[state.stage]:
        return ORDER_ALREADY_SHIPPED.refuse("order_id", state.stage)
    if body.shipped_at < order.placed_at:
        return TOO_EARLY.refuse("shipped_at", body.shipped_at.isoformat())
    shipment = Shipment(
        id=draft.new_id(ShipmentId),
        order_id=order.id,
        seller_id=order.seller_id,
        buyer_id=order.buyer_id,
        carrier=body.carrier,
        tracking_no=body.tracking_no,
        shipped_at=body.shipped_at,
        recorded_at=draft.now,
    )
    draft.put(SHIPMENTS, shipment)
    draft.put(ORDER_STATES, replace(state, stage=OrderStage.SHIPPED, shipment_id=shipment.id))
    draft.thread(order.id)
    draft.tell(
        OrderShipped(
            shipment.id,
            order.id,
            order.seller_id,
            order.buyer_id,
            shipment.carrier,
            shipment.tracking_no,
            shipment.shipped_at,
        )
    )
    return None


async def prepare_record_delivery(loader: Loader, commands: Sequence[Command]) -> None:
    """Load the shipments and what has become of their orders."""
    bodies = [command.body for command in commands]
    wanted = [body.shipment_id for body in bodies if isinstance(body, RecordDelivery)]
    await loader.rows(SHIPMENTS, wanted)
    known = [loader.get(SHIPMENTS, shipment_id) for shipment_id in wanted]
    await prepare_order_states(loader, [each.order_id for each in known if each is not None])


def apply_record_delivery(draft: Draft, body: RecordDelivery, _facts: object) -> Refusal | None:
    """Refuses: malformed_text, in_the_future, unknown_shipment, already_delivered, too_early."""
    refusal = malformed_text(proof=body.proof)
    refusal = refusal or not_yet(draft.now, delivered_at=body.delivered_at)
    if refusal is not None:
        return refusal
    shipment = draft.get(SHIPMENTS, body.shipment_id)
    if shipment is None:
        return UNKNOWN_SHIPMENT.refuse("shipment_id", body.shipment_id)
    state = order_state_of(draft, shipment.order_id)
    if OrderStage.DELIVERED not in ORDER_MAY_BECOME[state.stage]:
        assert shipment.delivered_at is not None, f"{shipment.id} is on its way or has arrived"
        return ALREADY_DELIVERED.refuse("shipment_id", shipment.delivered_at.date())
    if body.delivered_at < shipment.shipped_at:
        return TOO_EARLY.refuse("delivered_at", body.delivered_at.isoformat())
    draft.put(SHIPMENTS, replace(shipment, delivered_at=body.delivered_at, proof=body.proof))
    draft.put(ORDER_STATES, replace(state, stage=OrderStage.DELIVERED))
    draft.thread(shipment.order_id)
    draft.tell(
        OrderDelivered(
            shipment.id,
            shipment.order_id,
            shipment.seller_id,
            shipment.buyer_id,
            body.delivered_at,
            body.proof,
        )
    )
    return None
