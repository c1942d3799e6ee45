"""Two people – attribute – money in suspense: to a seller, to a payment, or to who bears it."""

from collections.abc import Sequence
from typing import Final

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import PartyId, PaymentId, SuspenseId
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.ledger.model import where_among
from usance.ledger.service import balance_at, expand, post, ref_of
from usance.parties.errors import UNKNOWN_PARTY
from usance.parties.model import OPERATOR, PartyKind
from usance.parties.service import active_party, party_of
from usance.payments.errors import (
    CURRENCY_MISMATCH,
    MORE_THAN_WAITS,
    NO_OWNER_NAMED,
    UNKNOWN_PAYMENT,
    WRONG_STATE,
)
from usance.payments.events import SuspenseAttributed
from usance.payments.model import (
    CaptureMethod,
    Payment,
    PaymentStatus,
    SuspenseAccount,
    SuspenseItem,
)
from usance.payments.ports import Claim, ReleaseGate
from usance.payments.rules.postings import ATTRIBUTION, BORNE
from usance.payments.rules.unwinding import bearers
from usance.payments.service.authorise import method_of
from usance.payments.service.banked import keep_banked, prepare_banked
from usance.payments.service.captures import capture_unanswered
from usance.payments.service.charges import fee_on_receipt
from usance.payments.service.proceeds import load_reserves, nothing_new, share_out
from usance.payments.service.releasing import release_refusal
from usance.payments.service.returning import prepare_origins, within
from usance.payments.service.splits import load_splits
from usance.payments.service.suspense import closed_or_open, prepare_suspense, waiting_item
from usance.payments.service.unwind import where_of
from usance.payments.tables import AUTHORISATIONS, PAYMENTS, SUSPENSE
from usance.runtime.commands import Command, Loader

_FROM: Final = {SuspenseAccount.UNMATCHED: "attributed", SuspenseAccount.BLOCKED: "released"}
_FOR_SALE: Final = {
    SuspenseAccount.UNMATCHED: "for_sale",
    SuspenseAccount.BLOCKED: "released_for_sale",
}

_NOT_YET_CAPTURED: Final = frozenset(
    {PaymentStatus.PENDING, PaymentStatus.REQUIRES_ACTION, PaymentStatus.AUTHORISED}
)
_SALE: Final = frozenset({PaymentStatus.CAPTURED, PaymentStatus.SETTLED})


class AttributeSuspense(Record, frozen=True):
    """Say whose money it is: a seller's, or what a payment's rail owes. amount: None for all.

    What a bank has taken is borne by a seller or, where neither is named, by the house.
    """

    suspense_id: SuspenseId
    seller_id: PartyId | None = None
    payment_id: PaymentId | None = None
    amount: Money | None = None


class AttributeStage:
    """Applies `attribute_suspense`. gate: may the money be released? claim: see settle."""

    def __init__(self, gate: ReleaseGate, claim: Claim) -> None:
        self._gate = gate
        self._claim = claim

    async def prepare(self, loader: Loader, commands: Sequence[Command]) -> None:
        """Load the items, where they come from, and the payments they are to pay."""
        bodies = [c.body for c in commands if isinstance(c.body, AttributeSuspense)]
        wanted = [body.suspense_id for body in bodies]
        await prepare_suspense(loader, wanted)
        await prepare_origins(loader, wanted)
        payments = [body.payment_id for body in bodies if body.payment_id]
        await loader.rows(PAYMENTS, payments)
        await load_splits(loader, payments)
        await load_reserves(loader, payments)
        await prepare_banked(loader, payments)
        await loader.rows(AUTHORISATIONS, payments)

    def apply(self, draft: Draft, body: AttributeSuspense, _facts: None) -> Refusal | None:
        """Refuses: unknown_suspense, nothing_waits, more_than_waits, no_owner_named, and further.

        To a seller: unknown_party, party_not_active, not_released. To a payment:
        unknown_payment, currency_mismatch, wrong_state (the rail owes nothing), not_released.
        """
        item = waiting_item(draft, body.suspense_id)
        if isinstance(item, Refusal):
            return item
        amount = body.amount or item.waiting
        if not within(item, amount):
            return MORE_THAN_WAITS.refuse("amount", item.waiting)
        draft.thread(item.payment_id or item.receipt_id or item.id)
        if body.seller_id is not None and body.payment_id is not None:
            return NO_OWNER_NAMED.refuse("seller_id", "a seller and a payment are named")
        if body.payment_id is not None and amount.minor > 0:
            return self._to_payment(draft, item, amount, body.payment_id)
        if body.seller_id is not None:
            return self._to_seller(draft, item, amount, body.seller_id)
        if body.payment_id is None and amount.minor < 0:
            return _borne_by_us(draft, item, amount)
        return NO_OWNER_NAMED.refuse("seller_id", "nobody is named who could have it")

    def _to_seller(
        self, draft: Draft, item: SuspenseItem, amount: Money, seller_id: PartyId
    ) -> Refusal | None:
        refusal = active_party(draft, seller_id, "seller_id")
        if refusal is not None:
            return refusal
        seller = party_of(draft, seller_id)
        if seller is None or seller.kind is not PartyKind.SELLER:
            return UNKNOWN_PARTY.refuse("seller_id", seller_id)
        if amount.minor < 0:
            return _borne_by_seller(draft, item, amount, seller_id)
        refusal = release_refusal(draft, self._gate, item, seller_id)
        if refusal is not None:
            return refusal
        fee = _fee(draft, item, amount)
        words = {_FROM[item.account]: amount, "fee": fee}
        legs = expand(ATTRIBUTION, words, where_among(OPERATOR, seller_id))
        posted = post(draft, legs, draft.now.date())
        if isinstance(posted, Refusal):
            return posted
        nothing = Money(0, amount.currency)
        _taken(draft, item, amount)
        draft.tell(SuspenseAttributed(item.id, amount, fee, seller_id, None, nothing))
        return None

    def _to_payment(
        self, draft: Draft, item: SuspenseItem, amount: Money, payment_id: PaymentId
    ) -> Refusal | None:
        """Pay what the rail owes for a payment, at most that; what is more goes on waiting."""
        payment = _payable(draft, payment_id, amount)
        if isinstance(payment, Refusal):
            return payment
        refusal = release_refusal(draft, self._gate, item, payment.seller_id)
        if refusal is not None:
            return refusal
        used = Money(min(amount.minor, payment.receivable), amount.currency)
        legs = expand(ATTRIBUTION, {_FOR_SALE[item.account]: used}, where_of(payment))
        posted = post(draft, legs, draft.now.date())
        if isinstance(posted, Refusal):
            return posted
        paid = replace(payment, receivable=payment.receivable - used.minor)
        draft.put(PAYMENTS, paid)
        if item.receipt_id is not None:
            # The bank has booked it: when the rail tells of it, that is not new.
            keep_banked(draft, payment.id, used)
        _taken(draft, item, used)
        nothing = Money(0, used.currency)
        draft.tell(
            SuspenseAttributed(item.id, used, nothing, payment.seller_id, payment.id, nothing)
        )
        here = Money(min(used.minor, paid.unsettled), used.currency)
        return share_out(draft, self._claim, paid, here, nothing_new(paid))


