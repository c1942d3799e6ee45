"""How the ledger says no, in order of precedence: an earlier code wins over a later one."""

from enum import StrEnum
from typing import Final

from usance.kernel.errors import Code


class TransferResult(StrEnum):
    """The result of one transfer. The checks are made in the order of this list.

    The semantics follow TigerBeetle's public description of create_transfers; closed periods are
    ours.
    """

    CREATED = "created"
    LINKED_EVENT_FAILED = "linked_event_failed"
    LINKED_EVENT_CHAIN_OPEN = "linked_event_chain_open"
    RESERVED_FLAG = "reserved_flag"
    ID_MUST_NOT_BE_ZERO = "id_must_not_be_zero"
    ID_MUST_NOT_BE_INT_MAX = "id_must_not_be_int_max"
    EXISTS_WITH_DIFFERENT_FLAGS = "exists_with_different_flags"
    EXISTS_WITH_DIFFERENT_PENDING_ID = "exists_with_different_pending_id"
    EXISTS_WITH_DIFFERENT_TIMEOUT = "exists_with_different_timeout"
    EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID = "exists_with_different_debit_account_id"
    EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID = "exists_with_different_credit_account_id"
    EXISTS_WITH_DIFFERENT_AMOUNT = "exists_with_different_amount"
    EXISTS_WITH_DIFFERENT_CURRENCY = "exists_with_different_currency"
    EXISTS_WITH_DIFFERENT_CODE = "exists_with_different_code"
    EXISTS = "exists"
    ID_ALREADY_FAILED = "id_already_failed"
    FLAGS_ARE_MUTUALLY_EXCLUSIVE = "flags_are_mutually_exclusive"
    DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO = "debit_account_id_must_not_be_zero"
    DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX = "debit_account_id_must_not_be_int_max"
    CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO = "credit_account_id_must_not_be_zero"
    CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX = "credit_account_id_must_not_be_int_max"
    ACCOUNTS_MUST_BE_DIFFERENT = "accounts_must_be_different"
    PENDING_ID_MUST_BE_ZERO = "pending_id_must_be_zero"
    PENDING_ID_MUST_NOT_BE_ZERO = "pending_id_must_not_be_zero"
    PENDING_ID_MUST_NOT_BE_INT_MAX = "pending_id_must_not_be_int_max"
    PENDING_ID_MUST_BE_DIFFERENT = "pending_id_must_be_different"
    TIMEOUT_RESERVED_FOR_PENDING_TRANSFER = "timeout_reserved_for_pending_transfer"
    CLOSING_TRANSFER_MUST_BE_PENDING = "closing_transfer_must_be_pending"
    AMOUNT_MUST_BE_POSITIVE = "amount_must_be_positive"
    CURRENCY_MUST_NOT_BE_EMPTY = "currency_must_not_be_empty"
    CODE_MUST_NOT_BE_EMPTY = "code_must_not_be_empty"
    VALUE_DATE_IN_CLOSED_PERIOD = "value_date_in_closed_period"
    DEBIT_ACCOUNT_NOT_FOUND = "debit_account_not_found"
    CREDIT_ACCOUNT_NOT_FOUND = "credit_account_not_found"
    ACCOUNTS_MUST_HAVE_THE_SAME_CURRENCY = "accounts_must_have_the_same_currency"
    TRANSFER_MUST_HAVE_THE_SAME_CURRENCY_AS_ACCOUNTS = (
        "transfer_must_have_the_same_currency_as_accounts"
    )
    PENDING_TRANSFER_NOT_FOUND = "pending_transfer_not_found"
    PENDING_TRANSFER_NOT_PENDING = "pending_transfer_not_pending"
    PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID = (
        "pending_transfer_has_different_debit_account_id"
    )
    PENDING_TRANSFER_HAS_DIFFERENT_CREDIT_ACCOUNT_ID = (
        "pending_transfer_has_different_credit_account_id"
    )
    PENDING_TRANSFER_HAS_DIFFERENT_CURRENCY = "pending_transfer_has_different_currency"
    PENDING_TRANSFER_HAS_DIFFERENT_CODE = "pending_transfer_has_different_code"
    EXCEEDS_PENDING_TRANSFER_AMOUNT = "exceeds_pending_transfer_amount"
    PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT = "pending_transfer_has_different_amount"
    PENDING_TRANSFER_ALREADY_POSTED = "pending_transfer_already_posted"
    PENDING_TRANSFER_ALREADY_VOIDED = "pending_transfer_already_voided"
    PENDING_TRANSFER_EXPIRED = "pending_transfer_expired"
    DEBIT_ACCOUNT_ALREADY_CLOSED = "debit_account_already_closed"
    CREDIT_ACCOUNT_ALREADY_CLOSED = "credit_account_already_closed"
    OVERFLOWS_DEBITS_PENDING = "overflows_debits_pending"
    OVERFLOWS_CREDITS_PENDING = "overflows_credits_pending"
    OVERFLOWS_DEBITS_POSTED = "overflows_debits_posted"
    OVERFLOWS_CREDITS_POSTED = "overflows_credits_posted"
    OVERFLOWS_DEBITS = "overflows_debits"
    OVERFLOWS_CREDITS = "overflows_credits"
    OVERFLOWS_TIMEOUT = "overflows_timeout"
    EXCEEDS_CREDITS = "exceeds_credits"
    EXCEEDS_DEBITS = "exceeds_debits"


