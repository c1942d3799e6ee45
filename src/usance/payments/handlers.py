"""When goods have come back, pay the buyer back; when shares are free, pay them out; and so on."""

from collections.abc import Sequence

from usance.kernel.records import Record
from usance.payments.events import RemittanceReceived, SharesReady
from usance.payments.service import PayOutShare, RecordSettlement, RefundReturn
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


def settle_remitted(fact: Fact) -> Sequence[tuple[str, Record]]:
    """Return the settlement of each payment that a rail has remitted in one sum."""
    received = fact.part(RemittanceReceived)
    if received is None:
        return []
    return [
        (
            "record_settlement",
            RecordSettlement(
                line.payment_id,
                line.notice,
                line.gross,
                line.fee,
                line.instruction_id,
                line.capture_id,
                received.booking,
                received.rail,
            ),
        )
        for line in received.lines
    ]
