"""What is made for one use is gone after it, however it ends; what is somebody's stays."""

import asyncio
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from usance.cli.bench import baseline
from usance.cli.bench.baseline import RowLocks, beside
from usance.cli.bench.report import WrongResult
from usance.cli.throwaway import bare_engine, connected, empty_database, new_book
from usance.kernel.errors import Invalid
from usance.runtime.clock import FrozenClock
from usance.runtime.engine import BookTaken
from usance.worker.session import make_book, opened

START = datetime(2026, 9, 9, tzinfo=UTC)
MADE = {
    "a database": lambda place, address: empty_database(address, place.database),
    "an engine": lambda place, address: bare_engine(address, place.database, FrozenClock(START)),
    "a book": lambda place, address: new_book(address, Path(place.home), place.book, START),
}


async def is_there(dsn: str) -> bool:
    try:
        async with connected(dsn):
            return True
    except asyncpg.InvalidCatalogNameError:
        return False


@pytest.mark.parametrize("ending", [None, WrongResult("it differs"), asyncio.CancelledError()])
@pytest.mark.parametrize("made", MADE)
def test_it_is_gone_however_its_use_ended(place, server_address, made, ending):
    async def story() -> None:
        for _ in range(2):  # The second finds nothing of the first.
            async with MADE[made](place, server_address):
                assert await is_there(place.dsn)
                if ending is not None:
                    raise ending

    if ending is None:
        asyncio.run(story())
    else:
        with pytest.raises(type(ending)):
            asyncio.run(story())
    assert not asyncio.run(is_there(place.dsn))
    assert not place.folder.exists()


@pytest.mark.parametrize(
    ("_case", "test_clock", "in_use", "refused"),
    [("its time is real", False, False, Invalid), ("somebody uses it", True, True, BookTaken)],
)
def test_a_book_that_is_somebodys_is_not_replaced(
    place, server_address, _case, test_clock, in_use, refused
):
    async def story() -> None:
        await make_book(place, START, test_clock=test_clock, anew=False)
        async with opened(place, engine=True) if in_use else nullcontext():
            with pytest.raises(refused):
                async with MADE["a book"](place, server_address):
                    raise AssertionError("it was replaced")
        assert await is_there(place.dsn)

    asyncio.run(story())


def test_a_baseline_that_does_not_add_up_is_no_result_and_is_gone(server_address, monkeypatch):
    monkeypatch.setattr(baseline, "_best", RowLocks)

    async def story() -> str:
        async with beside(server_address, 1) as other:
            async with connected(other.dsn) as connection:
                await connection.execute(
                    "insert into transfers (debit, credit, amount) select 1,2,3"
                )
            return other.dsn

    with pytest.raises(WrongResult, match="0 transfers left 1 rows"):
        asyncio.run(story())
    assert not asyncio.run(is_there(server_address.dsn("usance_bench_baseline")))
