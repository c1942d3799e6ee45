"""How the ledger says no, in order of precedence: an earlier code wins over a later one."""

from enum import StrEnum
from typing import Final

from usance.kernel.errors import Code


class TransferResult(StrEnum):
    """The result of one transfer. The checks are made in the order of this list.

    The semantics follow TigerBeetle's public description of create_transfers.
    """

    CREATED = "created"
    LINKED_EVENT_FAILED = "linked_event_failed"
    LINKED_EVENT_CHAIN_OPEN = "linked_event_chain_open"
    RESERVED_FLAG = "reserved_flag"
    ID_MUST_NOT_BE_ZERO = "id_must_not_be_zero"
    EXISTS_WITH_DIFFERENT_FIELDS = "exists_with_different_fields"
    EXISTS = "exists"
    FLAGS_ARE_MUTUALLY_EXCLUSIVE = "flags_are_mutually_exclusive"
    PENDING_ID_MUST_BE_ZERO = "pending_id_must_be_zero"
    PENDING_ID_MUST_NOT_BE_ZERO = "pending_id_must_not_be_zero"
    PENDING_TRANSFER_NOT_FOUND = "pending_transfer_not_found"
    PENDING_TRANSFER_HAS_DIFFERENT_ACCOUNTS = "pending_transfer_has_different_accounts"
    PENDING_TRANSFER_ALREADY_POSTED = "pending_transfer_already_posted"
    PENDING_TRANSFER_ALREADY_VOIDED = "pending_transfer_already_voided"
    PENDING_TRANSFER_EXPIRED = "pending_transfer_expired"
    EXCEEDS_PENDING_TRANSFER_AMOUNT = "exceeds_pending_transfer_amount"
    PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT = "pending_transfer_has_different_amount"
    ACCOUNTS_MUST_BE_DIFFERENT = "accounts_must_be_different"
    AMOUNT_MUST_BE_POSITIVE = "amount_must_be_positive"
    DEBIT_ACCOUNT_NOT_FOUND = "debit_account_not_found"
    CREDIT_ACCOUNT_NOT_FOUND = "credit_account_not_found"
    ACCOUNTS_MUST_HAVE_THE_SAME_CURRENCY = "accounts_must_have_the_same_currency"
    OVERFLOWS_BALANCE = "overflows_balance"
    EXCEEDS_CREDITS = "exceeds_credits"
    EXCEEDS_DEBITS = "exceeds_debits"


INSUFFICIENT_BALANCE: Final = Code(
    "insufficient_balance",
    409,
    "The account {field} has less than {value} available.",
    "账户 {field} 的可用余额不足 {value}。",
    "Wait for money to arrive or ask for less.",
    "请等待资金到账或减少金额。",
)
TRANSFER_REFUSED: Final = Code(
    "transfer_refused",
    409,
    "The ledger refused the transfer {field}: {value}.",
    "账簿拒绝转账 {field}:{value}。",
    "See the list of result codes in docs/reference/ledger.md.",
    "请参阅 docs/reference/ledger.md 中的结果代码列表。",
)
UNKNOWN_ACCOUNT_KIND: Final = Code(
    "unknown_account_kind",
    422,
    "{field}: {value} is not in the chart of accounts.",
    "{field}:{value} 不在会计科目表中。",
    "Choose a kind from docs/reference/postings.md.",
    "请从 docs/reference/postings.md 中选择科目。",
)
CODES: Final = (INSUFFICIENT_BALANCE, TRANSFER_REFUSED, UNKNOWN_ACCOUNT_KIND)
