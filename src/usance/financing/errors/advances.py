"""How financing says no to advances."""

from typing import Final

from usance.kernel.errors import Code

UNKNOWN_ADVANCE: Final = Code(
    "unknown_advance",
    404,
    "{field}: there is no advance {value}.",
    "{field}:不存在融资款 {value}。",
    "Check the id.",
    "请检查标识。",
)
CODES: Final = (UNKNOWN_ADVANCE,)
