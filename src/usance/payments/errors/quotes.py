"""How the locking and the use of a rate say no."""

from typing import Final

from usance.kernel.errors import Code

SAME_CURRENCY: Final = Code(
    "quote_same_currency",
    422,
    "{field}: {value} is the currency that is sold; nothing is converted.",
    "{field}:{value} 与卖出币种相同,无需换汇。",
    "Name another currency to buy, or pay without a quote.",
    "请指定其他买入币种,或不使用报价付款。",
)
QUOTE_LIFETIME: Final = Code(
    "quote_lifetime",
    422,
    "{field}: an unused rate is locked for {value} seconds.",
    "{field}:未使用的汇率可锁定 {value} 秒。",
    "Choose a lifetime between these, or 0 for the usual one (policy payments.quote_lock,"
    " up_to_seconds).",
    "请在此范围内选择,或填 0 使用默认值;由政策 payments.quote_lock(up_to_seconds)规定。",
)
QUOTE_NOT_SETTLED: Final = Code(
    "quote_not_settled",
    409,
    "{field}: no sale of this seller could use the rate: the seller is paid in {value}.",
    "{field}:该卖家以 {value} 结算,无法使用该汇率。",
    "Lock a rate that buys that currency, or give the seller a bank account in this one.",
    "请锁定买入该货币的汇率,或为卖家登记此币种的银行账户。",
)
UNKNOWN_QUOTE: Final = Code(
    "unknown_quote",
    404,
    "There is no quote {value}.",
    "报价 {value} 不存在。",
    "Check the id, or lock a new rate.",
    "请检查标识,或重新锁定汇率。",
)
QUOTE_CURRENCY_MISMATCH: Final = Code(
    "quote_currency_mismatch",
    409,
    "{field}: the quote is for {value}, which is not what this payment converts.",
    "{field}:该报价的货币对为 {value},与本次付款不符。",
    "Lock a rate from the buyer's currency to the currency of the seller's bank account.",
    "请锁定买家币种兑卖家银行账户币种的汇率。",
)
QUOTE_EXPIRED: Final = Code(
    "quote_expired",
    409,
    "{field}: the quote expired at {value}, before a payment reserved it.",
    "{field}:报价已于 {value} 过期,此前未被付款占用。",
    "Lock a new rate, or pay without a quote at the rate of the day.",
    "请重新锁定汇率,或不使用报价、按当日汇率付款。",
)
QUOTE_EXHAUSTED: Final = Code(
    "quote_exhausted",
    409,
    "{field}: of the quote {value} may still be used, which is less than the payment.",
    "{field}:报价剩余可用额 {value},不足以支付本次付款。",
    "Lock another rate. What failed payments held is free again.",
    "请另行锁定汇率;失败付款占用的额度会自动恢复。",
)
FX_LIMIT_REACHED: Final = Code(
    "fx_limit_reached",
    409,
    "{field}: no more than {value} may be promised now; the limit on open conversions is reached.",
    "{field}:未平外汇敞口已近限额,目前最多可锁定 {value}。",
    "Lock less, or pay without a quote. Two people may adopt a higher limit: payments.fx_limit.",
    "请减少锁定额,或不使用报价付款;提高限额须由两人采纳规则 payments.fx_limit。",
)
CODES: Final = (
    SAME_CURRENCY,
    QUOTE_NOT_SETTLED,
    QUOTE_LIFETIME,
    UNKNOWN_QUOTE,
    QUOTE_CURRENCY_MISMATCH,
    QUOTE_EXPIRED,
    QUOTE_EXHAUSTED,
    FX_LIMIT_REACHED,
)
