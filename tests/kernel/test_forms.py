"""The form of what people write on papers: each check with what it lets through."""

import pytest

from usance.kernel.forms import normalised_number


@pytest.mark.parametrize(
    ("_case", "number", "expected"),
    [
        ("case, signs and blanks", " inv-123/A ", "inv123a"),
        ("leading zeros", "INV-00123", "inv123"),
        ("zeros inside stay", "INV-1001", "inv1001"),
        ("zeros after a letter", "2026A007", "2026a7"),
        ("full width", "\uff29\uff2e\uff36\uff11", "inv1"),
        ("nothing but zeros", "000", "0"),
    ],
)
def test_numbers_are_compared_without_decoration(_case, number, expected):
    assert normalised_number(number) == expected
