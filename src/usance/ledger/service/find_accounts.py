"""Find accounts, their balances, transfers, corrections and closed periods, for the mouths."""

from usance.ledger.store import (
    AccountBalance,
    account,
    account_named,
    accounts,
    closing_balances,
    corrections,
    holds,
    periods,
    transfer,
    transfers,
)

__all__ = [
    "AccountBalance",
    "account",
    "account_named",
    "accounts",
    "closing_balances",
    "corrections",
    "holds",
    "periods",
    "transfer",
    "transfers",
]
