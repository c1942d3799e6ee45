"""The house – opens – receiving accounts: numbers under which transfers to a seller come in."""

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import PartyId, ReceivingAccountId
from usance.kernel.money import Currency
from usance.kernel.records import Record
from usance.parties.errors import UNKNOWN_PARTY
from usance.parties.model import PartyKind
from usance.parties.service import (
    active_party,
    checked_account,
    checked_bic,
    checked_country,
    checked_name,
    party_of,
)
from usance.payments.errors import ACCOUNT_IN_USE
from usance.payments.events import ReceivingAccountOpened
from usance.payments.model import ReceivingAccount
from usance.payments.rules.receiving import compact, creditor_reference
from usance.payments.tables import (
    RECEIVING_ACCOUNTS,
    RECEIVING_BY_NUMBER,
    RECEIVING_BY_PLACE,
)


class OpenReceivingAccount(Record, frozen=True):
    """Say that transfers to a number are a seller's. The number is one our bank has given us.

    iban, or number where the country has no IBAN; bank: its name.
    """

    id: ReceivingAccountId
    seller_id: PartyId
    currency: Currency
    country: str
    bank: str
    iban: str | None = None
    number: str | None = None
    bic: str | None = None


def apply_open_receiving_account(
    draft: Draft, body: OpenReceivingAccount, _facts: object
) -> Refusal | None:
    """Refuses what is malformed first, then unknown_party, party_not_active, account_in_use."""
    checked = _checked(body)
    if isinstance(checked, Refusal):
        return checked
    refusal = active_party(draft, body.seller_id, "seller_id")
    if refusal is not None:
        return refusal
    seller = party_of(draft, body.seller_id)
    if seller is None or seller.kind is not PartyKind.SELLER:
        return UNKNOWN_PARTY.refuse("seller_id", body.seller_id)
    number, bank, bic = checked
    place = (body.seller_id, body.currency, body.country)
    if draft.get(RECEIVING_ACCOUNTS, body.id) is not None:
        return ACCOUNT_IN_USE.refuse("id", body.id)
    if draft.find(RECEIVING_BY_NUMBER, number) is not None:
        return ACCOUNT_IN_USE.refuse("number", f"…{number[-4:]}")
    if draft.find(RECEIVING_BY_PLACE, place) is not None:
        return ACCOUNT_IN_USE.refuse("currency", f"{body.currency} in {body.country}")
    account = ReceivingAccount(
        body.id,
        body.seller_id,
        body.currency,
        body.country,
        number,
        body.iban is not None,
        bank,
        bic,
        creditor_reference(str(body.id)),
        draft.now,
    )
    draft.put(RECEIVING_ACCOUNTS, account)
    draft.tell(
        ReceivingAccountOpened(
            account.id, account.seller_id, account.currency, account.country, number[-4:]
        )
    )
    return None


def _checked(body: OpenReceivingAccount) -> tuple[str, str, str | None] | Refusal:
    """Return number, bank and BIC in their one spelling."""
    bank = checked_name(body.bank, "bank")
    if isinstance(bank, Refusal):
        return bank
    country = checked_country(body.country, "country")
    if isinstance(country, Refusal):
        return country
    account = checked_account(country, body.iban, body.number)
    if isinstance(account, Refusal):
        return account
    bic = body.bic and checked_bic(body.bic, "bic")
    if isinstance(bic, Refusal):
        return bic
    return compact(account[0] or account[1] or ""), bank, bic or None
