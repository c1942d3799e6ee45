"""A buyer's bank – takes, gives back – money of a payment. It has happened: it is booked.

Taken from the sale while the rail holds it, else from the seller; given back the same way.
"""

from collections.abc import Sequence

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import InstructionId, PaymentId
from usance.kernel.money import Money, Rounding, convert
from usance.kernel.records import Record, replace
from usance.ledger.service import balance_of, expand, net_debit, post, ref_of
from usance.payments.events import ChargedBack, DisputeReinstated
from usance.payments.model import (
    PAYMENT,
    Dispute,
    Payment,
    PaymentEvent,
    PaymentStatus,
    SuspenseReason,
)
from usance.payments.ports import Claim, Proceeds
from usance.payments.rules.postings import (
    CHARGEBACK_EARLY,
    CHARGEBACK_UNMATCHED,
    OWED,
    REINSTATED,
    REINSTATED_EARLY,
    REST,
)
from usance.payments.service.excesses import is_elsewhere
from usance.payments.service.fixings import market_rate
from usance.payments.service.fx_positions import keep_payment
from usance.payments.service.payouts import initiate_payout
from usance.payments.service.quotes import free_lock
from usance.payments.service.splits import Shared, share, tell_ready
from usance.payments.service.steps import stepped
from usance.payments.service.suspense import prepare_suspense_of, suspend_for
from usance.payments.service.unwind import net_with_rail, shrink_advance, unwind, where_of
from usance.payments.tables import DISPUTES, EXCESSES, INSTRUCTIONS, PAYMENTS
from usance.runtime.commands import Loader

NO_SALE = frozenset({PaymentStatus.FAILED, PaymentStatus.VOIDED})
_GONE = frozenset({PaymentStatus.REFUNDED, PaymentStatus.CHARGED_BACK})


class Moved(Record, frozen=True):
    """What a bank's notice moves. instruction_id: by which the money had been collected."""

    amount: Money
    fee: Money
    instruction_id: InstructionId | None = None


async def prepare_no_sales(
    loader: Loader, about: Sequence[tuple[PaymentId, InstructionId | None]]
) -> None:
    """Make visible what waits of payments that are no sales. about: as notices name them."""
    for payment_id, instruction_id in about:
        payment = loader.get(PAYMENTS, payment_id)
        if payment is None:
            continue
        if payment.attempt > 1 and instruction_id is not None:
            await loader.rows(INSTRUCTIONS, [instruction_id])
        if payment.status in NO_SALE or payment.attempt > 1:
            await prepare_suspense_of(loader, [instruction_id or payment_id, payment_id])


def is_no_sale(draft: Draft, payment: Payment, instruction_id: InstructionId | None) -> bool:
    """Return whether a bank's notice is about money that is no sale of ours.

    The payment never became one, or it did on another rail than the one that speaks.
    """
    return payment.status in NO_SALE or is_elsewhere(draft, payment, instruction_id)


def take(
    draft: Draft, claim: Claim, payment: Payment, dispute: Dispute, moved: Moved
) -> Refusal | None:
    """Book what a bank takes, and its fee; keep the dispute with it."""
    if is_no_sale(draft, payment, moved.instruction_id):
        return _take_of_no_sale(draft, payment, dispute, moved)
    before = payment.status is PaymentStatus.CAPTURED
    currency = payment.gross.currency
    taken = Money(min(moved.amount.minor, max(payment.unsettled, 0)), currency)
    legs = expand(CHARGEBACK_EARLY, {"amount": taken}, where_of(payment))
    posted = post(draft, legs, draft.now.date())
    if isinstance(posted, Refusal):
        return posted
    bearing = unwind(draft, payment, moved.amount - taken + moved.fee)
    if isinstance(bearing, Refusal):
        return bearing
    after = net_with_rail(
        draft,
        replace(
            payment,
            returned=payment.returned + moved.amount.minor,
            unsettled=payment.unsettled - taken.minor,
            receivable=payment.receivable - taken.minor,
        ),
    )
    if isinstance(after, Refusal):
        return after
    # What refunds had taken whole stays refunded: a chargeback then takes nothing of the sale.
    back = payment.remaining - after.remaining
    if back.minor and after.is_gone and PAYMENT.may(after.status, PaymentEvent.CHARGED_BACK):
        after = stepped(after, PaymentEvent.CHARGED_BACK)
    keep_payment(draft, after)
    _keep(draft, dispute, moved, taken, bearing["owed"], moved.amount.minor)
    _tell(draft, dispute, moved, taken, bearing["owed"], before=before)
    freed = free_lock(draft, payment, taken)
    return freed or shrink_advance(draft, claim, after, back)


