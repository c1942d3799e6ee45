"""By which methods money goes to a country in a currency, and what each of them needs."""

from datetime import date
from enum import StrEnum

from usance.kernel.money import Currency, Money
from usance.kernel.records import Record


class Direction(StrEnum):
    """Whether a method pays out, collects, or does both."""

    OUT = "out"
    IN = "in"
    BOTH = "both"


class BeneficiaryField(Record, frozen=True):
    """One thing a method must know of who is paid.

    pattern: the whole of it, as a regular expression; the check digits of IBANs and BICs were
    judged when they were registered.
    """

    name: str
    pattern: str
    label_en: str
    label_zh: str
    example: str


class Corridor(Record, frozen=True):
    """One method to a country in a currency. country: `*` where it goes anywhere.

    minimum, maximum: None where nobody sets any. cut_off: local time `HH:MM` in time_zone after
    which a transfer counts as the next day's, "" where it goes round the clock. business_days:
    until it arrives; within_seconds: instead of days, where it is instant. cost: what the method
    takes of us, cost_bps of the amount and cost_fixed.
    """

    country: str
    currency: Currency
    method: str
    direction: Direction
    fields: tuple[BeneficiaryField, ...]
    minimum: Money | None
    maximum: Money | None
    cut_off: str
    time_zone: str
    business_days: int
    within_seconds: int
    cost_bps: int
    cost_fixed: Money
    effective_from: date
    source: str
    verified: bool

    @property
    def scope(self) -> str:
        """The scope of its row: `DE/EUR/sepa_instant`."""
        return f"{self.country}/{self.currency}/{self.method}"
