"""How a corridor says no."""

from typing import Final

from usance.kernel.errors import Code

BENEFICIARY_INCOMPLETE: Final = Code(
    "beneficiary_incomplete",
    409,
    "{field}: a payout by {value} needs it.",
    "{field}:通过 {value} 付款必须填写此项。",
    "Register the bank account with it; the list of corridors names what each method needs"
    " (GET /v1/corridors, usance corridors).",
    "请在银行账户中补充该信息;通道目录列出每种方式所需的字段(GET /v1/corridors,usance corridors)。",
)

BENEFICIARY_MALFORMED: Final = Code(
    "beneficiary_malformed",
    409,
    "{field}: {value} has not the form that the method takes.",
    "{field}:{value} 的格式不符合该付款方式的要求。",
    "Correct the bank account; the list of corridors shows the form and an example"
    " (GET /v1/corridors, usance corridors).",
    "请更正银行账户;通道目录显示格式和示例(GET /v1/corridors,usance corridors)。",
)

OUTSIDE_CORRIDOR: Final = Code(
    "outside_corridor",
    409,
    "{field}: less or more than any method takes there: {value}.",
    "{field}:超出当地所有付款方式的限额:{value}。",
    "Split the payout, or raise it; the list of corridors shows the limits (GET /v1/corridors,"
    " usance corridors).",
    "请拆分或增加付款金额;通道目录显示限额(GET /v1/corridors,usance corridors)。",
)

CODES: Final = (BENEFICIARY_INCOMPLETE, BENEFICIARY_MALFORMED, OUTSIDE_CORRIDOR)
