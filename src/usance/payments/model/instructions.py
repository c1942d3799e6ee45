"""What rails are asked to do."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from usance.kernel.ids import InstructionId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments.model.machine import Machine, Said


class InstructionKind(StrEnum):
    """What a rail is asked to do. Its capabilities go by the same words."""

    COLLECT = "collect"
    AUTHORISE = "authorise"
    CAPTURE = "capture"
    VOID = "void"
    REFUND = "refund"
    PAYOUT = "payout"
    CONTEST = "contest"
    RETURN = "return"


class InstructionState(StrEnum):
    """Whether a rail has answered."""

    HELD = "held"
    OPEN = "open"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class InstructionEvent(StrEnum):
    """What can happen to an instruction."""

    HELD = "held"
    RELEASED = "released"
    ASKED = "asked"
    UNKNOWN = "unknown"
    ACTION_REQUIRED = "action_required"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


_S = InstructionState
_E = InstructionEvent

INSTRUCTION: Final[Machine[InstructionState, InstructionEvent]] = Machine(
    "instruction",
    Said("An instruction to a rail", "通道指令"),
    frozenset({_S.OPEN}),
    {
        _S.HELD: Said("A case is open; no rail is told of it.", "有未结案件,未发往任何通道。"),
        _S.OPEN: Said(
            "Nobody knows yet; only an answer ends this.", "结果未知,只有通道答复才能结束。"
        ),
        _S.CONFIRMED: Said("The rail has done it.", "通道已执行。"),
        _S.REFUSED: Said("The rail has not done it.", "通道未执行。"),
    },
    {
        _E.HELD: Said("The gate does not say yes, in the same command.", "同一指令内未获放行。"),
        _E.RELEASED: Said("Two people have cleared its case.", "两人排除其案件。"),
        _E.ASKED: Said("The repair loop asks once more.", "定期再次询问。"),
        _E.UNKNOWN: Said("The rail does not know, or keeps silent.", "通道未知或无响应。"),
        _E.ACTION_REQUIRED: Said("The rail waits for the buyer.", "通道等待买家操作。"),
        _E.CONFIRMED: Said(
            "The rail says yes; after a no that is a late success.", "通道确认;先拒后成为迟到成功。"
        ),
        _E.REFUSED: Said(
            "The rail says no; after a yes that is a payout, or money sent back, that came back.",
            "通道拒绝;先成后拒为出款或退款被退回。",
        ),
    },
    {
        (_S.OPEN, _E.HELD): _S.HELD,
        (_S.HELD, _E.RELEASED): _S.OPEN,
        (_S.HELD, _E.REFUSED): _S.REFUSED,
        (_S.OPEN, _E.ASKED): _S.OPEN,
        (_S.OPEN, _E.UNKNOWN): _S.OPEN,
        (_S.OPEN, _E.ACTION_REQUIRED): _S.OPEN,
        (_S.OPEN, _E.CONFIRMED): _S.CONFIRMED,
        (_S.OPEN, _E.REFUSED): _S.REFUSED,
        (_S.REFUSED, _E.CONFIRMED): _S.CONFIRMED,
        (_S.CONFIRMED, _E.REFUSED): _S.REFUSED,
    },
)


class Instruction(Record, frozen=True):
    """What we ask a rail to do. Open until the rail says yes or no: never given up by a clock.

    subject: the payment, capture, refund, payout, dispute or money in suspense it carries out.
    asks: how often the repair loop has asked for the answer. creditor: who receives a payout, by
    bank account.
    original_id: the instruction this one follows up, such as the authorisation of a capture.
    attempt: of the payment, from 1, where it collects or authorises.
    """

    id: InstructionId
    kind: InstructionKind
    subject: UUID
    payment_id: PaymentId | None
    rail: str
    instrument: str
    amount: Money
    state: InstructionState
    created_at: datetime
    asks: int = 0
    answered_at: datetime | None = None
    answer_code: str = ""
    original_id: InstructionId | None = None
    attempt: int = 1
