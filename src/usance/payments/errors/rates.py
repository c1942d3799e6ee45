"""How rates that people enter are refused."""

from typing import Final

from usance.kernel.errors import Code

FIXINGS_MALFORMED: Final = Code(
    "fixings_malformed",
    422,
    "{field}: {value} is no rate of a day's fixings.",
    "{field}:{value} 不是有效的参考汇率。",
    "Give units of each currency for one of the base, above zero, the base itself as 1.",
    "请填写每单位基准货币可兑各币种的数额,须大于零,基准货币本身为 1。",
)
FIXINGS_IN_FUTURE: Final = Code(
    "fixings_in_future",
    409,
    "{field}: {value} has not come yet.",
    "{field}:{value} 尚未到来。",
    "Enter the rates of a day when it is there.",
    "请在该日到来后录入。",
)
FIXINGS_KNOWN: Final = Code(
    "fixings_known",
    409,
    "{field}: the rates of {value} are in the book, and not these, or for another base.",
    "{field}:{value} 的汇率已录入,且与本次不同,或基准货币不同。",
    "Payments were priced by them, so they stay; leave out the currencies that are known: what"
    " that day lacks can be added, for one of the same base.",
    "已有付款按其定价,不可更改;请删去已有币种,仅以相同基准货币补录当日缺少的币种。",
)
CODES: Final = (FIXINGS_MALFORMED, FIXINGS_IN_FUTURE, FIXINGS_KNOWN)
