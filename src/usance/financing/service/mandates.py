"""A seller – grants, revokes – a mandate to accept offers without being asked."""

from usance.financing.errors import NO_MANDATE, NOT_POSITIVE, WRONG_PARTY_KIND
from usance.financing.events import MandateGranted, MandateRevoked
from usance.financing.model import Mandate
from usance.financing.tables import MANDATES
from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import PartyId
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.parties.errors import UNKNOWN_PARTY
from usance.parties.model import PartyKind
from usance.parties.service import party_of


class GrantMandate(Record, frozen=True):
    """Accept from now on every offer whose principal is at most this. Replaces an earlier one."""

    seller_id: PartyId
    per_offer_max: Money


def apply_grant_mandate(draft: Draft, body: GrantMandate, _facts: object) -> Refusal | None:
    """Refuses: not_positive, unknown_party, wrong_party_kind."""
    if body.per_offer_max.minor <= 0:
        return NOT_POSITIVE.refuse("per_offer_max", body.per_offer_max)
    seller = party_of(draft, body.seller_id)
    if seller is None:
        return UNKNOWN_PARTY.refuse("seller_id", body.seller_id)
    if seller.kind is not PartyKind.SELLER:
        return WRONG_PARTY_KIND.refuse("seller_id", seller.kind)
    draft.put(MANDATES, Mandate(body.seller_id, body.per_offer_max, draft.now))
    draft.tell(MandateGranted(body.seller_id, body.per_offer_max))
    return None


class RevokeMandate(Record, frozen=True):
    """Ask the seller again for every offer. What is drawn runs on."""

    seller_id: PartyId


def apply_revoke_mandate(draft: Draft, body: RevokeMandate, _facts: object) -> Refusal | None:
    """Refuses: no_mandate."""
    mandate = draft.get(MANDATES, body.seller_id)
    if mandate is None or mandate.revoked_at is not None:
        return NO_MANDATE.refuse("seller_id", body.seller_id)
    draft.put(MANDATES, replace(mandate, revoked_at=draft.now))
    draft.tell(MandateRevoked(body.seller_id))
    return None
