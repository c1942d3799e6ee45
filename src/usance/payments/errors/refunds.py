"""How refunds say no."""

from typing import Final

from usance.kernel.errors import Code

EXCEEDS_REMAINDER: Final = Code(
    "exceeds_remainder",
    409,
    "{field}: {value} is all that is left of the payment.",
    "{field}:付款剩余金额仅为 {value}。",
    "Refund at most that.",
    "退款不得超过该金额。",
)

CURRENCY_MISMATCH: Final = Code(
    "currency_mismatch",
    422,
    "{field}: only {value} is taken here.",
    "{field}:此处仅接受 {value}。",
    "Send the amount in that currency.",
    "请使用该货币填写金额。",
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
    EXCEEDS_REMAINDER,
    CURRENCY_MISMATCH,
    UNKNOWN_RETURN,
    ALREADY_REFUNDED,
    NOTHING_PAID,
)
