"""The tables by which things live: whole, without dead ends, and printed as they are."""

from pathlib import Path

import pytest

from usance.api.errors import all_codes
from usance.payments.model import PAYMENT, IllegalStep, PaymentEvent, PaymentStatus
from usance.reporting.rules.machines import MACHINES, machines_page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "payments.md"


@pytest.mark.parametrize("machine", MACHINES, ids=lambda each: each.name)
def test_every_state_is_reached_and_every_event_happens(machine):
    reached, left = set(machine.begins), 0
    while len(reached) != left:
        left = len(reached)
        reached |= {to for (before, _), to in machine.steps.items() if before in reached}

    assert reached == set(machine.states) == set(type(next(iter(machine.begins))))
    assert {event for _, event in machine.steps} == set(machine.events)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda each: each.name)
def test_every_code_of_a_table_is_one_of_the_house(machine):
    named = {code for codes in machine.codes.values() for code in codes}

    assert named <= set(all_codes())


def test_a_step_that_is_not_in_the_table_is_a_bug():
    with pytest.raises(IllegalStep, match="settled"):
        PAYMENT.step(PaymentStatus.PENDING, PaymentEvent.SETTLED)


def test_the_page_is_printed_from_the_tables():
    assert machines_page() == PAGE.read_text()
