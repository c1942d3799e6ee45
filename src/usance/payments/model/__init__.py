"""The nouns of payments and the lives they may lead, one noun a file."""

from usance.payments.model.disputes import Dispute
from usance.payments.model.instructions import Instruction, InstructionKind, InstructionState
from usance.payments.model.payments import MAY_BECOME, Payment, PaymentStatus
from usance.payments.model.payouts import Payout, PayoutStatus
from usance.payments.model.rates import FixingDay
from usance.payments.model.refunds import Refund, RefundStatus
from usance.payments.model.settlements import Reserve, Settlement
from usance.payments.model.splits import (
    Escrow,
    EscrowStatus,
    EscrowTerms,
    Share,
    ShareAsked,
    Split,
)
from usance.payments.model.statements import (
    Counterparty,
    EntryDetail,
    EntryStatus,
    References,
    Statement,
    StatementBalance,
    StatementEntry,
    StatementKind,
)
from usance.payments.model.transfers import (
    Address,
    ChargeBearer,
    CreditTransfer,
    StatusReport,
    StatusUpdate,
    TransferOrder,
    TransferParty,
)

__all__ = [
    "MAY_BECOME",
    "Address",
    "ChargeBearer",
    "Counterparty",
    "CreditTransfer",
    "Dispute",
    "EntryDetail",
    "EntryStatus",
    "Escrow",
    "EscrowStatus",
    "EscrowTerms",
    "FixingDay",
    "Instruction",
    "InstructionKind",
    "InstructionState",
    "Payment",
    "PaymentStatus",
    "Payout",
    "PayoutStatus",
    "References",
    "Refund",
    "RefundStatus",
    "Reserve",
    "Settlement",
    "Share",
    "ShareAsked",
    "Split",
    "Statement",
    "StatementBalance",
    "StatementEntry",
    "StatementKind",
    "StatusReport",
    "StatusUpdate",
    "TransferOrder",
    "TransferParty",
]
