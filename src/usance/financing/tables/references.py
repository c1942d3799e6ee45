"""What others may read of financing."""

from usance.runtime.rows import view

# Published. `v_references` leads from an id to the next one nearer to the order.
view(
    "financing",
    "v_advances",
    """
    select a.id, a.payment_id, a.order_id, a.invoice_no, a.facility_id, a.funder_id, a.seller_id,
           a.obligor_id, a.technique, o.receivable_minor,
           a.principal_currency as currency, a.principal_minor, a.principal_outstanding,
           a.fee_minor, a.fee_outstanding, a.charge_outstanding, a.drawn_at, a.due_date, a.status
    from financing.advances a join financing.offers o on o.id = a.offer_id
    """,
)
view(
    "financing",
    "v_references",
    """
    select id, order_id as refers_to from financing.advances
    union all select id, order_id from financing.offers
    """,
)
