"""Whom a party pays: payees with their accounts, and what their banks say of the names."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from usance.kernel.ids import BeneficiaryId, PartyId
from usance.kernel.money import Currency
from usance.kernel.records import Record
from usance.parties.model.addresses import PostalAddress


class BeneficiaryStatus(StrEnum):
    """Whether a payee may still be paid. A closed one stays closed; register it again."""

    ACTIVE = "active"
    CLOSED = "closed"


class NameMatch(StrEnum):
    """What a payee's bank says of the name: confirmation or verification of payee.

    pending: it was not asked yet. not_available: nobody can say.
    """

    PENDING = "pending"
    MATCH = "match"
    CLOSE_MATCH = "close_match"
    NO_MATCH = "no_match"
    NOT_AVAILABLE = "not_available"


# What an answer may say.
ANSWERS: Final = frozenset(NameMatch) - {NameMatch.PENDING}


class Beneficiary(Record, frozen=True):
    """Somebody a party pays, at one account.

    name: the holder's, as the bank is to know it. country: the account's, ISO 3166-1 alpha-2. It
    has an IBAN or, where the country has none, a number. changed_at: since when it is paid
    under this name at this account; that is what a cooling period counts from. version: rises
    with each change. name_on_account: what the bank has instead, where it matches closely.
    """

    id: BeneficiaryId
    party_id: PartyId
    name: str
    country: str
    currency: Currency
    iban: str | None
    number: str | None
    bank_code: str | None
    bic: str | None
    address: PostalAddress
    status: BeneficiaryStatus
    changed_at: datetime
    version: int
    name_check: NameMatch
    name_on_account: str
    checked_at: datetime | None
    created_at: datetime
    position: int

    @property
    def account(self) -> str:
        """The IBAN or the number."""
        return self.iban or self.number or ""


class PayeeAccount(Record, frozen=True):
    """Which of a party's beneficiaries holds an account; None where none does any more.

    account: the IBAN, or `<bank>:<number>`; with `/` and the currency. See rules.beneficiaries.
    """

    party_id: PartyId
    account: str
    beneficiary_id: BeneficiaryId | None
