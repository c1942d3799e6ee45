"""The only file that knows everybody: it fills the ports and names the money path.

`money_path` says, for each verb, its stages in story order; `subscriptions` say who reacts to
what after the commit. What comes from outside (rails, rate sources) enters through entry
points, our own by the same door as strangers'.
"""

from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points
from typing import Any, Final

from usance.adapters.marketplaces import errors as marketplaces_errors
from usance.adapters.messages import errors as messages_errors
from usance.evidence import tables as _evidence_tables  # noqa: F401 - declares its tables
from usance.financing import errors as financing_errors
from usance.financing import service as financing
from usance.financing.events import OfferMade
from usance.financing.handlers import accept_under_mandate
from usance.kernel import errors as kernel_errors
from usance.kernel.draft import Draft
from usance.kernel.errors import Code
from usance.kernel.ids import PartyId
from usance.ledger import errors as ledger_errors
from usance.ledger import service as ledger
from usance.parties import errors as parties_errors
from usance.parties import service as parties
from usance.parties.model import OPERATOR, PartyStatus
from usance.payments import errors as payments_errors
from usance.payments import service as payments
from usance.payments.events import ExcessCollected, ExcessKept, LateSuccess, SharesReady
from usance.payments.handlers import pay_out_shares, refund_returned_goods
from usance.policy import errors as policy_errors
from usance.policy import service as policy
from usance.reporting import errors as reporting_errors
from usance.risk import errors as risk_errors
from usance.risk import service as risk
from usance.risk.events import CaseClosed
from usance.risk.gates import Drawdown, Release
from usance.risk.handlers import (
    look_at_excess,
    look_at_kept_excess,
    look_at_late_success,
    settle_review,
)
from usance.risk.service import Screens
from usance.runtime import commands as runtime_commands
from usance.runtime.commands import Beat, FourEyes, Path, Stage, Tick, Verb
from usance.runtime.reactions import Subscription
from usance.trade import errors as trade_errors
from usance.trade import tables as _trade_tables  # noqa: F401 - declares its tables
from usance.trade.events import GoodsReturned

_CHAPTERS_ERRORS: Final = (
    marketplaces_errors, messages_errors, kernel_errors, runtime_commands, policy_errors,
    parties_errors, ledger_errors, trade_errors, payments_errors, financing_errors, risk_errors,
    reporting_errors,
)  # fmt: skip


def subscriptions() -> tuple[Subscription, ...]:
    """Return who reacts to what, after the commit."""
    return (
        Subscription("financing.accept_under_mandate", OfferMade, accept_under_mandate),
        Subscription("payments.refund_returned_goods", GoodsReturned, refund_returned_goods),
        Subscription("payments.pay_out_shares", SharesReady, pay_out_shares),
        Subscription("risk.settle_review", CaseClosed, settle_review),
        Subscription("risk.look_at_excess", ExcessCollected, look_at_excess),
        Subscription("risk.look_at_kept_excess", ExcessKept, look_at_kept_excess),
        Subscription("risk.look_at_late_success", LateSuccess, look_at_late_success),
    )


def money_path(screens: Screens) -> Path:
    """Return every engine verb with its stages, in the order of the story.

    screens: the indexes of the adopted watchlists, shared with the worker that readies them.
    """
    path = {
        "tick": Verb(Tick, ()),
        "beat": Verb(Beat, ()),
        **_policy_and_parties(),
        **_beneficiary_verbs(),
        **_webhook_verbs(),
        **_ledger_verbs(),
        **_payment_verbs(screens),
        **_payout_verbs(),
        **_split_verbs(),
        **_fx_verbs(),
        **_routing_verbs(),
        **_receipt_verbs(screens),
        **_recall_verbs(),
        **_financing_verbs(screens),
        **_risk_verbs(screens),
    }
    return path | _proposals(path)


