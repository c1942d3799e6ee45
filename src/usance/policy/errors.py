"""How a policy is refused."""

from typing import Final

from usance.kernel.errors import Code

POLICY_ALREADY_DATED: Final = Code(
    "policy_already_dated",
    409,
    "{field}: {value} has a row of this day with other values.",
    "{field}:{value} 在该日已有内容不同的规则行。",
    "The past is never edited: adopt a row with a later day.",
    "历史规则不可修改:请以更晚的生效日新增一行。",
)
POLICY_IN_THE_PAST: Final = Code(
    "policy_in_the_past",
    409,
    "{field}: {value} would change what held before today.",
    "{field}:{value} 会改变今日之前已生效的规则。",
    "Give a day from today on that is later than the last row of this rule and scope.",
    "请使用不早于今日且晚于该规则最后一行的生效日。",
)
POLICY_SHAPE: Final = Code(
    "policy_shape",
    422,
    "{field}: {value} does not fit the values that this rule has.",
    "{field}:{value} 与该规则已有取值的形式不符。",
    "Give the same names as the row in force, whole numbers where it has whole numbers.",
    "请使用与现行规则相同的名称,原为整数者仍须为整数。",
)
POLICY_INCOMPLETE: Final = Code(
    "policy_incomplete",
    422,
    "{field}: a policy row names its rule, its scope, its values and its source.",
    "{field}:规则行须写明规则、适用范围、取值及来源。",
    "Fill in the field; where a figure is assumed, say so in the source.",
    "请补全该字段;若为假设值,请在来源中注明。",
)
CODES: Final = (POLICY_ALREADY_DATED, POLICY_IN_THE_PAST, POLICY_SHAPE, POLICY_INCOMPLETE)


class NoPolicy(LookupError):
    """No row of a rule is in force on the day: the book was set up without it. Adopt one."""
