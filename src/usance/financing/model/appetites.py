"""Appetites: what a funder wants of the assets under a facility, and its price for them."""

from usance.kernel.ids import FacilityId
from usance.kernel.records import Record


class Appetite(Record, frozen=True):
    """What a funder will take under a facility. Without one it takes all that its programme may.

    countries, grades: of the obligor; () means any. fee_bps_per_30_days: its price in place of
    the programme's, None for that. share_bps: the most it takes of one advance.
    """

    facility_id: FacilityId
    countries: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    fee_bps_per_30_days: int | None = None
    share_bps: int = 10_000
