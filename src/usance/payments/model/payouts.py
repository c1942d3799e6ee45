"""Money on its way out to sellers."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from usance.kernel.ids import (
    BeneficiaryId,
    DecisionId,
    InstructionId,
    PartyId,
    PaymentId,
    PayoutBatchId,
    PayoutId,
    derive,
)
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments.model.machine import Machine, Said


class PayoutStatus(StrEnum):
    """Where a payout stands."""

    HELD = "held"
    PENDING = "pending"
    PAID = "paid"
    REFUSED = "refused"


class PayoutEvent(StrEnum):
    """What can happen to a payout."""

    HELD = "held"
    RELEASED = "released"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    RETURNED = "returned"
    RETURNED_IN_PART = "returned_in_part"
    LATE_SUCCESS = "late_success"


_S = PayoutStatus
_E = PayoutEvent

PAYOUT: Final[Machine[PayoutStatus, PayoutEvent]] = Machine(
    "payout",
    Said("A payout", "出款"),
    frozenset({_S.PENDING}),
    {
        _S.HELD: Said(
            "Its payee looks like a listed name: its money is reserved, and people decide.",
            "收款人疑似命中名单:资金已预留,待人工处理。",
        ),
        _S.PENDING: Said("The rail was asked and has not answered.", "已发往通道,尚无答复。"),
        _S.PAID: Said("The seller has the money.", "卖家已收款。"),
        _S.REFUSED: Said("It was not made, or came back.", "未出款,或已退回。"),
    },
    {
        _E.HELD: Said("Screening does not let it pass.", "筛查未放行。"),
        _E.RELEASED: Said("Two people have cleared its case.", "两人排除其案件。"),
        _E.CONFIRMED: Said("The rail says yes.", "通道确认。"),
        _E.REFUSED: Said("The rail says no, or its case was confirmed.", "通道拒绝或案件成立。"),
        _E.RETURNED: Said("The seller's bank sent it back.", "收款行退回。"),
        _E.RETURNED_IN_PART: Said(
            "Part of it came back; the rest stays paid.", "部分退回,其余仍已付。"
        ),
        _E.LATE_SUCCESS: Said("The rail paid after it had refused.", "通道先拒后成。"),
    },
    {
        (_S.PENDING, _E.HELD): _S.HELD,
        (_S.HELD, _E.RELEASED): _S.PENDING,
        (_S.HELD, _E.REFUSED): _S.REFUSED,
        (_S.PENDING, _E.CONFIRMED): _S.PAID,
        (_S.PENDING, _E.REFUSED): _S.REFUSED,
        (_S.PAID, _E.RETURNED): _S.REFUSED,
        (_S.PAID, _E.RETURNED_IN_PART): _S.PAID,
        (_S.REFUSED, _E.LATE_SUCCESS): _S.PAID,
    },
)


class Payout(Record, frozen=True):
    """Money on its way out to a seller, or to whom the seller pays.

    hold: what it reserves until the rail has answered. beneficiary_id: the payee; None for the
    seller's own main account. reference: the seller's own, unique where it stands in a batch.
    returned: minor units that came back after it was paid, for return_reason. replaces: the
    payout whose money is sent once more; resent: how much of this one was. rail: which pays it;
    fallback: what may be tried after its definite no; attempt: which of them counts, from 1.
    """

    id: PayoutId
    seller_id: PartyId
    payment_id: PaymentId | None
    amount: Money
    purpose: str
    status: PayoutStatus
    hold: UUID
    created_at: datetime
    beneficiary_id: BeneficiaryId | None = None
    batch_id: PayoutBatchId | None = None
    reference: str = ""
    remittance: str = ""
    returned: int = 0
    return_reason: str = ""
    replaces: PayoutId | None = None
    resent: int = 0
    rail: str = ""
    fallback: str = ""
    attempt: int = 1

    @property
    def is_back(self) -> int:
        """Minor units that are the seller's again: all where it was refused."""
        return self.amount.minor if self.status is PayoutStatus.REFUSED else self.returned


def return_id_of(payout_id: PayoutId, reference: str) -> UUID:
    """Return under what is kept that something of a payout came back."""
    return derive(0, "payout_return", payout_id, reference)


class PayoutReturn(Record, frozen=True):
    """What came back of a payout after it was made. reference: the rail's own, never repeated.

    id: see return_id_of.
    """

    id: UUID
    payout_id: PayoutId
    reference: str
    amount: Money
    reason: str
    returned_at: datetime


class PaidBesides(Record, frozen=True):
    """What a rail paid although another one's payment counts. returned: of it so far, minor units.

    It is kept once some of it has come back.
    """

    instruction_id: InstructionId
    payout_id: PayoutId
    returned: int


class HeldPayout(Record, frozen=True):
    """A payout that screening has held back, with the instruction no rail was told of.

    ended_at: when people had decided, None while they have not.
    """

    payout_id: PayoutId
    instruction_id: InstructionId
    decision_id: DecisionId
    held_at: datetime
    ended_at: datetime | None = None


class CoolingPaid(Record, frozen=True):
    """What a payee was paid while it cools down. since: the change that it counts from."""

    beneficiary_id: BeneficiaryId
    since: datetime
    paid: Money
