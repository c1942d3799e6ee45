"""Many payouts that are handed over together, and each line of them."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from usance.kernel.errors import Refusal
from usance.kernel.ids import BeneficiaryId, PartyId, PayoutBatchId, PayoutId, UserId, derive
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record
from usance.payments.model.machine import Machine, Said


class BatchSource(StrEnum):
    """How a batch came to us. What came as a bank message nobody has signed in for."""

    API = "api"
    CSV = "csv"
    PAIN_001 = "pain.001"


class BatchStatus(StrEnum):
    """Where a batch of payouts stands."""

    RECEIVED = "received"
    CHECKING = "checking"
    NEEDS_APPROVAL = "needs_approval"
    RUNNING = "running"
    DONE = "done"
    DONE_WITH_REFUSALS = "done_with_refusals"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class BatchEvent(StrEnum):
    """What can happen to a batch of payouts."""

    LOOKED_AT = "looked_at"
    APPROVAL_NEEDED = "approval_needed"
    STARTED = "started"
    GIVEN_UP = "given_up"
    CANCELLED = "cancelled"
    ALL_PAID = "all_paid"
    ENDED = "ended"


_S = BatchStatus
_E = BatchEvent

PAYOUT_BATCH: Final[Machine[BatchStatus, BatchEvent]] = Machine(
    "payout_batch",
    Said("A batch of payouts", "批量出款"),
    frozenset({_S.RECEIVED}),
    {
        _S.RECEIVED: Said("It is here, count and sum are as stated.", "已接收,笔数与总额相符。"),
        _S.CHECKING: Said("Its lines are being looked at.", "正在逐笔检查。"),
        _S.NEEDS_APPROVAL: Said("It waits for a person, or for two.", "等待审批。"),
        _S.RUNNING: Said("Its lines become payouts one by one.", "正在逐笔出款。"),
        _S.DONE: Said("Every line became a payout.", "全部出款已发起。"),
        _S.DONE_WITH_REFUSALS: Said(
            "Some lines were refused; the others became payouts.", "部分被拒绝,其余已发起出款。"
        ),
        _S.REFUSED: Said("Nothing of it was paid.", "整批被拒绝,未出款。"),
        _S.CANCELLED: Said("Somebody took it back before it began.", "开始前已撤回。"),
    },
    {
        _E.LOOKED_AT: Said("Lines were looked at, and others are left.", "部分已检查。"),
        _E.APPROVAL_NEEDED: Said("All were looked at, and people have to agree.", "需要审批。"),
        _E.STARTED: Said("Its lines may be paid.", "开始出款。"),
        _E.GIVEN_UP: Said(
            "More lines are wrong than the policy bears, or the money is not there.",
            "错误笔数超出规则上限,或余额不足。",
        ),
        _E.CANCELLED: Said("A person takes it back.", "人工撤回。"),
        _E.ALL_PAID: Said("The last line became a payout, as all before.", "最后一笔已发起。"),
        _E.ENDED: Said("The last line is done, and some were refused.", "处理完毕,部分被拒绝。"),
    },
    {
        (_S.RECEIVED, _E.LOOKED_AT): _S.CHECKING,
        (_S.RECEIVED, _E.GIVEN_UP): _S.REFUSED,
        (_S.RECEIVED, _E.ENDED): _S.DONE_WITH_REFUSALS,
        (_S.CHECKING, _E.LOOKED_AT): _S.CHECKING,
        (_S.CHECKING, _E.APPROVAL_NEEDED): _S.NEEDS_APPROVAL,
        (_S.CHECKING, _E.STARTED): _S.RUNNING,
        (_S.CHECKING, _E.GIVEN_UP): _S.REFUSED,
        (_S.CHECKING, _E.ENDED): _S.DONE_WITH_REFUSALS,
        (_S.NEEDS_APPROVAL, _E.STARTED): _S.RUNNING,
        (_S.NEEDS_APPROVAL, _E.CANCELLED): _S.CANCELLED,
        (_S.RUNNING, _E.ALL_PAID): _S.DONE,
        (_S.RUNNING, _E.ENDED): _S.DONE_WITH_REFUSALS,
    },
    {
        _E.STARTED: (
            "unknown_payout_batch",
            "wrong_state",
            "payout_needs_approval",
            "insufficient_balance",
        ),
        _E.CANCELLED: ("unknown_payout_batch", "wrong_state"),
    },
)


class LineStatus(StrEnum):
    """Where a line of a batch stands. What becomes of its payout stands there."""

    WAITING = "waiting"
    READY = "ready"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class LineEvent(StrEnum):
    """What can happen to a line of a batch."""

    PASSED = "passed"
    REFUSED = "refused"
    PAID = "paid"


PAYOUT_LINE: Final[Machine[LineStatus, LineEvent]] = Machine(
    "payout_line",
    Said("A line of a batch of payouts", "批量出款明细"),
    frozenset({LineStatus.WAITING, LineStatus.REFUSED}),
    {
        LineStatus.WAITING: Said("Nobody has looked at it yet.", "尚未检查。"),
        LineStatus.READY: Said("It can be paid, as far as can be seen.", "检查通过,待出款。"),
        LineStatus.ACCEPTED: Said("It has become a payout.", "已成为出款。"),
        LineStatus.REFUSED: Said("It moves nothing; its code says why.", "已拒绝,原因见代码。"),
    },
    {
        LineEvent.PASSED: Said("Nothing is wrong with it.", "检查通过。"),
        LineEvent.REFUSED: Said("Something is wrong with it.", "检查或出款未通过。"),
        LineEvent.PAID: Said("Its money is reserved and a rail was instructed.", "已预留并发起。"),
    },
    {
        (LineStatus.WAITING, LineEvent.PASSED): LineStatus.READY,
        (LineStatus.WAITING, LineEvent.REFUSED): LineStatus.REFUSED,
        (LineStatus.READY, LineEvent.PAID): LineStatus.ACCEPTED,
        (LineStatus.READY, LineEvent.REFUSED): LineStatus.REFUSED,
    },
)


class LineAsked(Record, frozen=True):
    """One payout of a batch, as it is asked for.

    reference: the seller's own; it is paid once, for ever. The payee is a beneficiary by its id,
    or by its account: the IBAN, or the number with the national code or BIC of the bank as the
    beneficiary has it. fault: what the reader of a file found wrong with the line. rail: "" for the
    one that costs least.
    """

    reference: str
    amount: Money
    beneficiary_id: BeneficiaryId | None = None
    account: str = ""
    bank: str = ""
    remittance: str = ""
    fault: Refusal | None = None
    rail: str = ""


def batch_id_of(seller_id: PartyId, reference: str) -> PayoutBatchId:
    """Return the id of the batch to which a seller gives a reference: the same for ever."""
    return PayoutBatchId.derived(0, seller_id, reference)


def line_id_of(batch_id: PayoutBatchId, number: int) -> UUID:
    """Return under what a line of a batch is kept."""
    return derive(0, "payout_line", batch_id, number)


def paid_id_of(seller_id: PartyId, reference: str) -> UUID:
    """Return under what is kept that a seller's reference was paid."""
    return derive(0, "paid_reference", seller_id, reference)


