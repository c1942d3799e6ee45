"""What the ledger does when asked: post, hold, resolve, open accounts, close periods, reverse."""

from usance.ledger.model import TransferRequest
from usance.ledger.rules import expand, form_error, net_debit, ref_of
from usance.ledger.service.accounts import OpenAccounts, apply_open_accounts, balance_of
from usance.ledger.service.by_hand import (
    apply_all_or_none,
    completed_correction,
    completed_transfers,
)
from usance.ledger.service.close_period import (
    ClosePeriod,
    ClosePeriodStage,
    try_close_period,
)
from usance.ledger.service.expire import ExpireHold, apply_expire_hold
from usance.ledger.service.named import AccountRequest, CreateAccounts, apply_create_accounts
from usance.ledger.service.named_transfers import (
    CreateNamedTransfers,
    NamedTransfer,
    NamedTransferStage,
    transfer_id,
)
from usance.ledger.service.past import BalanceAsOf, account_statement, balance_as_of
from usance.ledger.service.post import balance_at, post, post_hold, void_hold
from usance.ledger.service.reverse import (
    CorrectTransfers,
    Repost,
    ReversalStage,
    ReverseTransfers,
    require_named,
)
from usance.ledger.service.transfers import CreateTransfers, TransferStage
from usance.ledger.service.verify_close import Verdict, verify_periods

__all__ = [
    "AccountRequest",
    "BalanceAsOf",
    "ClosePeriod",
    "ClosePeriodStage",
    "CorrectTransfers",
    "CreateAccounts",
    "CreateNamedTransfers",
    "CreateTransfers",
    "ExpireHold",
    "NamedTransfer",
    "NamedTransferStage",
    "OpenAccounts",
    "Repost",
    "ReversalStage",
    "ReverseTransfers",
    "TransferRequest",
    "TransferStage",
    "Verdict",
    "account_statement",
    "apply_all_or_none",
    "apply_create_accounts",
    "apply_expire_hold",
    "apply_open_accounts",
    "balance_as_of",
    "balance_at",
    "balance_of",
    "completed_correction",
    "completed_transfers",
    "expand",
    "form_error",
    "net_debit",
    "post",
    "post_hold",
    "ref_of",
    "require_named",
    "transfer_id",
    "try_close_period",
    "verify_periods",
    "void_hold",
]
