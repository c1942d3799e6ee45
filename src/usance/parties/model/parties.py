"""Who: parties, their bank accounts, their users, the keys of those, and proposals."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from usance.kernel.errors import NotAllowed, Refusal
from usance.kernel.ids import (
    BankAccountId,
    EventId,
    KeyId,
    PartyId,
    ProposalId,
    UserId,
    WebhookEndpointId,
)
from usance.kernel.money import Currency
from usance.kernel.records import Record

# Every book has one operator, so the operator's id is the same in all of them.
OPERATOR: Final = PartyId.derived(0, "operator")
# What the house does by itself (a due row, a subscription, a rail's notice) it does as this user.
HOUSE: Final = UserId.derived(0, "house")
GRADES: Final = ("A", "B", "C", "D", "E")
# Where the country of a party is not known, as in Unicode CLDR.
COUNTRY_UNKNOWN: Final = "ZZ"


class PartyKind(StrEnum):
    """What a party is to us. A payee has shares in others' sales: a supplier, a tax office.

    An insurer and a guarantor answer for what others owe; a warehouse keeper holds others' goods.
    """

    OPERATOR = "operator"
    SELLER = "seller"
    FUNDER = "funder"
    BUYER = "buyer"
    REGULATOR = "regulator"
    PAYEE = "payee"
    INSURER = "insurer"
    GUARANTOR = "guarantor"
    WAREHOUSE_KEEPER = "warehouse_keeper"


# They see the whole book; everybody else sees their own things.
SEES_ALL: Final = frozenset({PartyKind.OPERATOR, PartyKind.REGULATOR})


class PartyStatus(StrEnum):
    """Whether a party may act. A frozen one keeps what it has and moves nothing."""

    ACTIVE = "active"
    FROZEN = "frozen"
    CLOSED = "closed"


MAY_BECOME: Final[dict[PartyStatus, frozenset[PartyStatus]]] = {
    PartyStatus.ACTIVE: frozenset({PartyStatus.FROZEN, PartyStatus.CLOSED}),
    PartyStatus.FROZEN: frozenset({PartyStatus.ACTIVE, PartyStatus.CLOSED}),
    PartyStatus.CLOSED: frozenset(),
}


class Scheme(StrEnum):
    """Kinds of identifiers whose check digits we know."""

    LEI = "lei"
    USCC = "uscc"
    VAT = "vat"


class Identifier(Record, frozen=True):
    """A number somebody gave a party: legal entity identifier, social credit code, VAT number.

    value: without blanks, in capitals; a VAT number begins with its country.
    """

    scheme: str
    value: str


class Party(Record, frozen=True):
    """A legal entity or a person we deal with.

    local_name: the name in its own script. country: ISO 3166-1 alpha-2. risk_grade: A (best) to
    E. reference: what others call it, `shop:17850`; unique where given. position: of the fact
    that registered it.
    """

    id: PartyId
    kind: PartyKind
    legal_name: str
    local_name: str | None
    country: str
    status: PartyStatus
    risk_grade: str
    identifiers: tuple[Identifier, ...]
    reference: str | None
    created_at: datetime
    position: int


class BankAccount(Record, frozen=True):
    """An account at a bank. It has an IBAN or, where the country has none, a number.

    holder: the name the bank knows. bank_code: the national code of the bank, such as CNAPS.
    """

    id: BankAccountId
    party_id: PartyId
    holder: str
    country: str
    currency: Currency
    iban: str | None
    number: str | None
    bank_code: str | None
    bic: str | None
    created_at: datetime


class MainAccount(Record, frozen=True):
    """Which of a party's bank accounts is used where nothing else is said: its first."""

    party_id: PartyId
    bank_account_id: BankAccountId


class Role(StrEnum):
    """What a user is there for. Which scopes that gives stands in `rules.access`."""

    OPERATOR_ADMIN = "operator.admin"
    OPERATIONS = "operations"
    RISK = "risk"
    LEDGER = "operator.ledger"
    SELLER = "seller"
    FUNDER = "funder"
    BUYER = "buyer"
    WAREHOUSE_KEEPER = "warehouse_keeper"
    REGULATOR = "regulator"
    DEVELOPER = "developer"


