"""Who stands behind a customer number: whom the shop names, or whom a generator has invented."""

from collections.abc import Mapping, Sequence
from typing import Final

from usance.bootstrap import catalogue
from usance.kernel.ids import PartyId, derive
from usance.parties.errors import ALREADY_EXISTS
from usance.parties.model import HOUSE, PartyKind
from usance.parties.service import RegisterParty, buyer_id, register_invented
from usance.parties.service.find_parties import parties_by_id, party
from usance.policy.service import row_in_force
from usance.runtime.commands import KEY_REUSED, Command
from usance.trade.errors import BUYER_DIFFERS
from usance.worker.session import Session

SEED: Final = 20260909
_AT_ONCE: Final = 1000
_KNOWN_ALREADY: Final = frozenset({ALREADY_EXISTS.code, KEY_REUSED.code})


class InventedBuyers:
    """Implements trade.ports.Buyers for a file, which has numbers in place of names.

    Customers whom an order has named before are those. The others are invented in a test book and
    left out in a live one, which screens every payer by name. shop: names a shop that several
    sellers share, so that its customers are the same; "" for the seller's own, as `NamedBuyer`.
    """

    def __init__(self, session: Session, shop: str = "", seed: int = SEED) -> None:
        self._session = session
        self._shop = shop
        self._seed = seed
        self._currencies: dict[str, str] = {}

    async def known(
        self, seller_id: PartyId, customers: Sequence[tuple[str, str]]
    ) -> Mapping[str, PartyId]:
        """See trade.ports.Buyers."""
        shop = self._shop or str(seller_id)
        ids = {number: buyer_id(shop, number) for number, _ in customers}
        async with self._session.pool.acquire() as connection:
            there = {each.id for each in await parties_by_id(connection, list(ids.values()))}
        if not await self._session.is_test():
            return {number: one for number, one in ids.items() if one in there}
        commands = []
        for number, country in customers:
            if not self._shop and ids[number] in there:
                continue
            verbs = register_invented(
                self._seed, shop, number, country, await self._currency(country)
            )
            commands += [
                Command(derive(0, "buyer", shop, number, verb), verb, HOUSE, body)
                for verb, body in verbs
            ]
        for start in range(0, len(commands), _AT_ONCE):
            for outcome in await self._session.book.submit(commands[start : start + _AT_ONCE]):
                # Another file may say another country of a customer who is known by now.
                refusal = outcome.refusal
                assert refusal is None or refusal.code in _KNOWN_ALREADY, refusal
        return ids

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


class NamedBuyer:
    """Implements trade.ports.Buyers for an order whose seller says who has bought.

    The same customer number of a seller is the same party for ever. Raises Invalid: what a party
    may not be called, an unknown country, buyer_differs.
    """

    def __init__(self, session: Session, legal_name: str) -> None:
        self._session = session
        self._legal_name = legal_name

    async def known(
        self, seller_id: PartyId, customers: Sequence[tuple[str, str]]
    ) -> Mapping[str, PartyId]:
        """See trade.ports.Buyers."""
        [(number, country)] = customers
        buyer = buyer_id(str(seller_id), number)
        body = RegisterParty(
            buyer, PartyKind.BUYER, self._legal_name, country, reference=f"{seller_id}:{number}"
        )
        # What is said goes into the key: a refused name must not stand in the way of a mended one.
        key = derive(0, "named buyer", buyer, self._legal_name, country)
        command = Command(key, "register_party", HOUSE, body)
        [outcome] = await self._session.book.submit([command])
        if outcome.refusal is not None and outcome.refusal.code not in _KNOWN_ALREADY:
            refusal = outcome.refusal
            raise catalogue()[refusal.code].invalid(f"buyer.{refusal.field}", refusal.value)
        async with self._session.pool.acquire() as connection:
            found = await party(connection, buyer)
        assert found is not None, "it was registered, or was there"
        for field, said, known in (
            ("legal_name", self._legal_name.strip(), found.legal_name),
            ("country", country, found.country),
        ):
            if said != known:
                raise BUYER_DIFFERS.invalid(f"buyer.{field}", said)
        return {number: buyer}


class KnownBuyer:
    """Implements trade.ports.Buyers for an order that names a party."""

    def __init__(self, buyer: PartyId) -> None:
        self._buyer = buyer

    async def known(
        self, seller_id: PartyId, customers: Sequence[tuple[str, str]]
    ) -> Mapping[str, PartyId]:
        """See trade.ports.Buyers."""
        del seller_id
        return {number: self._buyer for number, _ in customers}
