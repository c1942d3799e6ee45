"""What has happened in disputes."""

from usance.kernel.ids import DisputeId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record


class ChargedBack(Record, frozen=True):
    """The buyer's bank took money back. owed: what the seller could not cover."""

    dispute_id: DisputeId
    payment_id: PaymentId
    amount: Money
    fee: Money
    taken: Money
    owed: Money
    before_settlement: bool
