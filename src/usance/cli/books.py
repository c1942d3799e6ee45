"""Make a book, or bring one to this version; and which books there are."""

import re
import sys
from datetime import datetime
from pathlib import Path
from typing import Final

import asyncpg

from usance.cli.moments import moment_of
from usance.cli.voice import Words, says
from usance.kernel.errors import Code
from usance.kernel.records import encode
from usance.policy.service import AdoptPolicy, shipped_rows
from usance.runtime.clock import wall_now
from usance.runtime.postgres import ServerAddress, unreachable
from usance.worker.session import Place, make_book, opened, place_of

MAIN: Final = "main"
OTHER_CLOCK: Final = Code(
    "book_has_another_clock",
    409,
    "{field}: the book {value} is there, with a clock of its own.",
    "{field}:账簿 {value} 已存在,并有自己的时钟。",
    "Name another book with --book, or leave out --test and --begins: a book keeps its clock.",
    "请用 --book 指定其他账簿,或去掉 --test 与 --begins:账簿的时钟不会改变。",
)
_SHOWN: Final = "%Y-%m-%d %H:%M:%S UTC"


async def bring_up_to_date(
    place: Place,
    *,
    test: bool = False,
    begins: str = "",
    as_json: bool = False,
    language: Words = Words.EN,
) -> None:
    """Make what is missing, and let a new book adopt the policy that ships with the package.

    test: a new book's clock stands still until it is set forward; it begins at the moment
    `begins`, or now. Raises Invalid(book_has_another_clock) where the book is another one.
    """
    start = moment_of("--begins", begins) if begins else wall_now()
    await _require_clock(place, test=test or bool(begins), begins=bool(begins))
    await make_book(place, start, test_clock=test or bool(begins), anew=False)
    async with opened(place) as session:
        fresh = not await session.pool.fetchval("select exists (select from policy.series)")
        if fresh:
            body = AdoptPolicy(shipped_rows(), "a new book")
            outcome = await session.do("adopt_policy", body, "shipped")
            assert outcome.refusal is None, outcome.refusal
        stands = await session.now() if await session.is_test() else None
    if as_json:
        told = {"book": place.book, "made": fresh, "test": stands is not None, "book_time": stands}
        sys.stdout.write(encode(told).decode() + "\n")
        return
    made = (
        says("The book {0} is made.", "账簿 {0} 已新建。", language)
        if fresh
        else says("The book {0} is up to date.", "账簿 {0} 已是最新版本。", language)
    )
    sys.stdout.write(f"{made.format(place.book)}{_clock(place, stands, language)}\n")


def _clock(place: Place, stands: datetime | None, language: Words) -> str:
    if stands is None:
        return ""
    said = says(
        " Its clock stands at {0}; usance clock advance 1d --book {1} sets it forward.",
        "其时钟停在 {0};用 usance clock advance 1d --book {1} 拨快。",
        language,
    )
    return said.format(f"{stands:{_SHOWN}}", place.book)


async def _require_clock(place: Place, *, test: bool, begins: bool) -> None:
    """Raise where a book is there and has not the clock that is asked for."""
    if not test:
        return
    try:
        connection = await asyncpg.connect(place.dsn)
    except asyncpg.InvalidCatalogNameError:
        return
    try:
        if not await connection.fetchval("select to_regclass('engine.book') is not null"):
            return
        frozen = await connection.fetchval("select test_clock from engine.book")
    finally:
        await connection.close()
    if frozen is not None and (begins or not frozen):
        raise OTHER_CLOCK.invalid("--begins" if begins else "--test", place.book)


async def books_on(address: ServerAddress, home: Path) -> list[str]:
    """Return the names of the books of this house that are on a server, in their order."""
    try:
        connection = await asyncpg.connect(address.url)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise unreachable(address, error) from error
    try:
        rows = await connection.fetch("select datname from pg_database")
    finally:
        await connection.close()
    there = {row["datname"] for row in rows}
    folders = [each.name for each in (home / "books").glob("*") if each.is_dir()]
    named = sorted(name for name in folders if re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name))
    return [name for name in named if place_of(address, home, name).database in there]


def meant(books: list[str]) -> str:
    """Return the book that is meant where none is named: the only one there is, else `main`."""
    return books[0] if len(books) == 1 else MAIN
