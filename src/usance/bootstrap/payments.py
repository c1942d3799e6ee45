"""The verbs of payments with their stages, in the order of the story."""

from typing import Any

from usance.bootstrap.verbs import by_two, verb
from usance.financing import service as financing
from usance.parties.model import OPERATOR
from usance.payments import service as payments
from usance.risk import service as risk
from usance.risk.gates import Release
from usance.risk.service import Screens
from usance.runtime.commands import FourEyes, Stage, Verb


def release_gate(screens: Screens) -> Release:
    """Return the gate that judges what comes in and what goes out."""
    return Release(screens, risk.release_thresholds, risk.payout_thresholds)


def payment_verbs(screens: Screens) -> dict[str, Verb]:
    claim = financing.Waterfall(OPERATOR)
    gate = release_gate(screens)
    pay = payments.PayStage(gate)
    review = payments.ReviewStage(gate)
    answer = payments.AnswerStage(claim)
    offer = financing.OfferStage(OPERATOR)
    settle = payments.SettleStage(claim)
    chargeback = payments.ChargebackStage(claim)
    return {
        "record_fixings": verb(payments.RecordFixings, payments.apply_record_fixings),
        "pay": Verb(payments.Pay, (Stage(pay.apply, pay.prepare),), "payments:write"),
        "record_answer": Verb(
            payments.RecordAnswer,
            (Stage(answer.apply, answer.prepare), Stage(offer.apply_offer)),
        ),
        "record_settlement": Verb(
            payments.RecordSettlement, (Stage(settle.apply, settle.prepare),)
        ),
        "record_chargeback": Verb(
            payments.RecordChargeback, (Stage(chargeback.apply, chargeback.prepare),)
        ),
        "refund": verb(
            payments.RefundPayment, payments.apply_refund, "refunds:write", payments.prepare_refund
        ),
        "refund_return": verb(
            payments.RefundReturn,
            payments.apply_refund_return,
            "refunds:write",
            payments.prepare_refund_return,
        ),
        **capture_verbs(),
        **dispute_verbs(claim),
        "release_payment": Verb(
            payments.ReleasePayment, (Stage(review.apply_release, review.prepare),)
        ),
        "block_payment": Verb(payments.BlockPayment, (Stage(review.apply_block, review.prepare),)),
        "ask_again": verb(payments.AskAgain, payments.apply_ask_again),
        "check_settlement": verb(payments.CheckSettlement, payments.apply_check_settlement),
        "release_reserve": verb(payments.ReleaseReserve, payments.apply_release_reserve),
    }


def payout_verbs(screens: Screens) -> dict[str, Verb]:
    p, scope = payments, "payouts:write"
    screen = payments.PayoutScreen(release_gate(screens))
    # What one person may not do alone is a verb of its own: only two can ask for it.
    return {
        "pay_out": verb(p.PayOut, p.apply_pay_out, scope, p.prepare_pay_out),
        "pay_out_approved": verb(
            p.PayOut, p.apply_pay_out_approved, scope, p.prepare_pay_out, FourEyes()
        ),
        "submit_payout_batch": verb(
            p.SubmitPayoutBatch, p.apply_submit_batch, scope, p.prepare_submit_batch
        ),
        "start_payout_batch": verb(p.StartPayoutBatch, p.apply_start_batch, scope, p.prepare_batch),
        "start_payout_batch_approved": verb(
            p.StartPayoutBatch, p.apply_start_batch_approved, scope, p.prepare_batch, FourEyes()
        ),
        "cancel_payout_batch": verb(
            p.CancelPayoutBatch, p.apply_cancel_batch, scope, p.prepare_batch
        ),
        "check_payout_lines": verb(
            p.CheckPayoutLines, p.apply_check_lines, "", p.prepare_check_lines
        ),
        "pay_out_line": verb(p.PayOutLine, p.apply_pay_line, "", p.prepare_pay_line),
        "release_payout": Verb(p.ReleasePayout, (Stage(screen.apply_release, screen.prepare),)),
        "block_payout": Verb(p.BlockPayout, (Stage(screen.apply_block, screen.prepare),)),
        "record_payout_return": verb(
            p.RecordPayoutReturn, p.apply_payout_return, "", p.prepare_payout_return
        ),
    }


def split_verbs() -> dict[str, Verb]:
    escrow = payments.EscrowStage(financing.Waterfall(OPERATOR))

    def _of(body: type[Any], apply: Any, scope: str = "", *, two: bool = False) -> Verb:  # noqa: ANN401
        return Verb(
            body,
            (Stage(apply, escrow.prepare),),
            scope,
            four_eyes=FourEyes() if two else None,
        )

    return {
        "confirm_delivery": _of(
            payments.ConfirmDelivery, escrow.apply_confirm_delivery, "escrow:write"
        ),
        "agree_to_release": _of(payments.AgreeToRelease, escrow.apply_agree, "escrow:agree"),
        "dispute_escrow": _of(payments.DisputeEscrow, escrow.apply_dispute, "escrow:agree"),
        "release_escrow": _of(
            payments.ReleaseEscrow, escrow.apply_release, "escrow:write", two=True
        ),
        "resolve_escrow": _of(
            payments.ResolveEscrow, escrow.apply_resolve, "escrow:write", two=True
        ),
        "release_due_escrow": _of(payments.ReleaseDue, escrow.apply_release_due),
        "pay_out_share": verb(payments.PayOutShare, payments.apply_pay_out_share),
        "sweep_income": Verb(
            payments.SweepIncome,
            (Stage(payments.apply_sweep, payments.prepare_sweep),),
            "income:sweep",
            four_eyes=FourEyes(),
            alone=True,
        ),
        "reverse_share": by_two(
            payments.ReverseShare,
            Stage(payments.apply_reverse_share, payments.prepare_reverse_share),
            "escrow:write",
        ),
    }


