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

NOT_THIS_PAYMENT: Final = Code(
    "not_this_payment",
    409,
    "The rail answers for the payment {value}; the instruction is about another.",
    "通道答复针对付款 {value},与该指令不符。",
    "Ask the rail which it means; nothing was booked.",
    "请向通道核实;未作任何入账。",
)

CODES: Final = (NOT_THIS_PAYMENT, UNKNOWN_INSTRUCTION, WRONG_STATE, NOTHING_DUE)
