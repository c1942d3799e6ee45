"""The house – quotes – a rate: whose, from which side, and with which spread.

What is read here stands still between commands: dated rows, the day's fixings, and what market
makers quoted last. So it is read once for all payments of a batch that convert the same pair.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from usance.kernel.draft import Draft, Standing
from usance.kernel.errors import Refusal
from usance.kernel.fx import Quote, Side
from usance.kernel.ids import FxQuoteId
from usance.kernel.money import Currency
from usance.kernel.records import Record
from usance.payments.errors import NO_RATE
from usance.payments.events import QuotesRecorded
from usance.payments.model import MakerQuote, SourceQuotes
from usance.payments.rules.pricing import cross_rate
from usance.payments.rules.quotes import PassedOver, Selection, best_of
from usance.payments.service.fixings import fixings_on
from usance.payments.tables import SOURCE_QUOTES
from usance.policy.service import find_row, look_up


class Pair(Record, frozen=True):
    """Two currencies: what the seller sells, and what it buys."""

    sell: Currency
    buy: Currency


class Indicative(Record, frozen=True):
    """The rate of this moment. Nobody is bound by it.

    mid, side, spread_bps: see Quote. taken_at: when the source said so. reference: the reference
    rate, None where nobody has published one. passed_over: sources that were not taken, and why.
    """

    sell: Currency
    buy: Currency
    mid: Decimal
    side: Side
    spread_bps: int
    source: str
    value_date: date
    taken_at: datetime
    reference: Decimal | None
    passed_over: tuple[PassedOver, ...] = ()

    @property
    def rate(self) -> Decimal:
        """The rate after the spread, for people to compare."""
        return self.mid * (1 - Decimal(self.spread_bps).scaleb(-4))

    def quote(
        self, now: datetime, expires_at: datetime, lock: FxQuoteId | None = None, premium: int = 0
    ) -> Quote:
        """Return the offer that is made of it. premium: for locking it, on top of the spread."""
        return Quote(
            self.sell,
            self.buy,
            self.mid,
            self.spread_bps + premium,
            self.side,
            self.source,
            self.value_date,
            now,
            expires_at,
            lock,
            self.reference if lock is not None else None,
        )


def indicative(book: Standing, pair: Pair) -> Indicative | Refusal:
    """Return the rate at which a pair would be converted now. Refuses: no_rate.

    The best of the market makers that `payments.fx_selection` names, as far as they can be
    believed; where none can, the reference rate, and then with a wider spread.
    """
    on = book.now.date()
    fixings = fixings_on(book, on, pair.sell, pair.buy)
    reference = None if fixings is None else cross_rate(fixings, pair.sell, pair.buy)
    spread = 0
    if pair.sell != pair.buy:
        spread = look_up(book, "payments.spread", pair.sell, on).integer("bps")
    chosen, wider = _selected(book, pair, reference)
    if chosen.taken is not None:
        best = chosen.taken
        return Indicative(
            pair.sell,
            pair.buy,
            best.rate,
            best.side,
            spread,
            best.source,
            best.quoted_at.date(),
            best.quoted_at,
            reference,
            chosen.passed_over,
        )
    if fixings is None or reference is None:
        return NO_RATE.refuse("currency", f"{pair.sell}/{pair.buy}")
    return Indicative(
        pair.sell,
        pair.buy,
        reference,
        Side.MID,
        spread + wider,
        fixings.source,
        fixings.value_date,
        datetime.combine(fixings.value_date, time(), UTC),
        reference,
        chosen.passed_over,
    )


def _selected(book: Standing, pair: Pair, reference: Decimal | None) -> tuple[Selection, int]:
    """Return what is taken of the sources that are named, and how much wider we go without."""
    nobody = Selection(None, ())
    if pair.sell == pair.buy:
        return nobody, 0
    row = find_row(book, "payments.fx_selection", f"{pair.sell}/{pair.buy}", book.now.date())
    sources = () if row is None else row.words("sources")
    if row is None or not sources:
        return nobody, 0
    selection = best_of(
        [(source, _last_of(book, source, pair)) for source in sources],
        pair.sell,
        reference,
        book.now,
        timedelta(seconds=row.integer("max_age_seconds")),
        row.integer("outlier_bps"),
    )
    return selection, row.integer("fallback_bps")


def _last_of(book: Standing, source: str, pair: Pair) -> MakerQuote | None:
    heard = book.get(SOURCE_QUOTES, source)
    if heard is None:
        return None
    direct = heard.quotes.get(f"{pair.sell}/{pair.buy}")
    return direct or heard.quotes.get(f"{pair.buy}/{pair.sell}")


class RecordQuotes(Record, frozen=True):
    """Keep what a source of quotes says. Whether it can be believed is judged when it is used."""

    source: str
    quotes: tuple[MakerQuote, ...]


def apply_record_quotes(draft: Draft, body: RecordQuotes, _facts: None) -> Refusal | None:
    """Put the quotes in place of the source's last ones for their pairs, unless those are newer."""
    known = draft.get(SOURCE_QUOTES, body.source)
    kept = {} if known is None else dict(known.quotes)
    news = _newer(kept, body.quotes)
    draft.put(SOURCE_QUOTES, SourceQuotes(body.source, draft.now, kept | news))
    draft.tell(QuotesRecorded(body.source, len(news)))
    return None


def _newer(kept: dict[str, MakerQuote], heard: Sequence[MakerQuote]) -> dict[str, MakerQuote]:
    news: dict[str, MakerQuote] = {}
    for quote in heard:
        before = news.get(quote.pair) or kept.get(quote.pair)
        if before is None or quote.quoted_at >= before.quoted_at:
            news[quote.pair] = quote
    return news
