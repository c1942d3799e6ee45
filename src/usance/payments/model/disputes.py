"""What buyers' banks take back."""

from datetime import datetime

from usance.kernel.ids import DisputeId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record


class Dispute(Record, frozen=True):
    """A chargeback: the buyer's bank has taken money back.

    notice: the rail's own reference; the same notice twice is one dispute.
    """

    id: DisputeId
    notice: str
    payment_id: PaymentId
    amount: Money
    fee: Money
    owed: Money
    created_at: datetime
