"""Find locked rates, for the mouths."""

from usance.payments.store import locks_with_exposure, quote_lock, seller_volume

__all__ = ["locks_with_exposure", "quote_lock", "seller_volume"]