def _take_of_no_sale(
    draft: Draft, payment: Payment, dispute: Dispute, moved: Moved
) -> Refusal | None:
    """Book it against what waits to be claimed: the rail has collected after its refusal."""
    currency = payment.gross.currency
    excess = None if moved.instruction_id is None else draft.get(EXCESSES, moved.instruction_id)
    receivable = 0 if excess is None else excess.receivable
    owed = Money(min(moved.amount.minor, receivable), currency)
    amounts = {"amount": owed, "paid": moved.amount - owed + moved.fee}
    legs = expand(CHARGEBACK_UNMATCHED, amounts, where_of(payment))
    posted = post(draft, legs, draft.now.date())
    if isinstance(posted, Refusal):
        return posted
    _suspend(draft, payment, dispute, moved, Money(0, currency) - moved.amount - moved.fee)
    if excess is not None:
        draft.put(EXCESSES, replace(excess, receivable=receivable - owed.minor))
    nothing = Money(0, payment.book.currency)
    _keep(draft, dispute, moved, Money(0, currency), nothing, 0)
    _tell(draft, dispute, moved, owed, nothing, before=receivable > 0)
    return None


def _suspend(draft: Draft, payment: Payment, dispute: Dispute, moved: Moved, amount: Money) -> None:
    """Count it in what waits of the money it was taken from. amount: below zero, out of it."""
    excess = None if moved.instruction_id is None else draft.get(EXCESSES, moved.instruction_id)
    subject = payment.id if excess is None else excess.instruction_id
    reason = SuspenseReason.CHARGEBACK_UNMATCHED
    suspend_for(draft, payment, subject, amount, reason, dispute.notice)


def _keep(
    draft: Draft, dispute: Dispute, moved: Moved, early: Money, owed: Money, counted: int
) -> None:
    draft.put(
        DISPUTES,
        replace(
            dispute,
            fee=dispute.fee + moved.fee,
            owed=dispute.owed + owed,
            taken=dispute.taken + moved.amount.minor,
            early=dispute.early + early.minor,
            counted=dispute.counted + counted,
        ),
    )


def _tell(
    draft: Draft, dispute: Dispute, moved: Moved, taken: Money, owed: Money, *, before: bool
) -> None:
    draft.tell(
        ChargedBack(
            dispute.id,
            dispute.payment_id,
            moved.amount,
            moved.fee,
            taken,
            owed,
            before_settlement=before,
        )
    )


def give(
    draft: Draft, claim: Claim, payment: Payment, dispute: Dispute, moved: Moved
) -> Refusal | None:
    """Book what a bank gives back, and its fee where that comes too.

    What it had taken before the sale was shared out is the sale's: the rail owes it again or,
    once the rail has settled, it is shared out as by a settlement. What the seller has borne is
    the seller's, also where a refund was made meanwhile: the buyer has had that, and lost this.
    """
    if is_no_sale(draft, payment, moved.instruction_id):
        paid = {"paid": Money(-(moved.amount.minor + moved.fee.minor), moved.amount.currency)}
        posted = post(
            draft, expand(CHARGEBACK_UNMATCHED, paid, where_of(payment)), draft.now.date()
        )
        _suspend(draft, payment, dispute, moved, moved.amount + moved.fee)
        _given(draft, dispute, moved, 0, 0)
        return posted if isinstance(posted, Refusal) else None
    unshared = min(moved.amount.minor, dispute.early)
    early = unshared if payment.settled_at is None else 0
    counted = min(moved.amount.minor, dispute.counted)
    after = _reinstated(
        replace(
            payment,
            returned=payment.returned - counted,
            unsettled=payment.unsettled + early,
            receivable=payment.receivable + early,
        )
    )
    keep_payment(draft, after)
    _given(draft, dispute, moved, unshared, counted)
    return _hand_out(draft, claim, after, dispute, moved, early, unshared - early, counted)


