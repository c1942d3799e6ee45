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

UNKNOWN_MESSAGE: Final = Code(
    "unknown_message",
    404,
    "There is no message {value}.",
    "报文 {value} 不存在。",
    "Check the id.",
    "请检查标识。",
)

CODES: Final = (MESSAGE_ID_REUSED, UNKNOWN_MESSAGE)