def _proposals(path: Path) -> dict[str, Verb]:
    """Return the verbs by which two people ask together for those that need four eyes."""
    stage = parties.FourEyesStage(path)
    return {
        "propose": Verb(
            parties.Propose,
            (Stage(stage.apply_propose, stage.prepare_trial),),
            "proposals:write",
            alone=True,
        ),
        "approve": Verb(
            parties.Approve,
            (Stage(stage.apply_approve, stage.prepare_approval),),
            "proposals:approve",
            alone=True,
        ),
        "reject": Verb(
            parties.Reject,
            (Stage(parties.apply_reject, parties.prepare_rejection),),
            "proposals:approve",
        ),
    }


def _policy_and_parties() -> dict[str, Verb]:
    return {
        "adopt_policy": _by_two(
            policy.AdoptPolicy, Stage(policy.apply_adopt_policy), "policy:write"
        ),
        "register_party": _verb(
            parties.RegisterParty, parties.apply_register_party, "parties:write"
        ),
        "register_bank_account": _verb(
            parties.RegisterBankAccount, parties.apply_register_bank_account, "parties:write"
        ),
        "register_user": _verb(parties.RegisterUser, parties.apply_register_user, "parties:write"),
        "set_party_status": _verb(
            parties.SetPartyStatus, parties.apply_set_party_status, "parties:status"
        ),
        "grade_party": _verb(parties.GradeParty, parties.apply_grade_party, "parties:grade"),
        "issue_key": _verb(parties.IssueKey, parties.apply_issue_key, "keys:write"),
        "revoke_key": _verb(parties.RevokeKey, parties.apply_revoke_key, "keys:write"),
    }


def _beneficiary_verbs() -> dict[str, Verb]:
    p, scope = parties, "beneficiaries:write"
    return {
        "register_beneficiary": _verb(p.RegisterBeneficiary, p.apply_register_beneficiary, scope),
        "change_beneficiary": _verb(p.ChangeBeneficiary, p.apply_change_beneficiary, scope),
        "close_beneficiary": _verb(p.CloseBeneficiary, p.apply_close_beneficiary, scope),
        "record_payee_check": _verb(p.RecordPayeeCheck, p.apply_record_payee_check),
    }


def _webhook_verbs() -> dict[str, Verb]:
    return {
        "create_webhook_endpoint": _verb(
            parties.CreateWebhookEndpoint, parties.apply_create_webhook_endpoint, "webhooks:write"
        ),
        "update_webhook_endpoint": _verb(
            parties.UpdateWebhookEndpoint, parties.apply_update_webhook_endpoint, "webhooks:write"
        ),
        "rotate_webhook_secret": _verb(
            parties.RotateWebhookSecret, parties.apply_rotate_webhook_secret, "webhooks:write"
        ),
        "ping_webhook_endpoint": _verb(
            parties.PingWebhookEndpoint, parties.apply_ping_webhook_endpoint, "webhooks:write"
        ),
        "delete_webhook_endpoint": _verb(
            parties.DeleteWebhookEndpoint, parties.apply_delete_webhook_endpoint, "webhooks:write"
        ),
        "disable_webhook_endpoint": _verb(
            parties.DisableWebhookEndpoint, parties.apply_disable_webhook_endpoint
        ),
    }


