"""A payment – is divided – among several: fixed when it is asked for, paid as it settles."""

from collections.abc import Sequence
from datetime import timedelta

from usance.kernel.draft import Draft, Standing
from usance.kernel.errors import Refusal
from usance.kernel.ids import EscrowId, PartyId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.ledger.model import Leg, where_among
from usance.ledger.service import expand
from usance.parties.errors import PARTY_NOT_ACTIVE, UNKNOWN_PARTY
from usance.parties.model import OPERATOR, PartyStatus
from usance.parties.service import party_of
from usance.payments.events import (
    Payable,
    PayoutWithheld,
    SharePaid,
    SharesPaid,
    SharesReady,
    SplitAgreed,
)
from usance.payments.model import Payment
from usance.payments.model.splits import Escrow, EscrowStatus, Share, ShareAsked, Split
from usance.payments.rules import splitting
from usance.payments.rules.postings import SHARE
from usance.payments.rules.pricing import fee_of, net_proceeds
from usance.payments.rules.splitting import is_free
from usance.payments.service.capture import rail_terms
from usance.payments.service.escrow_due import escrow_id_of, escrow_ids, schedule_release
from usance.payments.service.payouts import initiate_payout
from usance.payments.tables import ESCROWS, PAYMENTS, SPLITS
from usance.policy.service import look_up
from usance.runtime.commands import Loader


class PayOutShare(Record, frozen=True):
    """Pay a payee what a settlement or a release has given it."""

    payment_id: PaymentId
    payee_id: PartyId
    amount: Money


class Shared(Record, frozen=True):
    """What a settlement leaves the seller free, and the legs by which the others are served.

    payable: what is now others' to draw, by payee.
    """

    own: Money
    legs: list[Leg]
    payable: tuple[Payable, ...]


async def load_splits(loader: Loader, payment_ids: Sequence[PaymentId]) -> None:
    """Make the splits of payments visible, with all that was put into escrow.

    Payments without a split cost nothing.
    """
    found = (loader.get(PAYMENTS, each) for each in payment_ids)
    split_ids = [each.id for each in found if each is not None and each.is_split]
    if not split_ids:
        return
    await loader.rows(SPLITS, split_ids)
    splits = (loader.get(SPLITS, each) for each in split_ids)
    await loader.rows(ESCROWS, [key for each in splits if each for key in escrow_ids(each)])


def fix_split(draft: Draft, payment: Payment, asked: Sequence[ShareAsked]) -> Payment | Refusal:
    """Fix the shares of a payment that is about to be asked for; return it with what they take.

    Refuses: too_many_shares, split_unclear, currency_mismatch, escrow_without_end,
    split_repeated, unknown_party, party_not_active, shares_exceed_proceeds.
    """
    shares_max, days_max = draft.recall(_limits, payment.rail)
    currency = payment.book.currency
    wrong = splitting.unclear(asked, currency, shares_max, days_max)
    if wrong is not None:
        return wrong
    for number, each in enumerate(asked):
        payee = party_of(draft, each.payee_id)
        if payee is None:
            return UNKNOWN_PARTY.refuse(f"split[{number}].payee_id", each.payee_id)
        if payee.status is not PartyStatus.ACTIVE:
            return PARTY_NOT_ACTIVE.refuse(f"split[{number}].payee_id", payee.status)
    _, _, row = draft.recall(rail_terms, (payment.rail, payment.gross.currency))
    rail_fee = fee_of(payment.gross, row.integer("bps"), row.integer("fixed_minor"))
    expected = net_proceeds(replace(payment, captured=payment.gross.minor), rail_fee)
    shares = splitting.fixed(asked, payment.book, expected)
    if isinstance(shares, Refusal):
        return shares
    own = splitting.free_part(shares, payment.seller_id, expected)
    draft.put(SPLITS, Split(payment.id, payment.seller_id, currency, payment.gross, shares))
    draft.tell(SplitAgreed(payment.id, shares))
    return replace(payment, is_split=True, set_aside=(expected - own).minor)


def _limits(book: Standing, rail: str) -> tuple[int, int]:
    """Return how many shares a payment may have, and for how many days escrow may hold one."""
    row = look_up(book, "payments.split", rail, book.now.date())
    return row.integer("shares_max"), row.integer("escrow_days_max")


