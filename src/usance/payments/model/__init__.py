"""The nouns of payments and the lives they may lead, one noun a file."""

from usance.payments.model.disputes import (
    Dispute,
)
from usance.payments.model.instructions import (
    Instruction,
    InstructionKind,
    InstructionState,
)
from usance.payments.model.messages import (
    BankEntry,
    BankEntryDetail,
    BankStatement,
    EntryState,
    FileReport,
    FileStatus,
    Message,
    MessageHead,
    MessageItem,
    OrderedTransfer,
    Remark,
    StatementClosed,
    StatementOpened,
    TakenOrder,
    TakenUpdate,
)
from usance.payments.model.payments import (
    MAY_BECOME,
    Payment,
    PaymentStatus,
)
from usance.payments.model.payouts import (
    Payout,
    PayoutStatus,
)
from usance.payments.model.rates import (
    FixingDay,
)
from usance.payments.model.refunds import (
    Refund,
    RefundStatus,
)
from usance.payments.model.settlements import (
    Reserve,
    Settlement,
)
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
    "Address",
    "BankEntry",
    "BankEntryDetail",
    "BankStatement",
    "ChargeBearer",
    "Counterparty",
    "CreditTransfer",
    "Dispute",
    "EntryDetail",
    "EntryState",
    "EntryStatus",
    "Escrow",
    "EscrowStatus",
    "EscrowTerms",
    "FileReport",
    "FileStatus",
    "FixingDay",
    "Instruction",
    "InstructionKind",
    "InstructionState",
    "MAY_BECOME",
    "Message",
    "MessageHead",
    "MessageItem",
    "OrderedTransfer",
    "Payment",
    "PaymentStatus",
    "Payout",
    "PayoutStatus",
    "References",
    "Refund",
    "RefundStatus",
    "Remark",
    "Reserve",
    "Settlement",
    "Share",
    "ShareAsked",
    "Split",
    "Statement",
    "StatementBalance",
    "StatementClosed",
    "StatementEntry",
    "StatementKind",
    "StatementOpened",
    "StatusReport",
    "StatusUpdate",
    "TakenOrder",
    "TakenUpdate",
    "TransferOrder",
    "TransferParty",
]
