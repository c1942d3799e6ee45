"""What events of rates, routing and messages say. See sentences."""

from typing import Final

RATES: Final = {
    "quotes_recorded": (
        "{source} quoted {pairs} pairs of currencies.",
        "{source} 报价货币对 {pairs} 个。",
    ),
    "quote_locked": (
        (
            "Locked {quote.base}/{quote.quote} at {quote.mid} less {quote.spread_bps:bps}"
            " ({quote.source}) until {quote.expires_at:minutes}, for {maximum} at most ({uses});"
            " that is {promised} before the spread."
        ),
        (
            "锁定 {quote.base}/{quote.quote} 汇率 {quote.mid},点差 {quote.spread_bps:bps}"
            "({quote.source}),至 {quote.expires_at:minutes} 止,最高 {maximum}({uses});"
            "扣除点差前合 {promised}。"
        ),
    ),
    "quote_reserved": (
        "Holds {amount} of the rate locked as {quote_id}[; {available} is left for others].",
        "占用锁汇 {quote_id} 额度 {amount}[;尚余 {available}]。",
    ),
    "quote_given_back": (
        "{amount} of the rate locked as {quote_id} is no longer held[; {available} may be used].",
        "锁汇 {quote_id} 释放额度 {amount}[;可用 {available}]。",
    ),
    "quote_used": (
        "{amount} was settled at the rate locked as {quote_id}, held for {held_days} days.",
        "{amount} 按锁汇 {quote_id} 结算,持有 {held_days} 天。",
    ),
    "quote_expired": (
        "The lock {quote_id} has run out[; {unused} went unused][; payments hold {reserved}].",
        "锁汇 {quote_id} 已到期[;未用 {unused}][;付款仍占用 {reserved}]。",
    ),
    "message_taken": (
        (
            "Took in {type}[ {version}] {message_id}[ from {sender}]: {entries} entries read,"
            " {left_out} left out ({message}, {digest})."
        ),
        (
            "收录[ {sender} 的]报文 {message_id}({type}[ {version}]):"
            "读取 {entries} 条,未读取 {left_out} 条({message},{digest})。"
        ),
    ),
    "payment_rerouted": (
        "{refused_by} refused ({code}); asked {rail} instead, attempt {attempt}, fee {fee}.",
        "{refused_by} 拒绝({code}),改由 {rail} 收款,第 {attempt} 次,手续费 {fee}。",
    ),
    "routing_adopted": (
        (
            "Adopted routing version {number} from {effective_at:minutes}[, restoring version"
            " {restores}]: {reason}."
        ),
        "采用路由版本 {number},自 {effective_at:minutes} 起生效[,恢复版本 {restores}]:{reason}。",
    ),
}
