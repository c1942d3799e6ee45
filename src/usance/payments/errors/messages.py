"""How the taking in of a message says no."""

from typing import Final

from usance.kernel.errors import Code

MESSAGE_ID_REUSED: Final = Code(
    "message_id_reused",
    409,
    "{field}: the message {value} was taken in before with other content.",
    "{field}:报文 {value} 此前已以不同内容收录。",
    "Ask the sender for a message with an id of its own; nothing of this one was taken in.",
    "请要求发送方使用新的报文标识;本报文未收录任何内容。",
)

MESSAGE_ID_REPEATED: Final = Code(
    "message_id_repeated",
    409,
    "{field}: the bank has used the message id {value} before, for other content.",
    "{field}:银行曾将报文标识 {value} 用于其他内容。",
    "Nothing is wrong: statements are told apart by account, reference, number and period.",
    "无需处理:对账单按账号、参考号、序号及期间区分。",
)

STATEMENT_REUSED: Final = Code(
    "statement_reused",
    409,
    "{field}: the statement {value} was taken in before with other content.",
    "{field}:对账单 {value} 此前已以不同内容收录。",
    "Ask the bank which of the two holds; nothing of this one was taken in.",
    "请向银行确认以何者为准;本对账单未收录任何内容。",
)

STATEMENT_COMPLETED: Final = Code(
    "statement_completed",
    409,
    "{field}: {value} that could not be read when the statement first came were added.",
    "{field}:已补录此前未能读取的 {value} 笔条目。",
    "Nothing is wrong: what was known was recognised, and nothing was doubled.",
    "无需处理:已收录的条目已被识别,没有重复。",
)

UNKNOWN_MESSAGE: Final = Code(
    "unknown_message",
    404,
    "There is no message {value}.",
    "报文 {value} 不存在。",
    "Check the id.",
    "请检查标识。",
)

CODES: Final = (
    MESSAGE_ID_REUSED,
    MESSAGE_ID_REPEATED,
    STATEMENT_REUSED,
    STATEMENT_COMPLETED,
    UNKNOWN_MESSAGE,
)
