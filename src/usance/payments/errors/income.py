"""How the sweep of income says no."""

from typing import Final

from usance.kernel.errors import Code

EXCEEDS_INCOME: Final = Code(
    "exceeds_income",
    409,
    "{field}: {value} is all that was earned and not swept.",
    "{field}:可划转的已实现收入仅为 {value}。",
    "Sweep at most that: everything else in this account is clients' money.",
    "划转金额不得超过该值:账户中其余均为客户资金。",
)
CODES: Final = (EXCEEDS_INCOME,)
