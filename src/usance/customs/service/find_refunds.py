"""Find tax refunds, for the other chapters and the mouths."""

from usance.customs.store import tax_refund, tax_refunds

__all__ = ["tax_refund", "tax_refunds"]
