"""What trade asks of others: a shop's file, and somebody who knows the buyers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from usance.kernel.ids import PartyId
from usance.kernel.money import Currency
from usance.trade.model import Reject, ShopLine


class OrderFile(Protocol):
    """A shop's order lines. It can be read twice, and both times says the same."""

    @property
    def currency(self) -> Currency:
        """The currency of the price list."""

    @property
    def bytes_total(self) -> int:
        """How many bytes both readings take."""

    @property
    def bytes_read(self) -> int:
        """How many bytes have been read so far, over both readings."""

    def invoice_numbers(self) -> Iterator[tuple[int, str]]:
        """Yield each line's number and invoice, "" where it is too broken to tell."""

    def lines(self) -> Iterator[ShopLine | Reject]:
        """Yield every line of the file once, in order."""


class Buyers(Protocol):
    """Knows a seller's customers as parties, and registers those it has not seen."""

    async def known(
        self, seller_id: PartyId, customers: Sequence[tuple[str, str]]
    ) -> Mapping[str, PartyId]:
        """Return the party of each (customer number, ISO country), by customer number.

        The same customer always gets the same party. Asking again is harmless. A customer whom
        nobody can name is left out.
        """
