"""A rate source – publishes – the day's reference rates."""

from datetime import date
from decimal import Decimal

from usance.kernel.draft import Draft, Standing
from usance.kernel.errors import Refusal
from usance.kernel.records import Record
from usance.payments.errors import FIXINGS_IN_FUTURE, FIXINGS_KNOWN, FIXINGS_MALFORMED
from usance.payments.events import FixingsRecorded
from usance.payments.model import FixingDay
from usance.payments.rules.pricing import (
    contradicted,
    cross_rate,
    latest_fixings,
    malformed_rate,
    with_more,
)
from usance.payments.tables import FIXINGS

_DAYS_BACK = 7


class RecordFixings(Record, frozen=True):
    """Keep the reference rates of a day."""

    fixings: FixingDay


def apply_record_fixings(draft: Draft, body: RecordFixings, _facts: None) -> Refusal | None:
    """Keep the rates; those that are known of the day stay as they are, others are added."""
    day = body.fixings
    known = draft.get(FIXINGS, day.value_date)
    kept = day if known is None else with_more(known, day)
    if kept != known:
        draft.put(FIXINGS, kept)
    draft.tell(FixingsRecorded(day.value_date, day.source, len(day.rates)))
    return None


class EnterFixings(Record, frozen=True):
    """Enter a day's reference rates by hand. reason: where they come from, for the log."""

    fixings: FixingDay
    reason: str


def apply_enter_fixings(draft: Draft, body: EnterFixings, _facts: None) -> Refusal | None:
    """Keep the rates. Refuses: fixings_malformed, fixings_in_future, fixings_known."""
    day = body.fixings
    malformed = malformed_rate(day)
    if malformed is not None:
        return FIXINGS_MALFORMED.refuse(f"rates.{malformed}", day.rates.get(malformed, "(absent)"))
    if day.value_date > draft.now.date():
        return FIXINGS_IN_FUTURE.refuse("value_date", day.value_date.isoformat())
    known = draft.get(FIXINGS, day.value_date)
    if known is not None and contradicted(known, day):
        return FIXINGS_KNOWN.refuse("value_date", day.value_date.isoformat())
    return apply_record_fixings(draft, RecordFixings(day), None)


def fixings_on(book: Standing, on: date, *currencies: str) -> FixingDay | None:
    """Return the newest reference rates of some currencies, of a day or of the week before it."""
    return latest_fixings(lambda day: book.get(FIXINGS, day), on, _DAYS_BACK, currencies)


def market_rate(draft: Draft, base: str, quote: str) -> Decimal | None:
    """Return the day's rate between two currencies, None where nobody has published one."""
    return draft.recall(_market_rate, (base, quote))


def rate_on(book: Standing, base: str, quote: str) -> Decimal | None:
    """Return the same where standing rows are read."""
    return _market_rate(book, (base, quote))


def _market_rate(book: Standing, pair: tuple[str, str]) -> Decimal | None:
    fixings = fixings_on(book, book.now.date(), *pair)
    return None if fixings is None else cross_rate(fixings, *pair)
