"""A live book takes no simulated rail's word, unless somebody has said so."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from tests.ports.subjects import asked

from usance.adapters.rails import card
from usance.adapters.rails.demo import bank_transfer
from usance.adapters.rails.transport import Transport
from usance.payments.ports import AnswerKind, HookReader
from usance.worker.live_rails import allowed_in, is_simulated, live_rails

T0 = datetime(2026, 9, 9, 8, tzinfo=UTC)
REAL = card.CardRail(Transport("https://rail.test", {}))
PLAYED = bank_transfer()


def test_a_rail_that_reaches_a_server_is_left_alone():
    assert not is_simulated(REAL)
    assert live_rails({"card": REAL}, frozenset()) == {"card": REAL}


def test_a_simulated_rail_refuses_in_a_live_book_before_anything_is_sent():
    rail = live_rails({"bank_transfer": PLAYED}, frozenset({"card"}))["bank_transfer"]
    answer = asyncio.run(rail.send(asked(PLAYED, 1), T0))

    assert (answer.kind, answer.code) == (AnswerKind.REFUSED, "rail_not_configured")
    # What was sent while it was configured, nobody knows: no is never said to that.
    later = asyncio.run(rail.ask(asked(PLAYED, 1), T0 + timedelta(days=9)))
    assert later.kind is AnswerKind.UNKNOWN
    assert asyncio.run(rail.notices([asked(PLAYED, 1)], T0, T0 + timedelta(days=90))) == ()
    assert not isinstance(rail, HookReader)


def test_somebody_may_say_so():
    assert live_rails({"bank_transfer": PLAYED}, frozenset({"bank_transfer"})) == {
        "bank_transfer": PLAYED
    }


@pytest.mark.parametrize(
    ("said", "names"),
    [("", set()), ("card", {"card"}), (" card, bank_transfer ,", {"card", "bank_transfer"})],
)
def test_how_it_is_said(said, names):
    assert allowed_in({"USANCE_SIMULATED_RAILS": said}) == names
    assert allowed_in({}) == frozenset()
