"""What the ledger does when asked: post, hold, resolve, open accounts."""

from usance.ledger.model import TransferRequest
from usance.ledger.rules import expand, form_error, net_debit, ref_of
from usance.ledger.service.accounts import OpenAccounts, apply_open_accounts, balance_of
from usance.ledger.service.expire import ExpireHold, apply_expire_hold
from usance.ledger.service.named import AccountRequest, CreateAccounts, apply_create_accounts
from usance.ledger.service.post import balance_at, post, post_hold, void_hold
from usance.ledger.service.transfers import CreateTransfers, TransferStage

__all__ = [
    "AccountRequest",
    "CreateAccounts",
    "CreateTransfers",
    "ExpireHold",
    "OpenAccounts",
    "TransferRequest",
    "TransferStage",
    "apply_create_accounts",
    "apply_expire_hold",
    "apply_open_accounts",
    "balance_at",
    "balance_of",
    "expand",
    "form_error",
    "net_debit",
    "post",
    "post_hold",
    "ref_of",
    "void_hold",
]
