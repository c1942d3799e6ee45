"""What reference rates were published."""

from datetime import date

from usance.kernel.records import Record


class FixingDay(Record, frozen=True):
    """The reference rates published on one day: units of each currency for one `base`.

    Decimal strings by currency code; the base itself stands in with 1.
    """

    value_date: date
    base: str
    source: str
    rates: dict[str, str]
