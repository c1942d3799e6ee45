"""What has happened in disputes."""

from datetime import datetime

from usance.kernel.ids import DisputeId, EvidenceId, InstructionId, PaymentId
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


class DisputeMoved(Record, frozen=True):
    """A dispute has come to another stage. due_at: until when we may answer, if it is ours."""

    dispute_id: DisputeId
    payment_id: PaymentId
    stage: str
    amount: Money
    reason: str
    due_at: datetime | None


class DisputeReinstated(Record, frozen=True):
    """A bank gave money back, with its fee or not.

    early: what lies unsettled with the rail again. worth: the rest in the settlement currency,
    at the day's rate. counted: what counts as returned no more, in minor units.
    """

    dispute_id: DisputeId
    payment_id: PaymentId
    amount: Money
    fee: Money
    early: Money
    worth: Money
    owed: Money
    claimed: Money
    rest: Money
    counted: int


class EvidenceSubmitted(Record, frozen=True):
    """What was said and shown goes to the bank."""

    evidence_id: EvidenceId
    dispute_id: DisputeId
    payment_id: PaymentId
    documents: int
    instruction_id: InstructionId


class EvidenceRefused(Record, frozen=True):
    """The rail did not take the evidence; it has to reach the bank in another way."""

    dispute_id: DisputeId
    payment_id: PaymentId
    code: str
