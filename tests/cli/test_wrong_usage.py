"""Wrong usage is answered in one sentence, and nothing is done."""

import asyncio
import socket
from datetime import UTC, datetime, timedelta

import pytest
import typer

from usance.cli.clock import moment_after
from usance.cli.orders import seller_of
from usance.cli.places import door, run
from usance.cli.refusing import REFUSED, UNREACHABLE
from usance.kernel.errors import Invalid
from usance.parties.service import cast, cast_party
from usance.worker.session import make_book, opened

NOW = datetime(2026, 9, 9, 12, tzinfo=UTC)
NOBODY = "pty_01m21qdq00edgshr4rbv67yr21"


def test_orders_are_taken_in_for_a_seller_of_the_book_and_nobody_else(place):
    async def story() -> None:
        await make_book(place, NOW, test_clock=True, anew=False)
        async with opened(place) as session:
            for named in ("", NOBODY, "cast:seller"):
                with pytest.raises(Invalid, match="POST /v1/parties"):
                    await seller_of(session, named)
            for number, (verb, body) in enumerate(cast()):
                await session.do(verb, body, number)
            seller, funder = cast_party("seller"), cast_party("funder_one")
            for named in ("", "cast:seller", str(seller)):
                assert await seller_of(session, named) == seller
            for named in (NOBODY, str(funder), "cast:funder_one"):
                with pytest.raises(Invalid, match="there is no seller"):
                    await seller_of(session, named)
            with pytest.raises(Invalid, match="not an id"):
                await seller_of(session, "pty_1")

    asyncio.run(story())


@pytest.mark.parametrize(
    ("span", "then"),
    [
        ("30d", NOW + timedelta(days=30)),
        ("12h", NOW + timedelta(hours=12)),
        ("400d", NOW + timedelta(days=400)),
        ("2026-09-10", datetime(2026, 9, 10, tzinfo=UTC)),
        ("401d", None),
        ("99999d", None),
        ("2026-09-09", None),
        ("9999-12-31", None),
        ("5x", None),
        ("-5d", None),
    ],
)
def test_time_goes_forward_and_not_too_far_at_once(span, then):
    if then is not None:
        assert moment_after(NOW, span) == then
        return
    with pytest.raises(Invalid, match="400 days"):
        moment_after(NOW, span)


def test_a_port_that_is_taken_is_named_before_the_work_begins(capsys):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(typer.Exit) as ended:
            door(port)

    assert ended.value.exit_code == UNREACHABLE
    assert f"The port {port} cannot be had" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_named(tmp_path, capsys):
    async def write() -> None:
        (tmp_path / "nowhere" / "file").write_bytes(b"")

    with pytest.raises(typer.Exit) as ended:
        run(write())

    assert ended.value.exit_code == REFUSED
    assert "nowhere/file: No such file" in capsys.readouterr().err