def _ledger_verbs() -> dict[str, Verb]:
    transfers = ledger.TransferStage()
    reversals = ledger.ReversalStage()
    reversal = (Stage(reversals.apply, reversals.prepare),)
    closing = ledger.ClosePeriodStage()
    named = ledger.NamedTransferStage(transfers)
    return {
        "open_accounts": _verb(ledger.OpenAccounts, ledger.apply_open_accounts, "ledger:post"),
        "create_accounts": _verb(
            ledger.CreateAccounts, ledger.apply_create_accounts, "ledger:transfer"
        ),
        "create_named_transfers": Verb(
            ledger.CreateNamedTransfers, (Stage(named.apply, named.prepare),), "ledger:transfer"
        ),
        "expire_hold": _verb(ledger.ExpireHold, ledger.apply_expire_hold),
        "create_transfers": Verb(
            ledger.CreateTransfers,
            (Stage(transfers.apply, transfers.prepare),),
            "ledger:post",
            four_eyes=FourEyes(
                then=(Stage(ledger.apply_all_or_none),), completed=ledger.completed_transfers
            ),
        ),
        "reverse_transfers": Verb(
            ledger.ReverseTransfers, reversal, "ledger:post", four_eyes=FourEyes(), alone=True
        ),
        "correct_transfers": Verb(
            ledger.CorrectTransfers,
            reversal,
            "ledger:post",
            four_eyes=FourEyes(completed=ledger.completed_correction),
            alone=True,
        ),
        "close_period": Verb(
            ledger.ClosePeriod,
            (Stage(closing.apply, closing.prepare),),
            "ledger:close",
            # To add up a whole period only to see whether it could be closed is too much.
            four_eyes=FourEyes(trial=(Stage(ledger.try_close_period),)),
            alone=True,
        ),
    }


def _payment_verbs(screens: Screens) -> dict[str, Verb]:
    claim = financing.Waterfall(OPERATOR)
    gate = Release(screens, risk.release_thresholds)
    pay = payments.PayStage(gate)
    review = payments.ReviewStage(gate)
    answer = payments.AnswerStage(claim)
    offer = financing.OfferStage(OPERATOR)
    settle = payments.SettleStage(claim)
    chargeback = payments.ChargebackStage(claim)
    return {
        "record_fixings": _verb(payments.RecordFixings, payments.apply_record_fixings),
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
        "refund": _verb(
            payments.RefundPayment, payments.apply_refund, "refunds:write", payments.prepare_refund
        ),
        "refund_return": _verb(
            payments.RefundReturn,
            payments.apply_refund_return,
            "refunds:write",
            payments.prepare_refund_return,
        ),
        **_capture_verbs(),
        **_dispute_verbs(claim),
        "release_payment": Verb(
            payments.ReleasePayment, (Stage(review.apply_release, review.prepare),)
        ),
        "block_payment": Verb(payments.BlockPayment, (Stage(review.apply_block, review.prepare),)),
        "ask_again": _verb(payments.AskAgain, payments.apply_ask_again),
        "check_settlement": _verb(payments.CheckSettlement, payments.apply_check_settlement),
        "release_reserve": _verb(payments.ReleaseReserve, payments.apply_release_reserve),
    }


def _payout_verbs() -> dict[str, Verb]:
    p, scope = payments, "payouts:write"
    # What one person may not do alone is a verb of its own: only two can ask for it.
    return {
        "pay_out": _verb(p.PayOut, p.apply_pay_out, scope, p.prepare_pay_out),
        "pay_out_approved": _verb(
            p.PayOut, p.apply_pay_out_approved, scope, p.prepare_pay_out, FourEyes()
        ),
        "submit_payout_batch": _verb(
            p.SubmitPayoutBatch, p.apply_submit_batch, scope, p.prepare_submit_batch
        ),
        "start_payout_batch": _verb(
            p.StartPayoutBatch, p.apply_start_batch, scope, p.prepare_batch
        ),
        "start_payout_batch_approved": _verb(
            p.StartPayoutBatch, p.apply_start_batch_approved, scope, p.prepare_batch, FourEyes()
        ),
        "cancel_payout_batch": _verb(
            p.CancelPayoutBatch, p.apply_cancel_batch, scope, p.prepare_batch
        ),
        "check_payout_lines": _verb(
            p.CheckPayoutLines, p.apply_check_lines, "", p.prepare_check_lines
        ),
        "pay_out_line": _verb(p.PayOutLine, p.apply_pay_line, "", p.prepare_pay_line),
        "record_payout_return": _verb(
            p.RecordPayoutReturn, p.apply_payout_return, "", p.prepare_payout_return
        ),
    }


