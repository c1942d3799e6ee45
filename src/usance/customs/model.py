"""The nouns of customs: tax refunds, and the declarations for which they are claimed."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final

from usance.kernel.ids import PartyId, TaxRefundId
from usance.kernel.money import Money
from usance.kernel.records import Record


class TaxRefundStatus(StrEnum):
    """What a tax office has said of a claim."""

    CLAIMED = "claimed"
    APPROVED = "approved"
    PAID = "paid"
    REFUSED = "refused"


# An office may pay without having said that it will, and may take its approval back.
MAY_BECOME: Final[dict[TaxRefundStatus, frozenset[TaxRefundStatus]]] = {
    TaxRefundStatus.CLAIMED: frozenset(
        {TaxRefundStatus.APPROVED, TaxRefundStatus.PAID, TaxRefundStatus.REFUSED}
    ),
    TaxRefundStatus.APPROVED: frozenset({TaxRefundStatus.PAID, TaxRefundStatus.REFUSED}),
    TaxRefundStatus.PAID: frozenset(),
    TaxRefundStatus.REFUSED: frozenset(),
}


class TaxRefund(Record, frozen=True):
    """What a seller claims back of a tax office for goods that left the country.

    tax_office_id: a party of kind payee; it is who owes the refund. declaration_no: of the export
    declaration. amount: as claimed; approved and paid: as the office said, None until then.
    expected_on: the day on which the money is expected, by the seller, then by the office.
    receipt: the number under which the money came, "" until then.
    """

    id: TaxRefundId
    seller_id: PartyId
    tax_office_id: PartyId
    declaration_no: str
    amount: Money
    expected_on: date
    status: TaxRefundStatus
    claimed_at: datetime
    approved: Money | None = None
    approved_at: datetime | None = None
    paid: Money | None = None
    paid_on: date | None = None
    receipt: str = ""
    refusal_reason: str = ""


class ClaimedDeclaration(Record, frozen=True):
    """A declaration and its latest claim. declaration_no: its letters and digits alone."""

    declaration_no: str
    tax_refund_id: TaxRefundId
