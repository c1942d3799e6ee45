"""Register who there is: parties, their bank accounts, their users."""

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import BankAccountId, PartyId, UserId
from usance.kernel.money import Currency
from usance.kernel.records import Record
from usance.parties.errors import (
    ALREADY_EXISTS,
    OTHER_KIND,
    PARTY_NOT_ACTIVE,
    ROLE_NOT_FOR_PARTY,
    UNKNOWN_PARTY,
)
from usance.parties.events import BankAccountRegistered, PartyRegistered, UserRegistered
from usance.parties.model import (
    BankAccount,
    Identifier,
    MainAccount,
    Party,
    PartyKind,
    PartyStatus,
    Role,
    User,
)
from usance.parties.rules import access, identifiers
from usance.parties.tables import BANK_ACCOUNTS, BY_REFERENCE, MAIN_ACCOUNTS, PARTIES, USERS


class RegisterParty(Record, frozen=True):
    """Take a party on. id: made by the caller. See `model.Party`."""

    id: PartyId
    kind: PartyKind
    legal_name: str
    country: str
    local_name: str | None = None
    risk_grade: str = "C"
    identifiers: tuple[Identifier, ...] = ()
    reference: str | None = None


def apply_register_party(draft: Draft, body: RegisterParty, _facts: object) -> Refusal | None:
    """Refuses what is malformed first, then already_exists (id, reference)."""
    legal_name = identifiers.checked_name(body.legal_name, "legal_name")
    if isinstance(legal_name, Refusal):
        return legal_name
    local_name = body.local_name and identifiers.checked_name(body.local_name, "local_name")
    if isinstance(local_name, Refusal):
        return local_name
    for checked in (
        identifiers.checked_country(body.country, "country"),
        identifiers.checked_grade(body.risk_grade, "risk_grade"),
    ):
        if isinstance(checked, Refusal):
            return checked
    numbers = identifiers.checked_identifiers(body.identifiers, "identifiers")
    if isinstance(numbers, Refusal):
        return numbers
    if draft.get(PARTIES, body.id) is not None:
        return ALREADY_EXISTS.refuse("id", body.id)
    if body.reference is not None and draft.find(BY_REFERENCE, body.reference) is not None:
        return ALREADY_EXISTS.refuse("reference", body.reference)
    party = Party(
        id=body.id,
        kind=body.kind,
        legal_name=legal_name,
        local_name=local_name,
        country=body.country,
        status=PartyStatus.ACTIVE,
        risk_grade=body.risk_grade,
        identifiers=numbers,
        reference=body.reference,
        created_at=draft.now,
        position=draft.position,
    )
    draft.put(PARTIES, party)
    draft.tell(PartyRegistered(party.id, party.kind, party.country, party.risk_grade))
    return None


class RegisterBankAccount(Record, frozen=True):
    """Note a bank account of a party: `iban`, or `number` where the country has no IBAN."""

    id: BankAccountId
    party_id: PartyId
    holder: str
    country: str
    currency: Currency
    iban: str | None = None
    number: str | None = None
    bank_code: str | None = None
    bic: str | None = None


def apply_register_bank_account(
    draft: Draft, body: RegisterBankAccount, _facts: object
) -> Refusal | None:
    """Refuses what is malformed first, then already_exists, unknown_party, party_not_active."""
    holder = identifiers.checked_name(body.holder, "holder")
    if isinstance(holder, Refusal):
        return holder
    country = identifiers.checked_country(body.country, "country")
    if isinstance(country, Refusal):
        return country
    account = identifiers.checked_account(country, body.iban, body.number)
    if isinstance(account, Refusal):
        return account
    bic = body.bic and identifiers.checked_bic(body.bic, "bic")
    if isinstance(bic, Refusal):
        return bic
    if draft.get(BANK_ACCOUNTS, body.id) is not None:
        return ALREADY_EXISTS.refuse("id", body.id)
    refusal = active_party(draft, body.party_id)
    if refusal is not None:
        return refusal
    iban, number = account
    row = BankAccount(
        id=body.id,
        party_id=body.party_id,
        holder=holder,
        country=country,
        currency=body.currency,
        iban=iban,
        number=number,
        bank_code=body.bank_code,
        bic=bic,
        created_at=draft.now,
    )
    draft.put(BANK_ACCOUNTS, row)
    if draft.get(MAIN_ACCOUNTS, row.party_id) is None:
        draft.put(MAIN_ACCOUNTS, MainAccount(row.party_id, row.id))
    draft.tell(BankAccountRegistered(row.id, row.party_id, country, row.currency))
    return None


class RegisterUser(Record, frozen=True):
    """Let somebody act for a party."""

    id: UserId
    party_id: PartyId
    name: str
    roles: tuple[Role, ...]


def apply_register_user(draft: Draft, body: RegisterUser, _facts: object) -> Refusal | None:
    """Refuses: malformed_name, already_exists, what `active_party` refuses, role_not_for_party."""
    name = identifiers.checked_name(body.name, "name")
    if isinstance(name, Refusal):
        return name
    if draft.get(USERS, body.id) is not None:
        return ALREADY_EXISTS.refuse("id", body.id)
    refusal = active_party(draft, body.party_id)
    if refusal is not None:
        return refusal
    party = draft.get(PARTIES, body.party_id)
    assert party is not None, "an active party is there"
    for role in body.roles:
        if role not in access.ROLES_OF_KIND[party.kind]:
            return ROLE_NOT_FOR_PARTY.refuse("roles", role)
    draft.put(USERS, User(body.id, body.party_id, name, body.roles, draft.now))
    draft.tell(UserRegistered(body.id, body.party_id, body.roles))
    return None


def active_party(draft: Draft, party_id: PartyId, field: str = "party_id") -> Refusal | None:
    """Refuse a party that is not there or may not act: unknown_party, party_not_active."""
    party = draft.get(PARTIES, party_id)
    if party is None:
        return UNKNOWN_PARTY.refuse(field, party_id)
    if party.status is not PartyStatus.ACTIVE:
        return PARTY_NOT_ACTIVE.refuse(field, party.status)
    return None


def party_of(draft: Draft, party_id: PartyId) -> Party | None:
    """Return a party as the commands so far left it."""
    return draft.get(PARTIES, party_id)


def party_of_kind(draft: Draft, field: str, party_id: PartyId, kind: PartyKind) -> Party | Refusal:
    """Return a party of a kind. Refuses: unknown_party, party_of_another_kind."""
    party = draft.get(PARTIES, party_id)
    if party is None:
        return UNKNOWN_PARTY.refuse(field, party_id)
    return party if party.kind is kind else OTHER_KIND.refuse(field, party.kind)


def user_of(draft: Draft, user_id: UserId) -> User | None:
    """Return a user as the commands so far left it."""
    return draft.get(USERS, user_id)


def party_by_reference(draft: Draft, reference: str) -> Party | None:
    """Return the party that others know by this reference."""
    return draft.find(BY_REFERENCE, reference)


def main_account_of(draft: Draft, party_id: PartyId) -> BankAccount | None:
    """Return the bank account a party is paid to or pays from, None where it has none."""
    main = draft.get(MAIN_ACCOUNTS, party_id)
    return None if main is None else draft.get(BANK_ACCOUNTS, main.bank_account_id)
