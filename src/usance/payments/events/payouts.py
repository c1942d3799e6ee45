"""What has happened to payouts."""

from usance.kernel.ids import (
    BeneficiaryId,
    DecisionId,
    InstructionId,
    PartyId,
    PaymentId,
    PayoutBatchId,
    PayoutId,
)
from usance.kernel.money import Money
from usance.kernel.records import Record


class PayoutInitiated(Record, frozen=True):
    """A rail was asked to pay a seller, or a seller's payee. The money is reserved.

    two_people: whether two people have agreed to it. reason: why this rail.
    """

    payout_id: PayoutId
    seller_id: PartyId
    payment_id: PaymentId | None
    amount: Money
    purpose: str
    instruction_id: InstructionId
    beneficiary_id: BeneficiaryId | None = None
    batch_id: PayoutBatchId | None = None
    replaces: PayoutId | None = None
    two_people: bool = False
    rail: str = ""
    reason: str = ""


class PayoutRerouted(Record, frozen=True):
    """A rail said no for good, of a kind that another may see otherwise: that one is asked."""

    payout_id: PayoutId
    amount: Money
    attempt: int
    refused_by: str
    code: str
    rail: str
    instruction_id: InstructionId


class PayoutHeld(Record, frozen=True):
    """Nobody is told to pay it yet: screening found something, and people look at its case."""

    payout_id: PayoutId
    amount: Money
    decision_id: DecisionId


class PayoutReleased(Record, frozen=True):
    """Two people have cleared a payout that was held: the rail is asked now."""

    payout_id: PayoutId
    amount: Money


class PayoutPaid(Record, frozen=True):
    """The seller has the money. instruction_id: by which; the bank's statement names it."""

    payout_id: PayoutId
    amount: Money
    rail_reference: str
    instruction_id: InstructionId


class PayoutRefused(Record, frozen=True):
    """The rail did not pay; the money is the seller's to draw again."""

    payout_id: PayoutId
    amount: Money
    code: str


class PayoutReturned(Record, frozen=True, omit_defaults=True):
    """The payee's bank sent a payout back, or part of it; that is the seller's to draw again.

    instruction_id: by which it was sent; the statement that shows the return names it.
    """

    payout_id: PayoutId
    amount: Money
    code: str
    instruction_id: InstructionId | None = None


class PayoutWithheld(Record, frozen=True):
    """What a settlement left for the seller stays here: it could not be paid out now."""

    payment_id: PaymentId
    seller_id: PartyId
    amount: Money
    code: str
