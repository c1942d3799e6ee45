"""How reports say no."""

from typing import Final

from usance.kernel.errors import Code

AMBIGUOUS_REFERENCE: Final = Code(
    "ambiguous_reference",
    409,
    "{field} {value} is the number of more than one invoice.",
    "{field} {value} 对应多张发票。",
    "Ask with the id of the order.",
    "请改用订单标识查询。",
)
UNKNOWN_FORMAT: Final = Code(
    "unknown_format",
    422,
    "{field}: {value} is not a format of reports.",
    "{field}:{value} 不是报表格式。",
    "Choose text, csv or json.",
    "请选择 text、csv 或 json。",
)
CODES: Final = (AMBIGUOUS_REFERENCE, UNKNOWN_FORMAT)
