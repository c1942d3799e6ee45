"""However many lines are left out, so many are kept, and they are the first of the file."""

from hypothesis import given
from hypothesis import strategies as st

from usance.adapters.marketplaces.errors import NUL_BYTE
from usance.adapters.marketplaces.rejects_file import FirstRejects
from usance.trade.model import Reject


@given(lines=st.lists(st.integers(1, 50)), at_most=st.integers(1, 10))
def test_the_first_lines_are_kept_in_their_order(lines, at_most):
    kept = FirstRejects(at_most)
    for place, line in enumerate(lines):
        kept.add(Reject(line, "", str(place), NUL_BYTE))

    expected = sorted(zip(lines, map(str, range(len(lines))), strict=True), key=lambda one: one[0])
    assert [(each.line, each.invoice_no) for each in kept.in_order()] == expected[:at_most]
