"""A test book screens names against the shipped samples; a live book is refused them."""

import pytest
import typer

from usance.cli.books import bring_up_to_date
from usance.cli.places import run
from usance.cli.refusing import REFUSED
from usance.cli.sample_lists import adopt_samples
from usance.risk import service as risk
from usance.worker.session import opened


def test_a_test_book_screens_against_the_samples_and_twice_is_once(place, capsys):
    run(bring_up_to_date(place, test=True, begins="2026-09-09T08:00"))
    capsys.readouterr()
    run(adopt_samples(place))
    first = capsys.readouterr().out
    run(adopt_samples(place))

    assert capsys.readouterr().out == first
    assert first.count("is screened against.") == 2

    async def adopted() -> set[str]:
        async with opened(place) as session, session.pool.acquire() as connection:
            current = await risk.adopted(connection)
            return {each.list for each in current.lists}

    assert run(adopted()) == {"ofac", "un"}


def test_a_live_book_takes_no_samples(place, capsys):
    run(bring_up_to_date(place))
    with pytest.raises(typer.Exit) as ended:
        run(adopt_samples(place))

    assert ended.value.exit_code == REFUSED
    assert "goes by the wall clock" in capsys.readouterr().err
