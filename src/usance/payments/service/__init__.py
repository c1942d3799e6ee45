"""What payments do when asked, one verb a file."""

from collections.abc import Sequence

from usance.kernel.draft import Sight
from usance.kernel.ids import OrderId, PaymentId
from usance.payments.model import Payment
from usance.payments.rules.payout_batches import came_to_nothing, digest_of
from usance.payments.service.answers import AnswerStage, RecordAnswer
from usance.payments.service.attributing import AttributeStage, AttributeSuspense
from usance.payments.service.authorise import (
    ExpireAuthorisation,
    VoidPayment,
    apply_expire_authorisation,
    apply_void,
    prepare_expire_authorisation,
    prepare_void,
)
from usance.payments.service.booking import (
    RecordBankDebit,
    apply_record_bank_debit,
    book_unexpected,
    prepare_bank_debit,
    reference_of,
)
from usance.payments.service.capture import CheckSettlement, apply_check_settlement
from usance.payments.service.captures import CapturePayment, apply_capture, prepare_capture
from usance.payments.service.chargebacks import ChargebackStage, RecordChargeback
from usance.payments.service.collected_twice import (
    RecordCollectedTwice,
    apply_collected_twice,
    prepare_collected_twice,
)
from usance.payments.service.disputes import (
    DisputeStages,
    ExpireDispute,
    RecordDispute,
    apply_expire_dispute,
    prepare_expire_dispute,
)
from usance.payments.service.escrow import (
    AgreeToRelease,
    ConfirmDelivery,
    DisputeEscrow,
    EscrowStage,
    ReleaseEscrow,
    ResolveEscrow,
)
from usance.payments.service.escrow_due import ReleaseDue
from usance.payments.service.evidence import (
    AcceptDispute,
    SubmitEvidence,
    apply_accept_dispute,
    apply_submit_evidence,
    prepare_dispute,
)
from usance.payments.service.fixings import (
    EnterFixings,
    RecordFixings,
    apply_enter_fixings,
    apply_record_fixings,
    fixings_on,
)
from usance.payments.service.instructions import AskAgain, apply_ask_again, rail_party
from usance.payments.service.matching import match_messages
from usance.payments.service.pay import Pay, PayStage
from usance.payments.service.payout_batches import (
    CancelPayoutBatch,
    StartPayoutBatch,
    SubmitPayoutBatch,
    apply_cancel_batch,
    apply_start_batch,
    apply_start_batch_approved,
    apply_submit_batch,
    prepare_batch,
    prepare_submit_batch,
)
from usance.payments.service.payout_lines import (
    CheckPayoutLines,
    PayOutLine,
    apply_check_lines,
    apply_pay_line,
    prepare_check_lines,
    prepare_pay_line,
)
from usance.payments.service.payout_returns import (
    RecordPayoutReturn,
    apply_payout_return,
    prepare_payout_return,
)
from usance.payments.service.payout_screening import BlockPayout, PayoutScreen, ReleasePayout
from usance.payments.service.payouts import (
    PayOut,
    apply_pay_out,
    apply_pay_out_approved,
    initiate_payout,
    prepare_pay_out,
)
from usance.payments.service.proceeds import ReleaseReserve, apply_release_reserve
from usance.payments.service.quotes import (
    ExpireQuote,
    LockQuote,
    apply_expire_quote,
    apply_lock_quote,
)
from usance.payments.service.rates import RecordQuotes, apply_record_quotes
from usance.payments.service.recalls import (
    AskRecallAgain,
    RecallTransfer,
    RecordRecallAnswer,
    apply_ask_recall_again,
    apply_recall,
    apply_recall_answer,
    prepare_recall,
)
from usance.payments.service.receipts import ReceiptStage, RecordReceipt
from usance.payments.service.receiving import OpenReceivingAccount, apply_open_receiving_account
from usance.payments.service.refunds import RefundPayment, apply_refund, prepare_refund
from usance.payments.service.remittances import (
    DismissRemittance,
    ReceiveRemittance,
    RecordRemittance,
    SettleRemittance,
    apply_dismiss_remittance,
    apply_receive_remittance,
    apply_record_remittance,
    apply_settle_remittance,
    prepare_record_remittance,
    prepare_remittance,
)
from usance.payments.service.returning import ReturnStage, ReturnSuspense
from usance.payments.service.returns import RefundReturn, apply_refund_return, prepare_refund_return
from usance.payments.service.reverse_share import (
    ReverseShare,
    apply_reverse_share,
    prepare_reverse_share,
)
from usance.payments.service.review import BlockPayment, ReleasePayment, ReviewStage
from usance.payments.service.routing import counts
from usance.payments.service.routing_versions import (
    AdoptRouting,
    RollBackRouting,
    apply_adopt_routing,
    apply_roll_back_routing,
)
from usance.payments.service.settle import RecordSettlement, SettleStage
from usance.payments.service.splits import PayOutShare, apply_pay_out_share
from usance.payments.service.step_up import AbandonAction, apply_abandon_action
from usance.payments.service.suspense import (
    AssignSuspense,
    apply_assign_suspense,
    prepare_assign_suspense,
)
from usance.payments.service.sweep import SweepIncome, apply_sweep, prepare_sweep
from usance.payments.service.take_in import Match, TakeIn, read_only, take_in
from usance.payments.tables import PAYMENT_BY_ORDER, PAYMENTS
from usance.runtime.commands import Loader


