"""Find receiving accounts, receipts and money in suspense, for the mouths."""

from usance.payments.store import (
    receipt,
    receipts,
    receipts_among,
    receiving_account,
    receiving_accounts,
    suspense,
    suspense_item,
)

__all__ = [
    "receipt",
    "receipts",
    "receipts_among",
    "receiving_account",
    "receiving_accounts",
    "suspense",
    "suspense_item",
]
