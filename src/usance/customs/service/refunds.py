"""A seller – claims – a tax refund; the tax office – approves, pays, refuses – it."""

from collections.abc import Sequence
from datetime import date

from usance.customs.errors import (
    DECLARATION_ALREADY_CLAIMED,
    EXCEEDS_CLAIM,
    EXPECTED_IN_THE_PAST,
    TAX_REFUND_NOT_OPEN,
    UNKNOWN_TAX_REFUND,
)
from usance.customs.events import (
    TaxRefundApproved,
    TaxRefundClaimed,
    TaxRefundPaid,
    TaxRefundRefused,
)
from usance.customs.model import MAY_BECOME, ClaimedDeclaration, TaxRefund, TaxRefundStatus
from usance.customs.tables import DECLARATIONS, TAX_REFUNDS
from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.forms import (
    malformed_number,
    malformed_text,
    normalised_number,
    not_positive,
    not_yet,
)
from usance.kernel.ids import PartyId, TaxRefundId
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.parties.model import PartyKind
from usance.parties.service import party_of_kind
from usance.runtime.commands import Command, Loader
from usance.trade.errors import OTHER_CURRENCY


class ClaimTaxRefund(Record, frozen=True):
    """Claim a tax back for goods that left the country. See `model.TaxRefund`."""

    seller_id: PartyId
    tax_office_id: PartyId
    declaration_no: str
    amount: Money
    expected_on: date


class ApproveTaxRefund(Record, frozen=True):
    """The office will pay an amount. expected_on: None for the day that was expected before."""

    tax_refund_id: TaxRefundId
    amount: Money
    expected_on: date | None = None


class RecordTaxRefundPayment(Record, frozen=True):
    """The office has paid, once and for all. receipt: the number under which the money came."""

    tax_refund_id: TaxRefundId
    amount: Money
    paid_on: date
    receipt: str


class RefuseTaxRefund(Record, frozen=True):
    """The office does not pay, or takes its approval back."""

    tax_refund_id: TaxRefundId
    reason: str


async def prepare_tax_refunds(loader: Loader, refunds: Sequence[TaxRefundId]) -> None:
    """Make tax refunds visible."""
    await loader.rows(TAX_REFUNDS, refunds)


def tax_refund_of(draft: Draft, refund_id: TaxRefundId) -> TaxRefund | None:
    """Return a tax refund that was made visible."""
    return draft.get(TAX_REFUNDS, refund_id)


async def prepare_claim(loader: Loader, commands: Sequence[Command]) -> None:
    """Load the latest claims of the declarations."""
    bodies = [command.body for command in commands]
    numbers = [
        normalised_number(body.declaration_no)
        for body in bodies
        if isinstance(body, ClaimTaxRefund)
    ]
    await loader.rows(DECLARATIONS, numbers)
    known = [loader.get(DECLARATIONS, number) for number in numbers]
    await prepare_tax_refunds(loader, [each.tax_refund_id for each in known if each is not None])


def apply_claim(draft: Draft, body: ClaimTaxRefund, _facts: object) -> Refusal | None:
    """Claim a refund for a declaration that has no claim but a refused one.

    Refuses: malformed_text, negative_amount, expected_in_the_past, unknown_party,
    party_of_another_kind, declaration_already_claimed.
    """
    refusal = malformed_number(declaration_no=body.declaration_no)
    refusal = refusal or not_positive(amount=body.amount) or _over(draft, body.expected_on)
    if refusal is not None:
        return refusal
    for field, party_id, kind in (
        ("seller_id", body.seller_id, PartyKind.SELLER),
        ("tax_office_id", body.tax_office_id, PartyKind.PAYEE),
    ):
        party = party_of_kind(draft, field, party_id, kind)
        if isinstance(party, Refusal):
            return party
    number = normalised_number(body.declaration_no)
    known = draft.get(DECLARATIONS, number)
    latest = None if known is None else draft.get(TAX_REFUNDS, known.tax_refund_id)
    if latest is not None and latest.status is not TaxRefundStatus.REFUSED:
        return DECLARATION_ALREADY_CLAIMED.refuse("declaration_no", body.declaration_no)
    refund = TaxRefund(
        id=draft.new_id(TaxRefundId),
        seller_id=body.seller_id,
        tax_office_id=body.tax_office_id,
        declaration_no=body.declaration_no,
        amount=body.amount,
        expected_on=body.expected_on,
        status=TaxRefundStatus.CLAIMED,
        claimed_at=draft.now,
    )
    draft.put(TAX_REFUNDS, refund)
    draft.put(DECLARATIONS, ClaimedDeclaration(number, refund.id))
    draft.tell(
        TaxRefundClaimed(
            refund.id,
            refund.seller_id,
            refund.tax_office_id,
            refund.declaration_no,
            refund.amount,
            refund.expected_on,
        )
    )
    return None