def payment_of(book: Sight, payment_id: PaymentId) -> Payment | None:
    """Return a payment that is in memory or was loaded."""
    return book.get(PAYMENTS, payment_id)


async def prepare_paid(loader: Loader, order_ids: Sequence[OrderId]) -> None:
    """Make visible the payments that orders may have."""
    await loader.found(PAYMENT_BY_ORDER, order_ids)


def paid_by(book: Sight, order_id: OrderId) -> Payment | None:
    """Return the payment of an order, the last one where the first failed. See prepare_paid."""
    return book.find(PAYMENT_BY_ORDER, order_id)


__all__ = [
    "AbandonAction",
    "AcceptDispute",
    "AdoptRouting",
    "AgreeToRelease",
    "AnswerStage",
    "AskAgain",
    "AskRecallAgain",
    "AssignSuspense",
    "AttributeStage",
    "AttributeSuspense",
    "BlockPayment",
    "BlockPayout",
    "CancelPayoutBatch",
    "CapturePayment",
    "ChargebackStage",
    "CheckPayoutLines",
    "CheckSettlement",
    "ConfirmDelivery",
    "DismissRemittance",
    "DisputeEscrow",
    "DisputeStages",
    "EnterFixings",
    "EscrowStage",
    "ExpireAuthorisation",
    "ExpireDispute",
    "ExpireQuote",
    "LockQuote",
    "Match",
    "OpenReceivingAccount",
    "Pay",
    "PayOut",
    "PayOutLine",
    "PayOutShare",
    "PayStage",
    "PayoutScreen",
    "RecallTransfer",
    "ReceiptStage",
    "ReceiveRemittance",
    "RecordAnswer",
    "RecordBankDebit",
    "RecordChargeback",
    "RecordCollectedTwice",
    "RecordDispute",
    "RecordFixings",
    "RecordPayoutReturn",
    "RecordQuotes",
    "RecordRecallAnswer",
    "RecordReceipt",
    "RecordRemittance",
    "RecordSettlement",
    "RefundPayment",
    "RefundReturn",
    "ReleaseDue",
    "ReleaseEscrow",
    "ReleasePayment",
    "ReleasePayout",
    "ReleaseReserve",
    "ResolveEscrow",
    "ReturnStage",
    "ReturnSuspense",
    "ReverseShare",
    "ReviewStage",
    "RollBackRouting",
    "SettleRemittance",
    "SettleStage",
    "StartPayoutBatch",
    "SubmitEvidence",
    "SubmitPayoutBatch",
    "SweepIncome",
    "TakeIn",
    "VoidPayment",
    "apply_abandon_action",
    "apply_accept_dispute",
    "apply_adopt_routing",
    "apply_ask_again",
    "apply_ask_recall_again",
    "apply_assign_suspense",
    "apply_cancel_batch",
    "apply_capture",
    "apply_check_lines",
    "apply_check_settlement",
    "apply_collected_twice",
    "apply_dismiss_remittance",
    "apply_enter_fixings",
    "apply_expire_authorisation",
    "apply_expire_dispute",
    "apply_expire_quote",
    "apply_lock_quote",
    "apply_open_receiving_account",
    "apply_pay_line",
    "apply_pay_out",
    "apply_pay_out_approved",
    "apply_pay_out_share",
    "apply_payout_return",
    "apply_recall",
    "apply_recall_answer",
    "apply_receive_remittance",
    "apply_record_bank_debit",
    "apply_record_fixings",
    "apply_record_quotes",
    "apply_record_remittance",
    "apply_refund",
    "apply_refund_return",
    "apply_release_reserve",
    "apply_reverse_share",
    "apply_roll_back_routing",
    "apply_settle_remittance",
    "apply_start_batch",
    "apply_start_batch_approved",
    "apply_submit_batch",
    "apply_submit_evidence",
    "apply_sweep",
    "apply_void",
    "book_unexpected",
    "came_to_nothing",
    "counts",
    "digest_of",
    "fixings_on",
    "initiate_payout",
    "match_messages",
    "paid_by",
    "payment_of",
    "prepare_assign_suspense",
    "prepare_bank_debit",
    "prepare_batch",
    "prepare_capture",
    "prepare_check_lines",
    "prepare_collected_twice",
    "prepare_dispute",
    "prepare_expire_authorisation",
    "prepare_expire_dispute",
    "prepare_paid",
    "prepare_pay_line",
    "prepare_pay_out",
    "prepare_payout_return",
    "prepare_recall",
    "prepare_record_remittance",
    "prepare_refund",
    "prepare_refund_return",
    "prepare_remittance",
    "prepare_reverse_share",
    "prepare_submit_batch",
    "prepare_sweep",
    "prepare_void",
    "rail_party",
    "read_only",
    "reference_of",
    "take_in",
]
