"""The tables of financing. What is closed leaves memory; the rows stay in the database."""

from typing import Final

import sqlalchemy as sa

from usance.financing.model import (
    Advance,
    AdvanceStatus,
    Facility,
    Mandate,
    ObligorFacilities,
    Offer,
    OfferStatus,
    RecalledAdvances,
    SaleFinance,
    SellerFacilities,
)
from usance.runtime.rows import ROOM_TO_CHANGE, hot_table, view

_SCHEMA: Final = "financing"

FACILITIES: Final = hot_table(
    _SCHEMA,
    "facilities",
    Facility,
    sa.CheckConstraint("limit_minor > 0"),
    sa.Index("facilities_seller", "seller_id"),
    sa.Index("facilities_position", "position"),
    key="id",
)
SELLER_FACILITIES: Final = hot_table(
    _SCHEMA, "seller_facilities", SellerFacilities, key="seller_id"
)
OBLIGOR_FACILITIES: Final = hot_table(
    _SCHEMA, "obligor_facilities", ObligorFacilities, key="obligor_id"
)
MANDATES: Final = hot_table(_SCHEMA, "mandates", Mandate, key="seller_id")
OFFERS: Final = hot_table(
    _SCHEMA,
    "offers",
    Offer,
    sa.Index("offers_payment", "payment_id"),
    key="id",
    keep=lambda offer: offer.status is OfferStatus.MADE,
    keep_sql="status = 'made'",
    storage=ROOM_TO_CHANGE,
)
ADVANCES: Final = hot_table(
    _SCHEMA,
    "advances",
    Advance,
    # An offer is drawn once; the last line behind the life of offers.
    sa.UniqueConstraint("offer_id"),
    sa.CheckConstraint("principal_outstanding >= 0"),
    sa.CheckConstraint("fee_outstanding >= 0"),
    sa.CheckConstraint("charge_outstanding >= 0"),
    sa.Index("advances_payment", "payment_id"),
    key="id",
    keep=lambda advance: advance.status is not AdvanceStatus.REPAID,
    keep_sql="status <> 'repaid'",
    storage=ROOM_TO_CHANGE,
)
SALES: Final = hot_table(
    _SCHEMA,
    "sales",
    SaleFinance,
    key="payment_id",
    keep=lambda sale: sale.open,
    keep_sql="open",
    storage=ROOM_TO_CHANGE,
)
RECALLED: Final = hot_table(_SCHEMA, "recalled_advances", RecalledAdvances, key="seller_id")

# Published. `v_references` leads from an id to the next one nearer to the order.
view(
    _SCHEMA,
    "v_advances",
    """
    select a.id, a.payment_id, a.order_id, a.invoice_no, a.facility_id, a.funder_id, a.seller_id,
           a.obligor_id, o.receivable_minor,
           a.principal_currency as currency, a.principal_minor, a.principal_outstanding,
           a.fee_minor, a.fee_outstanding, a.charge_outstanding, a.drawn_at, a.due_date, a.status
    from financing.advances a join financing.offers o on o.id = a.offer_id
    """,
)
view(
    _SCHEMA,
    "v_references",
    """
    select id, order_id as refers_to from financing.advances
    union all select id, order_id from financing.offers
    """,
)