# What may be otherwise a moment later. An id that failed so is spent: a copy of the request that
# comes late does not move money that nobody expects to move any more.
PASSING: Final = frozenset(
    {
        TransferResult.DEBIT_ACCOUNT_NOT_FOUND,
        TransferResult.CREDIT_ACCOUNT_NOT_FOUND,
        TransferResult.PENDING_TRANSFER_NOT_FOUND,
        TransferResult.DEBIT_ACCOUNT_ALREADY_CLOSED,
        TransferResult.CREDIT_ACCOUNT_ALREADY_CLOSED,
        TransferResult.EXCEEDS_CREDITS,
        TransferResult.EXCEEDS_DEBITS,
    }
)


class AccountResult(StrEnum):
    """The result of one account asked for by a caller's own id, checked in the order of this list.

    The semantics follow TigerBeetle's public description of create_accounts.
    """

    CREATED = "created"
    LINKED_EVENT_FAILED = "linked_event_failed"
    LINKED_EVENT_CHAIN_OPEN = "linked_event_chain_open"
    RESERVED_FLAG = "reserved_flag"
    ID_MUST_NOT_BE_ZERO = "id_must_not_be_zero"
    ID_MUST_NOT_BE_INT_MAX = "id_must_not_be_int_max"
    EXISTS_WITH_DIFFERENT_FLAGS = "exists_with_different_flags"
    EXISTS_WITH_DIFFERENT_CURRENCY = "exists_with_different_currency"
    EXISTS_WITH_DIFFERENT_CODE = "exists_with_different_code"
    EXISTS = "exists"
    FLAGS_ARE_MUTUALLY_EXCLUSIVE = "flags_are_mutually_exclusive"
    CURRENCY_MUST_NOT_BE_EMPTY = "currency_must_not_be_empty"
    CODE_MUST_NOT_BE_ZERO = "code_must_not_be_zero"


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
ACCOUNT_OF_PROGRAMS: Final = Code(
    "account_of_programs",
    422,
    "{field}: accounts of the kind {value} are opened by programs, under ids of their own.",
    "{field}:{value} 类账户由程序以其自有标识开立。",
    "Use POST /v1/ledger/named_accounts with the program's own key.",
    "请使用该程序自己的密钥调用 POST /v1/ledger/named_accounts。",
)
PERIOD_NOT_OVER: Final = Code(
    "period_not_over",
    409,
    "{field}: {value} is not over yet.",
    "{field}:{value} 尚未结束。",
    "Close up to yesterday, by the book's own time, at the latest.",
    "最晚只能关账至账簿时间的前一日。",
)
PERIOD_CLOSED: Final = Code(
    "period_closed",
    409,
    "{field}: {value} lies in a closed period.",
    "{field}:{value} 位于已关账期间。",
    "Use a day after the last one that is closed; the list of periods names it.",
    "请使用最后关账日之后的日期;可查询关账期间列表。",
)
UNKNOWN_TRANSFER: Final = Code(
    "unknown_transfer",
    404,
    "{field}: there is no transfer {value}.",
    "{field}:不存在转账 {value}。",
    "Compare the id with the account's transfers, or the position with the facts.",
    "请与账户的转账列表或事实序号核对。",
)
ALREADY_REVERSED: Final = Code(
    "already_reversed",
    409,
    "{field}: the transfer {value} was reversed before.",
    "{field}:转账 {value} 已被冲正。",
    "A transfer is reversed once. To undo the reversal, reverse the transfer that made it.",
    "每笔转账只冲正一次;如需撤销冲正,请冲正该冲正转账。",
)
HOLD_NOT_REVERSIBLE: Final = Code(
    "hold_not_reversible",
    409,
    "{field}: the transfer {value} only holds or frees money; nothing was posted.",
    "{field}:转账 {value} 仅预留或释放资金,并未入账。",
    "Void the hold where it is still open; name the transfers of the fact that were posted.",
    "如预留仍有效,请撤销预留;请指定该事实中已入账的转账。",
)
REVERSAL_MALFORMED: Final = Code(
    "reversal_malformed",
    422,
    "{field}: {value} cannot be reversed or posted so.",
    "{field}:{value} 不能这样冲正或入账。",
    "Name a fact's position or transfers, each once, and a reason; correct by positive amounts.",
    "请指定事实序号或互不重复的转账,并说明原因;更正金额须为正数。",
)
TOO_MANY_LINES: Final = Code(
    "too_many_lines",
    422,
    "{field}: the account has more lines by then than the {value} that one statement shows.",
    "{field}:截至该日的账户明细超出单份对账单上限 {value} 行。",
    "Ask for fewer days.",
    "请缩短日期范围。",
)
PERIOD_BACKWARDS: Final = Code(
    "period_backwards",
    422,
    "{field}: the period ends on {value}, before it begins.",
    "{field}:期间结束日 {value} 早于开始日。",
    "Give the first day before the last.",
    "请先给出开始日,再给出结束日。",
)
CODES: Final = (
    INSUFFICIENT_BALANCE,
    TRANSFER_REFUSED,
    UNKNOWN_ACCOUNT_KIND,
    ACCOUNT_OF_PROGRAMS,
    PERIOD_NOT_OVER,
    PERIOD_CLOSED,
    UNKNOWN_TRANSFER,
    ALREADY_REVERSED,
    HOLD_NOT_REVERSIBLE,
    REVERSAL_MALFORMED,
    TOO_MANY_LINES,
    PERIOD_BACKWARDS,
)