class User(Record, frozen=True):
    """A person or a machine that acts for a party."""

    id: UserId
    party_id: PartyId
    name: str
    roles: tuple[Role, ...]
    created_at: datetime


class ApiKey(Record, frozen=True):
    """What a user shows to be let in. The secret itself is never kept.

    prefix: the first two parts of the secret, by which people tell keys apart. secret_sha256:
    64 hexadecimal digits. live: for a book with real money.
    """

    id: KeyId
    user_id: UserId
    prefix: str
    secret_sha256: str
    scopes: tuple[str, ...]
    live: bool
    issued_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class ProposalState(StrEnum):
    """What people have decided on a proposal. To approve is to carry out; see `refusal`."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"


class Proposal(Record, frozen=True):
    """A command that waits for a second pair of eyes.

    body: the command's body as canonical JSON. reason: why, said by the maker. checker: who
    decided; never the maker. position: of the fact with which it was made; decided_position: of
    the one that approved it, and carried it out, or rejected it. refusal: why what was approved
    was not carried out; nothing of it was done.
    """

    id: ProposalId
    verb: str
    body: str
    reason: str
    maker: UserId
    checker: UserId | None
    state: ProposalState
    proposed_at: datetime
    decided_at: datetime | None
    position: int
    decided_position: int | None = None
    refusal: Refusal | None = None


class WebhookEndpoint(Record, frozen=True):
    """An address at which a party wants to be told what happens.

    types: names of events, or `*` alone for all. since: facts after this position are told here.
    secret_version: which of its secrets signs; the one before is valid until `previous_until`.
    disabled_why: a stable code, "" while enabled or where a person disabled it.
    """

    id: WebhookEndpointId
    party_id: PartyId
    url: str
    types: tuple[str, ...]
    description: str
    enabled: bool
    since: int
    secret_version: int
    previous_until: datetime | None
    disabled_why: str
    created_at: datetime
    deleted_at: datetime | None

    def wants(self, kind: str) -> bool:
        """Whether events of this type are told here."""
        return "*" in self.types or kind in self.types


class EndpointCount(Record, frozen=True):
    """How many webhook endpoints a party has."""

    party_id: PartyId
    count: int


class WebhookEvent(Record, frozen=True):
    """An event as it was told. payload: the very bytes that every endpoint gets."""

    id: EventId
    position: int
    type: str
    occurred_at: datetime
    payload: bytes


class DeliveryState(StrEnum):
    """How far an event has got with one endpoint."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    GIVEN_UP = "given_up"


class WebhookDelivery(Record, frozen=True):
    """One event on its way to one endpoint.

    position: of the fact, so that first attempts go in order. due_at: when it is tried next, None
    where it is not. leased_until: wall time until which one worker alone tries it. last_status:
    of the answer, 0 where there was none; last_code: why it failed, "" where it did not.
    """

    endpoint_id: WebhookEndpointId
    event_id: EventId
    position: int
    state: DeliveryState
    attempts: int
    created_at: datetime
    due_at: datetime | None
    leased_until: datetime | None = None
    last_at: datetime | None = None
    last_status: int = 0
    last_code: str = ""


class WebhookHealth(Record, frozen=True):
    """Since when an endpoint has failed without a success, None where it has not."""

    endpoint_id: WebhookEndpointId
    failing_since: datetime | None


class Caller(Record, frozen=True):
    """Who is asking: the user behind a key, and what the key lets them do now."""

    user_id: UserId
    party_id: PartyId
    party_kind: PartyKind
    roles: tuple[Role, ...]
    scopes: frozenset[str]
    live: bool

    def require(self, scope: str) -> None:
        """Raise NotAllowed when the key does not carry the scope."""
        if scope not in self.scopes:
            raise NotAllowed(scope)


class InventedBuyer(Record, frozen=True):
    """A made-up buyer: a name and one means of payment, an IBAN or a card's token."""

    legal_name: str
    country: str
    iban: str | None
    card_token: str | None
