"""`usance doctor` says what is there, of one book too, in either language, and starts nothing."""

import asyncio
import json
from datetime import UTC, datetime

import pytest

from usance.cli.doctor import examine
from usance.cli.voice import Words
from usance.worker.session import make_book

START = datetime(2026, 9, 9, tzinfo=UTC)


@pytest.fixture
def here(place, server_address, monkeypatch):
    monkeypatch.setenv("USANCE_DATABASE_URL", server_address.url)
    monkeypatch.setenv("USANCE_HOME", place.home)
    return place


def test_a_book_is_looked_at_and_one_that_is_not_there_has_its_remedy(here, capsys):
    asyncio.run(make_book(here, START, test_clock=True, anew=False))

    assert examine(here.book, as_json=False) == 0
    assert "its clock stands at 2026-09-09 00:00:00 UTC" in capsys.readouterr().out
    assert examine("other", as_json=True) == 1
    [*_, book] = json.loads(capsys.readouterr().out)
    assert (book["well"], book["remedy"]) == (False, "usance migrate --book other makes it.")
    examine("other", as_json=False, language=Words.ZH)
    assert "BAD  账簿" in capsys.readouterr().out


def test_looking_starts_no_server(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("USANCE_DATABASE_URL", raising=False)
    monkeypatch.setenv("USANCE_HOME", str(tmp_path / "home"))

    assert examine(as_json=False) == 0
    assert "none runs in" in capsys.readouterr().out
    assert not (tmp_path / "home").exists()
