"""Why no rail takes a payment: each says which stage of the routing removed the last one."""

from typing import Final

from usance.kernel.errors import Code

NO_RAIL: Final = Code(
    "no_rail",
    409,
    "No rail takes this: {value}.",
    "没有可用通道:{value}。",
    "Ask for another method or rail, or change what decides: `usance routing show` lists the rules "
    "for payments, `payments.payout_route` the rails of payouts.",
    "请改用其他付款方式或通道,或调整规则:`usance routing show` 列出收款路由规则,"
    "`payments.payout_route` 列出出款通道。",
)

SELLER_HAS_NO_ACCOUNT: Final = Code(
    "seller_has_no_account",
    409,
    "{field}: {value} has no bank account, so nothing can be paid out to it.",
    "{field}:{value} 没有银行账户,无法向其出款。",
    "Register one; over HTTP that is POST /v1/parties/{id}/bank_accounts.",
    "请先登记银行账户;通过 HTTP 为 POST /v1/parties/{id}/bank_accounts。",
)

METHOD_NOT_SERVED: Final = Code(
    "method_not_served",
    409,
    "{field}: no rule of the routing gives a rail to who asks for {value}.",
    "{field}:路由规则中没有通道支持付款方式 {value}。",
    "Ask for another method, or propose a routing that names a rail of this one.",
    "请改用其他付款方式,或提议一份包含该方式通道的路由。",
)

CURRENCY_NOT_SERVED: Final = Code(
    "currency_not_served",
    409,
    "{field}: nothing is collected in {value}.",
    "{field}:无法收取 {value}。",
    "`usance corridors --currency …` shows by which methods the currency can be paid.",
    "`usance corridors --currency …` 列出可用该货币付款的方式。",
)

COUNTRY_NOT_SERVED: Final = Code(
    "country_not_served",
    409,
    "{field}: nothing is collected from {value}.",
    "{field}:无法从 {value} 收款。",
    "`usance corridors --country …` shows by which methods the country pays.",
    "`usance corridors --country …` 列出该国可用的付款方式。",
)

INSTRUMENT_MISSING: Final = Code(
    "instrument_missing",
    409,
    "{field}: the buyer has no {value}, and no rail is left that needs none.",
    "{field}:买家没有 {value},且没有无需该工具的通道。",
    "Send a card_token, give the buyer a bank account, or ask for a method that needs neither.",
    "请提供 card_token,为买家登记银行账户,或改用无需二者的付款方式。",
)

OUTSIDE_RAIL_LIMIT: Final = Code(
    "outside_rail_limit",
    409,
    "{field}: {value}.",
    "{field}:超出通道限额({value})。",
    "Ask for another method; `usance corridors` shows what each takes at least and at most.",
    "请改用其他付款方式;`usance corridors` 列出各方式的最低与最高金额。",
)

CARRIER_OWES_TOO_MUCH: Final = Code(
    "carrier_owes_too_much",
    409,
    "{field}: {value}; nothing more is entrusted to it until it has remitted.",
    "{field}:{value};在其汇款之前不再委托其收款。",
    "Ask for another method, have the carrier remit, or let two people raise "
    "`payments.carrier_limit`.",
    "请改用其他付款方式,催促承运人汇款,或由两人上调 `payments.carrier_limit`。",
)

CODES: Final = (
    NO_RAIL,
    SELLER_HAS_NO_ACCOUNT,
    METHOD_NOT_SERVED,
    CURRENCY_NOT_SERVED,
    COUNTRY_NOT_SERVED,
    INSTRUMENT_MISSING,
    OUTSIDE_RAIL_LIMIT,
    CARRIER_OWES_TOO_MUCH,
)
