"""What a payment of `bench path` uses besides: its rail by value, a locked rate, shares of others.

All of it lies on the path of every payment; most payments use none. So both are measured, and
what it costs to use it is their ratio. Before a round with it a configuration of fifty rules is
adopted and a rate is locked for each currency that buyers pay in; afterwards the configuration
that held before holds again.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from usance.cli.bench.report import WrongResult
from usance.cli.bench.scene import BEGINS, Sale, command
from usance.kernel.ids import FxQuoteId
from usance.kernel.money import Currency, parse
from usance.kernel.records import Record, replace
from usance.parties.service import cast_party
from usance.payments.events import QuoteLocked
from usance.payments.model import (
    Condition,
    EscrowTerms,
    LockUse,
    RouteRule,
    RoutingConfig,
    ShareAsked,
)
from usance.payments.service import AdoptRouting, LockQuote, Pay, RollBackRouting
from usance.policy.service import row_in_force
from usance.runtime.facts import Outcome
from usance.worker.session import Session

_SETTLED_IN: Final = Currency("CNY")
_LOCKED: Final = "1000000000"
_A_DAY: Final = 86_400
_RAILS: Final = ("card", "bank_transfer")
# No sale that is measured asks for these.
_DROPPED: Final = ("cash_on_delivery", "e_wallet", "pix", "promptpay", "fps")
_CAMPAIGNS: Final = 49
# Of ten thousand: duties at once, what a supplier has lent into escrow until the goods arrive.
_SPLIT: Final = (
    ShareAsked(cast_party("operator"), "duties", bps=700),
    ShareAsked(
        cast_party("funder_two"), "supplier", bps=300, escrow=EscrowTerms(days=14, delivery=True)
    ),
)


def _rules() -> RoutingConfig:
    campaigns = [
        RouteRule(
            f"campaign {number}",
            (
                Condition("metadata.campaign", (str(number),)),
                Condition("amount", (), (), f"{number + 1}.00 GBP"),
            ),
            order=_RAILS,
            attempts=2,
        )
        for number in range(_CAMPAIGNS)
    ]
    return RoutingConfig((*campaigns, RouteRule("all others", by_value=_RAILS, attempts=2)))


class Unused:
    """Payments as they come: no configuration of their own, the day's rate, one seller."""

    async def begin(self, sales: Iterable[Sale]) -> None:
        """Get ready for a round with these sales."""

    def asked(self, pay: Pay, _sale: Sale) -> Pay:
        """Return how a sale is paid."""
        return pay

    async def end(self) -> None:
        """Leave the book as the other rounds expect it."""


class EveryStage(Unused):
    """Payments that use all of it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rounds = 0
        self._quotes: dict[str, FxQuoteId | None] = {}

    async def begin(self, sales: Iterable[Sale]) -> None:
        """Adopt the rules; lock rates for the currencies of the buyers' countries."""
        self._rounds += 1
        await self._do("adopt_routing", AdoptRouting(_rules(), "measured with it", drops=_DROPPED))
        by_country = await self._currencies({sale.country for sale in sales})
        locks: dict[str, FxQuoteId] = {}
        for currency in sorted({*by_country.values()} - {_SETTLED_IN}):
            most = parse(_LOCKED, currency)
            lock = LockQuote(cast_party("seller"), most, _SETTLED_IN, LockUse.MULTI, _A_DAY)
            outcome = await self._do("lock_quote", lock, currency)
            locked = None if outcome.fact is None else outcome.fact.part(QuoteLocked)
            assert locked is not None, "a lock that was not refused is told"
            locks[currency] = locked.quote_id
        self._quotes = {country: locks.get(each) for country, each in by_country.items()}

    def asked(self, pay: Pay, sale: Sale) -> Pay:
        """Return how a sale is paid, with a quote and shares of others."""
        return replace(
            pay, quote_id=self._quotes[sale.country], split=_SPLIT, metadata={"channel": "app"}
        )

    async def end(self) -> None:
        """Have the configuration of a new book hold again."""
        await self._do("roll_back_routing", RollBackRouting(0, "measured without it"))

    async def _currencies(self, countries: Iterable[str]) -> Mapping[str, str]:
        found = {}
        async with self._session.pool.acquire() as connection:
            for country in sorted(countries):
                row = await row_in_force(connection, "payments.currency", country, BEGINS.date())
                assert row is not None, "the rule has a row for any country"
                found[country] = row.text("currency")
        return found

    async def _do(self, verb: str, body: Record, *key: object) -> Outcome:
        asked = command(verb, body, (self._rounds, *key))
        [outcome] = await self._session.book.submit([asked])
        if outcome.refusal is not None:
            raise WrongResult(f"the round could not begin: {verb}: {outcome.refusal}")
        return outcome
