"""What has happened to fees that are earned with time."""

from datetime import date

from usance.kernel.ids import PartyId
from usance.kernel.money import Money
from usance.kernel.records import Record


class Earned(Record, frozen=True):
    """What the advances of one funder in one currency have earned."""

    funder_id: PartyId
    amount: Money


class FeesAccrued(Record, frozen=True):
    """Some advances were accrued to the end of a day. advances: how many, whatever they earned."""

    on: date
    advances: int
    earned: tuple[Earned, ...]