def _split_verbs() -> dict[str, Verb]:
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
        "pay_out_share": _verb(payments.PayOutShare, payments.apply_pay_out_share),
        "sweep_income": Verb(
            payments.SweepIncome,
            (Stage(payments.apply_sweep, payments.prepare_sweep),),
            "income:sweep",
            four_eyes=FourEyes(),
            alone=True,
        ),
        "reverse_share": _by_two(
            payments.ReverseShare,
            Stage(payments.apply_reverse_share, payments.prepare_reverse_share),
            "escrow:write",
        ),
    }


def _dispute_verbs(claim: financing.Waterfall) -> dict[str, Verb]:
    p, stages = payments, payments.DisputeStages(claim)
    return {
        "record_dispute": Verb(payments.RecordDispute, (Stage(stages.apply, stages.prepare),)),
        "record_collected_twice": _verb(
            p.RecordCollectedTwice, p.apply_collected_twice, "", p.prepare_collected_twice
        ),
        "submit_evidence": _verb(
            p.SubmitEvidence, p.apply_submit_evidence, "payments:write", p.prepare_dispute
        ),
        "accept_dispute": _verb(
            p.AcceptDispute, p.apply_accept_dispute, "payments:write", p.prepare_dispute
        ),
        "expire_dispute": _verb(
            p.ExpireDispute, p.apply_expire_dispute, "", p.prepare_expire_dispute
        ),
    }


def _capture_verbs() -> dict[str, Verb]:
    return {
        "capture": _verb(
            payments.CapturePayment,
            payments.apply_capture,
            "payments:write",
            payments.prepare_capture,
        ),
        "void": _verb(
            payments.VoidPayment, payments.apply_void, "payments:write", payments.prepare_void
        ),
        "expire_authorisation": _verb(
            payments.ExpireAuthorisation, payments.apply_expire_authorisation
        ),
        "abandon_action": _verb(payments.AbandonAction, payments.apply_abandon_action),
    }


def _fx_verbs() -> dict[str, Verb]:
    return {
        "enter_fixings": _by_two(
            payments.EnterFixings, Stage(payments.apply_enter_fixings), "policy:write"
        ),
        "record_quotes": _verb(payments.RecordQuotes, payments.apply_record_quotes),
        "lock_quote": _verb(payments.LockQuote, payments.apply_lock_quote, "payments:write"),
        "expire_quote": _verb(payments.ExpireQuote, payments.apply_expire_quote),
    }


def _routing_verbs() -> dict[str, Verb]:
    return {
        "adopt_routing": _by_two(
            payments.AdoptRouting, Stage(payments.apply_adopt_routing), "policy:write"
        ),
        "roll_back_routing": _by_two(
            payments.RollBackRouting, Stage(payments.apply_roll_back_routing), "policy:write"
        ),
    }


