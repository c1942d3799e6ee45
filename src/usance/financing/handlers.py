"""When an offer has been made, accept it under the seller's mandate."""

from collections.abc import Sequence

from usance.financing.events import OfferMade
from usance.financing.service import AcceptUnderMandate
from usance.kernel.records import Record
from usance.runtime.facts import Fact


def accept_under_mandate(fact: Fact) -> Sequence[tuple[str, Record]]:
    """Return the command that follows from an offer. Whether a mandate stands, it asks itself."""
    made = fact.part(OfferMade)
    return [] if made is None else [("accept_under_mandate", AcceptUnderMandate(made.offer_id))]
