"""What a carrier says: parcels to be paid at the door, and advices of what it has remitted.

Amounts are decimal texts with a currency beside them. `reference` is ours: the instruction's id in
hexadecimal. What we do not read is left out; what a carrier adds later does not disturb us.
"""

from typing import Final

import msgspec


class Object(msgspec.Struct, frozen=True):
    """Base of what is read: unknown fields are nobody's mistake."""


class Sum(Object, frozen=True):
    """An amount of money: `{"amount": "119.00", "currency": "PLN"}`."""

    amount: str
    currency: str


class Parcel(Object, frozen=True):
    """A parcel. status: announced, in_transit, out_for_delivery, collected, refused, returned, ….

    collect: what is to be paid at the door; collected: what was. paid_by: cash or card.
    """

    id: str
    reference: str
    status: str
    collect: Sum
    collected: Sum | None = None
    paid_by: str = ""
    tracking_url: str = ""


class AdviceLine(Object, frozen=True):
    """A parcel of an advice: what was collected, what the carrier keeps of it."""

    parcel: str
    reference: str
    collected: str
    fee: str


class Advice(Object, frozen=True):
    """What a carrier remits in one sum. total: what comes to our bank; paid_on: a day."""

    id: str
    currency: str
    total: str
    paid_on: str
    lines: tuple[AdviceLine, ...]


class AdvicePage(Object, frozen=True):
    """The advices of a window of time."""

    data: tuple[Advice, ...]


# Still on its way: nobody knows yet whether it will be paid.
ON_THE_WAY: Final = frozenset({"announced", "in_transit", "out_for_delivery", "at_pickup_point"})
COLLECTED: Final = "collected"
# Nothing was collected and nothing will be.
NOT_COLLECTED: Final = frozenset({"refused", "returned", "lost", "cancelled"})
