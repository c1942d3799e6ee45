"""Find accounts, their balances and their transfers, for the mouths."""

from usance.ledger.store import AccountBalance, account, accounts, transfer, transfers

__all__ = ["AccountBalance", "account", "accounts", "transfer", "transfers"]
