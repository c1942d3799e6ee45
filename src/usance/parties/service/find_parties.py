"""Find parties, their bank accounts, users and keys, proposals and webhooks, for the mouths."""

from usance.parties.store import (
    bank_account,
    bank_accounts_of,
    deliveries_of_event,
    endpoint,
    endpoints,
    key,
    keys_of,
    parties,
    parties_named,
    party,
    proposal,
    proposals,
    user,
    users_of,
    webhook_events,
)

__all__ = [
    "bank_account",
    "bank_accounts_of",
    "deliveries_of_event",
    "endpoint",
    "endpoints",
    "key",
    "keys_of",
    "parties",
    "parties_named",
    "party",
    "proposal",
    "proposals",
    "user",
    "users_of",
    "webhook_events",
]
