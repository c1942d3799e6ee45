"""How a schedule or a discount says no."""

from typing import Final

from usance.kernel.errors import Code

NEGATIVE_FEE: Final = Code(
    "negative_fee",
    422,
    "{field}: {value} is below zero.",
    "{field}:{value} 小于零。",
    "Give a fee of zero or more.",
    "请填写不小于零的费用。",
)
RATE_OUT_OF_RANGE: Final = Code(
    "rate_out_of_range",
    422,
    "{field}: {value} is no rate in percent a year.",
    "{field}:{value} 不是有效的年利率百分数。",
    "Write a plain decimal from 0 to 1000 with at most ten decimals: 12.0 is 12 % a year.",
    "请填写 0 至 1000 之间、至多十位小数的十进制数:12.0 即年利率 12 %。",
)
SHARE_OUT_OF_RANGE: Final = Code(
    "share_out_of_range",
    422,
    "{field}: {value} is no share in percent.",
    "{field}:{value} 不是有效的百分比份额。",
    "Write a plain decimal above 0, at most 100, with at most ten decimals: 18 is 18 %.",
    "请填写大于 0、不超过 100、至多十位小数的十进制数:18 即 18 %。",
)
PERIODS_OUT_OF_RANGE: Final = Code(
    "periods_out_of_range",
    422,
    "{field}: {value} is no number of instalments.",
    "{field}:{value} 不是有效的期数。",
    "Give a whole number from 1 to 10000.",
    "请填写 1 至 10000 之间的整数。",
)
DAYS_IN_YEAR_OUT_OF_RANGE: Final = Code(
    "days_in_year_out_of_range",
    422,
    "{field}: a year has no {value} days.",
    "{field}:一年没有 {value} 天。",
    "Give a whole number from 1 to 366, such as 360 or 365.",
    "请填写 1 至 366 之间的整数,例如 360 或 365。",
)
MALFORMED_INTERVAL: Final = Code(
    "malformed_interval",
    422,
    "{field}: {value} is no interval.",
    "{field}:{value} 不是有效的间隔。",
    "Write a number from 1 to 999 and its unit: 1-month, 2-week, 30-day, 1-year.",
    "请填写 1 至 999 的数字与单位:1-month、2-week、30-day、1-year。",
)
UNKNOWN_DAY_COUNT: Final = Code(
    "unknown_day_count",
    422,
    "{field}: {value} is no way to count days.",
    "{field}:{value} 不是有效的计息天数规则。",
    "Choose act/act, act/365, act/360 or 30/360.",
    "请选择 act/act、act/365、act/360 或 30/360。",
)
SCHEDULE_TOO_LATE: Final = Code(
    "schedule_too_late",
    422,
    "{field}: {value} instalments from that day go beyond the year 9999.",
    "{field}:自该日起的 {value} 期还款超出公元 9999 年。",
    "Start earlier, or take fewer or shorter periods.",
    "请提前起始日,或减少期数、缩短间隔。",
)
SCHEDULE_TOO_LONG: Final = Code(
    "schedule_too_long",
    422,
    "{field}: at {value} a day it is not repaid within 10000 days.",
    "{field}:按每日 {value} 偿还,10000 天内无法还清。",
    "Take a greater volume or share, or a smaller advance.",
    "请提高销售额或份额,或减少融资金额。",
)
ROUNDING_OUTWEIGHS: Final = Code(
    "rounding_outweighs",
    422,
    "{field}: over {value} instalments the rounding of each outweighs what it repays.",
    "{field}:分 {value} 期偿还时,每期的舍入已超过其偿还的本金。",
    "Take fewer periods.",
    "请减少期数。",
)
DISCOUNT_TAKES_ALL: Final = Code(
    "discount_takes_all",
    422,
    "{field}: the discount takes all of {value}.",
    "{field}:贴现息已达到或超过 {value}。",
    "Take a lower rate or a shorter time.",
    "请降低贴现率或缩短期限。",
)
DUE_ALREADY: Final = Code(
    "due_already",
    422,
    "{field}: {value} is not after the day of payment.",
    "{field}:{value} 不晚于付款日。",
    "Discount what falls due later; what is due is collected.",
    "仅可贴现尚未到期的款项;已到期的应予收款。",
)
EARLY_DAYS_OUT_OF_RANGE: Final = Code(
    "early_days_out_of_range",
    422,
    "{field}: {value} is no number of days by which this can be paid early.",
    "{field}:{value} 不是有效的提前付款天数。",
    "Give at least one day, and no more than the terms allow.",
    "至少一天,且不超过付款条件允许的天数。",
)
CODES: Final = (
    NEGATIVE_FEE,
    RATE_OUT_OF_RANGE,
    SHARE_OUT_OF_RANGE,
    PERIODS_OUT_OF_RANGE,
    DAYS_IN_YEAR_OUT_OF_RANGE,
    MALFORMED_INTERVAL,
    UNKNOWN_DAY_COUNT,
    SCHEDULE_TOO_LATE,
    SCHEDULE_TOO_LONG,
    ROUNDING_OUTWEIGHS,
    DISCOUNT_TAKES_ALL,
    DUE_ALREADY,
    EARLY_DAYS_OUT_OF_RANGE,
)
