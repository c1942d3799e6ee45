"""What is told outside of payments beside the plain course: captures, escrow, rates, disputes."""

from typing import Final

from usance.kernel.records import Record
from usance.payments import events as payments

Told = tuple[str, type[Record], str, str]

PAYMENT: Final[tuple[Told, ...]] = (
    (
        "authorised",
        payments.PaymentAuthorised,
        "The money is ready to be captured.",
        "款项已授权,可请款。",
    ),
    (
        "authorisation_ended",
        payments.AuthorisationEnded,
        "Nothing more can be captured: voided, or its time is over.",
        "授权已撤销或到期,不能再请款。",
    ),
    ("void_refused", payments.VoidRefused, "The rail did not free the rest.", "通道拒绝撤销。"),
    (
        "action_required",
        payments.ActionRequired,
        "The buyer has to do something first.",
        "需买家先完成一步操作。",
    ),
    (
        "action_abandoned",
        payments.ActionAbandoned,
        "The buyer did not finish in time; the rail is asked to give the payment up.",
        "买家未按时完成操作,已请求通道放弃该付款。",
    ),
    (
        "collected_in_part",
        payments.CollectedInPart,
        "The buyer paid less than was asked, at the door for example; the rest is not collected.",
        "买家仅支付部分金额(如货到付款),其余未收。",
    ),
    (
        "rerouted",
        payments.PaymentRerouted,
        "A rail refused for a reason of its own, and another one was asked.",
        "通道因自身原因拒绝,已改走其他通道。",
    ),
    ("split", payments.SplitAgreed, "Others have shares in it.", "该付款设有分账。"),
    (
        "shares_paid",
        payments.SharesPaid,
        "A settlement gave others their shares, or put them in escrow.",
        "结算款已分账或入托管。",
    ),
    ("share_reversed", payments.ShareReversed, "A payee gave a share back.", "收款方退回份额。"),
    ("delivered", payments.DeliveryConfirmed, "The goods have arrived.", "货物已交付。"),
)
CAPTURE: Final[tuple[Told, ...]] = (
    (
        "initiated",
        payments.CaptureInitiated,
        "A rail was asked to take what is authorised, or part of it.",
        "已请求通道请款。",
    ),
    ("refused", payments.CaptureRefused, "The rail did not take it.", "通道拒绝请款。"),
)
DISPUTE: Final[tuple[Told, ...]] = (
    ("moved", payments.DisputeMoved, "It has come to another stage.", "争议进入新阶段。"),
    ("reinstated", payments.DisputeReinstated, "The bank gave money back.", "银行退回款项。"),
    ("evidence_submitted", payments.EvidenceSubmitted, "Evidence was sent.", "已提交证据。"),
    (
        "evidence_refused",
        payments.EvidenceRefused,
        "The rail did not take the evidence.",
        "通道未接受证据。",
    ),
)
ESCROW: Final[tuple[Told, ...]] = (
    ("agreed", payments.EscrowAgreed, "One of two agreed to the release.", "一方同意释放。"),
    ("disputed", payments.EscrowDisputed, "Nothing is released for now.", "托管发生争议。"),
    ("resolved", payments.EscrowResolved, "A dispute was decided.", "托管争议已裁定。"),
)
FX_QUOTE: Final[tuple[Told, ...]] = (
    ("locked", payments.QuoteLocked, "A rate was locked.", "汇率已锁定。"),
    ("reserved", payments.QuoteReserved, "A payment holds it.", "付款已占用锁定汇率。"),
    ("given_back", payments.QuoteGivenBack, "A payment needs it no more.", "付款已归还锁定汇率。"),
    ("used", payments.QuoteUsed, "A settlement went by it.", "结算已使用锁定汇率。"),
    ("expired", payments.QuoteExpired, "Its time is over.", "锁定汇率已到期。"),
)
_ALARM = "an alarm for the operator's people; what is booked is told"
_LINE = "a line of another part"
RECEIVING_ACCOUNT: Final[tuple[Told, ...]] = (
    (
        "opened",
        payments.ReceivingAccountOpened,
        "Transfers to a number are a seller's money.",
        "已开立收款账户。",
    ),
)
RECEIPT: Final[tuple[Told, ...]] = (
    ("recorded", payments.ReceiptRecorded, "A transfer has come in.", "收到转账款项。"),
)
_QUEUE = "what waits for an owner is the operator's people's; what becomes of it can be read"
_BANK = "the operator's bank speaks to the operator"
INSIDE: Final[dict[type[Record], str]] = {
    payments.SuspenseOpened: _QUEUE,
    payments.SuspenseAssigned: _QUEUE,
    payments.SuspenseAttributed: _QUEUE,
    payments.SuspenseReturning: _QUEUE,
    payments.SuspenseReturned: _QUEUE,
    payments.SuspenseReturnRefused: _QUEUE,
    payments.StatementsMatched: _BANK,
    payments.RemittanceAnnounced: _BANK,
    payments.RemittanceReceived: _BANK,
    payments.RemittanceDiffers: _BANK,
    payments.RemittanceDismissed: _BANK,
    payments.MatchAccepted: _BANK,
    payments.MatchRejected: _BANK,
    payments.BreakAssigned: _BANK,
    payments.BreakClosed: _BANK,
    payments.AuthorisationRequested: "`payment.initiated` tells it",
    payments.VoidInitiated: "`payment.authorisation_ended` tells how it ends",
    payments.ExcessCollected: _ALARM,
    payments.ExcessReturned: _ALARM,
    payments.ExcessKept: _ALARM,
    payments.IncomeSwept: "our own money",
    payments.MessageTaken: _BANK,
    payments.QuotesRecorded: "published rates can be read",
    payments.RoutingAdopted: "routing is the operator's",
    payments.EscrowMoved: _LINE,
    payments.Payable: _LINE,
    payments.SharePaid: _LINE,
    payments.SharesReady: "payouts follow, and are told",
}
