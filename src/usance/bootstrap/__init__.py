"""The only file that knows everybody: it fills the ports and names the money path.

`money_path` says, for each verb, its stages in story order; `subscriptions` say who reacts to
what after the commit. What comes from outside (rails, rate sources) enters through entry
points, our own by the same door as strangers'.
"""

from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points
from typing import Any, Final

from msgspec.structs import replace

from usance.adapters.marketplaces import errors as marketplaces_errors
from usance.adapters.messages import errors as messages_errors
from usance.bootstrap.payments import (
    fx_verbs,
    payment_verbs,
    payout_verbs,
    recall_verbs,
    receipt_verbs,
    release_gate,
    remittance_verbs,
    routing_verbs,
    split_verbs,
)
from usance.bootstrap.trade import customs_verbs, trade_verbs
from usance.bootstrap.verbs import by_two, verb
from usance.customs import errors as customs_errors
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
from usance.payments.events import (
    ExcessCollected,
    ExcessKept,
    LateSuccess,
    RemittanceDiffers,
    RemittanceReceived,
    SharesReady,
)
from usance.payments.handlers import pay_out_shares, refund_returned_goods, settle_remitted
from usance.payments.service import PayoutScreen
from usance.policy import errors as policy_errors
from usance.policy import service as policy
from usance.reporting import errors as reporting_errors
from usance.risk import errors as risk_errors
from usance.risk import service as risk
from usance.risk.events import CaseClosed
from usance.risk.gates import Drawdown
from usance.risk.handlers import (
    look_at_excess,
    look_at_kept_excess,
    look_at_late_success,
    look_at_remittance,
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
    parties_errors, ledger_errors, trade_errors, payments_errors, customs_errors, financing_errors,
    risk_errors, reporting_errors,
)  # fmt: skip


def subscriptions() -> tuple[Subscription, ...]:
    """Return who reacts to what, after the commit."""
    return (
        Subscription("financing.accept_under_mandate", OfferMade, accept_under_mandate),
        Subscription("payments.refund_returned_goods", GoodsReturned, refund_returned_goods),
        Subscription("payments.pay_out_shares", SharesReady, pay_out_shares),
        Subscription("payments.settle_remitted", RemittanceReceived, settle_remitted),
        Subscription("risk.settle_review", CaseClosed, settle_review),
        Subscription("risk.look_at_excess", ExcessCollected, look_at_excess),
        Subscription("risk.look_at_kept_excess", ExcessKept, look_at_kept_excess),
        Subscription("risk.look_at_late_success", LateSuccess, look_at_late_success),
        Subscription("risk.look_at_remittance", RemittanceDiffers, look_at_remittance),
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
        **trade_verbs(),
        **payment_verbs(screens),
        **payout_verbs(screens),
        **split_verbs(),
        **fx_verbs(),
        **routing_verbs(),
        **receipt_verbs(screens),
        **recall_verbs(),
        **remittance_verbs(),
        **customs_verbs(),
        **_financing_verbs(screens),
        **_risk_verbs(screens),
    }
    screened = _screened(path, screens)
    return screened | _proposals(screened)


def _screened(path: Path, screens: Screens) -> dict[str, Verb]:
    """Return the verbs with one more stage: whoever one of them pays out is screened.

    Of all of them, so that none is forgotten; where nobody was paid out it does nothing.
    """
    screen = Stage(PayoutScreen(release_gate(screens)).apply)
    return {
        name: replace(verb, stages=(*verb.stages, screen)) if verb.stages else verb
        for name, verb in path.items()
    }


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
        "adopt_policy": by_two(
            policy.AdoptPolicy, Stage(policy.apply_adopt_policy), "policy:write"
        ),
        "register_party": verb(
            parties.RegisterParty, parties.apply_register_party, "parties:write"
        ),
        "set_party_address": verb(
            parties.SetPartyAddress,
            parties.apply_set_party_address,
            "parties:write",
            parties.prepare_set_party_address,
        ),
        "register_bank_account": verb(
            parties.RegisterBankAccount, parties.apply_register_bank_account, "parties:write"
        ),
        "register_user": verb(parties.RegisterUser, parties.apply_register_user, "parties:write"),
        "set_party_status": verb(
            parties.SetPartyStatus, parties.apply_set_party_status, "parties:status"
        ),
        "grade_party": verb(parties.GradeParty, parties.apply_grade_party, "parties:grade"),
        "issue_key": verb(parties.IssueKey, parties.apply_issue_key, "keys:write"),
        "revoke_key": verb(parties.RevokeKey, parties.apply_revoke_key, "keys:write"),
    }


