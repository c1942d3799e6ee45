"""Find breaks and the entries they are about, for the mouths."""

from usance.payments.store.reconciliation import break_, breaks, entry

__all__ = ["break_", "breaks", "entry"]
