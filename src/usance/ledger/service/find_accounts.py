"""Find accounts, their balances and their transfers, for the mouths."""

from usance.ledger.store import AccountBalance, account, accounts, transfers

__all__ = ["AccountBalance", "account", "accounts", "transfers"]
