"""What a bank has booked of a payment before its rail told of it."""

from usance.kernel.ids import PaymentId
from usance.kernel.records import Record


class Banked(Record, frozen=True):
    """Money of a payment that came as a booking of the bank.

    amount: what it has brought, told: how much of that the rail has told of since; both in minor
    units of the payment's currency.
    """

    payment_id: PaymentId
    amount: int
    told: int = 0
