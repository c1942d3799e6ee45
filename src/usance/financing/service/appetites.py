"""A funder – says – what it wants under a facility, and at what price."""

from usance.financing.errors import APPETITE_OUTSIDE, UNKNOWN_FACILITY
from usance.financing.events import AppetiteSet
from usance.financing.model import Appetite
from usance.financing.tables import APPETITES, FACILITIES
from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import FacilityId
from usance.kernel.records import Record

_WHOLE_BPS = 10_000


class SetAppetite(Record, frozen=True):
    """Take from now on only such assets, at this price, and so much of each. See Appetite."""

    facility_id: FacilityId
    countries: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    fee_bps_per_30_days: int | None = None
    share_bps: int = _WHOLE_BPS


def apply_set_appetite(draft: Draft, body: SetAppetite, _facts: object) -> Refusal | None:
    """Replace what was set before. What is offered and drawn stays as it is.

    Refuses: unknown_facility, appetite_outside.
    """
    if draft.get(FACILITIES, body.facility_id) is None:
        return UNKNOWN_FACILITY.refuse("facility_id", body.facility_id)
    if not 0 < body.share_bps <= _WHOLE_BPS:
        return APPETITE_OUTSIDE.refuse("share_bps", body.share_bps)
    fee = body.fee_bps_per_30_days
    if fee is not None and not 0 <= fee <= _WHOLE_BPS:
        return APPETITE_OUTSIDE.refuse("fee_bps_per_30_days", fee)
    set_to = (body.facility_id, body.countries, body.grades, fee, body.share_bps)
    draft.put(APPETITES, Appetite(*set_to))
    draft.tell(AppetiteSet(*set_to))
    return None
