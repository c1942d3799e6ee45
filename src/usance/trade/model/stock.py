"""Goods in a warehouse, as its keeper's receipt says."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final

from usance.kernel.ids import PartyId, WarehouseReceiptId
from usance.kernel.money import Money
from usance.kernel.records import Record


class StockStatus(StrEnum):
    """Whether the keeper still holds some of the goods."""

    HELD = "held"
    RELEASED = "released"


STOCK_MAY_BECOME: Final[dict[StockStatus, frozenset[StockStatus]]] = {
    StockStatus.HELD: frozenset({StockStatus.RELEASED}),
    StockStatus.RELEASED: frozenset(),
}


class StockMove(StrEnum):
    """Which way goods go."""

    ADDED = "added"
    RELEASED = "released"


class WarehouseReceipt(Record, frozen=True):
    """A keeper's word that it holds goods of an owner.

    quantity: what is there now, of `unit`. unit_value: what one of them is worth now. stored_on:
    the day on which the goods' age begins; goods that are added later count as old as those that
    are there, so fresh goods want a receipt of their own.
    """

    id: WarehouseReceiptId
    receipt_no: str
    keeper_id: PartyId
    owner_id: PartyId
    goods: str
    unit: str
    quantity: int
    unit_value: Money
    stored_on: date
    status: StockStatus
    recorded_at: datetime
    changed_at: datetime

    @property
    def value(self) -> Money:
        """What all that is there is worth."""
        return Money(self.quantity * self.unit_value.minor, self.unit_value.currency)

    def age_days(self, on: date) -> int:
        """Return how many days the goods have lain there."""
        return (on - self.stored_on).days
