"""The house – judges – whom a seller pays: who it is, whether it cools down, who must agree."""

from datetime import timedelta

from usance.kernel.draft import Draft, Standing
from usance.kernel.errors import Refusal
from usance.kernel.ids import BeneficiaryId, PartyId
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record
from usance.parties.errors import BENEFICIARY_CLOSED, PARTY_NOT_ACTIVE, UNKNOWN_BENEFICIARY
from usance.parties.model import BankAccount, Beneficiary, BeneficiaryStatus, PartyStatus
from usance.parties.service import beneficiary_of, main_account_of, party_of
from usance.payments.errors import CURRENCY_MISMATCH, SELLER_HAS_NO_ACCOUNT
from usance.payments.model import CoolingPaid
from usance.payments.rules.payees import (
    PayeeTerms,
    Then,
    cooling_until,
    doubt_about,
    paid_while_cooling,
)
from usance.payments.tables import COOLING_PAID
from usance.policy.model import PolicyRow
from usance.policy.service import look_up


class Payee(Record, frozen=True):
    """Who is paid. instrument: as rails are told. account: the party's own, or a beneficiary."""

    instrument: str
    account: BankAccount | Beneficiary

    @property
    def beneficiary(self) -> Beneficiary | None:
        """The beneficiary; None for the main account."""
        return self.account if isinstance(self.account, Beneficiary) else None


def payee_of(
    draft: Draft, seller_id: PartyId, currency: Currency, beneficiary_id: BeneficiaryId | None
) -> Payee | Refusal:
    """Return whom a payout goes to.

    Refuses: party_not_active, unknown_beneficiary, beneficiary_closed,
    seller_has_no_account, currency_mismatch.
    """
    seller = party_of(draft, seller_id)
    if seller is not None and seller.status is not PartyStatus.ACTIVE:
        return PARTY_NOT_ACTIVE.refuse("seller_id", seller.status)
    if beneficiary_id is None:
        return _own_account(draft, seller_id, currency)
    payee = beneficiary_of(draft, beneficiary_id)
    if payee is None or payee.party_id != seller_id:
        return UNKNOWN_BENEFICIARY.refuse("beneficiary_id", beneficiary_id)
    if payee.status is BeneficiaryStatus.CLOSED:
        return BENEFICIARY_CLOSED.refuse("beneficiary_id", payee.id)
    if payee.currency != currency:
        return CURRENCY_MISMATCH.refuse("amount.currency", payee.currency)
    return Payee(f"beneficiary:{payee.id}", payee)


def _own_account(draft: Draft, seller_id: PartyId, currency: Currency) -> Payee | Refusal:
    account = main_account_of(draft, seller_id)
    if account is None:
        return SELLER_HAS_NO_ACCOUNT.refuse("seller_id", seller_id)
    if account.currency != currency:
        return CURRENCY_MISMATCH.refuse("amount.currency", account.currency)
    return Payee(f"bank:{account.id}", account)


def doubt(draft: Draft, payee: Payee, amount: Money, *, approved: bool) -> Refusal | None:
    """Return why a payout must not be made, or not by one person alone. See rules.payees."""
    terms = draft.recall(payee_terms, amount.currency)
    known = None if payee.beneficiary is None else draft.get(COOLING_PAID, payee.beneficiary.id)
    return doubt_about(payee.beneficiary, amount, terms, known, draft.now, approved=approved)


def count_while_cooling(draft: Draft, payee: Payee, amount: Money) -> None:
    """Remember what a payee is paid while it cools down."""
    known_as = payee.beneficiary
    if known_as is None:
        return
    terms = draft.recall(payee_terms, amount.currency)
    if cooling_until(known_as, terms, draft.now) is None:
        return
    before = paid_while_cooling(known_as, draft.get(COOLING_PAID, known_as.id))
    paid = Money(before + amount.minor, amount.currency)
    draft.put(COOLING_PAID, CoolingPaid(known_as.id, known_as.changed_at, paid))


def payee_terms(book: Standing, currency: Currency) -> PayeeTerms:
    """Return what the policies of the day say of payouts in a currency."""
    on = book.now.date()
    limit = look_up(book, "payments.payout", currency, on)
    row = look_up(book, "payments.payee", currency, on)
    return PayeeTerms(
        limit_in(limit, "four_eyes_above", currency),
        timedelta(hours=row.integer("cooling_hours")),
        limit_in(row, "free_up_to", currency),
        Then(row.text("while_cooling")),
        Then(row.text("no_match")),
    )


def limit_in(row: PolicyRow, name: str, currency: Currency) -> Money:
    """Return a limit in a currency; nothing where the policy knows no limit in it."""
    limit = row.money(name)
    return limit if limit.currency == currency else Money(0, currency)
