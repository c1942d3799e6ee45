"""Programmes: by which technique money is advanced, and how it is priced."""

from enum import StrEnum


class Technique(StrEnum):
    """A way to finance trade, in the words of the Global Supply Chain Finance Forum.

    order: a loan to make and ship what was ordered (pre-shipment finance). receivable_purchase:
    what a sale will bring is bought at less than its face.
    """

    ORDER = "order"
    RECEIVABLE_PURCHASE = "receivable_purchase"


class Pricing(StrEnum):
    """How an advance is paid for. fee: a sum fixed at the draw, by principal and tenor."""

    FEE = "fee"
