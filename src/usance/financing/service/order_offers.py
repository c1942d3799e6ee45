"""Financing – offers – money on an order that nobody has paid for yet."""

from collections.abc import Mapping, Sequence

from usance.financing.errors import NOT_ELIGIBLE
from usance.financing.model import AssetKind, Facility
from usance.financing.rules.pricing import Price, order_value
from usance.financing.rules.rooms import Bid, Taken
from usance.financing.rules.techniques import sale_state
from usance.financing.service.bids import Ground, make_offer, priced, terms_of
from usance.financing.service.filing import facility_for, room_of
from usance.financing.tables import ASSETS, FACILITIES
from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import AssetId, FacilityId, OrderId, PartyId
from usance.kernel.records import Record
from usance.payments.errors import UNKNOWN_ORDER
from usance.payments.service import paid_by, prepare_paid
from usance.payments.service.rates import Pair, indicative
from usance.runtime.commands import Command, Loader
from usance.trade.model import Order
from usance.trade.service.find_orders import orders_by_id


class RequestOrderOffer(Record, frozen=True):
    """Ask one funder to finance an order before it is paid for."""

    order_id: OrderId
    facility_id: FacilityId


class OrderOfferStage:
    """Applies `request_order_offer`."""

    def __init__(self, operator_id: PartyId) -> None:
        self._operator_id = operator_id

    async def prepare(self, loader: Loader, commands: Sequence[Command]) -> Mapping[OrderId, Order]:
        """Load the orders, the payments they may have, and what was once open on them."""
        bodies = [c.body for c in commands if isinstance(c.body, RequestOrderOffer)]
        asked = [body.order_id for body in bodies]
        await prepare_paid(loader, asked)
        await loader.rows(ASSETS, asked)
        return await orders_by_id(loader, asked)

    def apply(
        self, draft: Draft, body: RequestOrderOffer, orders: Mapping[OrderId, Order]
    ) -> Refusal | None:
        """Refuses: unknown_order, unknown_facility, facility_not_for_seller, no_rate, not_eligible.

        Room is not asked for here: the limit is judged, and kept by the ledger, at the draw.
        """
        order = orders.get(body.order_id)
        if order is None:
            return UNKNOWN_ORDER.refuse("order_id", body.order_id)
        known = draft.get(FACILITIES, body.facility_id)
        currency = order.amount.currency if known is None else known.limit.currency
        facility = facility_for(draft, body.facility_id, order.seller_id, currency)
        if isinstance(facility, Refusal):
            return facility
        ground = _ground(draft, order, facility)
        if isinstance(ground, Refusal):
            return ground
        terms = terms_of(draft, facility)
        offered = priced(draft, ground, terms, facility.id)
        if not isinstance(offered, Price):
            return NOT_ELIGIBLE.refuse("order_id", ", ".join(reason.code for reason in offered))
        bid = Bid(room_of(draft, facility, self._operator_id), offered)
        make_offer(draft, ground, terms, [Taken(bid, offered)])
        draft.thread(order.id)
        return None


def _ground(draft: Draft, order: Order, facility: Facility) -> Ground | Refusal:
    payment = paid_by(draft, order.id)
    rate = indicative(draft, Pair(order.amount.currency, facility.limit.currency))
    if isinstance(rate, Refusal):
        return rate
    return Ground(
        asset_id=AssetId(order.id),
        asset_kind=AssetKind.SALE,
        state=sale_state(payment),
        is_whole=True,
        payment_id=None,
        order_id=order.id,
        invoice_no=order.invoice_no,
        invoiced_on=order.placed_at.date(),
        seller_id=order.seller_id,
        obligor_id=order.buyer_id,
        receivable=order_value(order.amount, rate.quote(draft.now, draft.now)),
    )
