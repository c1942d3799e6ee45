"""A book is made with the clock that is asked for, and the one that is meant is found."""

import asyncio

import pytest
import typer

from usance.cli.books import books_on, bring_up_to_date, meant
from usance.cli.clock import advance
from usance.cli.moments import MALFORMED_DAY
from usance.cli.places import place as placed
from usance.cli.places import run
from usance.cli.refusing import REFUSED, UNREACHABLE, USAGE, option
from usance.cli.serve import be_engine
from usance.kernel.errors import Invalid
from usance.worker.session import opened


@pytest.mark.parametrize(
    ("books", "book"),
    [([], "main"), (["demo"], "demo"), (["demo", "main"], "main"), (["a", "b"], "main")],
)
def test_where_none_is_named_the_only_book_is_meant(books, book):
    assert meant(books) == book


def test_a_test_book_stands_still_until_its_clock_is_set_forward(place, capsys):
    run(bring_up_to_date(place, test=True, begins="2026-09-09T08:00"))
    said = capsys.readouterr().out
    assert said == (
        "The book test_books is made. Its clock stands at 2026-09-09 08:00:00 UTC;"
        " usance clock advance 1d --book test_books sets it forward.\n"
    )
    run(advance(place, "1d"))
    run(bring_up_to_date(place, test=True))
    assert "up to date. Its clock stands at 2026-09-10 08:00" in capsys.readouterr().out
    with pytest.raises(typer.Exit):
        run(bring_up_to_date(place, begins="2026-09-09"))
    assert "--begins: the book test_books is there, with a clock" in capsys.readouterr().err


def test_a_book_of_the_wall_clock_is_not_made_a_test_book(place, capsys):
    run(bring_up_to_date(place))
    assert capsys.readouterr().out == "The book test_books is made.\n"
    for work, remedy in (
        (bring_up_to_date(place, test=True), "Name another book with --book"),
        (advance(place, "1d"), "usance migrate --test --book NAME makes one"),
    ):
        with pytest.raises(typer.Exit) as ended:
            run(work)
        assert ended.value.exit_code == REFUSED
        assert remedy in capsys.readouterr().err


def test_a_book_that_is_not_there_is_said_with_those_that_are(
    place, server_address, monkeypatch, capsys
):
    monkeypatch.setenv("USANCE_DATABASE_URL", server_address.url)
    monkeypatch.setenv("USANCE_HOME", place.home)

    async def open_it(where) -> None:
        async with opened(where):
            pass

    with pytest.raises(typer.Exit):
        run(open_it(placed("")))
    none = "usance: There is no book main. There is none yet: usance migrate makes one,"
    assert capsys.readouterr().err.startswith(none)
    run(bring_up_to_date(place))
    assert asyncio.run(books_on(server_address, place.folder.parents[1])) == ["test_books"]
    assert placed("").book == "test_books"
    capsys.readouterr()
    with pytest.raises(typer.Exit) as ended:
        run(open_it(placed("other")))
    assert ended.value.exit_code == USAGE
    with pytest.raises(typer.Exit) as ended:
        placed("No Name")
    assert ended.value.exit_code == USAGE
    capsys.readouterr()
    with pytest.raises(typer.Exit):
        run(open_it(placed("other")))
    assert capsys.readouterr().err == (
        "usance: There is no book other. There is test_books: name one with --book."
        " (no_such_book)\n"
    )


def test_whoever_finds_another_engine_is_told_how_to_stand_by_for_it(place, capsys):
    run(bring_up_to_date(place))

    async def two() -> None:
        async with opened(place, engine=True):
            await be_engine(place, standby=False)

    with pytest.raises(typer.Exit) as ended:
        run(two())
    assert ended.value.exit_code == UNREACHABLE
    assert capsys.readouterr().err == (
        "usance: Another engine holds the book test_books. End it first, or stand by to take over"
        " from it: usance engine --standby --book test_books (engine_elsewhere)\n"
    )


def test_a_name_that_no_book_can_have_is_named_by_its_option(capsys):
    with pytest.raises(typer.Exit):
        placed("Not A Book")
    assert capsys.readouterr().err.startswith("usance: --book: Not A Book cannot be the name")


def test_an_option_keeps_its_own_name_for_the_fields_it_fills():
    wrong = Invalid(MALFORMED_DAY, "last_day", "x")
    with pytest.raises(Invalid, match="--until: x"), option("--until", "last_day"):
        raise wrong
    with pytest.raises(Invalid, match="last_day: x"), option("--since", "first_day"):
        raise wrong
