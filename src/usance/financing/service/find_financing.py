"""Find facilities, mandates, offers and advances, for the other chapters and the mouths."""

from usance.financing.store import (
    Exposure,
    advance,
    advances,
    exposures,
    facilities,
    facility,
    mandate,
    offer,
    offers,
)

__all__ = [
    "Exposure",
    "advance",
    "advances",
    "exposures",
    "facilities",
    "facility",
    "mandate",
    "offer",
    "offers",
]
