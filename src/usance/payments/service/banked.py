"""A bank's booking – comes before – the rail's notice of the same money, which is booked once.

A notice of the rail that comes later tells of that money again: only what is beyond it is new.
"""

from collections.abc import Sequence

from usance.kernel.draft import Draft
from usance.kernel.ids import PaymentId
from usance.kernel.money import Money
from usance.kernel.records import replace
from usance.payments.model import Banked, Payment
from usance.payments.tables import BANKED, PAYMENTS
from usance.runtime.commands import Loader


async def prepare_banked(loader: Loader, payment_ids: Sequence[PaymentId]) -> None:
    """Make visible what a bank has booked of payments; they were loaded.

    Payments of which nothing has come yet cost nothing.
    """
    found = (loader.get(PAYMENTS, each) for each in payment_ids)
    settled = [each.id for each in found if each is not None and each.settled_at]
    if settled:
        await loader.rows(BANKED, settled)


def keep_banked(draft: Draft, payment_id: PaymentId, amount: Money) -> None:
    """Note that a bank has booked so much for a payment, and its rail has not told of it yet."""
    known = draft.get(BANKED, payment_id) or Banked(payment_id, 0)
    draft.put(BANKED, replace(known, amount=known.amount + amount.minor))


def untold(draft: Draft, payment: Payment) -> int:
    """Return what a bank has booked for a payment and its rail has not told of, in minor units."""
    known = draft.get(BANKED, payment.id) if payment.settled_at else None
    return 0 if known is None else known.amount - known.told


def tell_banked(draft: Draft, payment: Payment, minor: int) -> None:
    """Note that a rail has told of so much that the bank had booked before."""
    if minor:
        known = draft.get(BANKED, payment.id)
        assert known is not None, f"{payment.id} has untold money"
        draft.put(BANKED, replace(known, told=known.told + minor))