def _hand_out(
    draft: Draft,
    claim: Claim,
    payment: Payment,
    dispute: Dispute,
    moved: Moved,
    early: int,
    unshared: int,
    counted: int,
) -> Refusal | None:
    """Post the money: what is not the rail's yet is shared out like a settlement.

    unshared: of it, what nobody had a share of before it was taken.
    """
    on, where, to = draft.now.date(), where_of(payment), payment.book.currency
    currency = moved.amount.currency
    given = Money(moved.amount.minor - early + moved.fee.minor, currency)
    rate = market_rate(draft, currency, to) or payment.quote.mid
    worth = convert(given, rate, to, Rounding.DOWN)
    shared = _shared(draft, payment, Money(unshared, currency), given, worth)
    own = shared.own
    debt = net_debit(balance_of(draft, ref_of("owed_by_seller", where, own)))
    owed = Money(max(0, min(debt, own.minor)), to)
    due = Proceeds(payment.id, payment.order_id, payment.seller_id, own - owed, on)
    claims = claim.repay(draft, due) if worth.minor else []
    claimed = Money(sum(leg.amount for leg in claims if leg.debit.kind == "seller_settling"), to)
    rest = own - owed - claimed
    legs = [
        *expand(REINSTATED_EARLY, {"early": Money(early, currency)}, where),
        *expand(REINSTATED, {"given": given, "worth": worth}, where),
        *shared.legs,
        *expand(OWED, {"owed": owed}, where),
        *claims,
        *expand(REST, {"rest": rest}, where),
    ]
    posted = post(draft, legs, on)
    if isinstance(posted, Refusal):
        return posted
    draft.tell(
        DisputeReinstated(
            dispute.id,
            payment.id,
            moved.amount,
            moved.fee,
            Money(early, currency),
            worth,
            owed,
            claimed,
            rest,
            counted,
        )
    )
    if rest.minor:
        # Where it cannot be paid out now, it stays the seller's to draw.
        initiate_payout(draft, payment.seller_id, rest, "dispute", payment.id)
    tell_ready(draft, payment.id, shared.payable)
    return None


def _shared(draft: Draft, payment: Payment, unshared: Money, given: Money, worth: Money) -> Shared:
    """Return the seller's part of what is given back, and the legs by which others have theirs."""
    if not unshared.minor:
        return Shared(worth, [], ())
    part = Money(worth.minor * unshared.minor // given.minor, worth.currency)
    as_it_was = replace(payment, unsettled=payment.unsettled + unshared.minor)
    shared = share(draft, as_it_was, unshared, part)
    return replace(shared, own=shared.own + worth - part)


def _reinstated(payment: Payment) -> Payment:
    """Return a payment of which something is left again, in the status that fits."""
    if payment.status not in _GONE or payment.returned >= payment.captured:
        return payment
    unsettled = payment.settled_at is None
    event = PaymentEvent.REINSTATED_UNSETTLED if unsettled else PaymentEvent.REINSTATED
    return stepped(payment, event)


def _given(draft: Draft, dispute: Dispute, moved: Moved, early: int, counted: int) -> None:
    """Keep what of a dispute is back. early: of what was taken before it was shared out."""
    draft.put(
        DISPUTES,
        replace(
            dispute,
            fee=Money(max(dispute.fee.minor - moved.fee.minor, 0), dispute.fee.currency),
            taken=max(dispute.taken - moved.amount.minor, 0),
            early=dispute.early - early,
            counted=dispute.counted - counted,
        ),
    )
