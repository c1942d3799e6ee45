"""What the ledger does when asked: post, hold, resolve, open accounts."""

from usance.ledger.rules import expand, ref_of
from usance.ledger.service.accounts import OpenAccounts, apply_open_accounts, balance_of
from usance.ledger.service.post import balance_at, post, post_hold, void_hold
from usance.ledger.service.transfers import CreateTransfers, TransferRequest, TransferStage

__all__ = [
    "CreateTransfers",
    "OpenAccounts",
    "TransferRequest",
    "TransferStage",
    "apply_open_accounts",
    "balance_at",
    "balance_of",
    "expand",
    "post",
    "post_hold",
    "ref_of",
    "void_hold",
]
