"""Buyers of an anonymous shop: whoever stands behind a customer number, named by a generator."""

from collections.abc import Mapping, Sequence
from typing import Final

from usance.kernel.ids import PartyId, derive
from usance.parties.errors import ALREADY_EXISTS
from usance.parties.model import HOUSE
from usance.parties.service import buyer_id, register_invented
from usance.policy.service import row_in_force
from usance.runtime.commands import KEY_REUSED, Command
from usance.worker.session import Session

SEED: Final = 20260909
_AT_ONCE: Final = 1000
_KNOWN_ALREADY: Final = frozenset({ALREADY_EXISTS.code, KEY_REUSED.code})


class InventedBuyers:
    """Implements trade.ports.Buyers. shop: names the shop in the buyers' references."""

    def __init__(self, session: Session, shop: str, seed: int = SEED) -> None:
        self._session = session
        self._shop = shop
        self._seed = seed
        self._currencies: dict[str, str] = {}

    async def known(
        self, seller_id: PartyId, customers: Sequence[tuple[str, str]]
    ) -> Mapping[str, PartyId]:
        """See trade.ports.Buyers. Customers are told apart by shop, so sellers may share one."""
        del seller_id
        commands = []
        for number, country in customers:
            verbs = register_invented(
                self._seed, self._shop, number, country, await self._currency(country)
            )
            commands += [
                Command(derive(0, "buyer", self._shop, number, verb), verb, HOUSE, body)
                for verb, body in verbs
            ]
        for start in range(0, len(commands), _AT_ONCE):
            for outcome in await self._session.book.submit(commands[start : start + _AT_ONCE]):
                # Another file may say another country of a customer who is known by now.
                refusal = outcome.refusal
                assert refusal is None or refusal.code in _KNOWN_ALREADY, refusal
        return {number: buyer_id(self._shop, number) for number, _ in customers}

    async def _currency(self, country: str) -> str:
        """Return the currency a country pays in, as policy says today."""
        currency = self._currencies.get(country)
        if currency is None:
            on = (await self._session.now()).date()
            async with self._session.pool.acquire() as connection:
                row = await row_in_force(connection, "payments.currency", country, on)
            assert row is not None, "a new book adopts the currencies of all countries"
            currency = self._currencies[country] = row.text("currency")
        return currency
