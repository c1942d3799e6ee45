"""Find accounts, their balances, transfers, corrections and closed periods, for the mouths."""

from usance.ledger.store import (
    AccountBalance,
    account,
    accounts,
    closing_balances,
    corrections,
    is_closed,
    periods,
    transfer,
    transfers,
)

__all__ = [
    "AccountBalance",
    "account",
    "accounts",
    "closing_balances",
    "corrections",
    "is_closed",
    "periods",
    "transfer",
    "transfers",
]
