"""When goods have come back, pay the buyer back; when shares are free, pay them out."""

from collections.abc import Sequence

from usance.kernel.records import Record
from usance.payments.events import SharesReady
from usance.payments.service import PayOutShare, RefundReturn
from usance.runtime.facts import Fact
from usance.trade.events import GoodsReturned


def refund_returned_goods(fact: Fact) -> Sequence[tuple[str, Record]]:
    """Return the refund that follows from a return; a return without an order moves no money."""
    returned = fact.part(GoodsReturned)
    if returned is None or returned.order_id is None:
        return []
    return [("refund_return", RefundReturn(returned.return_id))]


def pay_out_shares(fact: Fact) -> Sequence[tuple[str, Record]]:
    """Return a payout for each share that a settlement or a release has freed."""
    ready = fact.part(SharesReady)
    if ready is None:
        return []
    return [
        ("pay_out_share", PayOutShare(ready.payment_id, each.payee_id, each.amount))
        for each in ready.payable
    ]
