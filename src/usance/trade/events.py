"""What has happened in trade."""

from datetime import date, datetime

from usance.kernel.ids import GoodsReturnId, OrderId, PartyId
from usance.kernel.money import Money
from usance.kernel.records import Record


class OrderPlaced(Record, frozen=True):
    """A buyer has ordered goods; each order tells it once."""

    order_id: OrderId
    seller_id: PartyId
    buyer_id: PartyId
    invoice_no: str
    amount: Money
    placed_at: datetime
    source_date: date
    country: str
    line_count: int


class GoodsReturned(Record, frozen=True):
    """Goods have come back. Where `order_id` is None no money follows from it."""

    return_id: GoodsReturnId
    seller_id: PartyId
    buyer_id: PartyId
    order_id: OrderId | None
    invoice_no: str
    amount: Money
    returned_at: datetime
    source_date: date
