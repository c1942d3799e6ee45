"""What a seller has sold in a month."""

from datetime import date

from usance.kernel.ids import PartyId
from usance.kernel.money import Currency
from usance.kernel.records import Record


class Volume(Record, frozen=True):
    """What was captured for a seller in a calendar month, at mid, in the settlement currency.

    month: its first day. Counted while a fee schedule has tiers in the currency.
    """

    seller_id: PartyId
    month: date
    currency: Currency
    minor: int
