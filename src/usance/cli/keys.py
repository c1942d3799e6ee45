"""Keys for the people of the demonstration, one for each role. Shown once, kept as hashes."""

import os
from typing import Final

from usance.kernel.ids import KeyId, fresh
from usance.parties.service import (
    ENTROPY_BYTES,
    IssueKey,
    cast_user,
    hash_of,
    prefix_of,
    secret_of,
)
from usance.runtime.clock import wall_now
from usance.worker.session import Session

ROLES: Final = ("admin", "operations", "risk", "seller", "funder_one", "regulator", "developer")


async def demo_keys(session: Session) -> list[tuple[str, str]]:
    """Issue a key to one user of each role; return (role, secret)."""
    keys = []
    for role in ROLES:
        secret = secret_of(os.urandom(ENTROPY_BYTES), live=False)
        now_ms = int(wall_now().timestamp() * 1000)
        key_id = KeyId(fresh(now_ms, int.from_bytes(os.urandom(10), "big")))
        body = IssueKey(key_id, cast_user(role), prefix_of(secret), hash_of(secret))
        outcome = await session.do("issue_key", body, key_id)
        assert outcome.refusal is None, outcome.refusal
        keys.append((role, secret))
    return keys