def _payable(draft: Draft, payment_id: PaymentId, amount: Money) -> Payment | Refusal:
    """Return a payment of which the rail owes something; one not yet captured is captured.

    No more of it than has come: the rail may still say no to the rest, or more may be captured.
    """
    payment = draft.get(PAYMENTS, payment_id)
    if payment is None:
        return UNKNOWN_PAYMENT.refuse("payment_id", payment_id)
    if payment.gross.currency != amount.currency:
        return CURRENCY_MISMATCH.refuse("payment_id", amount.currency)
    is_collected_in_part = (
        payment.status in _SALE
        and payment.receivable <= 0
        and payment.captured < payment.gross.minor
        and method_of(draft, payment.id) is CaptureMethod.AUTOMATIC
    )
    if payment.status in _NOT_YET_CAPTURED or is_collected_in_part:
        captured = capture_unanswered(draft, payment, "attributed", amount)
        if isinstance(captured, Refusal):
            return captured
        payment = captured
    if payment.status not in _SALE or payment.receivable <= 0:
        return WRONG_STATE.refuse("payment", payment.status)
    return payment


def _fee(draft: Draft, item: SuspenseItem, amount: Money) -> Money:
    """Return our fee on what came in by itself; what a rail has brought was priced as a payment."""
    if item.receipt_id is None:
        return Money(0, amount.currency)
    return fee_on_receipt(draft, amount)


def _borne_by_seller(
    draft: Draft, item: SuspenseItem, amount: Money, seller_id: PartyId
) -> Refusal | None:
    """Have a seller bear what a bank has taken: as far as the money reaches, the rest is owed."""
    where = where_among(OPERATOR, seller_id)
    cost = Money(-amount.minor, amount.currency)
    shares = bearers(
        cost,
        0,  # What is in escrow belongs to sales, and this is none.
        balance_at(draft, ref_of("seller_available", where, cost)),
        balance_at(draft, ref_of("seller_reserve", where, cost)),
    )
    del shares["from_escrow"]
    posted = post(draft, expand(BORNE, {**shares, "own": shares["owed"]}, where), draft.now.date())
    if isinstance(posted, Refusal):
        return posted
    nothing = Money(0, amount.currency)
    _taken(draft, item, amount)
    draft.tell(SuspenseAttributed(item.id, amount, nothing, seller_id, None, shares["owed"]))
    return None


def _borne_by_us(draft: Draft, item: SuspenseItem, amount: Money) -> Refusal | None:
    lost = Money(-amount.minor, amount.currency)
    legs = expand(BORNE, {"lost": lost, "own": lost}, where_among(OPERATOR))
    posted = post(draft, legs, draft.now.date())
    if isinstance(posted, Refusal):
        return posted
    nothing = Money(0, amount.currency)
    _taken(draft, item, amount)
    draft.tell(SuspenseAttributed(item.id, amount, nothing, None, None, nothing))
    return None


def _taken(draft: Draft, item: SuspenseItem, amount: Money) -> None:
    draft.put(SUSPENSE, closed_or_open(draft, replace(item, open=item.open - amount.minor)))
