"""`usance fx`: rates of this moment, locked rates, what they expose to, and fixings by hand."""

import csv
import sys
from pathlib import Path

from usance.api.fx import EXPOSURE, QUOTE, RATE
from usance.cli.acting import act, propose
from usance.cli.errors import FIXINGS_ROW, NOT_UTF_8
from usance.cli.listing import Column, Listing, print_rows, text
from usance.cli.moments import day_of
from usance.cli.orders import seller_of
from usance.cli.refusing import option, refused
from usance.cli.voice import Words, says
from usance.kernel.errors import Refusal
from usance.kernel.money import Currency, Money, parse
from usance.kernel.records import Record
from usance.payments.events import QuoteLocked
from usance.payments.model import FixingDay, LockUse
from usance.payments.service import EnterFixings, LockQuote
from usance.payments.service.explain import exposures_now, rate_now
from usance.payments.service.find_quotes import locks_with_exposure, quote_lock
from usance.worker.session import Place, opened


class Wanted(Record, frozen=True, kw_only=False):
    """A lock as it was asked for on the command line."""

    seller: str
    amount: str
    sell: str
    buy: str
    seconds: int
    multi: bool = False


async def print_rate(place: Place, sell: str, buy: str, *, as_json: bool, language: Words) -> None:
    """Print the rate of this moment."""
    with option("SELL"):
        sold = Currency(sell)
    with option("BUY"):
        bought = Currency(buy)
    async with opened(place) as session, session.pool.acquire() as connection:
        found = await rate_now(connection, sold, bought, await session.now())
    if isinstance(found, Refusal):
        raise refused(found, language)
    if as_json:
        sys.stdout.write(RATE.model_validate(found).model_dump_json() + "\n")
        return
    said = says(
        "1 {0} = {1} {2} ({3} {4} of {5}, {6}, less {7} bps)\n",
        "1 {0} = {1} {2}({3} {4},来源 {5},{6},减 {7} 基点)\n",
        language,
    )
    sys.stdout.write(
        said.format(
            found.sell,
            f"{found.rate.normalize():f}",
            found.buy,
            text(found.side, language),
            found.mid,
            found.source,
            text(found.taken_at, language),
            found.spread_bps,
        )
    )
    passed = says("  not taken: {0}, {1}\n", "  未采用:{0},{1}\n", language)
    for each in found.passed_over:
        sys.stdout.write(passed.format(each.source, each.why))


async def lock(place: Place, wanted: Wanted, *, as_json: bool, language: Words) -> None:
    """Lock a rate and print it."""
    with option("AMOUNT", "amount"), option("SELL", "amount.currency"):
        amount = parse(wanted.amount, wanted.sell)
    with option("BUY"):
        buy = Currency(wanted.buy)
    uses = LockUse.MULTI if wanted.multi else LockUse.SINGLE
    async with opened(place) as session:
        seller = await seller_of(session, wanted.seller)
        body = LockQuote(seller, amount, buy, uses, wanted.seconds)
        outcome = await act(session, "lock_quote", body, "", language)
        async with session.pool.acquire() as connection:
            made = await quote_lock(connection, outcome.part(QuoteLocked).quote_id)
    assert made is not None, "it was just locked"
    if as_json:
        sys.stdout.write(QUOTE.model_validate(made).model_dump_json() + "\n")
        return
    quote = made.quote
    said = says(
        "{0}: 1 {1} = {2} {3} for up to {4} ({5}), until {6}\n  {7} {8} of {9}, less {10} bps\n",
        "{0}:1 {1} = {2} {3},上限 {4}({5}),有效至 {6}\n  {7} {8},来源 {9},减 {10} 基点\n",
        language,
    )
    sys.stdout.write(
        said.format(
            made.id,
            quote.base,
            f"{quote.rate.normalize():f}",
            quote.quote,
            made.maximum,
            text(made.uses, language),
            text(quote.expires_at, language),
            text(quote.side, language),
            quote.mid,
            quote.source,
            quote.spread_bps,
        )
    )


QUOTES = Listing(
    QUOTE,
    (
        Column("quote", "报价", lambda row: row.id),
        Column("status", "状态", lambda row: row.status),
        Column("sell", "卖出", lambda row: row.quote.base),
        Column("buy", "买入", lambda row: row.quote.quote),
        Column("rate", "汇率", lambda row: f"{row.quote.rate.normalize():f}", right=True),
        Column("at most", "上限", lambda row: row.maximum, right=True),
        Column(
            "reserved", "已占用", lambda row: Money(row.reserved, row.maximum.currency), right=True
        ),
        Column("used", "已使用", lambda row: Money(row.used, row.maximum.currency), right=True),
        Column("until", "有效至", lambda row: row.quote.expires_at),
    ),
    ("No rate is locked.", "没有锁定的汇率。"),
)


async def list_quotes(place: Place, seller: str, *, as_json: bool, language: Words) -> None:
    """Print the locked rates that may still be used, or that payments hold."""
    async with opened(place) as session:
        whose = await seller_of(session, seller) if seller else None
        async with session.pool.acquire() as connection:
            rows = await locks_with_exposure(connection, whose)
    print_rows(QUOTES, rows, len(rows), as_json=as_json, language=language)


EXPOSURES = Listing(
    EXPOSURE,
    (
        Column("sell", "卖出", lambda row: row.sell),
        Column("buy", "买入", lambda row: row.buy),
        Column("locks", "锁汇笔数", lambda row: row.locks, right=True),
        Column("locked", "已锁", lambda row: row.locked, right=True),
        Column("promised", "承诺支付", lambda row: row.promised, right=True),
        Column("without a lock", "未锁待换", lambda row: row.converting, right=True),
        Column("at most", "上限", lambda row: row.limit, right=True),
        Column("open", "敞口", lambda row: row.open, right=True),
        Column("open at most", "敞口上限", lambda row: row.open_limit, right=True),
    ),
    (
        "Nothing is open: no rate is locked, and no sale waits for it.",
        "没有敞口:没有锁定的汇率,也没有待换汇的销售。",
    ),
)


async def print_exposure(place: Place, *, as_json: bool, language: Words) -> None:
    """Print what the operator may still have to convert, against its limits."""
    async with opened(place) as session, session.pool.acquire() as connection:
        found = await exposures_now(connection, await session.now())
    print_rows(EXPOSURES, found, len(found), as_json=as_json, language=language)


async def propose_fixings(
    place: Place,
    file: Path,
    day: str,
    base: str,
    source: str,
    by: str,
    reason: str,
    *,
    as_json: bool,
    language: Words,
) -> None:
    """Propose in a user's name the reference rates that a file has."""
    fixings = FixingDay(day_of("--day", day), base, source, _rates(file, base))
    async with opened(place) as session:
        body = EnterFixings(fixings, reason)
        await propose(
            session, by, "enter_fixings", body, reason, as_json=as_json, language=language
        )


def _rates(file: Path, base: str) -> dict[str, str]:
    """Return the rates of a CSV file; the base need not be in it. Raises Invalid."""
    rates = {base: "1"}
    with file.open(encoding="utf-8-sig", newline="") as lines:
        try:
            for number, row in enumerate(csv.DictReader(lines), 2):
                currency, rate = row.get("currency"), row.get("rate")
                if not currency or not rate:
                    raise FIXINGS_ROW.invalid(f"{file.name}:{number}")
                rates[currency.strip()] = rate.strip()
        except UnicodeDecodeError as broken:
            raise NOT_UTF_8.invalid(file.name) from broken
        except csv.Error as broken:
            raise FIXINGS_ROW.invalid(file.name) from broken
    return rates
