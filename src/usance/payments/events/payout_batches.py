"""What has happened to batches of payouts."""

from usance.kernel.ids import PartyId, PayoutBatchId
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments.model import BatchSource


class PayoutBatchReceived(Record, frozen=True):
    """A batch of payouts is here. refused: lines that cannot be read or repeat another's name."""

    batch_id: PayoutBatchId
    seller_id: PartyId
    source: BatchSource
    reference: str
    digest: str
    lines: int
    refused: int
    total: Money


class PayoutLinesChecked(Record, frozen=True):
    """Some lines of a batch were looked at; those refused move nothing. first and last: of them."""

    batch_id: PayoutBatchId
    first: int
    last: int
    refused: int


class PayoutBatchWaits(Record, frozen=True):
    """All lines were looked at, and a person has to agree; two where two_people."""

    batch_id: PayoutBatchId
    seller_id: PartyId
    passed: Money
    two_people: bool


class PayoutBatchStarted(Record, frozen=True):
    """The lines of a batch become payouts now."""

    batch_id: PayoutBatchId
    seller_id: PartyId
    approved: bool


class PayoutLineRefused(Record, frozen=True):
    """A line that had passed could not be paid after all; the others are paid all the same."""

    batch_id: PayoutBatchId
    number: int
    amount: Money
    code: str


class PayoutBatchRefused(Record, frozen=True):
    """Nothing of a batch is paid."""

    batch_id: PayoutBatchId
    seller_id: PartyId
    code: str


class PayoutBatchCancelled(Record, frozen=True):
    """Somebody took a batch back before it began."""

    batch_id: PayoutBatchId
    seller_id: PartyId
    reason: str


class PayoutBatchDone(Record, frozen=True):
    """The last line of a batch is done. What becomes of each payout is told there."""

    batch_id: PayoutBatchId
    seller_id: PartyId
    accepted: int
    refused: int
    reserved: Money
