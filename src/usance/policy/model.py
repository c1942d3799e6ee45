"""Dated rules: what holds, for whom, from when, said by whom."""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from usance.kernel import money
from usance.kernel.money import Money
from usance.kernel.records import Record

ANY_SCOPE: Final = "*"


class PolicyRow(Record, frozen=True):
    """What a rule says for a scope from a day on, until a later row says otherwise.

    rule: whose rule and which, `payments.fee`. scope: for whom, `card`, or `*` for all others.
    values: named figures as text; the unit stands in the name (`bps`, `fixed_minor`).
    source: where the figures come from. verified: whether somebody compared them with the
    source; an assumption is never verified.
    """

    rule: str
    scope: str
    effective_from: date
    values: dict[str, str]
    source: str
    verified: bool

    def text(self, name: str) -> str:
        """Return a value as it stands."""
        return self.values[name]

    def integer(self, name: str) -> int:
        """Return a value that is a whole number."""
        return int(self.values[name])

    def integers(self, name: str) -> tuple[int, ...]:
        """Return the whole numbers of a value that lists them between blanks."""
        return tuple(int(part) for part in self.values[name].split())

    def words(self, name: str) -> tuple[str, ...]:
        """Return the words of a value that lists them between blanks."""
        return tuple(self.values[name].split())

    def decimal(self, name: str) -> Decimal:
        """Return a value that is a decimal number."""
        return Decimal(self.values[name])

    def money(self, name: str) -> Money:
        """Return a value that is an amount with its currency: `1500.00 GBP`."""
        amount, currency = self.values[name].split()
        return money.parse(amount, currency, name)

    def dates(self, name: str) -> tuple[date, ...]:
        """Return the ISO 8601 days of a value that lists them between blanks."""
        return tuple(date.fromisoformat(part) for part in self.values[name].split())


class Series(Record, frozen=True):
    """All rows of one rule and scope, the earliest first.

    id: `rule/scope`, as `series_id` writes it.
    """

    id: str
    rows: tuple[PolicyRow, ...]


@lru_cache(maxsize=4096)
def series_id(rule: str, scope: str) -> str:
    """Return the id of the series of a rule and scope."""
    return f"{rule}/{scope}"
