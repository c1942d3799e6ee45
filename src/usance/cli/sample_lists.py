"""`usance import sample-watchlists`: the shipped samples, so that a test book can screen names."""

import json
import sys
from datetime import date
from typing import Final

from usance.adapters.watchlists.ofac import OfacSdnList
from usance.adapters.watchlists.un import UnConsolidatedList
from usance.cli.clock import NOT_A_TEST_BOOK
from usance.cli.refusing import refused
from usance.cli.voice import Words, says
from usance.risk.service import LoadWatchlist, stage_watchlist
from usance.worker.session import Place, Session, opened

SAMPLES: Final[tuple[tuple[UnConsolidatedList | OfacSdnList, date], ...]] = (
    (UnConsolidatedList(), date(2026, 2, 27)),
    (OfacSdnList(), date(2021, 7, 1)),
)


async def stage_samples(session: Session) -> list[str]:
    """Stage the shipped samples in an open book and return their versions."""
    versions = []
    for watchlist, published_on in SAMPLES:
        reading = watchlist.translate(watchlist.shipped())
        async with session.pool.acquire() as connection, connection.transaction():
            now = await session.now()
            versions.append(
                await stage_watchlist(connection, watchlist, reading, published_on, now)
            )
    return versions


async def adopt_samples(place: Place, *, as_json: bool = False, language: Words = Words.EN) -> None:
    """Have a test book screen names against the samples. A live book needs the full lists."""
    async with opened(place) as session:
        if not await session.is_test():
            raise NOT_A_TEST_BOOK.invalid("--book", place.book)
        versions = await stage_samples(session)
        for version in versions:
            outcome = await session.do("load_watchlist", LoadWatchlist(version), version)
            if outcome.refusal is not None:
                raise refused(outcome.refusal, language)
    if as_json:
        sys.stdout.write(json.dumps({"versions": versions}) + "\n")
        return
    said = says("{0} is screened against.\n", "名单 {0} 已启用筛查。\n", language)
    for version in versions:
        sys.stdout.write(said.format(version))
