"""What has happened at customs and tax offices."""

from datetime import date

from usance.kernel.ids import PartyId, TaxRefundId
from usance.kernel.money import Money
from usance.kernel.records import Record


class TaxRefundClaimed(Record, frozen=True):
    """A seller claims a tax back. expected_on: when it expects the money."""

    tax_refund_id: TaxRefundId
    seller_id: PartyId
    tax_office_id: PartyId
    declaration_no: str
    amount: Money
    expected_on: date


class TaxRefundApproved(Record, frozen=True):
    """The tax office will pay `approved` of the `amount` that was claimed."""

    tax_refund_id: TaxRefundId
    seller_id: PartyId
    tax_office_id: PartyId
    amount: Money
    approved: Money
    expected_on: date


class TaxRefundPaid(Record, frozen=True):
    """The tax office has paid. expected: what it had approved, or else what was claimed.

    receipt: the number under which the money came.
    """

    tax_refund_id: TaxRefundId
    seller_id: PartyId
    tax_office_id: PartyId
    expected: Money
    paid: Money
    paid_on: date
    receipt: str


class TaxRefundRefused(Record, frozen=True):
    """The tax office does not pay, and why. approved: what it takes back, None where nothing."""

    tax_refund_id: TaxRefundId
    seller_id: PartyId
    tax_office_id: PartyId
    amount: Money
    approved: Money | None
    reason: str
