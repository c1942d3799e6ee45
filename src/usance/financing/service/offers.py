"""Financing – offers – money on a sale: at its capture, or when asked."""

from collections.abc import Sequence

from usance.financing.errors import NOT_ELIGIBLE
from usance.financing.events import OfferNotMade
from usance.financing.model import Advance, Asset, AssetKind, AssetState
from usance.financing.rules.eligibility import (
    FINANCED_IN_PART,
    NO_ROOM,
    REPLACES_MORE,
    SALE_GREW,
    SALE_PAID,
)
from usance.financing.rules.pricing import Price, net_receivable
from usance.financing.rules.rooms import Bid, Taken, takers, with_returned
from usance.financing.rules.techniques import TECHNIQUES, sale_state
from usance.financing.service.bids import (
    Ground,
    Terms,
    bid_of,
    facilities_of,
    make_offer,
    priced,
    terms_of,
)
from usance.financing.service.filing import (
    advances_on,
    asset_of_sale,
    facility_for,
    file_advance,
    move_asset,
    room_of,
    withdraw_offers,
)
from usance.financing.tables import ASSETS
from usance.kernel.decisions import Reason
from usance.kernel.draft import Draft, Standing
from usance.kernel.errors import Refusal
from usance.kernel.ids import AssetId, FacilityId, PartyId, PaymentId
from usance.kernel.records import Record, replace
from usance.payments.errors import UNKNOWN_PAYMENT
from usance.payments.events import PaymentCaptured
from usance.payments.model import Payment
from usance.payments.service import payment_of
from usance.policy.model import PolicyRow
from usance.policy.service import look_up
from usance.runtime.commands import Command, Loader


class RequestOffer(Record, frozen=True):
    """Ask one funder to finance a sale. Whether it may be drawn is judged when it is accepted."""

    payment_id: PaymentId
    facility_id: FacilityId


class OfferStage:
    """Makes offers: as a later stage of `record_answer`, and by hand as `request_offer`."""

    def __init__(self, operator_id: PartyId) -> None:
        self._operator_id = operator_id

    def apply_offer(self, draft: Draft, _body: Record, _facts: object) -> None:
        """Make an offer if this command captured a payment; say why not where there is none.

        A seller without a facility has not asked for finance: nothing is told.
        """
        captured = draft.told(PaymentCaptured)
        if captured is None:
            return
        payment = payment_of(draft, captured.payment_id)
        assert payment is not None, f"{captured.payment_id} was captured a moment ago"
        asset = asset_of_sale(draft, payment.order_id)
        advances: list[Advance] = []
        if asset is not None:
            advances = _now_receivable(draft, asset, payment)
        currency = payment.quote.quote
        receivable = AssetState.RECEIVABLE
        facilities = facilities_of(draft, payment.seller_id, currency, receivable)
        if not facilities:
            return
        ground = sale_ground(draft, payment)
        bids: list[Bid] = []
        reasons: tuple[Reason, ...] = ()
        for facility in facilities:
            terms = terms_of(draft, facility)
            offered = _unless_financed(advances, terms) or priced(draft, ground, terms, facility.id)
            if isinstance(offered, Price):
                offered = _unless_short(advances, offered)
            if isinstance(offered, Price):
                room = room_of(draft, facility, self._operator_id)
                room = with_returned(room, advances) if advances else room
                bids.append(bid_of(draft, room, offered))
            else:
                reasons = offered
        taken = takers(bids)
        if not taken:
            told = (NO_ROOM,) if bids else reasons
            draft.tell(OfferNotMade(payment.id, payment.seller_id, told))
            return
        terms = terms_of(draft, taken[0].bid.room.facility)
        make_offer(draft, ground, terms, taken)

    async def prepare_request(self, loader: Loader, commands: Sequence[Command]) -> None:
        """Make visible what was once open on the sales asked about."""
        bodies = [command.body for command in commands if isinstance(command.body, RequestOffer)]
        found = [payment_of(loader, body.payment_id) for body in bodies]
        await loader.rows(ASSETS, [sale.order_id for sale in found if sale is not None])

    def apply_request(self, draft: Draft, body: RequestOffer, _facts: object) -> Refusal | None:
        """Refuses: unknown_payment, unknown_facility, facility_not_for_seller, not_eligible.

        Room is not asked for here: the limit is judged, and kept by the ledger, at the draw.
        """
        payment = payment_of(draft, body.payment_id)
        if payment is None:
            return UNKNOWN_PAYMENT.refuse("payment_id", body.payment_id)
        facility = facility_for(draft, body.facility_id, payment.seller_id, payment.quote.quote)
        if isinstance(facility, Refusal):
            return facility
        terms, ground = terms_of(draft, facility), sale_ground(draft, payment)
        offered = priced(draft, ground, terms, facility.id)
        if not isinstance(offered, Price):
            codes = ", ".join(reason.code for reason in offered)
            return NOT_ELIGIBLE.refuse("payment_id", codes)
        bid = Bid(room_of(draft, facility, self._operator_id), offered)
        make_offer(draft, ground, terms, [Taken(bid, offered)])
        draft.thread(payment.order_id)
        return None


def sale_ground(draft: Draft, payment: Payment) -> Ground:
    """Return a paid sale as something to be financed."""
    rail_fee = draft.recall(_rail_fee, payment.rail)
    return Ground(
        asset_id=AssetId(payment.order_id),
        asset_kind=AssetKind.SALE,
        state=sale_state(payment),
        is_whole=payment.remaining == payment.sold,
        payment_id=payment.id,
        order_id=payment.order_id,
        invoice_no=payment.invoice_no,
        # The shop's invoice is written when the buyer pays for the order.
        invoiced_on=payment.created_at.date(),
        seller_id=payment.seller_id,
        obligor_id=payment.buyer_id,
        receivable=net_receivable(payment, rail_fee),
    )


def _rail_fee(book: Standing, rail: str) -> PolicyRow:
    return look_up(book, "payments.rail_fee", rail, book.now.date())


def _now_receivable(draft: Draft, asset: Asset, payment: Payment) -> list[Advance]:
    """Let an order become a receivable: what was offered before is withdrawn.

    Returns the advances on it; those drawn before there was a payment learn which it is.
    """
    advances = advances_on(draft, asset)
    if asset.state is AssetState.ORDER:
        asset = withdraw_offers(draft, asset, payment.id, SALE_PAID)
        advances = [replace(each, payment_id=payment.id) for each in advances]
        move_asset(draft, asset, AssetState.RECEIVABLE)
        for advance in advances:
            file_advance(draft, advance)
    elif not advances:
        withdraw_offers(draft, asset, payment.id, SALE_GREW)
    return advances


def _unless_financed(advances: Sequence[Advance], terms: Terms) -> tuple[Reason, ...]:
    """A later part of a sale whose first was financed: its invoice is given away already."""
    replaced = TECHNIQUES[terms.technique].replaces
    is_financed = any(each.technique not in replaced for each in advances)
    return (FINANCED_IN_PART,) if is_financed else ()


def _unless_short(advances: Sequence[Advance], offered: Price) -> Price | tuple[Reason, ...]:
    """An advance that takes the place of others has to repay them."""
    owed = sum(each.outstanding for each in advances)
    return offered if offered.principal.minor >= owed else (REPLACES_MORE,)
