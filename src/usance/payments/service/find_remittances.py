"""Find what rails remit in one sum, for the mouths."""

from usance.payments.store.remittances import remittance, remittances

__all__ = ["remittance", "remittances"]
