"""How routing says no."""

from typing import Final

from usance.kernel.errors import Code

ROUTING_FAULTY: Final = Code(
    "routing_faulty",
    422,
    "{field}: {value}.",
    "{field}:{value}。",
    "Mend it. Of a file `usance routing check FILE` lists every mistake with its path.",
    "请更正。若为文件,`usance routing check FILE` 会列出全部错误及其位置。",
)

ROUTING_IN_THE_PAST: Final = Code(
    "routing_in_the_past",
    422,
    "{field}: {value} has passed.",
    "{field}:{value} 已过去。",
    "Leave it out to begin at once, or give a later moment with its time zone.",
    "省略该字段即立即生效,或给出带时区的未来时间。",
)

UNKNOWN_ROUTING: Final = Code(
    "unknown_routing",
    404,
    "There is no version {value} of the routing.",
    "路由版本 {value} 不存在。",
    "List the versions; 0 is what a new book has.",
    "请查询版本列表;0 为新账簿的默认配置。",
)

ROUTING_DROPS_RAILS: Final = Code(
    "routing_drops_rails",
    409,
    "This turns rails off that can be had now: {value}.",
    "该路由将停用当前可用的通道:{value}。",
    "Add rules that name them; or, where that is meant, name each in `drops`, so that whoever "
    "approves sees it.",
    "请添加引用这些通道的规则;若确需停用,请在 `drops` 中逐一列出,以便审批人知悉。",
)

CODES: Final = (ROUTING_FAULTY, ROUTING_IN_THE_PAST, UNKNOWN_ROUTING, ROUTING_DROPS_RAILS)
