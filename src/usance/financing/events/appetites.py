"""What has happened to appetites."""

from usance.kernel.ids import FacilityId
from usance.kernel.records import Record


class AppetiteSet(Record, frozen=True):
    """A funder says what it wants under a facility from now on, and at what price."""

    facility_id: FacilityId
    countries: tuple[str, ...]
    grades: tuple[str, ...]
    fee_bps_per_30_days: int | None
    share_bps: int
