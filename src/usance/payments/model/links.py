"""Payment links: a page at which a buyer pays an order, and the attempts made there."""

from datetime import datetime
from enum import StrEnum

from usance.kernel.ids import OrderId, PartyId, PaymentId, PaymentLinkId, UserId
from usance.kernel.money import Money
from usance.kernel.records import Record


class LinkStatus(StrEnum):
    """Where a link stands. It follows from the link, the time and the order's payment."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    STOPPED = "stopped"
    PAID = "paid"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class PaymentLink(Record, frozen=True):
    """An address at which whoever has it may pay one order.

    secret_sha256: of the token in the address, which is kept nowhere. methods: those offered, ()
    for all that can take the payment. language: `en` or `zh`, "" for the browser's. return_url:
    where the buyer goes on afterwards, "" for nowhere. made_at: wall time, by which lists go.
    """

    id: PaymentLinkId
    order_id: OrderId
    seller_id: PartyId
    secret_sha256: str
    methods: tuple[str, ...]
    language: str
    return_url: str
    created_by: UserId
    created_at: datetime
    expires_at: datetime
    made_at: datetime
    cancelled_at: datetime | None = None


class LinkAttempt(Record, frozen=True):
    """A buyer has pressed the button. Written before the book is asked, so that it asks once.

    number: of the link, from 1; it makes the id of the command. card_token: the acquirer's, "" for
    none. agreed: the amount the buyer saw. attempted_at: wall time. payment_id: what was made of
    it; code: why nothing was.
    """

    link_id: PaymentLinkId
    number: int
    method: str
    card_token: str
    agreed: Money
    attempted_at: datetime
    payment_id: PaymentId | None = None
    code: str = ""
