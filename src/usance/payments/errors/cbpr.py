"""How a credit transfer says no that does not keep to CBPR+, before it is sent."""

from typing import Final

from usance.kernel.errors import Code

UETR_NEEDED: Final = Code(
    "uetr_needed",
    422,
    "{field}: {value} is not a UETR; cross-border transfers carry one.",
    "{field}:{value} 不是有效 UETR;跨境汇款必须携带。",
    "Give the transfer a UUID of version 4 in small letters and keep it through the whole chain.",
    "请为汇款生成小写的 UUID 第 4 版,并在全链路保持不变。",
)
UNSTRUCTURED_ADDRESS: Final = Code(
    "unstructured_address",
    422,
    "{field}: the address {value} does not name town and country apart.",
    "{field}:地址 {value} 未单独注明城市和国家。",
    "Write town and country in their own fields; at most two free lines may stand beside them.",
    "请在独立字段填写城市和国家;另可附至多两行自由地址。",
)
ADDRESS_NEEDED: Final = Code(
    "address_needed",
    422,
    "{field}: {value} is not known; without town and country no bank takes it across a border.",
    "{field}:{value} 不详;跨境汇款缺少城市和国家会被银行拒绝。",
    "Give the party or the beneficiary its address, over HTTP with POST /v1/parties/{id}/address"
    " or PUT /v1/beneficiaries/{id}: town and country at least, each in its own field.",
    "请补充主体或收款人的地址(HTTP:POST /v1/parties/{id}/address 或"
    " PUT /v1/beneficiaries/{id}):至少在独立字段填写城市和国家。",
)
CHARGE_BEARER_NEEDED: Final = Code(
    "charge_bearer_needed",
    422,
    "{field}: {value} does not say who pays the banks on the way.",
    "{field}:{value} 未注明费用承担方。",
    "Say DEBT, SHAR or CRED; SLEV is for SEPA alone.",
    "请注明 DEBT、SHAR 或 CRED;SLEV 仅用于 SEPA。",
)
RATE_INCONSISTENT: Final = Code(
    "rate_inconsistent",
    422,
    "{field}: {value} does not fit the currencies instructed and settled.",
    "{field}:{value} 与指示货币和结算货币不符。",
    "Give a rate where the two currencies differ, and none where they are the same.",
    "两种货币不同时须提供汇率,相同时不得提供。",
)
CHARGES_INCONSISTENT: Final = Code(
    "charges_inconsistent",
    422,
    "{field}: {value} does not fit the amount instructed and who bears the charges.",
    "{field}:{value} 与指示金额及费用承担方不符。",
    "With DEBT at least the instructed amount is settled, with SHAR and CRED at most that.",
    "DEBT 时结算金额不低于指示金额,SHAR 和 CRED 时不高于指示金额。",
)
FORBIDDEN_CHARACTER: Final = Code(
    "forbidden_character",
    422,
    "{field}: {value} has a character or slash that may not travel.",
    "{field}:{value} 含有不可传输的字符或斜杠。",
    "Write it in Latin letters, digits and SWIFT's signs; a reference has no slash at its ends"
    " and no two in a row.",
    "请使用拉丁字母、数字和 SWIFT 允许的符号;参考号首尾不得为斜杠,也不得连续两个斜杠。",
)

CODES: Final = (
    UETR_NEEDED,
    UNSTRUCTURED_ADDRESS,
    ADDRESS_NEEDED,
    CHARGE_BEARER_NEEDED,
    RATE_INCONSISTENT,
    CHARGES_INCONSISTENT,
    FORBIDDEN_CHARACTER,
)
