"""What buyers' banks take back, and what becomes of it."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from usance.kernel.ids import (
    DisputeId,
    EvidenceId,
    InstructionId,
    PaymentId,
    derive,
    milliseconds_of,
)
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments.model.machine import Machine, Said


class DisputeStage(StrEnum):
    """How far a dispute has come."""

    INQUIRY = "inquiry"
    CHARGEBACK = "chargeback"
    REPRESENTMENT = "representment"
    PRE_ARBITRATION = "pre_arbitration"
    ARBITRATION = "arbitration"
    WON = "won"
    LOST = "lost"
    ACCEPTED = "accepted"
    EXPIRED = "expired"


class DisputeEvent(StrEnum):
    """What can happen to a dispute."""

    CHARGED_BACK = "charged_back"
    CONTESTED = "contested"
    REPRESENTED = "represented"
    PRE_ARBITRATION = "pre_arbitration"
    ARBITRATION = "arbitration"
    WON = "won"
    REVERSED = "reversed"
    LOST = "lost"
    ACCEPTED = "accepted"
    EXPIRED = "expired"


_S = DisputeStage
_E = DisputeEvent
# Where the answer is ours to give, and a day by which it has to be there.
OURS_TO_ANSWER: Final = frozenset({_S.INQUIRY, _S.CHARGEBACK, _S.PRE_ARBITRATION})
_ASKED: Final = ("unknown_dispute", "dispute_not_open")

DISPUTE: Final[Machine[DisputeStage, DisputeEvent]] = Machine(
    "dispute",
    Said("A dispute", "争议"),
    frozenset({_S.INQUIRY, _S.CHARGEBACK}),
    {
        _S.INQUIRY: Said("The bank asks; no money has moved.", "发卡行调单,尚无资金变动。"),
        _S.CHARGEBACK: Said("The bank took the money back.", "发卡行已扣回款项。"),
        _S.REPRESENTMENT: Said("Our evidence is with the bank.", "已提交抗辩材料。"),
        _S.PRE_ARBITRATION: Said("The bank does not accept it.", "发卡行不接受,进入预仲裁。"),
        _S.ARBITRATION: Said("The scheme decides.", "由卡组织仲裁。"),
        _S.WON: Said("Decided for the seller.", "卖家胜诉。"),
        _S.LOST: Said("Decided for the buyer.", "卖家败诉。"),
        _S.ACCEPTED: Said("The seller does not contest it.", "卖家接受拒付。"),
        _S.EXPIRED: Said("Nobody answered in time.", "逾期未答复。"),
    },
    {
        _E.CHARGED_BACK: Said("The bank takes the money back.", "发卡行扣回款项。"),
        _E.CONTESTED: Said("The rail has taken our evidence.", "通道已受理抗辩材料。"),
        _E.REPRESENTED: Said(
            "The rail presents the sale again, and may give money back until it is decided.",
            "通道再次提示,可能暂时返还款项。",
        ),
        _E.PRE_ARBITRATION: Said(
            "The bank insists, and may take the money again.", "发卡行坚持,可能再次扣款。"
        ),
        _E.ARBITRATION: Said("The scheme is called.", "提交卡组织仲裁。"),
        _E.WON: Said("It is decided for the seller.", "裁定卖家胜诉。"),
        _E.REVERSED: Said("The bank takes its chargeback back.", "发卡行撤销拒付。"),
        _E.LOST: Said("It is decided for the buyer.", "裁定买家胜诉。"),
        _E.ACCEPTED: Said("Somebody accepts it.", "有人接受拒付。"),
        _E.EXPIRED: Said("The day to answer is over.", "答复期限已过。"),
    },
    {
        (_S.INQUIRY, _E.CHARGED_BACK): _S.CHARGEBACK,
        (_S.INQUIRY, _E.CONTESTED): _S.INQUIRY,
        (_S.INQUIRY, _E.WON): _S.WON,
        (_S.INQUIRY, _E.ACCEPTED): _S.ACCEPTED,
        (_S.INQUIRY, _E.EXPIRED): _S.EXPIRED,
        (_S.CHARGEBACK, _E.CONTESTED): _S.REPRESENTMENT,
        (_S.CHARGEBACK, _E.REPRESENTED): _S.REPRESENTMENT,
        (_S.CHARGEBACK, _E.WON): _S.WON,
        (_S.CHARGEBACK, _E.REVERSED): _S.WON,
        (_S.CHARGEBACK, _E.LOST): _S.LOST,
        (_S.CHARGEBACK, _E.ACCEPTED): _S.ACCEPTED,
        (_S.CHARGEBACK, _E.EXPIRED): _S.EXPIRED,
        (_S.REPRESENTMENT, _E.REPRESENTED): _S.REPRESENTMENT,
        (_S.REPRESENTMENT, _E.PRE_ARBITRATION): _S.PRE_ARBITRATION,
        (_S.REPRESENTMENT, _E.WON): _S.WON,
        (_S.REPRESENTMENT, _E.REVERSED): _S.WON,
        (_S.REPRESENTMENT, _E.LOST): _S.LOST,
        (_S.PRE_ARBITRATION, _E.CONTESTED): _S.PRE_ARBITRATION,
        (_S.PRE_ARBITRATION, _E.ARBITRATION): _S.ARBITRATION,
        (_S.PRE_ARBITRATION, _E.WON): _S.WON,
        (_S.PRE_ARBITRATION, _E.REVERSED): _S.WON,
        (_S.PRE_ARBITRATION, _E.LOST): _S.LOST,
        (_S.PRE_ARBITRATION, _E.ACCEPTED): _S.ACCEPTED,
        (_S.PRE_ARBITRATION, _E.EXPIRED): _S.EXPIRED,
        (_S.ARBITRATION, _E.WON): _S.WON,
        (_S.ARBITRATION, _E.LOST): _S.LOST,
        # The world goes on after we have given up, and may change its mind.
        (_S.ACCEPTED, _E.CHARGED_BACK): _S.CHARGEBACK,
        (_S.ACCEPTED, _E.WON): _S.WON,
        (_S.ACCEPTED, _E.REVERSED): _S.WON,
        (_S.ACCEPTED, _E.LOST): _S.LOST,
        (_S.EXPIRED, _E.CHARGED_BACK): _S.CHARGEBACK,
        (_S.EXPIRED, _E.WON): _S.WON,
        (_S.EXPIRED, _E.REVERSED): _S.WON,
        (_S.EXPIRED, _E.LOST): _S.LOST,
        (_S.WON, _E.PRE_ARBITRATION): _S.PRE_ARBITRATION,
        (_S.LOST, _E.REVERSED): _S.WON,
    },
    {
        _E.CONTESTED: (*_ASKED, "evidence_empty", "malformed_digest", "evidence_under_way"),
        _E.ACCEPTED: _ASKED,
    },
)


def dispute_key_of(payment_id: PaymentId, notice: str) -> UUID:
    """Return under what a dispute is found: two rails may call two disputes the same."""
    return derive(milliseconds_of(payment_id), "dispute", payment_id, notice)


class Dispute(Record, frozen=True):
    """A chargeback or what comes before one, and how far it has come.

    notice: the rail's own reference; the same notice of a payment twice is one dispute. known_as:
    see dispute_key_of. amount: what is disputed, fee: what rails took for it, owed: what the seller
    could not cover when the money was taken. due_at: until when we may answer. taken: what is taken
    and not given back; early: how much of that before settlement; counted: how much of it the
    payment counts as returned, in minor units of amount. contest_id: evidence that the rail has not
    confirmed yet.
    """

    id: DisputeId
    notice: str
    payment_id: PaymentId
    amount: Money
    fee: Money
    owed: Money
    created_at: datetime
    known_as: UUID
    stage: DisputeStage = DisputeStage.CHARGEBACK
    reason: str = ""
    due_at: datetime | None = None
    taken: int = 0
    early: int = 0
    counted: int = 0
    contest_id: InstructionId | None = None


class EvidenceDocument(Record, frozen=True):
    """A paper by its hash. kind: what it shows, `proof_of_delivery`. sha256: hexadecimal."""

    kind: str
    sha256: str


class DisputeEvidence(Record, frozen=True):
    """What was said and shown to a bank. The papers themselves stay where they are."""

    id: EvidenceId
    dispute_id: DisputeId
    text: str
    documents: tuple[EvidenceDocument, ...]
    submitted_by: UUID
    submitted_at: datetime
