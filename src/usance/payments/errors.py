"""How payments say no."""

from typing import Final

from usance.kernel.errors import Code

UNKNOWN_ORDER: Final = Code(
    "unknown_order",
    404,
    "There is no order {value}.",
    "订单 {value} 不存在。",
    "Import the order first, or check its id.",
    "请先导入订单,或检查标识。",
)
ORDER_ALREADY_PAID: Final = Code(
    "order_already_paid",
    409,
    "The order already has the payment {value}.",
    "该订单已有付款 {value}。",
    "Read that payment; an order is paid once.",
    "请查询该付款;每个订单只付一次。",
)
UNKNOWN_PAYMENT: Final = Code(
    "unknown_payment",
    404,
    "There is no payment {value}.",
    "付款 {value} 不存在。",
    "Check the id.",
    "请检查标识。",
)
UNKNOWN_INSTRUCTION: Final = Code(
    "unknown_instruction",
    404,
    "There is no instruction {value}.",
    "指令 {value} 不存在。",
    "Check the id the rail was given.",
    "请检查发送给通道的标识。",
)
NO_RATE: Final = Code(
    "no_rate",
    409,
    "There is no reference rate for {value} on the day.",
    "当日没有 {value} 的参考汇率。",
    "Record the day's fixings, or pay in a currency that has one.",
    "请录入当日汇率,或使用有汇率的货币付款。",
)
NO_RAIL: Final = Code(
    "no_rail",
    409,
    "No rail takes {value} for this payment.",
    "没有通道可用 {value} 处理该付款。",
    "Give the seller a bank account, and the buyer a bank account or a card token.",
    "请为卖家登记银行账户,并为买家登记银行账户或卡令牌。",
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
EXCEEDS_REMAINDER: Final = Code(
    "exceeds_remainder",
    409,
    "{field}: {value} is more than is left of the payment.",
    "{field}:{value} 超过付款剩余金额。",
    "Refund at most what is left.",
    "退款不得超过剩余金额。",
)
CURRENCY_MISMATCH: Final = Code(
    "currency_mismatch",
    422,
    "{field}: {value} is not the currency of the payment.",
    "{field}:{value} 不是该付款的货币。",
    "Use the payment's own currency.",
    "请使用付款的货币。",
)
UNKNOWN_RETURN: Final = Code(
    "unknown_return",
    404,
    "There is no return {value} that belongs to an order.",
    "没有与订单关联的退货 {value}。",
    "A return without an order moves no money; refund the payment by hand if it should.",
    "未关联订单的退货不产生资金流动;如需退款请手动处理。",
)
ALREADY_REFUNDED: Final = Code(
    "already_refunded",
    409,
    "The return was paid back by the refund {value}.",
    "该退货已由退款 {value} 处理。",
    "Read that refund; a return is paid back once.",
    "请查询该退款;每个退货只退款一次。",
)
NOTHING_PAID: Final = Code(
    "nothing_paid",
    409,
    "The order {value} has no payment that could be paid back.",
    "订单 {value} 没有可退的付款。",
    "Refund it once it is paid.",
    "请在付款后再退款。",
)
CODES: Final = (
    UNKNOWN_ORDER,
    ORDER_ALREADY_PAID,
    UNKNOWN_PAYMENT,
    UNKNOWN_INSTRUCTION,
    NO_RATE,
    NO_RAIL,
    WRONG_STATE,
    NOTHING_DUE,
    EXCEEDS_REMAINDER,
    CURRENCY_MISMATCH,
    UNKNOWN_RETURN,
    ALREADY_REFUNDED,
    NOTHING_PAID,
)
