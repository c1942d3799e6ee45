"""A party – names – whom it pays; a bank – says – whether the name is the account's."""

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import BeneficiaryId, PartyId
from usance.kernel.money import Currency
from usance.kernel.records import Record, replace
from usance.parties.errors import (
    ALREADY_EXISTS,
    BENEFICIARY_CLOSED,
    BENEFICIARY_EXISTS,
    CHECK_OUTDATED,
    NOTHING_CHANGES,
    UNKNOWN_BENEFICIARY,
)
from usance.parties.events import (
    BeneficiaryChanged,
    BeneficiaryClosed,
    BeneficiaryRegistered,
    PayeeChecked,
)
from usance.parties.model import (
    Beneficiary,
    BeneficiaryStatus,
    NameMatch,
    PayeeAccount,
    PostalAddress,
)
from usance.parties.ports import PayeeAnswer
from usance.parties.rules import identifiers
from usance.parties.rules.beneficiaries import changed_fields, cools, key_of, keys_of
from usance.parties.service.register import active_party
from usance.parties.tables import BENEFICIARIES, PAYEE_ACCOUNTS


class RegisterBeneficiary(Record, frozen=True):
    """Name a payee: `iban`, or `number` where the country has no IBAN. id: made by the caller."""

    id: BeneficiaryId
    party_id: PartyId
    name: str
    country: str
    currency: Currency
    iban: str | None = None
    number: str | None = None
    bank_code: str | None = None
    bic: str | None = None
    address: PostalAddress = PostalAddress()


class ChangeBeneficiary(Record, frozen=True):
    """Say all of a payee anew; another name or account begins its cooling period."""

    beneficiary_id: BeneficiaryId
    name: str
    country: str
    currency: Currency
    iban: str | None = None
    number: str | None = None
    bank_code: str | None = None
    bic: str | None = None
    address: PostalAddress = PostalAddress()


class CloseBeneficiary(Record, frozen=True):
    """Pay somebody no more. reason: why."""

    beneficiary_id: BeneficiaryId
    reason: str


class RecordPayeeCheck(Record, frozen=True):
    """Keep what a payee's bank said of the name. version: of the payee that was asked about."""

    beneficiary_id: BeneficiaryId
    version: int
    answer: PayeeAnswer


def apply_register_beneficiary(
    draft: Draft, body: RegisterBeneficiary, _facts: object
) -> Refusal | None:
    """Take a payee on; it cools down from now.

    Refuses what is malformed first, then unknown_party, party_not_active, already_exists,
    beneficiary_exists.
    """
    said = _checked(body)
    if isinstance(said, Refusal):
        return said
    refusal = active_party(draft, body.party_id)
    if refusal is not None:
        return refusal
    if draft.get(BENEFICIARIES, body.id) is not None:
        return ALREADY_EXISTS.refuse("id", body.id)
    payee = Beneficiary(
        id=body.id,
        party_id=body.party_id,
        name=said.name,
        country=said.country,
        currency=said.currency,
        iban=said.iban,
        number=said.number,
        bank_code=said.bank_code,
        bic=said.bic,
        address=said.address,
        status=BeneficiaryStatus.ACTIVE,
        changed_at=draft.now,
        version=1,
        name_check=NameMatch.PENDING,
        name_on_account="",
        checked_at=None,
        created_at=draft.now,
        position=draft.position,
    )
    taken = _take_account(draft, payee)
    if taken is not None:
        return taken
    draft.put(BENEFICIARIES, payee)
    draft.tell(BeneficiaryRegistered(payee.id, payee.party_id, payee.country, payee.currency))
    return None


def apply_change_beneficiary(
    draft: Draft, body: ChangeBeneficiary, _facts: object
) -> Refusal | None:
    """Change a payee, who then cools down, unless only the address is another.

    Refuses what is malformed first, then unknown_beneficiary, beneficiary_closed, unknown_party,
    party_not_active, nothing_changes, beneficiary_exists.
    """
    said = _checked(body)
    if isinstance(said, Refusal):
        return said
    before = _open(draft, body.beneficiary_id)
    if isinstance(before, Refusal):
        return before
    refusal = active_party(draft, before.party_id)
    if refusal is not None:
        return refusal
    after = replace(
        before,
        name=said.name,
        country=said.country,
        currency=said.currency,
        iban=said.iban,
        number=said.number,
        bank_code=said.bank_code,
        bic=said.bic,
        address=said.address,
    )
    fields = changed_fields(before, after)
    if not fields:
        return NOTHING_CHANGES.refuse("beneficiary_id", before.id)
    if key_of(after) != key_of(before):
        taken = _take_account(draft, after)
        if taken is not None:
            return taken
        draft.put(PAYEE_ACCOUNTS, PayeeAccount(before.party_id, key_of(before), None))
    after = replace(after, version=before.version + 1)
    is_cooling = cools(fields)
    if is_cooling:
        after = replace(
            after,
            changed_at=draft.now,
            name_check=NameMatch.PENDING,
            name_on_account="",
            checked_at=None,
        )
    draft.put(BENEFICIARIES, after)
    draft.tell(BeneficiaryChanged(after.id, after.party_id, after.version, fields, is_cooling))
    return None


