"""How receipts and the queue of money without an owner say no."""

from typing import Final

from usance.kernel.errors import Code

MALFORMED_REFERENCE: Final = Code(
    "malformed_reference",
    422,
    "{field}: {value} is no reference of a bank.",
    "{field}:{value} 不是银行参考号。",
    "Give what the bank calls the booking: 1 to 80 printable characters without blanks.",
    "请提供银行的记账参考号:1 至 80 个可打印字符,不含空格。",
)

ACCOUNT_IN_USE: Final = Code(
    "account_in_use",
    409,
    "{field}: {value} is a receiving account already.",
    "{field}:{value} 已是收款账户。",
    "A number belongs to one seller; a seller has one for each currency and country.",
    "每个账号只属于一个卖家;每个卖家在每种货币和国家只有一个收款账户。",
)

UNKNOWN_SUSPENSE: Final = Code(
    "unknown_suspense",
    404,
    "There is no money in suspense under {value}.",
    "待查款项 {value} 不存在。",
    "Check the id in the list of suspense.",
    "请在待查款项列表中核对标识。",
)

NOTHING_WAITS: Final = Code(
    "nothing_waits",
    409,
    "{field}: nothing waits under {value} any more, or it is on its way back.",
    "{field}:{value} 已无待处理款项,或正在退回。",
    "Read the item; what is on its way back waits for the rail's answer.",
    "请查询该款项;退回中的款项等待通道答复。",
)

MORE_THAN_WAITS: Final = Code(
    "more_than_waits",
    409,
    "{field}: no more than {value} waits, on that side and in that currency.",
    "{field}:待处理金额仅为 {value},方向与货币须一致。",
    "Name at most that.",
    "金额不得超过该值。",
)

NO_OWNER_NAMED: Final = Code(
    "no_owner_named",
    422,
    "{field}: {value}",
    "{field}:{value}",
    "Name a seller or a payment, one of the two; money a bank took may be borne by the house.",
    "请指定卖家或付款之一;银行扣走的款项可由平台承担。",
)

NOT_RELEASED: Final = Code(
    "not_released",
    409,
    "{field} may not be released: {value}.",
    "{field} 不得放行:{value}。",
    "Have the case about it assessed and closed first; what stands then stays blocked.",
    "请先评估并关闭相关案件;仍未解除的款项继续冻结。",
)

NO_SENDER: Final = Code(
    "no_sender",
    409,
    "{field}: {value} came without an account to send it back to.",
    "{field}:{value} 没有可退回的付款账户。",
    "Ask the bank for the payer's account, or attribute the money.",
    "请向银行查询付款账户,或将款项归属。",
)

BREAK_OF_MONEY: Final = Code(
    "break_of_money",
    409,
    "{field} is {value}: money cannot be explained by a note.",
    "{field} 的类型为 {value}:涉及资金,不能以备注关闭。",
    "Match the entry, book it, or attribute what waits in suspense.",
    "请匹配该分录、入账,或处理待查款项。",
)

MOVEMENT_TAKEN: Final = Code(
    "movement_taken",
    409,
    "{field}: {value} is shown by another entry already, or is of another currency.",
    "{field}:{value} 已由其他分录匹配,或币种不同。",
    "Name a movement that no entry was matched to.",
    "请指定尚未匹配的款项。",
)

CODES: Final = (
    BREAK_OF_MONEY,
    MOVEMENT_TAKEN,
    MALFORMED_REFERENCE,
    ACCOUNT_IN_USE,
    UNKNOWN_SUSPENSE,
    NOTHING_WAITS,
    MORE_THAN_WAITS,
    NO_OWNER_NAMED,
    NOT_RELEASED,
    NO_SENDER,
)