async def prepare_answer(loader: Loader, commands: Sequence[Command]) -> None:
    """Load the refunds of which an office has said something."""
    await prepare_tax_refunds(
        loader,
        [
            command.body.tax_refund_id
            for command in commands
            if isinstance(command.body, ApproveTaxRefund | RecordTaxRefundPayment | RefuseTaxRefund)
        ],
    )


def apply_approve(draft: Draft, body: ApproveTaxRefund, _facts: object) -> Refusal | None:
    """Take down what the office will pay.

    Refuses: negative_amount, expected_in_the_past, unknown_tax_refund, tax_refund_not_open,
    other_currency, exceeds_claim.
    """
    refusal = not_positive(amount=body.amount)
    refusal = refusal or (body.expected_on and _over(draft, body.expected_on)) or None
    if refusal is not None:
        return refusal
    refund = _that_may_become(draft, body.tax_refund_id, TaxRefundStatus.APPROVED)
    if isinstance(refund, Refusal):
        return refund
    if body.amount.currency != refund.amount.currency:
        return OTHER_CURRENCY.refuse("amount", body.amount)
    if body.amount.minor > refund.amount.minor:
        return EXCEEDS_CLAIM.refuse("amount", body.amount)
    expected_on = body.expected_on or refund.expected_on
    approved = replace(
        refund,
        status=TaxRefundStatus.APPROVED,
        approved=body.amount,
        approved_at=draft.now,
        expected_on=expected_on,
    )
    draft.put(TAX_REFUNDS, approved)
    draft.tell(
        TaxRefundApproved(
            refund.id,
            refund.seller_id,
            refund.tax_office_id,
            refund.amount,
            body.amount,
            expected_on,
        )
    )
    return None


def apply_payment(draft: Draft, body: RecordTaxRefundPayment, _facts: object) -> Refusal | None:
    """Take down what the office has paid, more or less than it had approved.

    Refuses: malformed_text, negative_amount, in_the_future, unknown_tax_refund,
    tax_refund_not_open, other_currency.
    """
    refusal = malformed_text(receipt=body.receipt) or not_positive(amount=body.amount)
    refusal = refusal or not_yet(draft.now, paid_on=body.paid_on)
    if refusal is not None:
        return refusal
    refund = _that_may_become(draft, body.tax_refund_id, TaxRefundStatus.PAID)
    if isinstance(refund, Refusal):
        return refund
    if body.amount.currency != refund.amount.currency:
        return OTHER_CURRENCY.refuse("amount", body.amount)
    paid = replace(
        refund,
        status=TaxRefundStatus.PAID,
        paid=body.amount,
        paid_on=body.paid_on,
        receipt=body.receipt,
    )
    draft.put(TAX_REFUNDS, paid)
    draft.tell(
        TaxRefundPaid(
            refund.id,
            refund.seller_id,
            refund.tax_office_id,
            refund.approved or refund.amount,
            body.amount,
            body.paid_on,
            body.receipt,
        )
    )
    return None


def apply_refuse(draft: Draft, body: RefuseTaxRefund, _facts: object) -> Refusal | None:
    """Refuses: malformed_text, unknown_tax_refund, tax_refund_not_open."""
    refusal = malformed_text(reason=body.reason)
    if refusal is not None:
        return refusal
    refund = _that_may_become(draft, body.tax_refund_id, TaxRefundStatus.REFUSED)
    if isinstance(refund, Refusal):
        return refund
    refused = replace(refund, status=TaxRefundStatus.REFUSED, refusal_reason=body.reason)
    draft.put(TAX_REFUNDS, refused)
    draft.tell(
        TaxRefundRefused(
            refund.id,
            refund.seller_id,
            refund.tax_office_id,
            refund.amount,
            refund.approved,
            body.reason,
        )
    )
    return None


def _over(draft: Draft, expected_on: date) -> Refusal | None:
    if expected_on < draft.now.date():
        return EXPECTED_IN_THE_PAST.refuse("expected_on", expected_on)
    return None


def _that_may_become(
    draft: Draft, refund_id: TaxRefundId, status: TaxRefundStatus
) -> TaxRefund | Refusal:
    """Refuses: unknown_tax_refund, tax_refund_not_open."""
    refund = tax_refund_of(draft, refund_id)
    if refund is None:
        return UNKNOWN_TAX_REFUND.refuse("tax_refund_id", refund_id)
    if status not in MAY_BECOME[refund.status]:
        return TAX_REFUND_NOT_OPEN.refuse("tax_refund_id", refund.status)
    return refund
