"""A rail's secret goes to the book's folder, for its owner alone, and never to the database."""

import io
import stat

import pytest
import typer

from usance.cli.hook_secrets import give
from usance.kernel.ids import WebhookEndpointId
from usance.worker.secrets import Secrets
from usance.worker.session import Place


@pytest.fixture
def place(tmp_path) -> Place:
    return Place("postgresql://nowhere", str(tmp_path), "main")


def test_a_new_secret_is_printed_once_and_older_ones_stay(place, capsys, monkeypatch):
    give(place, "card", from_stdin=False)
    first = capsys.readouterr().out.strip()
    monkeypatch.setattr("sys.stdin", io.StringIO("whsec_of_the_provider\n"))
    give(place, "card", from_stdin=True)

    assert Secrets(place.folder).of_rail("card") == ("whsec_of_the_provider", first)
    assert capsys.readouterr().out == ""
    file = place.folder / "hook_secrets" / "card"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Secrets(place.folder).of_rail("bank_transfer") == ()


@pytest.mark.parametrize(
    ("_case", "rail", "secret"),
    [
        ("too short", "card", "short\n"),
        ("blanks", "card", "sixteen letters and blanks\n"),
        ("nothing", "card", ""),
        ("a way out of the folder", "../card", "a-secret-that-is-long\n"),
    ],
)
def test_what_cannot_be_a_secret_is_refused(place, capsys, monkeypatch, _case, rail, secret):
    monkeypatch.setattr("sys.stdin", io.StringIO(secret))

    with pytest.raises(typer.Exit) as ended:
        give(place, rail, from_stdin=True)

    assert ended.value.exit_code == 1
    said = capsys.readouterr().err
    assert "is no secret of a rail" in said
    assert not secret.strip() or secret.strip() not in said
    assert not (place.folder / "hook_secrets").exists()


def test_secrets_of_endpoints_follow_from_one_key_and_differ(place):
    one, other = (WebhookEndpointId.derived(0, name) for name in ("one", "other"))
    secrets = Secrets(place.folder)

    made = {secrets.of_endpoint(each, version) for each in (one, other) for version in (1, 2)}

    assert len(made) == 4
    assert secrets.of_endpoint(one, 1) == Secrets(place.folder).of_endpoint(one, 1)
    assert stat.S_IMODE((place.folder / "webhooks.key").stat().st_mode) == 0o600
    secrets.forget()
    assert Secrets(place.folder).of_endpoint(one, 1) not in made
