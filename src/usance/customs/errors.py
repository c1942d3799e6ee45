"""How customs says no, in order of precedence."""

from typing import Final

from usance.kernel.errors import Code

EXPECTED_IN_THE_PAST: Final = Code(
    "expected_in_the_past",
    422,
    "{field}: {value} is over.",
    "{field}:{value} 已经过去。",
    "Name the day on which the money is expected now.",
    "请填写目前预计到账的日期。",
)
UNKNOWN_TAX_REFUND: Final = Code(
    "unknown_tax_refund",
    404,
    "{field}: there is no tax refund {value}.",
    "{field}:不存在退税 {value}。",
    "Check the id.",
    "请检查标识。",
)
DECLARATION_ALREADY_CLAIMED: Final = Code(
    "declaration_already_claimed",
    409,
    "{field}: the declaration {value} is claimed already.",
    "{field}:报关单 {value} 已申报退税。",
    "One declaration is claimed once; it may be claimed anew after a refusal.",
    "一张报关单只能申报一次退税;被拒后可重新申报。",
)
TAX_REFUND_NOT_OPEN: Final = Code(
    "tax_refund_not_open",
    409,
    "{field}: the tax refund is {value}.",
    "{field}:该退税状态为 {value}。",
    "Look at it; what is paid or refused is over.",
    "请查看该退税;已退付或被拒的申请已结束。",
)
EXCEEDS_CLAIM: Final = Code(
    "exceeds_claim",
    409,
    "{field}: {value} is more than was claimed.",
    "{field}:{value} 超出申报金额。",
    "Compare the amount with the claim; an office approves at most what was asked.",
    "请与申报核对金额;税务机关批准金额不超过申报金额。",
)
CODES: Final = (
    EXPECTED_IN_THE_PAST,
    UNKNOWN_TAX_REFUND,
    DECLARATION_ALREADY_CLAIMED,
    TAX_REFUND_NOT_OPEN,
    EXCEEDS_CLAIM,
)
