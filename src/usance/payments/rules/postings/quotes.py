"""What the locking of a rate posts: memorandum, so that exposure is a balance."""

from typing import Final

from usance.ledger.model import Entry, LegRule

FX_LOCK: Final = Entry(
    "fx_lock",
    "QuoteLocked",
    "A rate is promised: what may be sold at it, and what we owe for that. It is taken back as"
    " payments are settled at the rate, and for what nobody used in time.",
    "锁定汇率:记录可卖出额及我方相应承诺额;随结算使用或到期未用而冲回。",
    (
        LegRule("fx_locked", "fx_lock_contra", "fx_locked", "sold"),
        LegRule("fx_promised", "fx_lock_contra", "fx_promised", "bought"),
    ),
)
