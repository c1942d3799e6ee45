"""What has happened to what rails remit in one sum for many payments."""

from usance.kernel.ids import OrderId, PaymentId, RemittanceId
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments.model.remittances import RemittanceLine


class CollectedInPart(Record, frozen=True):
    """A rail has collected less than was asked for, and collects no more. left: what is missing."""

    payment_id: PaymentId
    order_id: OrderId
    amount: Money
    left: Money


class RemittanceAnnounced(Record, frozen=True):
    """A rail says it pays so much for so many payments. Nothing is booked yet."""

    remittance_id: RemittanceId
    rail: str
    reference: str
    parcels: int
    amount: Money


class RemittanceReceived(Record, frozen=True):
    """Our bank shows a remittance; each of its lines is settled now. left_out: those not paid."""

    remittance_id: RemittanceId
    rail: str
    reference: str
    booking: str
    amount: Money
    left_out: Money
    lines: tuple[RemittanceLine, ...]


class RemittanceDiffers(Record, frozen=True):
    """A rail's advice and our bank do not agree.

    why: `other_amount`, `arrived_twice`, or `late_lines`: named after the money had come. amount:
    what the advice comes to, arrived: what the bank shows.
    """

    remittance_id: RemittanceId
    rail: str
    reference: str
    why: str
    amount: Money
    arrived: Money


class RemittanceDismissed(Record, frozen=True):
    """Two people have said that an advice stands for no money."""

    remittance_id: RemittanceId
    rail: str
    reference: str
    amount: Money
