"""Does a statement add up? Opening balance and booked entries give the closing balance."""

from collections.abc import Iterator

from usance.adapters.messages.errors import BALANCE_DIFFERS
from usance.kernel.money import Money, decimal_text
from usance.payments.model import (
    EntryStatus,
    Remark,
    Statement,
    StatementBalance,
    StatementEntry,
    StatementKind,
)

_OPENING = ("OPBD", "PRCD")
_CLOSING = "CLBD"


class Running:
    """The sum of the booked entries of a statement so far, by currency.

    RvslInd keeps the direction as booked, so a reversal needs no turn of its own.
    """

    def __init__(self) -> None:
        self._sums: dict[str, int] = {}
        self._is_whole = True

    def add(self, entry: StatementEntry) -> None:
        """Add an entry, if it is in the bank's books."""
        if entry.status is EntryStatus.BOOKED:
            minor = entry.amount.minor if entry.is_credit else -entry.amount.minor
            currency = entry.amount.currency
            self._sums[currency] = self._sums.get(currency, 0) + minor

    def lose(self) -> None:
        """Know that an entry could not be read: nothing can be said of the sum any more."""
        self._is_whole = False

    def remarks(self, statement: Statement) -> Iterator[Remark]:
        """Yield that the balances of a statement and its entries disagree."""
        if statement.kind is StatementKind.STATEMENT:
            yield from self.difference(
                _only(statement, *_OPENING), _only(statement, _CLOSING), f"{statement.place}/Bal"
            )

    def difference(
        self, opening: StatementBalance | None, closing: StatementBalance | None, path: str
    ) -> Iterator[Remark]:
        """Yield that two balances and the entries between disagree, where all are known."""
        if not self._is_whole or opening is None or closing is None:
            return
        currency = opening.amount.currency
        if closing.amount.currency != currency or set(self._sums) - {currency}:
            return
        minor = opening.amount.minor + self._sums.get(currency, 0)
        if minor != closing.amount.minor:
            shown = decimal_text(Money(minor, currency))
            yield Remark(path, BALANCE_DIFFERS.code, shown, left_out=False)


def _only(statement: Statement, *codes: str) -> StatementBalance | None:
    for code in codes:
        found = [each for each in statement.balances if each.code == code]
        if len(found) == 1:
            return found[0]
        if found:
            return None
    return None
