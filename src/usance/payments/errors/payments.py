"""How the collection of a payment says no."""

from typing import Final

from usance.kernel.errors import Code

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

NO_RATE: Final = Code(
    "no_rate",
    409,
    "There is no reference rate for {value} on the day.",
    "当日没有 {value} 的参考汇率。",
    "Record the day's fixings, or pay in a currency that has one.",
    "请录入当日汇率,或使用有汇率的货币付款。",
)

CODES: Final = (ORDER_ALREADY_PAID, UNKNOWN_PAYMENT, NO_RATE)
