"""When goods have come back, pay the buyer back."""

from collections.abc import Sequence

from usance.kernel.records import Record
from usance.payments.service import RefundReturn
from usance.runtime.facts import Fact
from usance.trade.events import GoodsReturned


def refund_returned_goods(fact: Fact) -> Sequence[tuple[str, Record]]:
    """Return the refund that follows from a return; a return without an order moves no money."""
    returned = fact.part(GoodsReturned)
    if returned is None or returned.order_id is None:
        return []
    return [("refund_return", RefundReturn(returned.return_id))]
