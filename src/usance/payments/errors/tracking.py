"""How the tracker of transfers says no."""

from typing import Final

from usance.kernel.errors import Code

NOT_A_UETR: Final = Code(
    "not_a_uetr",
    422,
    "{field}: {value} is no UETR.",
    "{field}:{value} 不是有效的 UETR。",
    "A UETR is a UUID of version 4 in small letters.",
    "UETR 是小写的第 4 版 UUID。",
)

UNKNOWN_UETR: Final = Code(
    "unknown_uetr",
    404,
    "No transfer of ours has the UETR {value}.",
    "没有 UETR 为 {value} 的转账。",
    "Check it; only transfers that this book has sent are known.",
    "请检查;仅能查询本账簿发出的转账。",
)

UNKNOWN_RECALL_REASON: Final = Code(
    "unknown_recall_reason",
    422,
    "{field}: {value} is no reason that banks know.",
    "{field}:{value} 不是银行认可的撤回原因。",
    "Use one of DUPL, CUST, FRAD, TECH, AM09, AC03, AGNT, CURR, CUTA, UPAY.",
    "请使用 DUPL、CUST、FRAD、TECH、AM09、AC03、AGNT、CURR、CUTA 或 UPAY。",
)

ALREADY_RECALLED: Final = Code(
    "already_recalled",
    409,
    "The transfer was asked back before: {value}.",
    "该转账已申请撤回:{value}。",
    "Read the transfer; a bank is asked once.",
    "请查询该转账;撤回只申请一次。",
)

CODES: Final = (NOT_A_UETR, UNKNOWN_UETR, UNKNOWN_RECALL_REASON, ALREADY_RECALLED)
