"""`usance reconcile --breaks` adds up what is open currency by currency."""

import asyncio
from datetime import UTC, datetime

from tests.adapters.messages.asking import a_statement, an_entry
from typer.testing import CliRunner

from usance.cli.app import app
from usance.worker.session import make_book

START = datetime(2026, 11, 21, tzinfo=UTC)


def test_breaks_are_summed_by_currency_in_either_language(place, tmp_path, monkeypatch):
    asyncio.run(make_book(place, START, test_clock=True, anew=False))
    monkeypatch.setattr("usance.cli.messages.place", lambda _book: place)
    monkeypatch.setattr("usance.cli.places.place", lambda _book: place)
    dollars = a_statement(an_entry("5.00", currency="USD"), name="M2").replace("S1", "S2")
    for number, text in enumerate((a_statement(an_entry("1.00"), an_entry("2.00")), dollars)):
        (tmp_path / f"{number}.xml").write_text(text)
    assert CliRunner().invoke(app, ["reconcile", str(tmp_path)]).exit_code == 0

    english = CliRunner().invoke(app, ["reconcile", "--breaks"])
    chinese = CliRunner().invoke(app, ["reconcile", "--breaks", "--language", "zh"])

    assert english.exit_code == 1
    assert "EUR" in english.stdout
    assert "together 3.00 EUR" in english.stdout
    assert "together 5.00 USD" in english.stdout
    assert "合计 3.00 EUR" in chinese.stdout