class PayoutLine(Record, frozen=True):
    """A line of a batch. number: from 1, in the order of the file. See LineAsked.

    id: see line_id_of.
    """

    id: UUID
    batch_id: PayoutBatchId
    number: int
    reference: str
    amount: Money
    beneficiary_id: BeneficiaryId | None
    account: str
    bank: str
    remittance: str
    status: LineStatus
    refusal: Refusal | None = None
    payout_id: PayoutId | None = None
    rail: str = ""


class PayoutBatch(Record, frozen=True):
    """Many payouts of a seller, in one currency.

    reference: the seller's own for the whole; id follows from it. digest: SHA-256 of what the
    lines say. checked, accepted, refused: how many lines were looked at, became payouts, were
    refused, with the sums of the latter two.
    two_people: whether two have to agree; approved: whether they did. refusal: why nothing of it
    was paid.
    """

    id: PayoutBatchId
    seller_id: PartyId
    reference: str
    source: BatchSource
    digest: str
    total: Money
    lines: int
    status: BatchStatus
    created_by: UserId
    created_at: datetime
    position: int
    checked: int = 0
    accepted: int = 0
    refused: int = 0
    accepted_minor: int = 0
    refused_minor: int = 0
    two_people: bool = False
    approved: bool = False
    started_at: datetime | None = None
    ended_at: datetime | None = None
    refusal: Refusal | None = None

    @property
    def currency(self) -> Currency:
        """The currency of every line."""
        return self.total.currency


class PaidReference(Record, frozen=True):
    """That a line's reference was paid, and by which payout: it is never paid again.

    id: see paid_id_of.
    """

    id: UUID
    seller_id: PartyId
    reference: str
    payout_id: PayoutId
