"""How a corridor says no."""

from typing import Final

from usance.kernel.errors import Code

BENEFICIARY_INCOMPLETE: Final = Code(
    "beneficiary_incomplete",
    409,
    "{field}: a payout by {value} needs it.",
    "{field}:通过 {value} 付款必须填写此项。",
    "Register the bank account with it; GET /v1/corridors lists what each method needs.",
    "请在银行账户中补充该信息;GET /v1/corridors 列出每种方式所需的字段。",
)

BENEFICIARY_MALFORMED: Final = Code(
    "beneficiary_malformed",
    409,
    "{field}: {value} has not the form that the method takes.",
    "{field}:{value} 的格式不符合该付款方式的要求。",
    "Correct the bank account; GET /v1/corridors shows the form and an example.",
    "请更正银行账户;GET /v1/corridors 显示格式和示例。",
)

OUTSIDE_CORRIDOR: Final = Code(
    "outside_corridor",
    409,
    "{field}: {value} is less or more than any method takes there.",
    "{field}:{value} 超出当地所有付款方式的限额。",
    "Split the payout, or raise it; GET /v1/corridors shows the limits.",
    "请拆分或增加付款金额;GET /v1/corridors 显示限额。",
)

CODES: Final = (BENEFICIARY_INCOMPLETE, BENEFICIARY_MALFORMED, OUTSIDE_CORRIDOR)
