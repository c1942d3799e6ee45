"""How financing says no to offers and mandates."""

from typing import Final

from usance.kernel.errors import Code

UNKNOWN_OFFER: Final = Code(
    "unknown_offer",
    404,
    "{field}: there is no offer {value}.",
    "{field}:不存在报价 {value}。",
    "Check the id.",
    "请检查标识。",
)
OFFER_NOT_OPEN: Final = Code(
    "offer_not_open",
    409,
    "{field}: the offer is {value}.",
    "{field}:该融资报价状态为 {value}。",
    "Ask for a new offer; do not retry.",
    "请申请新的报价,不要重试。",
)
OFFER_HAS_EXPIRED: Final = Code(
    "offer_has_expired",
    409,
    "{field}: the offer was good until {value}.",
    "{field}:该报价有效期至 {value}。",
    "Ask for a new offer.",
    "请申请新的报价。",
)
SALE_CHANGED: Final = Code(
    "sale_changed",
    409,
    "{field}: the sale is no longer what the offer was made for: {value}.",
    "{field}:该笔销售已与报价时不同:{value}。",
    "Ask for a new offer; do not retry.",
    "请申请新的报价,不要重试。",
)
NOT_ELIGIBLE: Final = Code(
    "not_eligible",
    409,
    "{field}: the sale cannot be financed: {value}.",
    "{field}:该笔销售不符合融资条件:{value}。",
    "The reasons are listed under financing.eligibility.",
    "原因请参见 financing.eligibility 的规则说明。",
)
NO_MANDATE: Final = Code(
    "no_mandate",
    409,
    "{field}: no mandate of the seller covers {value}.",
    "{field}:卖家没有覆盖 {value} 的授权。",
    "Accept the offer by hand, or grant a mandate that covers it.",
    "请手动接受报价,或授予足够额度的授权。",
)
CODES: Final = (
    UNKNOWN_OFFER,
    OFFER_NOT_OPEN,
    OFFER_HAS_EXPIRED,
    SALE_CHANGED,
    NOT_ELIGIBLE,
    NO_MANDATE,
)
