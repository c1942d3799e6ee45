"""Goods – come back: the buyer is paid back in the currency in which the order was paid."""

from collections.abc import Sequence
from decimal import Decimal

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import GoodsReturnId
from usance.kernel.money import Money, Rounding, convert
from usance.kernel.records import Record
from usance.payments.errors import ALREADY_REFUNDED, NOTHING_PAID, UNKNOWN_RETURN
from usance.payments.model import PaymentStatus
from usance.payments.service.refunds import RefundPayment, apply_refund, keep_return
from usance.payments.tables import PAYMENT_BY_ORDER, REFUND_BY_RETURN
from usance.runtime.commands import Command, Loader
from usance.trade.model import GoodsReturn, Order
from usance.trade.service.find_orders import orders_by_id, returns_by_id

_REFUNDABLE = {PaymentStatus.CAPTURED, PaymentStatus.SETTLED}


class RefundReturn(Record, frozen=True):
    """Pay a buyer back for goods that came back. One return is paid back once."""

    goods_return_id: GoodsReturnId


class Returned(Record, frozen=True):
    """A return and the order it belongs to."""

    goods_return: GoodsReturn
    order: Order


async def prepare_refund_return(
    loader: Loader, commands: Sequence[Command]
) -> dict[GoodsReturnId, Returned]:
    """Load the returns, their orders, the payments of those and refunds made already."""
    wanted = [c.body.goods_return_id for c in commands if isinstance(c.body, RefundReturn)]
    returns = await returns_by_id(loader, wanted)
    order_ids = [each.order_id for each in returns.values() if each.order_id is not None]
    orders = await orders_by_id(loader, order_ids)
    await loader.found(PAYMENT_BY_ORDER, order_ids)
    await loader.found(REFUND_BY_RETURN, wanted)
    return {
        each.id: Returned(each, orders[each.order_id])
        for each in returns.values()
        if each.order_id is not None
    }


def apply_refund_return(
    draft: Draft, body: RefundReturn, found: dict[GoodsReturnId, Returned]
) -> Refusal | None:
    """Refund the share of the payment that the returned goods had in the order."""
    returned = found.get(body.goods_return_id)
    if returned is None:
        return UNKNOWN_RETURN.refuse("goods_return_id", body.goods_return_id)
    done = draft.find(REFUND_BY_RETURN, body.goods_return_id)
    if done is not None:
        return ALREADY_REFUNDED.refuse("goods_return_id", done.id)
    payment = draft.find(PAYMENT_BY_ORDER, returned.order.id)
    if payment is None or payment.status not in _REFUNDABLE:
        return NOTHING_PAID.refuse("order_id", returned.order.id)
    share = Decimal(returned.goods_return.amount.minor) / returned.order.amount.minor
    amount = convert(payment.gross, share, payment.gross.currency, Rounding.HALF_EVEN)
    amount = Money(min(amount.minor, payment.remaining.minor), amount.currency)
    reason = f"goods returned, {returned.goods_return.invoice_no}"
    refused = apply_refund(draft, RefundPayment(payment.id, amount, reason), None)
    if refused is None:
        keep_return(draft, body.goods_return_id)
    return refused
