"""An offer – expires: nobody has answered it in time."""

from collections.abc import Sequence

from usance.financing.errors import UNKNOWN_OFFER
from usance.financing.events import OfferExpired
from usance.financing.model import OfferStatus
from usance.financing.service.filing import end_offer
from usance.financing.tables import OFFERS
from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import OfferId
from usance.kernel.records import Record
from usance.payments.errors import NOTHING_DUE
from usance.runtime.commands import Command, Loader


class ExpireOffer(Record, frozen=True):
    """The offer's time is over."""

    offer_id: OfferId


async def prepare_expire(loader: Loader, commands: Sequence[Command]) -> None:
    """Make visible the offers that are no longer open."""
    bodies = [command.body for command in commands]
    await loader.rows(OFFERS, [body.offer_id for body in bodies if isinstance(body, ExpireOffer)])


def apply_expire_offer(draft: Draft, body: ExpireOffer, _facts: object) -> Refusal | None:
    """Refuses: unknown_offer, nothing_due (answered already, or its time is not over)."""
    offer = draft.get(OFFERS, body.offer_id)
    if offer is None:
        return UNKNOWN_OFFER.refuse("offer_id", body.offer_id)
    if offer.status is not OfferStatus.MADE or draft.now < offer.expires_at:
        return NOTHING_DUE.refuse("offer_id", offer.status)
    end_offer(draft, offer, OfferStatus.EXPIRED)
    draft.tell(OfferExpired(offer.id, offer.payment_id))
    draft.thread(offer.order_id)
    return None
