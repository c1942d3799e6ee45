"""How any step says no that cannot be taken from here."""

from typing import Final

from usance.kernel.errors import Code

UNKNOWN_INSTRUCTION: Final = Code(
    "unknown_instruction",
    404,
    "There is no instruction {value}.",
    "指令 {value} 不存在。",
    "Check the id the rail was given.",
    "请检查发送给通道的标识。",
)

WRONG_STATE: Final = Code(
    "wrong_state",
    409,
    "{field} is {value}: this step cannot be taken from there.",
    "{field} 的状态为 {value},无法执行此操作。",
    "Read its present state; do not retry.",
    "请查询当前状态,不要重试。",
)

NOTHING_DUE: Final = Code(
    "nothing_due",
    409,
    "Nothing is due on {field}: it is {value}.",
    "{field} 没有到期事项:状态为 {value}。",
    "Nothing to do.",
    "无需处理。",
)

CODES: Final = (UNKNOWN_INSTRUCTION, WRONG_STATE, NOTHING_DUE)
