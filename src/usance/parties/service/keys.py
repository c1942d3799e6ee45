"""Keys: issue, revoke, and let in whoever shows a good one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from usance.kernel.draft import Draft, Sight
from usance.kernel.errors import NotAuthenticated, Refusal
from usance.kernel.ids import KeyId, UserId
from usance.kernel.records import Record, replace
from usance.parties import store
from usance.parties.errors import (
    ALREADY_EXISTS,
    ALREADY_REVOKED,
    ISSUER_WOULD_DECIDE,
    MALFORMED_KEY,
    SCOPE_NOT_HELD,
    UNKNOWN_KEY,
    UNKNOWN_USER,
)
from usance.parties.events import KeyIssued, KeyRevoked
from usance.parties.model import HOUSE, ApiKey, Caller, Party, PartyStatus, User
from usance.parties.rules import access
from usance.parties.tables import BY_PREFIX, KEYS, PARTIES, USERS
from usance.runtime.database import Connection


class IssueKey(Record, frozen=True):
    """Give a user a key. The secret is made and shown by the mouth; only its hash comes here.

    prefix: `uk_test_…` or `uk_live_…` with eight letters. scopes: none means all that the
    user's roles allow today; from one person to another, all but those that decide: whoever
    issues a key has seen its secret and would be both people of four eyes.
    """

    id: KeyId
    user_id: UserId
    prefix: str
    secret_sha256: str
    scopes: tuple[str, ...] = ()
    expires_at: datetime | None = None


def apply_issue_key(draft: Draft, body: IssueKey, _facts: object) -> Refusal | None:
    """Refuses: malformed_key, unknown_user, scope_not_held, issuer_would_decide, already_exists."""
    if not access.is_prefix(body.prefix):
        return MALFORMED_KEY.refuse("prefix", body.prefix[:20])
    if not access.is_sha256(body.secret_sha256):
        return MALFORMED_KEY.refuse("secret_sha256", "(not shown)")
    user = draft.get(USERS, body.user_id)
    if user is None:
        return UNKNOWN_USER.refuse("user_id", body.user_id)
    held = access.scopes_of(user.roles)
    for scope in body.scopes:
        if scope not in held:
            return SCOPE_NOT_HELD.refuse("scopes", scope)
    if UserId(draft.actor) not in {HOUSE, user.id}:
        decides = sorted(access.DECIDING.intersection(body.scopes))
        if decides:
            return ISSUER_WOULD_DECIDE.refuse("scopes", decides[0])
        held -= access.DECIDING
    if draft.get(KEYS, body.id) is not None:
        return ALREADY_EXISTS.refuse("id", body.id)
    if draft.find(BY_PREFIX, body.prefix) is not None:
        return ALREADY_EXISTS.refuse("prefix", body.prefix)
    key = ApiKey(
        id=body.id,
        user_id=user.id,
        prefix=body.prefix,
        secret_sha256=body.secret_sha256,
        scopes=tuple(sorted(body.scopes or held)),
        live=body.prefix.startswith("uk_live_"),
        issued_at=draft.now,
        expires_at=body.expires_at,
        revoked_at=None,
    )
    draft.put(KEYS, key)
    draft.tell(KeyIssued(key.id, key.user_id, key.prefix, key.scopes))
    return None


class RevokeKey(Record, frozen=True):
    """Let a key open nothing any more, for good. reason: why."""

    key_id: KeyId
    reason: str


def apply_revoke_key(draft: Draft, body: RevokeKey, _facts: object) -> Refusal | None:
    """Refuses: unknown_key, already_revoked."""
    key = draft.get(KEYS, body.key_id)
    if key is None:
        return UNKNOWN_KEY.refuse("key_id", body.key_id)
    if key.revoked_at is not None:
        return ALREADY_REVOKED.refuse("key_id", key.id)
    draft.put(KEYS, replace(key, revoked_at=draft.now))
    draft.tell(KeyRevoked(key.id, key.user_id, body.reason))
    return None


class Holder(NamedTuple):
    """A key, the user it was given to, and the party that user acts for."""

    key: ApiKey
    user: User
    party: Party


async def holders(connection: Connection, secrets: Sequence[str]) -> Mapping[str, Holder]:
    """Return what stands behind each secret whose prefix is known, in one query."""
    wanted = {secret: access.prefix_of(secret) for secret in secrets}
    rows = await store.holders(connection, sorted(set(wanted.values()) - {""}))
    known = {row[0].prefix: Holder(*row) for row in rows}
    return {secret: known[prefix] for secret, prefix in wanted.items() if prefix in known}


def holder_in(sight: Sight, secret: str) -> Holder | None:
    """Return what stands behind a secret in the rows that an engine has in memory."""
    prefix = access.prefix_of(secret)
    key = sight.find(BY_PREFIX, prefix) if prefix else None
    if key is None:
        return None
    user = sight.get(USERS, key.user_id)
    assert user is not None, f"{key.id} belongs to nobody"
    party = sight.get(PARTIES, user.party_id)
    assert party is not None, f"{user.id} acts for nobody"
    return Holder(key, user, party)


def authenticate(holder: Holder | None, secret: str, now: datetime) -> Caller:
    """Return who shows this secret at `now` (wall time: a key expires in the world).

    holder: what stands behind it at this moment. Raises NotAuthenticated, without saying what
    was wrong: unknown, revoked and expired keys look alike from outside, and so does the key of
    a closed party.
    """
    opens = access.opens(None if holder is None else holder.key, secret, now)
    if not opens or holder is None or holder.party.status is PartyStatus.CLOSED:
        raise NotAuthenticated("This key does not open anything. Send a key that is in force.")
    key, user, party = holder
    # A role that was taken away takes its scopes from keys that were issued before.
    scopes = access.scopes_of(user.roles) & frozenset(key.scopes)
    return Caller(user.id, party.id, party.kind, user.roles, scopes, key.live)
