"""How financing says no to facilities."""

from typing import Final

from usance.kernel.errors import Code

NOT_POSITIVE: Final = Code(
    "not_positive",
    422,
    "{field}: {value} is not above zero.",
    "{field}:{value} 必须大于零。",
    "Send an amount above zero.",
    "请发送大于零的金额。",
)
WRONG_PARTY_KIND: Final = Code(
    "wrong_party_kind",
    409,
    "{field}: the party is a {value}.",
    "{field}:该主体的类型为 {value}。",
    "Name a funder where a funder is asked for, a seller where a seller is.",
    "资金方字段请填写资金方,卖家字段请填写卖家。",
)
UNKNOWN_PROGRAMME: Final = Code(
    "unknown_programme",
    409,
    "{field}: no terms are in force for the programme {value}.",
    "{field}:项目 {value} 没有生效的条款。",
    "Adopt a row of financing.programme and of financing.eligibility for it first.",
    "请先为该项目新增 financing.programme 与 financing.eligibility 规则行。",
)
UNKNOWN_TECHNIQUE: Final = Code(
    "unknown_technique",
    409,
    "{field}: the programme {value} names a technique that this version does not know.",
    "{field}:项目 {value} 的融资方式本版本不支持。",
    "Correct its row of financing.programme, or update.",
    "请更正 financing.programme 中的该行,或升级版本。",
)
FACILITY_ALREADY_OPEN: Final = Code(
    "facility_already_open",
    409,
    "{field}: the facility {value} is open already.",
    "{field}:额度 {value} 已开立。",
    "Use it, or give the new one an id of its own.",
    "请使用该额度,或为新额度指定不同的标识。",
)
UNKNOWN_FACILITY: Final = Code(
    "unknown_facility",
    404,
    "{field}: there is no facility {value}.",
    "{field}:不存在额度 {value}。",
    "Check the id.",
    "请检查标识。",
)
FACILITY_NOT_FOR_SELLER: Final = Code(
    "facility_not_for_seller",
    409,
    "{field}: the facility {value} does not serve this sale.",
    "{field}:额度 {value} 不适用于该笔销售。",
    "Name an active facility of the same seller in the same settlement currency.",
    "请指定同一卖家、同一结算币种且有效的额度。",
)
APPETITE_OUTSIDE: Final = Code(
    "appetite_outside",
    422,
    "{field}: {value} is no rate or share.",
    "{field}:{value} 不是有效的费率或比例。",
    "Send basis points: a share above 0 up to 10000, a fee from 0 up to 10000.",
    "请以基点填写:比例大于 0 且不超过 10000,费率 0 至 10000。",
)
ILLEGAL_STATUS: Final = Code(
    "illegal_facility_status",
    409,
    "{field}: the facility is {value} already.",
    "{field}:额度状态已为 {value}。",
    "Nothing to do.",
    "无需处理。",
)
CODES: Final = (
    NOT_POSITIVE,
    WRONG_PARTY_KIND,
    UNKNOWN_PROGRAMME,
    UNKNOWN_TECHNIQUE,
    FACILITY_ALREADY_OPEN,
    UNKNOWN_FACILITY,
    FACILITY_NOT_FOR_SELLER,
    APPETITE_OUTSIDE,
    ILLEGAL_STATUS,
)