def apply_close_beneficiary(draft: Draft, body: CloseBeneficiary, _facts: object) -> Refusal | None:
    """Refuses: malformed_name (a blank reason), unknown_beneficiary, beneficiary_closed."""
    reason = identifiers.checked_name(body.reason, "reason")
    if isinstance(reason, Refusal):
        return reason
    payee = _open(draft, body.beneficiary_id)
    if isinstance(payee, Refusal):
        return payee
    draft.put(BENEFICIARIES, replace(payee, status=BeneficiaryStatus.CLOSED))
    draft.put(PAYEE_ACCOUNTS, PayeeAccount(payee.party_id, key_of(payee), None))
    draft.tell(BeneficiaryClosed(payee.id, payee.party_id, reason))
    return None


def apply_record_payee_check(
    draft: Draft, body: RecordPayeeCheck, _facts: object
) -> Refusal | None:
    """Refuses: unknown_beneficiary, payee_check_outdated."""
    payee = draft.get(BENEFICIARIES, body.beneficiary_id)
    if payee is None:
        return UNKNOWN_BENEFICIARY.refuse("beneficiary_id", body.beneficiary_id)
    if payee.version != body.version:
        return CHECK_OUTDATED.refuse("version", body.version)
    result = body.answer.result
    if result is NameMatch.PENDING:  # No answer is an answer too.
        result = NameMatch.NOT_AVAILABLE
    name = body.answer.name if result is NameMatch.CLOSE_MATCH else ""
    draft.put(
        BENEFICIARIES,
        replace(payee, name_check=result, name_on_account=name, checked_at=draft.now),
    )
    draft.tell(PayeeChecked(payee.id, payee.party_id, payee.version, result))
    return None


def beneficiary_of(draft: Draft, beneficiary_id: BeneficiaryId) -> Beneficiary | None:
    """Return a payee as the commands so far left it."""
    return draft.get(BENEFICIARIES, beneficiary_id)


def beneficiary_at(
    draft: Draft, party_id: PartyId, currency: Currency, account: str, bank: str = ""
) -> Beneficiary | None:
    """Return the payee of a party that holds an account.

    account: IBAN or number. bank: the national code or BIC of its bank, or "".
    """
    for key in keys_of(currency, account, bank):
        held = draft.get(PAYEE_ACCOUNTS, (party_id, key))
        if held is not None and held.beneficiary_id is not None:
            return draft.get(BENEFICIARIES, held.beneficiary_id)
    return None


def _open(draft: Draft, beneficiary_id: BeneficiaryId) -> Beneficiary | Refusal:
    payee = draft.get(BENEFICIARIES, beneficiary_id)
    if payee is None:
        return UNKNOWN_BENEFICIARY.refuse("beneficiary_id", beneficiary_id)
    if payee.status is BeneficiaryStatus.CLOSED:
        return BENEFICIARY_CLOSED.refuse("beneficiary_id", payee.id)
    return payee


def _take_account(draft: Draft, payee: Beneficiary) -> Refusal | None:
    key = key_of(payee)
    known = draft.get(PAYEE_ACCOUNTS, (payee.party_id, key))
    if known is not None and known.beneficiary_id is not None:
        return BENEFICIARY_EXISTS.refuse("iban" if payee.iban else "number", known.beneficiary_id)
    draft.put(PAYEE_ACCOUNTS, PayeeAccount(payee.party_id, key, payee.id))
    return None


def _checked(
    body: RegisterBeneficiary | ChangeBeneficiary,
) -> RegisterBeneficiary | ChangeBeneficiary | Refusal:
    """Return what was said of a payee, each value in its one spelling."""
    name = identifiers.checked_name(body.name, "name")
    if isinstance(name, Refusal):
        return name
    country = identifiers.checked_country(body.country, "country")
    if isinstance(country, Refusal):
        return country
    account = identifiers.checked_account(country, body.iban, body.number)
    if isinstance(account, Refusal):
        return account
    bic = body.bic and identifiers.checked_bic(body.bic, "bic")
    if isinstance(bic, Refusal):
        return bic
    code = body.bank_code and identifiers.checked_bank_code(body.bank_code, "bank_code")
    if isinstance(code, Refusal):
        return code
    iban, number = account
    return replace(
        body,
        name=name,
        country=country,
        iban=iban,
        number=number,
        bic=bic or None,
        bank_code=code or None,
    )
