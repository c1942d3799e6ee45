"""Receiving accounts, and what came in."""

from typing import Final

import sqlalchemy as sa

from usance.payments.model import Receipt, ReceivingAccount
from usance.runtime.rows import hot_table, never, view

_SCHEMA: Final = "payments"

RECEIVING_ACCOUNTS: Final = hot_table(
    _SCHEMA,
    "receiving_accounts",
    ReceivingAccount,
    sa.UniqueConstraint("number"),
    sa.UniqueConstraint("reference"),
    sa.UniqueConstraint("seller_id", "currency", "country"),
    key="id",
    added_only=True,
)
RECEIVING_BY_NUMBER: Final = RECEIVING_ACCOUNTS.lookup("number")
RECEIVING_BY_REFERENCE: Final = RECEIVING_ACCOUNTS.lookup("reference")
RECEIVING_BY_PLACE: Final = RECEIVING_ACCOUNTS.lookup("seller_id", "currency", "country")

RECEIPTS: Final = hot_table(
    _SCHEMA,
    "receipts",
    Receipt,
    sa.UniqueConstraint("booking"),
    sa.Index("receipts_seller", "seller_id", "id"),
    sa.Index("receipts_payment", "payment_id", postgresql_where=sa.text("payment_id is not null")),
    key="id",
    keep=never,
)
RECEIPT_BY_BOOKING: Final = RECEIPTS.lookup("booking")

view(
    _SCHEMA,
    "v_receipts",
    """
    select id, booking, amount_minor, amount_currency, value_date, outcome, found_by, seller_id,
           payment_id, fee_minor, recorded_at
    from payments.receipts
    """,
)