def dispute_verbs(claim: financing.Waterfall) -> dict[str, Verb]:
    p, stages = payments, payments.DisputeStages(claim)
    return {
        "record_dispute": Verb(payments.RecordDispute, (Stage(stages.apply, stages.prepare),)),
        "record_collected_twice": verb(
            p.RecordCollectedTwice, p.apply_collected_twice, "", p.prepare_collected_twice
        ),
        "submit_evidence": verb(
            p.SubmitEvidence, p.apply_submit_evidence, "payments:write", p.prepare_dispute
        ),
        "accept_dispute": verb(
            p.AcceptDispute, p.apply_accept_dispute, "payments:write", p.prepare_dispute
        ),
        "expire_dispute": verb(
            p.ExpireDispute, p.apply_expire_dispute, "", p.prepare_expire_dispute
        ),
    }


def capture_verbs() -> dict[str, Verb]:
    return {
        "capture": verb(
            payments.CapturePayment,
            payments.apply_capture,
            "payments:write",
            payments.prepare_capture,
        ),
        "void": verb(
            payments.VoidPayment, payments.apply_void, "payments:write", payments.prepare_void
        ),
        "expire_authorisation": Verb(
            payments.ExpireAuthorisation,
            (Stage(payments.apply_expire_authorisation, payments.prepare_expire_authorisation),),
        ),
        "abandon_action": verb(payments.AbandonAction, payments.apply_abandon_action),
    }


def fx_verbs() -> dict[str, Verb]:
    return {
        "enter_fixings": by_two(
            payments.EnterFixings, Stage(payments.apply_enter_fixings), "policy:write"
        ),
        "record_quotes": verb(payments.RecordQuotes, payments.apply_record_quotes),
        "lock_quote": verb(payments.LockQuote, payments.apply_lock_quote, "payments:write"),
        "expire_quote": verb(payments.ExpireQuote, payments.apply_expire_quote),
    }


def routing_verbs() -> dict[str, Verb]:
    return {
        "adopt_routing": by_two(
            payments.AdoptRouting, Stage(payments.apply_adopt_routing), "policy:write"
        ),
        "roll_back_routing": by_two(
            payments.RollBackRouting, Stage(payments.apply_roll_back_routing), "policy:write"
        ),
    }


def receipt_verbs(screens: Screens) -> dict[str, Verb]:
    """Return what is done with money that comes in by itself, and with money without an owner."""
    gate, claim = release_gate(screens), financing.Waterfall(OPERATOR)
    receipt = payments.ReceiptStage(gate, claim)
    attribute = payments.AttributeStage(gate, claim)
    back = payments.ReturnStage(gate)
    return {
        "open_receiving_account": verb(
            payments.OpenReceivingAccount,
            payments.apply_open_receiving_account,
            "receiving_accounts:write",
        ),
        "record_receipt": Verb(payments.RecordReceipt, (Stage(receipt.apply, receipt.prepare),)),
        "assign_suspense": Verb(
            payments.AssignSuspense,
            (Stage(payments.apply_assign_suspense, payments.prepare_assign_suspense),),
            "reconciliation:write",
        ),
        "attribute_suspense": by_two(
            payments.AttributeSuspense,
            Stage(attribute.apply, attribute.prepare),
            "reconciliation:write",
        ),
        "record_bank_debit": by_two(
            payments.RecordBankDebit,
            Stage(payments.apply_record_bank_debit, payments.prepare_bank_debit),
            "reconciliation:write",
        ),
        "return_suspense": by_two(
            payments.ReturnSuspense, Stage(back.apply, back.prepare), "reconciliation:write"
        ),
    }


def recall_verbs() -> dict[str, Verb]:
    prepare = payments.prepare_recall
    return {
        "recall_transfer": Verb(
            payments.RecallTransfer, (Stage(payments.apply_recall, prepare),), "payouts:write"
        ),
        "record_recall_answer": Verb(
            payments.RecordRecallAnswer, (Stage(payments.apply_recall_answer, prepare),)
        ),
        "ask_recall_again": verb(payments.AskRecallAgain, payments.apply_ask_recall_again),
    }


def remittance_verbs() -> dict[str, Verb]:
    p, scope = payments, "reconciliation:write"
    return {
        "record_remittance": Verb(
            p.RecordRemittance, (Stage(p.apply_record_remittance, p.prepare_record_remittance),)
        ),
        "receive_remittance": verb(
            p.ReceiveRemittance, p.apply_receive_remittance, "", p.prepare_remittance
        ),
        "settle_remittance": by_two(
            p.SettleRemittance, Stage(p.apply_settle_remittance, p.prepare_remittance), scope
        ),
        "dismiss_remittance": by_two(
            p.DismissRemittance, Stage(p.apply_dismiss_remittance, p.prepare_remittance), scope
        ),
    }
