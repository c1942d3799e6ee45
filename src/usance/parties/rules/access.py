"""Who may ask for what: scopes by role, roles by kind of party, and secrets of keys."""

import base64
import hashlib
import hmac
from datetime import datetime
from functools import lru_cache
from typing import Final

from usance.parties.model import ApiKey, PartyKind, Role

_READS_OF_A_PARTY: Final = (
    "customs:read",
    "evidence:read",
    "financing:read",
    "ledger:read",
    "orders:read",
    "parties:read",
    "payments:read",
    "policy:read",
    "proposals:read",
    "reports:read",
    "stock:read",
    "webhooks:read",
)
_FOUR_EYES: Final = ("proposals:approve", "proposals:write")
SCOPES_OF_ROLE: Final[dict[Role, frozenset[str]]] = {
    Role.OPERATOR_ADMIN: frozenset(
        {
            *_READS_OF_A_PARTY,
            *_FOUR_EYES,
            "clock:advance",
            "facilities:write",
            "income:sweep",
            "hooks:read",
            "keys:write",
            "ledger:close",
            "ledger:post",
            "lists:write",
            "messages:read",
            "messages:write",
            "parties:status",
            "parties:write",
            "policy:write",
            "reconciliation:read",
            "reconciliation:write",
            "risk:read",
            "webhooks:write",
        }
    ),
    Role.OPERATIONS: frozenset(
        {
            *_READS_OF_A_PARTY,
            *_FOUR_EYES,
            "beneficiaries:write",
            "clock:advance",
            "customs:answer",
            "customs:write",
            "escrow:agree",
            "escrow:write",
            "hooks:read",
            "hooks:work",
            "invoices:approve",
            "messages:read",
            "messages:write",
            "orders:write",
            "parties:write",
            "payments:write",
            "payouts:write",
            "rails:answer",
            "receiving_accounts:write",
            "reconciliation:read",
            "reconciliation:write",
            "refunds:write",
            "risk:read",
            "stock:write",
            "webhooks:write",
        }
    ),
    Role.RISK: frozenset(
        {
            *_READS_OF_A_PARTY,
            *_FOUR_EYES,
            "cases:decide",
            "lists:write",
            "parties:grade",
            "parties:status",
            "risk:read",
        }
    ),
    # A program of the operator's that keeps accounts of its own; it moves nothing of the house.
    Role.LEDGER: frozenset({"ledger:read", "ledger:transfer"}),
    Role.SELLER: frozenset(
        {
            *_READS_OF_A_PARTY,
            *_FOUR_EYES,
            "beneficiaries:write",
            "customs:write",
            "escrow:agree",
            "financing:accept",
            "mandates:write",
            "orders:write",
            "payments:write",
            "payouts:write",
            "refunds:write",
            "webhooks:write",
        }
    ),
    Role.FUNDER: frozenset({*_READS_OF_A_PARTY, *_FOUR_EYES, "facilities:write", "webhooks:write"}),
    # Whoever owes an invoice says so; the seller who presented it cannot.
    Role.BUYER: frozenset({"invoices:approve", "orders:read", "webhooks:read", "webhooks:write"}),
    # Whoever holds the goods says what is there; their owner cannot.
    Role.WAREHOUSE_KEEPER: frozenset(
        {"stock:read", "stock:write", "webhooks:read", "webhooks:write"}
    ),
    Role.REGULATOR: frozenset(
        {*_READS_OF_A_PARTY, "messages:read", "reconciliation:read", "risk:read"}
    ),
    Role.DEVELOPER: frozenset(
        {*_READS_OF_A_PARTY, "clock:advance", "orders:write", "webhooks:write"}
    ),
}
# What lets one decide upon what another person has asked for.
DECIDING: Final = frozenset({"cases:decide", "proposals:approve"})
ROLES_OF_KIND: Final[dict[PartyKind, frozenset[Role]]] = {
    PartyKind.OPERATOR: frozenset(
        {Role.OPERATOR_ADMIN, Role.OPERATIONS, Role.RISK, Role.LEDGER, Role.DEVELOPER}
    ),
    PartyKind.SELLER: frozenset({Role.SELLER, Role.DEVELOPER}),
    PartyKind.FUNDER: frozenset({Role.FUNDER, Role.DEVELOPER}),
    PartyKind.REGULATOR: frozenset({Role.REGULATOR}),
    PartyKind.BUYER: frozenset({Role.BUYER}),
    PartyKind.PAYEE: frozenset(),
    PartyKind.INSURER: frozenset(),
    PartyKind.GUARANTOR: frozenset(),
    PartyKind.WAREHOUSE_KEEPER: frozenset({Role.WAREHOUSE_KEEPER}),
}

# A secret reads uk_test_<name>_<rest>: the name tells keys apart, the rest lets in.
_NAME_BYTES: Final = 5
_REST_BYTES: Final = 25
ENTROPY_BYTES: Final = _NAME_BYTES + _REST_BYTES


@lru_cache(maxsize=1024)
def scopes_of(roles: tuple[Role, ...]) -> frozenset[str]:
    """Return all that these roles allow."""
    return frozenset[str]().union(*(SCOPES_OF_ROLE[role] for role in roles))


def roles_with(scope: str) -> list[Role]:
    """Return the roles that give a scope."""
    return [role for role, scopes in SCOPES_OF_ROLE.items() if scope in scopes]


def secret_of(entropy: bytes, *, live: bool) -> str:
    """Return the secret that 30 random bytes make: 200 bits of it are unguessable."""
    assert len(entropy) == ENTROPY_BYTES, len(entropy)
    letters = base64.b32encode(entropy).decode().lower()
    name = letters[: _NAME_BYTES * 8 // 5]
    return f"uk_{'live' if live else 'test'}_{name}_{letters[len(name) :]}"


def prefix_of(secret: str) -> str:
    """Return the part of a secret by which its key is found; "" where it is no secret."""
    prefix, _, rest = secret.rpartition("_")
    return prefix if rest and is_prefix(prefix) else ""


def is_prefix(prefix: str) -> bool:
    """Whether this can be the prefix of a key."""
    head, _, name = prefix.rpartition("_")
    return head in {"uk_test", "uk_live"} and len(name) == 8 and name.isalnum()


def is_sha256(text: str) -> bool:
    """Whether this is a SHA-256 in lower hexadecimal digits."""
    return len(text) == 64 and set(text) <= set("0123456789abcdef")


def hash_of(secret: str) -> str:
    """Return the SHA-256 of a secret, hexadecimal. Unsalted: a secret is random throughout."""
    return hashlib.sha256(secret.encode()).hexdigest()


def opens(key: ApiKey | None, secret: str, now: datetime) -> bool:
    """Whether a secret opens a key now. Takes as long for a key that does not exist."""
    kept = "0" * 64 if key is None else key.secret_sha256
    same = hmac.compare_digest(hash_of(secret), kept)
    if key is None or key.revoked_at is not None:
        return False
    return same and (key.expires_at is None or now < key.expires_at)
