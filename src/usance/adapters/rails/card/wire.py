"""What a card acquirer says: the objects of its API, as far as we read them.

Amounts are whole minor units, currencies small letters, times Unix seconds. What we do not read
is left out; what the acquirer adds later does not disturb us.
"""

import msgspec


class Object(msgspec.Struct, frozen=True):
    """Base of what is read: unknown fields are nobody's mistake."""


class NextAction(Object, frozen=True):
    """What the payer has to do. url: where the payer's bank asks for it."""

    type: str
    redirect_to_url: dict[str, str | None] = {}


class Fault(Object, frozen=True):
    """Why something failed. type: card_error, invalid_request_error, idempotency_error, …."""

    type: str = ""
    code: str = ""
    decline_code: str = ""
    message: str = ""
    payment_intent: "PaymentIntent | None" = None


class PaymentIntent(Object, frozen=True):
    """A payment by card, from its beginning to its end."""

    id: str
    amount: int
    currency: str
    status: str
    amount_received: int = 0
    amount_capturable: int = 0
    metadata: dict[str, str] = {}
    next_action: NextAction | None = None
    last_payment_error: Fault | None = None
    capture_method: str = ""


class Refund(Object, frozen=True):
    """Money on its way back to a card. status: pending, succeeded, failed, canceled."""

    id: str
    amount: int
    currency: str
    status: str
    created: int = 0
    payment_intent: str = ""
    metadata: dict[str, str] = {}
    failure_reason: str = ""


class RefundList(Object, frozen=True):
    """The refunds of a charge."""

    data: tuple[Refund, ...] = ()


class Charge(Object, frozen=True):
    """One charge of a card, inside a balance transaction."""

    id: str
    amount: int
    currency: str
    metadata: dict[str, str] = {}
    refunds: RefundList = RefundList()


class BalanceTransaction(Object, frozen=True):
    """A movement of our balance at the acquirer. available_on: when the money is ours."""

    id: str
    type: str
    amount: int
    fee: int
    currency: str
    available_on: int
    source: Charge | None = None


class Dispute(Object, frozen=True):
    """A card holder's bank takes money back."""

    id: str
    amount: int
    currency: str
    created: int
    reason: str = ""
    status: str = ""
    metadata: dict[str, str] = {}
    payment_intent: str = ""
    balance_transactions: tuple[BalanceTransaction, ...] = ()


class Problem(Object, frozen=True):
    """The body of every answer that is no success."""

    error: Fault


class EventData(Object, frozen=True):
    """What an event is about, not read yet."""

    object: msgspec.Raw


class Event(Object, frozen=True):
    """What the acquirer posts to us. created: when it happened there."""

    id: str
    created: int
    type: str
    data: EventData


class TransactionPage(Object, frozen=True):
    """One page of movements."""

    data: tuple[BalanceTransaction, ...]
    has_more: bool = False


class DisputePage(Object, frozen=True):
    """One page of disputes."""

    data: tuple[Dispute, ...]
    has_more: bool = False