def _receipt_verbs(screens: Screens) -> dict[str, Verb]:
    """Return what is done with money that comes in by itself, and with money without an owner."""
    gate, claim = Release(screens, risk.release_thresholds), financing.Waterfall(OPERATOR)
    receipt = payments.ReceiptStage(gate, claim)
    attribute = payments.AttributeStage(gate, claim)
    back = payments.ReturnStage(gate)
    return {
        "open_receiving_account": _verb(
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
        "attribute_suspense": _by_two(
            payments.AttributeSuspense,
            Stage(attribute.apply, attribute.prepare),
            "reconciliation:write",
        ),
        "record_bank_debit": _by_two(
            payments.RecordBankDebit,
            Stage(payments.apply_record_bank_debit, payments.prepare_bank_debit),
            "reconciliation:write",
        ),
        "return_suspense": _by_two(
            payments.ReturnSuspense, Stage(back.apply, back.prepare), "reconciliation:write"
        ),
    }


def _recall_verbs() -> dict[str, Verb]:
    prepare = payments.prepare_recall
    return {
        "recall_transfer": Verb(
            payments.RecallTransfer, (Stage(payments.apply_recall, prepare),), "payouts:write"
        ),
        "record_recall_answer": Verb(
            payments.RecordRecallAnswer, (Stage(payments.apply_recall_answer, prepare),)
        ),
        "ask_recall_again": _verb(payments.AskRecallAgain, payments.apply_ask_recall_again),
    }


def _financing_verbs(screens: Screens) -> dict[str, Verb]:
    accept = financing.AcceptStage(
        Drawdown(screens, risk.drawdown_thresholds, _is_frozen), OPERATOR
    )
    offer = financing.OfferStage(OPERATOR)
    return {
        "open_facility": _by_two(
            financing.OpenFacility,
            Stage(financing.OpenFacilityStage(OPERATOR).apply),
            "facilities:write",
        ),
        "set_facility_status": _verb(
            financing.SetFacilityStatus, financing.apply_set_facility_status, "facilities:write"
        ),
        "receive_funds": Verb(
            financing.ReceiveFunds, (Stage(financing.ReceiveFundsStage(OPERATOR).apply),)
        ),
        "grant_mandate": _verb(
            financing.GrantMandate, financing.apply_grant_mandate, "mandates:write"
        ),
        "revoke_mandate": _verb(
            financing.RevokeMandate, financing.apply_revoke_mandate, "mandates:write"
        ),
        "request_offer": Verb(
            financing.RequestOffer,
            (Stage(offer.apply_request, offer.prepare_request),),
            "financing:accept",
        ),
        "accept_offer": Verb(
            financing.AcceptOffer, (Stage(accept.apply, accept.prepare),), "financing:accept"
        ),
        "accept_under_mandate": Verb(
            financing.AcceptUnderMandate, (Stage(accept.apply_under_mandate, accept.prepare),)
        ),
        "expire_offer": _verb(
            financing.ExpireOffer, financing.apply_expire_offer, "", financing.prepare_expire
        ),
        "mark_overdue": _verb(
            financing.MarkOverdue, financing.apply_mark_overdue, "", financing.prepare_overdue
        ),
    }


def _risk_verbs(screens: Screens) -> dict[str, Verb]:
    loading = risk.WatchlistLoading(screens)
    return {
        "load_watchlist": Verb(
            risk.LoadWatchlist, (Stage(loading.apply, loading.prepare),), "lists:write"
        ),
        "open_case": _verb(risk.OpenCase, risk.apply_open_case),
        "assess_case": _verb(
            risk.AssessCase, risk.apply_assess_case, "cases:decide", risk.prepare_cases
        ),
        "close_case": _verb(
            risk.CloseCase, risk.apply_close_case, "cases:decide", risk.prepare_cases
        ),
    }


def _verb(
    body: type[Any],
    apply: Any,  # noqa: ANN401 - any stage
    scope: str = "",
    prepare: Any = None,  # noqa: ANN401 - any stage
    four_eyes: FourEyes | None = None,
) -> Verb:
    return Verb(body, (Stage(apply, prepare),), scope, four_eyes)


def _by_two(body: type[Any], stage: Stage, scope: str) -> Verb:
    """Return a verb that one person asks for and another one approves."""
    return Verb(body, (stage,), scope, four_eyes=FourEyes())


def _is_frozen(draft: Draft, party_id: PartyId) -> bool:
    party = parties.party_of(draft, party_id)
    return party is not None and party.status is PartyStatus.FROZEN


def catalogue() -> Mapping[str, Code]:
    """Return every way to say no, by its code. The same code twice is a bug."""
    codes: dict[str, Code] = {}
    for chapter in _CHAPTERS_ERRORS:
        for code in chapter.CODES:
            known = codes.setdefault(code.code, code)
            assert known == code, f"{code.code} means two things"
    return codes


def plugged(group: str) -> Iterator[tuple[str, Any]]:
    """Yield what is plugged into a socket (`rails`, `rates`, …), ours and strangers'."""
    for point in sorted(entry_points(group=f"usance.{group}"), key=lambda each: each.name):
        yield point.name, point.load()
