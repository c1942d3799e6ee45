"""Which entry is which movement: a table of cases, and laws that hold for all."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from usance.kernel.ids import InstructionId
from usance.kernel.money import Currency, Money
from usance.payments.model import Movement, MovementState, References
from usance.payments.rules.matching import Line, Tolerance, name_key, pair
from usance.payments.rules.receiving import creditor_reference, invoice_numbers

DAY = date(2026, 9, 9)
TOLERANCE = Tolerance(50, 3_000, 5, 600, 3)


def expected(
    number: int, minor: int, *names: str, credit: bool = True, party: str = ""
) -> Movement:
    return Movement(
        UUID(int=number), number, "settlement_net", "settlement", Money(minor, Currency("GBP")),
        credit, DAY, names, party, MovementState.BOOKED, is_due=True,
    )  # fmt: skip


def shown(
    number: int, minor: int, *names: str, credit: bool = True, party: str = "", **more
) -> Line:
    return Line(UUID(int=100 + number), "GBP", minor, credit, DAY, names, party, "", **more)


@pytest.mark.parametrize(
    ("_case", "line", "movements", "rule", "matched"),
    [
        ("a name", shown(1, 500, "A"), [expected(1, 500, "A")], "name", [1]),
        ("the first name counts", shown(1, 500, "A", "B"),
         [expected(1, 500, "B"), expected(2, 500, "A")], "name", [2]),
        ("another direction", shown(1, 500, "A"), [expected(1, 500, "A", credit=False)], None, []),
        ("another amount", shown(1, 499, "A"), [expected(1, 500, "A")], "name_other_amount", []),
        ("many that add up", shown(1, 500, "A"),
         [expected(1, 300, "A"), expected(2, 200, "A")], "name_of_many", [1, 2]),
        ("less what was netted", shown(1, 450, "A"),
         [expected(1, 500, "A"), expected(2, 50, "A", credit=False)], "name_of_many", [1, 2]),
        ("many that do not", shown(1, 501, "A"),
         [expected(1, 300, "A"), expected(2, 200, "A")], "name_other_amount", []),
        ("a batch", shown(1, 500, parts=((("A",), 300), (("B",), 200))),
         [expected(1, 300, "A"), expected(2, 200, "B")], "batch", [1, 2]),
        ("party and day", shown(1, 500, party="EVA"), [expected(1, 500, party="EVA")],
         "amount_day_party", [1]),
        ("two of a party", shown(1, 500, party="EVA"),
         [expected(1, 500, party="EVA"), expected(2, 500, party="EVA")], "near", []),
        ("nothing like it", shown(1, 500), [expected(1, 90_000, "A")], None, []),
    ],
)  # fmt: skip
def test_an_entry_is_a_movement(_case, line, movements, rule, matched):
    [outcome] = pair([line], movements, TOLERANCE)

    assert (outcome.found.rule if outcome.found else None) == rule
    assert outcome.is_match is bool(matched)
    if matched:
        assert [each.int for each in outcome.found.movements] == matched


def test_a_movement_is_matched_once_and_the_second_entry_says_so():
    first, second = pair(
        [shown(1, 500, "A"), shown(2, 500, "A")], [expected(1, 500, "A")], TOLERANCE
    )

    assert first.is_match
    assert not second.is_match
    assert second.twice == first.line


def test_several_entries_of_one_name_are_one_movement():
    lines = [shown(1, 300, "A"), shown(2, 200, "A")]

    outcomes = pair(lines, [expected(1, 500, "A")], TOLERANCE)

    assert [outcome.found.rule for outcome in outcomes] == ["part_of_one", "part_of_one"]


def test_what_is_too_late_is_not_suggested():
    late = Line(UUID(int=1), "GBP", 500, True, DAY + timedelta(days=6), (), "EVA", "")
    [outcome] = pair([late], [expected(1, 500, party="EVA")], TOLERANCE)

    assert outcome.found is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("set-77/a b", "SET77AB"),
        ("NOTPROVIDED", ""),
        (str(InstructionId.derived(0, 1)), InstructionId.derived(0, 1).hex.upper()),
        (str(UUID(int=InstructionId.derived(0, 1).int)), InstructionId.derived(0, 1).hex.upper()),
    ],
)
def test_a_reference_has_one_spelling(text, key):
    assert name_key(text) == key


def test_a_creditor_reference_has_its_check_digits():
    from stdnum.iso7064 import mod_97_10

    reference = creditor_reference("rac_01k4n3000000000000000000zz")
    assert mod_97_10.is_valid(reference[4:] + reference[:4])


def test_invoice_numbers_are_looked_for_in_free_text():
    found = invoice_numbers(References(remittance="payment of INV-2026/17, thank you"))
    assert "INV-2026/17" in found
