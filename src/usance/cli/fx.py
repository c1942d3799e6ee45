"""`usance fx`: rates of this moment, locked rates, what they expose to, and fixings by hand."""

import csv
import sys
from pathlib import Path

from usance.api.fx import EXPOSURE, QUOTE, RATE
from usance.cli.acting import act, propose
from usance.cli.listing import Column, Listing, print_rows
from usance.cli.moments import day_of
from usance.cli.orders import seller_of
from usance.cli.refusing import option, refused
from usance.cli.voice import Words
from usance.kernel.errors import MALFORMED_INPUT, Refusal
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


async def print_rate(place: Place, sell: str, buy: str, *, as_json: bool) -> None:
    """Print the rate of this moment."""
    with option("SELL"):
        sold = Currency(sell)
    with option("BUY"):
        bought = Currency(buy)
    async with opened(place) as session, session.pool.acquire() as connection:
        found = await rate_now(connection, sold, bought, await session.now())
    if isinstance(found, Refusal):
        raise refused(found)
    if as_json:
        sys.stdout.write(RATE.model_validate(found).model_dump_json() + "\n")
        return
    sys.stdout.write(
        f"1 {found.sell} = {found.rate.normalize():f} {found.buy}"
        f" ({found.side} {found.mid} of {found.source}, {found.taken_at.isoformat()},"
        f" less {found.spread_bps} bps)\n"
    )
    for each in found.passed_over:
        sys.stdout.write(f"  not taken: {each.source}, {each.why}\n")


async def lock(place: Place, wanted: Wanted, *, as_json: bool) -> None:
    """Lock a rate and print it."""
    with option("AMOUNT", "amount"), option("SELL", "amount.currency"):
        amount = parse(wanted.amount, wanted.sell)
    with option("BUY"):
        buy = Currency(wanted.buy)
    uses = LockUse.MULTI if wanted.multi else LockUse.SINGLE
    async with opened(place) as session:
        seller = await seller_of(session, wanted.seller)
        body = LockQuote(seller, amount, buy, uses, wanted.seconds)
        outcome = await act(session, "lock_quote", body)
        async with session.pool.acquire() as connection:
            made = await quote_lock(connection, outcome.part(QuoteLocked).quote_id)
    assert made is not None, "it was just locked"
    if as_json:
        sys.stdout.write(QUOTE.model_validate(made).model_dump_json() + "\n")
        return
    quote = made.quote
    sys.stdout.write(
        f"{made.id}: 1 {quote.base} = {quote.rate.normalize():f} {quote.quote} for up to"
        f" {made.maximum} ({made.uses}), until {quote.expires_at.isoformat()}\n"
        f"  {quote.side} {quote.mid} of {quote.source}, less {quote.spread_bps} bps\n"
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


async def print_exposure(place: Place, *, as_json: bool) -> None:
    """Print what the operator may still have to convert, against its limits."""
    async with opened(place) as session, session.pool.acquire() as connection:
        found = await exposures_now(connection, await session.now())
    if as_json:
        shown = ",".join(EXPOSURE.model_validate(each).model_dump_json() for each in found)
        sys.stdout.write(f"[{shown}]\n")
    elif not found:
        sys.stdout.write("Nothing is open: no rate is locked, and no sale waits for it.\n")
    for each in found if not as_json else ():
        sys.stdout.write(
            f"{each.sell}/{each.buy}  {each.locks} locks  {each.locked}  for {each.promised}\n"
            f"  {each.converting} besides without a lock; at most {each.limit or '(no rate)'}\n"
            f"  {each.open} open in {each.sell}; at most {each.open_limit or '(no rate)'}\n"
        )


async def propose_fixings(
    place: Place, file: Path, day: str, base: str, source: str, by: str, reason: str
) -> None:
    """Propose in a user's name the reference rates that a file has."""
    fixings = FixingDay(day_of("--day", day), base, source, _rates(file, base))
    async with opened(place) as session:
        await propose(session, by, "enter_fixings", EnterFixings(fixings, reason), reason)


def _rates(file: Path, base: str) -> dict[str, str]:
    """Return the rates of a CSV file; the base need not be in it. Raises Invalid."""
    rates = {base: "1"}
    with file.open(encoding="utf-8-sig", newline="") as lines:
        try:
            for number, row in enumerate(csv.DictReader(lines), 2):
                currency, rate = row.get("currency"), row.get("rate")
                if not currency or not rate:
                    raise MALFORMED_INPUT.invalid(f"{file.name} line {number}", "currency, rate")
                rates[currency.strip()] = rate.strip()
        except (UnicodeDecodeError, csv.Error) as broken:
            raise MALFORMED_INPUT.invalid(file.name, str(broken)[:80]) from broken
    return rates