def _beneficiary_verbs() -> dict[str, Verb]:
    p, scope = parties, "beneficiaries:write"
    return {
        "register_beneficiary": verb(p.RegisterBeneficiary, p.apply_register_beneficiary, scope),
        "change_beneficiary": verb(p.ChangeBeneficiary, p.apply_change_beneficiary, scope),
        "close_beneficiary": verb(p.CloseBeneficiary, p.apply_close_beneficiary, scope),
        "record_payee_check": verb(p.RecordPayeeCheck, p.apply_record_payee_check),
    }


def _webhook_verbs() -> dict[str, Verb]:
    return {
        "create_webhook_endpoint": verb(
            parties.CreateWebhookEndpoint, parties.apply_create_webhook_endpoint, "webhooks:write"
        ),
        "update_webhook_endpoint": verb(
            parties.UpdateWebhookEndpoint, parties.apply_update_webhook_endpoint, "webhooks:write"
        ),
        "rotate_webhook_secret": verb(
            parties.RotateWebhookSecret, parties.apply_rotate_webhook_secret, "webhooks:write"
        ),
        "ping_webhook_endpoint": verb(
            parties.PingWebhookEndpoint, parties.apply_ping_webhook_endpoint, "webhooks:write"
        ),
        "delete_webhook_endpoint": verb(
            parties.DeleteWebhookEndpoint, parties.apply_delete_webhook_endpoint, "webhooks:write"
        ),
        "disable_webhook_endpoint": verb(
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
        "open_accounts": verb(ledger.OpenAccounts, ledger.apply_open_accounts, "ledger:post"),
        "create_accounts": verb(
            ledger.CreateAccounts, ledger.apply_create_accounts, "ledger:transfer"
        ),
        "create_named_transfers": Verb(
            ledger.CreateNamedTransfers, (Stage(named.apply, named.prepare),), "ledger:transfer"
        ),
        "expire_hold": verb(ledger.ExpireHold, ledger.apply_expire_hold),
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


def _financing_verbs(screens: Screens) -> dict[str, Verb]:
    accept = financing.AcceptStage(
        Drawdown(screens, risk.drawdown_thresholds, _is_frozen), OPERATOR
    )
    offer = financing.OfferStage(OPERATOR)
    order_offer = financing.OrderOfferStage(OPERATOR)
    return {
        "open_facility": by_two(
            financing.OpenFacility,
            Stage(financing.OpenFacilityStage(OPERATOR).apply),
            "facilities:write",
        ),
        "set_facility_status": verb(
            financing.SetFacilityStatus, financing.apply_set_facility_status, "facilities:write"
        ),
        "set_appetite": verb(
            financing.SetAppetite, financing.apply_set_appetite, "facilities:write"
        ),
        "receive_funds": Verb(
            financing.ReceiveFunds, (Stage(financing.ReceiveFundsStage(OPERATOR).apply),)
        ),
        "grant_mandate": verb(
            financing.GrantMandate, financing.apply_grant_mandate, "mandates:write"
        ),
        "revoke_mandate": verb(
            financing.RevokeMandate, financing.apply_revoke_mandate, "mandates:write"
        ),
        "request_offer": Verb(
            financing.RequestOffer,
            (Stage(offer.apply_request, offer.prepare_request),),
            "financing:accept",
        ),
        "request_order_offer": Verb(
            financing.RequestOrderOffer,
            (Stage(order_offer.apply, order_offer.prepare),),
            "financing:accept",
        ),
        "accept_offer": Verb(
            financing.AcceptOffer, (Stage(accept.apply, accept.prepare),), "financing:accept"
        ),
        "accept_under_mandate": Verb(
            financing.AcceptUnderMandate, (Stage(accept.apply_under_mandate, accept.prepare),)
        ),
        "expire_offer": verb(
            financing.ExpireOffer, financing.apply_expire_offer, "", financing.prepare_expire
        ),
        "accrue_advances": Verb(
            financing.AccrueAdvances, (Stage(financing.AccrueStage(OPERATOR).apply),)
        ),
        "mark_overdue": verb(
            financing.MarkOverdue, financing.apply_mark_overdue, "", financing.prepare_overdue
        ),
    }


def _risk_verbs(screens: Screens) -> dict[str, Verb]:
    loading = risk.WatchlistLoading(screens)
    return {
        "load_watchlist": Verb(
            risk.LoadWatchlist, (Stage(loading.apply, loading.prepare),), "lists:write"
        ),
        "open_case": verb(risk.OpenCase, risk.apply_open_case),
        "assess_case": verb(
            risk.AssessCase, risk.apply_assess_case, "cases:decide", risk.prepare_cases
        ),
        "close_case": verb(
            risk.CloseCase, risk.apply_close_case, "cases:decide", risk.prepare_cases
        ),
    }


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
