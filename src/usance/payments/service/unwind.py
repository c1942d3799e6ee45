"""Money goes back after settlement: bought again at the day's rate and taken from the seller."""

from collections.abc import Sequence

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.money import Money, Rounding, convert
from usance.kernel.records import replace
from usance.ledger.model import Where, where_among
from usance.ledger.service import balance_at, expand, post, ref_of
from usance.parties.model import OPERATOR
from usance.payments.events import EscrowReturned
from usance.payments.model import Escrow, Payment
from usance.payments.ports import Claim, Loss
from usance.payments.rules.postings import NETTING, UNWIND
from usance.payments.rules.unwinding import bearers
from usance.payments.service.escrow_due import own_escrows, taken_out
from usance.payments.service.fixings import market_rate
from usance.payments.service.instructions import rail_party
from usance.payments.tables import RESERVES


def where_of(payment: Payment) -> Where:
    """Return whose accounts a payment's entries move."""
    return where_among(OPERATOR, payment.seller_id, None, rail_party(payment.rail))


def unwind(draft: Draft, payment: Payment, returned: Money) -> dict[str, Money] | Refusal:
    """Post what goes back to a buyer after settlement; return who bore it, by name.

    On a day without rates the locked rate stands in: what has happened outside is always booked.
    """
    on = draft.now.date()
    to = payment.book.currency
    rate = market_rate(draft, returned.currency, to) or payment.quote.mid
    cost = convert(returned, rate, to, Rounding.UP)
    where = where_of(payment)
    escrows = own_escrows(draft, payment)
    shares = bearers(
        cost,
        sum(each.held.minor for each in escrows),
        balance_at(draft, ref_of("seller_available", where, cost)),
        balance_at(draft, ref_of("seller_reserve", where, cost)),
    )
    amounts = {"returned": returned, "cost": cost, **shares}
    posted = post(draft, expand(UNWIND, amounts, where), on)
    if isinstance(posted, Refusal):
        return posted
    _take_escrow(draft, escrows, shares["from_escrow"].minor)
    _take_reserve(draft, payment, shares["from_reserve"])
    return amounts


def _take_escrow(draft: Draft, escrows: Sequence[Escrow], taken: int) -> None:
    """Reduce what the sale has in escrow for the seller by what went back to the buyer."""
    moved = []
    for escrow in escrows:
        part = min(escrow.held.minor, taken)
        if part:
            taken -= part
            moved.append(taken_out(draft, escrow, returned=part))
    if moved:
        draft.tell(EscrowReturned(escrows[0].payment_id, tuple(moved)))


def _take_reserve(draft: Draft, payment: Payment, taken: Money) -> None:
    """Reduce the sale's own reserve, so that what was taken is not released from another's."""
    reserve = draft.get(RESERVES, payment.id)
    if reserve is None or reserve.released or reserve.amount.currency != taken.currency:
        return
    left = max(reserve.amount.minor - taken.minor, 0)
    draft.put(RESERVES, replace(reserve, amount=Money(left, taken.currency)))


def net_with_rail(draft: Draft, payment: Payment) -> Payment | Refusal:
    """Let the rail take back what it has paid us too much; return the payment with nothing owed.

    So it is where a rail settles a sale of which it then refunds a part.
    """
    if payment.receivable >= 0:
        return payment
    netted = Money(-payment.receivable, payment.gross.currency)
    posted = post(draft, expand(NETTING, {"netted": netted}, where_of(payment)), draft.now.date())
    return posted if isinstance(posted, Refusal) else replace(payment, receivable=0)


def shrink_advance(draft: Draft, claim: Claim, payment: Payment, returned: Money) -> Refusal | None:
    """Let financing take back the part of an advance that the sale no longer carries.

    payment: as it stands after the return. Refunds that nobody has confirmed do not count yet.
    """
    on = draft.now.date()
    left = payment.sold - payment.gone_back
    loss = Loss(payment.id, payment.order_id, payment.seller_id, returned, payment.sold, left, on)
    posted = post(draft, claim.shrink(draft, loss), on)
    return posted if isinstance(posted, Refusal) else None
