"""What has happened to parties. Names, account numbers and secrets stay out of the facts."""

from usance.kernel.ids import (
    BankAccountId,
    BeneficiaryId,
    KeyId,
    PartyId,
    ProposalId,
    UserId,
    WebhookEndpointId,
)
from usance.kernel.money import Currency
from usance.kernel.records import Record
from usance.parties.model import NameMatch, PartyKind, PartyStatus, Role


class PartyRegistered(Record, frozen=True):
    """There is a new party."""

    party_id: PartyId
    kind: PartyKind
    country: str
    risk_grade: str


class PartyStatusChanged(Record, frozen=True):
    """A party was frozen, made active again, or closed."""

    party_id: PartyId
    before: PartyStatus
    after: PartyStatus
    reason: str


class PartyAddressChanged(Record, frozen=True):
    """It was said anew where a party is. The address itself stays out of the facts."""

    party_id: PartyId


class PartyGraded(Record, frozen=True):
    """A party has another risk grade."""

    party_id: PartyId
    before: str
    after: str
    reason: str


class BankAccountRegistered(Record, frozen=True):
    """A party has another bank account."""

    bank_account_id: BankAccountId
    party_id: PartyId
    country: str
    currency: Currency


class UserRegistered(Record, frozen=True):
    """Somebody may act for a party."""

    user_id: UserId
    party_id: PartyId
    roles: tuple[Role, ...]


class KeyIssued(Record, frozen=True):
    """A user has a key."""

    key_id: KeyId
    user_id: UserId
    prefix: str
    scopes: tuple[str, ...]


class KeyRevoked(Record, frozen=True):
    """A key lets nobody in any more."""

    key_id: KeyId
    user_id: UserId
    reason: str


class Proposed(Record, frozen=True):
    """A command waits for a second pair of eyes."""

    proposal_id: ProposalId
    verb: str
    maker: UserId


class ProposalApproved(Record, frozen=True):
    """Another person agreed, so that the command was carried out, with this very fact.

    The other parts tell what it did; `proposal_failed` tells that it could not be done.
    """

    proposal_id: ProposalId
    verb: str
    body: str
    maker: UserId
    checker: UserId


class ProposalFailed(Record, frozen=True):
    """What was approved could not be carried out: the book said no, and nothing was done."""

    proposal_id: ProposalId
    verb: str
    code: str
    field: str
    value: str


class ProposalRejected(Record, frozen=True):
    """The proposed command will not be carried out."""

    proposal_id: ProposalId
    verb: str
    maker: UserId
    checker: UserId
    reason: str


class WebhookEndpointCreated(Record, frozen=True):
    """A party wants to be told what happens. Its address and its secret stay out of the facts."""

    endpoint_id: WebhookEndpointId
    party_id: PartyId
    types: tuple[str, ...]


class WebhookEndpointChanged(Record, frozen=True):
    """An endpoint has another address, other types, or was switched on or off."""

    endpoint_id: WebhookEndpointId
    party_id: PartyId
    types: tuple[str, ...]
    enabled: bool


class WebhookSecretRotated(Record, frozen=True):
    """An endpoint has another secret; the one before stays valid for a while."""

    endpoint_id: WebhookEndpointId
    party_id: PartyId
    version: int


class WebhookEndpointPinged(Record, frozen=True):
    """Somebody wants to see whether an endpoint hears."""

    endpoint_id: WebhookEndpointId
    party_id: PartyId


class WebhookEndpointDisabled(Record, frozen=True):
    """The house tells an endpoint nothing more, and why: `gone` or `kept_failing`."""

    endpoint_id: WebhookEndpointId
    party_id: PartyId
    why: str


class WebhookEndpointDeleted(Record, frozen=True):
    """An endpoint is no more."""

    endpoint_id: WebhookEndpointId
    party_id: PartyId


class BeneficiaryRegistered(Record, frozen=True):
    """A party has another payee."""

    beneficiary_id: BeneficiaryId
    party_id: PartyId
    country: str
    currency: Currency


class BeneficiaryChanged(Record, frozen=True):
    """A payee has another name, account or address. cools: whether its cooling period begins."""

    beneficiary_id: BeneficiaryId
    party_id: PartyId
    version: int
    fields: tuple[str, ...]
    cools: bool


class BeneficiaryClosed(Record, frozen=True):
    """A payee is paid no more."""

    beneficiary_id: BeneficiaryId
    party_id: PartyId
    reason: str


class PayeeChecked(Record, frozen=True):
    """A payee's bank was asked whether the name is the account's."""

    beneficiary_id: BeneficiaryId
    party_id: PartyId
    version: int
    result: NameMatch