def share(draft: Draft, payment: Payment, amount: Money, proceeds: Money) -> Shared:
    """Divide what a settlement brings; return the seller's free part and the others' legs.

    amount: of the payment's gross, the rail's fee included. The splits of the batch are loaded.
    """
    if not payment.is_split:
        return Shared(proceeds, [], ())
    split = draft.get(SPLITS, payment.id)
    assert split is not None, f"the split of {payment.id} was not loaded"
    allotted = splitting.allot(split, amount.minor, proceeds.minor)
    is_over = payment.unsettled == amount.minor and not payment.holding
    draft.put(SPLITS, replace(allotted.split, is_over=is_over))
    legs: list[Leg] = []
    told: list[SharePaid] = []
    payable: list[Payable] = []
    own = allotted.own
    for number, (each, part) in enumerate(zip(split.shares, allotted.parts, strict=True)):
        if part == 0 or is_free(each, payment.seller_id):
            continue
        money = Money(part, proceeds.currency)
        escrow_id = _hold_back(draft, payment, number, each, money, delivered=split.delivered)
        if escrow_id is None and each.payee_id == payment.seller_id:
            own += part  # Its condition was met before all of its money had come.
            continue
        word = _word(each, escrow_id)
        to = where_among(OPERATOR, each.payee_id)
        legs += expand(SHARE, {word: money}, where_among(OPERATOR, payment.seller_id), to)
        if word == "share":
            payable.append(Payable(each.payee_id, money))
        told.append(SharePaid(each.payee_id, each.purpose, money, escrow_id))
    if told:
        draft.tell(SharesPaid(payment.id, tuple(told)))
    return Shared(Money(own, proceeds.currency), legs, tuple(payable))


def _word(each: Share, escrow_id: EscrowId | None) -> str:
    if escrow_id is not None:
        return "escrowed"
    return "ours" if each.payee_id == OPERATOR else "share"


def _hold_back(
    draft: Draft, payment: Payment, number: int, each: Share, money: Money, *, delivered: bool
) -> EscrowId | None:
    """Put a part into its escrow; None where there is none, or its condition was met already.

    One that still holds, disputed or not, holds what comes later too. So does one that was
    emptied by people's decision, or by what went back to the buyer.
    """
    if each.escrow is None:
        return None
    identifier = escrow_id_of(payment.id, number)
    known = draft.get(ESCROWS, identifier)
    is_over = known is None or known.status is EscrowStatus.CLOSED
    if is_over and ((delivered and each.escrow.delivery) or _is_met(draft, known)):
        return None
    if known is not None:
        status = EscrowStatus.HELD if is_over else known.status
        draft.put(ESCROWS, replace(known, amount=known.amount + money.minor, status=status))
        return identifier
    days = each.escrow.days
    release_on = None if days is None else draft.now.date() + timedelta(days=days)
    escrow = Escrow(
        identifier,
        payment.id,
        payment.order_id,
        payment.seller_id,
        payment.buyer_id,
        each.payee_id,
        each.purpose,
        money.currency,
        money.minor,
        0,
        0,
        each.escrow,
        EscrowStatus.HELD,
        draft.now,
        release_on,
    )
    draft.put(ESCROWS, escrow)
    if release_on is not None:
        schedule_release(draft, identifier, release_on)
    return identifier


def _is_met(draft: Draft, escrow: Escrow | None) -> bool:
    """Return whether both have agreed, or its days are over."""
    if escrow is None:
        return False
    if escrow.terms.both_agree and set(escrow.agreed) == {escrow.payee_id, escrow.buyer_id}:
        return True
    return escrow.release_on is not None and draft.now.date() >= escrow.release_on


def tell_ready(draft: Draft, payment_id: PaymentId, payable: Sequence[Payable]) -> None:
    """Tell what others than the seller may draw now; see handlers.pay_out_shares."""
    if payable:
        draft.tell(SharesReady(payment_id, tuple(payable)))


def apply_pay_out_share(draft: Draft, body: PayOutShare, _facts: None) -> Refusal | None:
    """Pay a share out; where that cannot be, it stays the payee's to draw."""
    draft.thread(body.payment_id)
    refusal = initiate_payout(draft, body.payee_id, body.amount, "share", body.payment_id)
    if refusal is not None:
        draft.tell(PayoutWithheld(body.payment_id, body.payee_id, body.amount, refusal.code))
    return None
