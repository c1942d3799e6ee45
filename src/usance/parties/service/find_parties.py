"""Find parties, their bank accounts, users and keys, and proposals, for the mouths."""

from usance.parties.store import (
    bank_account,
    bank_accounts_of,
    key,
    keys_of,
    parties,
    parties_named,
    party,
    proposal,
    proposals,
    user,
    users_of,
)

__all__ = [
    "bank_account",
    "bank_accounts_of",
    "key",
    "keys_of",
    "parties",
    "parties_named",
    "party",
    "proposal",
    "proposals",
    "user",
    "users_of",
]
