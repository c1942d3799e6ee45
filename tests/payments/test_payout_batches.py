"""What a batch must be like: count and sum, one currency, references of their own."""

from hypothesis import given
from hypothesis import strategies as st

from usance.kernel.ids import BeneficiaryId, PartyId
from usance.kernel.money import Currency, Money
from usance.payments.model import LineAsked
from usance.payments.rules.payout_batches import batch_fault, digest_of, line_faults

CNY = Currency("CNY")
SELLER, PAYEE = PartyId.derived(0, 1), BeneficiaryId.derived(0, 1)
LINES = st.lists(
    st.builds(
        lambda name, minor: LineAsked(name, Money(minor, CNY), PAYEE),
        st.sampled_from(["a", "b", "c", "d", "", " ", "x" * 81, "line\nbreak"]),
        st.integers(-5, 10**12),
    ),
    max_size=30,
)


def total(lines: list[LineAsked]) -> Money:
    return Money(sum(line.amount.minor for line in lines), CNY)


@given(LINES)
def test_no_reference_passes_twice_and_whatever_passes_is_positive(lines):
    passed = [line for line, fault in zip(lines, line_faults(lines), strict=True) if fault is None]

    assert len({line.reference for line in passed}) == len(passed)
    assert all(line.amount.minor > 0 and line.reference.strip() for line in passed)


@given(LINES.filter(bool), st.integers(-3, 3), st.integers(-3, 3))
def test_a_batch_is_taken_only_as_it_is_stated(lines, more, cents):
    stated = Money(total(lines).minor + cents, CNY)
    fault = batch_fault(lines, len(lines) + more, stated, 30)

    if more:
        assert fault is not None
        assert fault.code == "payout_batch_count_differs"
    else:
        assert (fault is None) == (cents == 0)


@given(LINES, LINES)
def test_a_digest_is_that_of_the_lines(some, others):
    same = digest_of(SELLER, CNY, some) == digest_of(SELLER, CNY, others)

    assert same == (some == others)
