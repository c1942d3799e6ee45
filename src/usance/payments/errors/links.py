"""How payment links say no."""

from typing import Final

from usance.kernel.errors import Code

LINK_METHOD: Final = Code(
    "link_method_unknown",
    422,
    "{field}: no rail of this book takes {value}.",
    "{field}:本账簿没有支持 {value} 的通道。",
    "Name methods such as card or bank_transfer, or leave the list out for all that can be taken.",
    "请使用 card、bank_transfer 等付款方式,或省略列表以提供全部可用方式。",
)

LINK_EXPIRY: Final = Code(
    "link_expiry",
    422,
    "{field}: a payment link ends within {value}.",
    "{field}:付款链接的到期时间须在 {value} 之内。",
    "Name a moment between these, or none for the usual time (policy payments.link, days_max).",
    "请选择该范围内的时刻,或省略以使用默认值(政策 payments.link,days_max)。",
)

LINK_RETURN_URL: Final = Code(
    "link_return_url",
    422,
    "{field}: {value} is not an address to which a buyer can be sent.",
    "{field}:{value} 不是可供买家返回的地址。",
    "Send an https address without user and password.",
    "请使用不含用户名和密码的 https 地址。",
)

LINK_CLOSED: Final = Code(
    "link_closed",
    409,
    "The payment link is {value}.",
    "付款链接状态为 {value}。",
    "Ask the seller for a new one.",
    "请向卖家索取新的链接。",
)

LINK_ATTEMPTS: Final = Code(
    "link_attempts",
    429,
    "This payment link was tried too often: more than {value} minutes allow.",
    "该付款链接尝试过于频繁,超过上限:{value} 分钟。",
    "Wait, then try again (policy payments.link, attempts_max).",
    "请稍后再试(政策 payments.link,attempts_max)。",
)

PRICE_CHANGED: Final = Code(
    "price_changed",
    409,
    "The amount is now {value}, not the one that was agreed.",
    "金额现为 {value},与已同意的金额不同。",
    "Show the buyer the new amount and ask again.",
    "请向买家展示新金额并重新确认。",
)

CODES: Final = (
    LINK_METHOD,
    LINK_EXPIRY,
    LINK_RETURN_URL,
    LINK_CLOSED,
    LINK_ATTEMPTS,
    PRICE_CHANGED,
)
