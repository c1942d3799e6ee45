"""What has happened in payments, one noun a file."""

from usance.payments.events.actions import ActionAbandoned, ActionRequired
from usance.payments.events.captures import (
    AuthorisationEnded,
    AuthorisationRequested,
    CaptureInitiated,
    CaptureRefused,
    PaymentAuthorised,
    VoidInitiated,
    VoidRefused,
)
from usance.payments.events.disputes import (
    ChargedBack,
    DisputeMoved,
    DisputeReinstated,
    EvidenceRefused,
    EvidenceSubmitted,
)
from usance.payments.events.excesses import ExcessCollected, ExcessKept, ExcessReturned
from usance.payments.events.income import IncomeSwept
from usance.payments.events.instructions import AnswerAwaited, LateSuccess
from usance.payments.events.messages import MessageTaken
from usance.payments.events.payments import (
    PaymentCaptured,
    PaymentFailed,
    PaymentInitiated,
    PaymentStopped,
)
from usance.payments.events.payouts import (
    PayoutInitiated,
    PayoutPaid,
    PayoutRefused,
    PayoutReturned,
    PayoutWithheld,
)
from usance.payments.events.quotes import (
    QuoteExpired,
    QuoteGivenBack,
    QuoteLocked,
    QuoteReserved,
    QuotesRecorded,
    QuoteUsed,
)
from usance.payments.events.rates import FixingsRecorded
from usance.payments.events.refunds import RefundConfirmed, RefundInitiated, RefundRefused
from usance.payments.events.routing import PaymentRerouted, RoutingAdopted
from usance.payments.events.settlements import (
    PaymentSettled,
    ReserveReleased,
    SettlementDiffers,
    SettlementLate,
    SettlementUnmatched,
)
from usance.payments.events.splits import (
    DeliveryConfirmed,
    EscrowAgreed,
    EscrowDisputed,
    EscrowMoved,
    EscrowReleased,
    EscrowResolved,
    EscrowReturned,
    Payable,
    SharePaid,
    ShareReversed,
    SharesPaid,
    SharesReady,
    SplitAgreed,
)

__all__ = [
    "ActionAbandoned",
    "ActionRequired",
    "AnswerAwaited",
    "AuthorisationEnded",
    "AuthorisationRequested",
    "CaptureInitiated",
    "CaptureRefused",
    "ChargedBack",
    "DeliveryConfirmed",
    "DisputeMoved",
    "DisputeReinstated",
    "EscrowAgreed",
    "EscrowDisputed",
    "EscrowMoved",
    "EscrowReleased",
    "EscrowResolved",
    "EscrowReturned",
    "EvidenceRefused",
    "EvidenceSubmitted",
    "ExcessCollected",
    "ExcessKept",
    "ExcessReturned",
    "FixingsRecorded",
    "IncomeSwept",
    "LateSuccess",
    "MessageTaken",
    "Payable",
    "PaymentAuthorised",
    "PaymentCaptured",
    "PaymentFailed",
    "PaymentInitiated",
    "PaymentRerouted",
    "PaymentSettled",
    "PaymentStopped",
    "PayoutInitiated",
    "PayoutPaid",
    "PayoutRefused",
    "PayoutReturned",
    "PayoutWithheld",
    "QuoteExpired",
    "QuoteGivenBack",
    "QuoteLocked",
    "QuoteReserved",
    "QuoteUsed",
    "QuotesRecorded",
    "RefundConfirmed",
    "RefundInitiated",
    "RefundRefused",
    "ReserveReleased",
    "RoutingAdopted",
    "SettlementDiffers",
    "SettlementLate",
    "SettlementUnmatched",
    "SharePaid",
    "ShareReversed",
    "SharesPaid",
    "SharesReady",
    "SplitAgreed",
    "VoidInitiated",
    "VoidRefused",
]
