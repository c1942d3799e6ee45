"""One payment for several: shares of what a sale brings, and money held back until a condition.

Amounts of shares are in S, the currency in which the seller settles. They are fixed by the quote
that the payment locks, so nobody's share moves with the market.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Final

from usance.kernel.ids import EscrowId, OrderId, PartyId, PaymentId
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record


class EscrowTerms(Record, frozen=True):
    """What frees money held in escrow: any one of the conditions that are named.

    days: so many days after the rail has settled. delivery: once delivery is confirmed.
    both_agree: once the payee and the buyer have agreed.
    """

    days: int | None = None
    delivery: bool = False
    both_agree: bool = False


class ShareAsked(Record, frozen=True):
    """Who is to have what of a payment: exactly one of bps, amount and rest.

    bps: ten-thousandths of the gross at the locked mid. amount: in the currency in which the
    seller settles. rest: what fees and the other shares leave; nobody named, it is the seller's.
    """

    payee_id: PartyId
    purpose: str
    bps: int = 0
    amount: Money | None = None
    rest: bool = False
    escrow: EscrowTerms | None = None


class Share(Record, frozen=True):
    """A share as it was fixed, in minor units of S.

    amount: what is due if all of gross is settled; of the rest, what was expected then. paid:
    what has reached the payee or its escrow. reversed: what was taken back of that by hand.
    """

    payee_id: PartyId
    purpose: str
    amount: int
    is_rest: bool = False
    escrow: EscrowTerms | None = None
    paid: int = 0
    reversed: int = 0


class Split(Record, frozen=True):
    """How the money of one payment is divided. shares: in the order in which they are served.

    gross: of the payment, in its own currency; settled: how much of it has been shared out.
    delivered: delivery was confirmed, so nothing waits for it any more.
    """

    payment_id: PaymentId
    seller_id: PartyId
    currency: Currency
    gross: Money
    shares: tuple[Share, ...]
    settled: int = 0
    is_over: bool = False
    delivered: bool = False


class EscrowStatus(StrEnum):
    """Where money in escrow stands."""

    HELD = "held"
    DISPUTED = "disputed"
    CLOSED = "closed"


MAY_BECOME: Final[dict[EscrowStatus, frozenset[EscrowStatus]]] = {
    EscrowStatus.HELD: frozenset({EscrowStatus.DISPUTED, EscrowStatus.CLOSED}),
    EscrowStatus.DISPUTED: frozenset({EscrowStatus.HELD, EscrowStatus.CLOSED}),
    EscrowStatus.CLOSED: frozenset(),
}


class Escrow(Record, frozen=True):
    """A share that is held back until its condition is met.

    amount: all that has come in, minor units of `currency`; of it `released` to the payee,
    `returned` to the seller or the buyer. agreed: who has agreed to the release so far.
    """

    id: EscrowId
    payment_id: PaymentId
    order_id: OrderId
    seller_id: PartyId
    buyer_id: PartyId
    payee_id: PartyId
    purpose: str
    currency: Currency
    amount: int
    released: int
    returned: int
    terms: EscrowTerms
    status: EscrowStatus
    opened_at: datetime
    release_on: date | None
    agreed: tuple[PartyId, ...] = ()
    reason: str = ""

    @property
    def held(self) -> Money:
        """What is still held back."""
        return Money(self.amount - self.released - self.returned, self.currency)
