"""What was published."""

from datetime import date

from usance.kernel.records import Record


class FixingsRecorded(Record, frozen=True):
    """The reference rates of a day are in the book."""

    value_date: date
    source: str
    rates: int
