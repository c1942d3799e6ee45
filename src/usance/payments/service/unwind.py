"""Money goes back after settlement: bought again at the day's rate and taken from the seller."""

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.money import Money, Rounding, convert
from usance.ledger.model import Where
from usance.ledger.service import balance_at, expand, post, ref_of
from usance.payments.errors import NO_RATE
from usance.payments.model import Payment
from usance.payments.ports import Claim, Loss
from usance.payments.rules.postings import UNWIND
from usance.payments.rules.pricing import cross_rate
from usance.payments.rules.unwinding import bearers
from usance.payments.service.fixings import fixings_on
from usance.payments.service.instructions import rail_party


def where_of(payment: Payment) -> Where:
    """Return whose accounts a payment's entries move."""
    return Where(seller=payment.seller_id, rail=rail_party(payment.rail), obligor=payment.buyer_id)


def unwind(draft: Draft, payment: Payment, returned: Money) -> dict[str, Money] | Refusal:
    """Post what goes back to a buyer after settlement; return who bore it, by name."""
    on = draft.now.date()
    fixings = fixings_on(draft, on)
    to = payment.book.currency
    rate = None if fixings is None else cross_rate(fixings, returned.currency, to)
    if rate is None:
        return NO_RATE.refuse("currency", returned.currency)
    cost = convert(returned, rate, to, Rounding.UP)
    where = where_of(payment)
    shares = bearers(
        cost,
        balance_at(draft, ref_of("seller_available", where, cost)),
        balance_at(draft, ref_of("seller_reserve", where, cost)),
    )
    amounts = {"returned": returned, "cost": cost, **shares}
    posted = post(draft, expand(UNWIND, amounts, where), on)
    return posted if isinstance(posted, Refusal) else amounts


def shrink_advance(draft: Draft, claim: Claim, payment: Payment, returned: Money) -> Refusal | None:
    """Let financing take back the part of an advance that the sale no longer carries.

    payment: as it stands after the return.
    """
    on = draft.now.date()
    loss = Loss(payment.id, payment.seller_id, returned, payment.gross, payment.remaining, on)
    posted = post(draft, claim.shrink(draft, loss), on)
    return posted if isinstance(posted, Refusal) else None
