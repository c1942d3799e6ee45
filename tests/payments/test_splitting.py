"""Nothing is lost in dividing, and nobody gets more than a share says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usance.kernel.errors import Refusal
from usance.kernel.ids import PartyId, PaymentId
from usance.kernel.money import Currency, Money
from usance.payments.model import EscrowTerms, ShareAsked
from usance.payments.model.splits import Split
from usance.payments.rules.splitting import allot, fixed, free_part, is_free

CNY, GBP = Currency("CNY"), Currency("GBP")
PAYMENT = PaymentId.derived(0, "law")
SELLER, *OTHERS = (PartyId.derived(0, "law", number) for number in range(6))
ESCROW = EscrowTerms(days=7)


@st.composite
def asked(draw):
    """Up to five shares, one of them perhaps the rest, the seller perhaps among them."""
    shares = []
    rest_at = draw(st.integers(-3, 4))
    for number in range(draw(st.integers(1, 5))):
        payee = draw(st.sampled_from([SELLER, *OTHERS]))
        escrow = draw(st.sampled_from([None, ESCROW]))
        if number == rest_at:
            shares.append(ShareAsked(payee, str(number), rest=True, escrow=escrow))
        elif draw(st.booleans()):
            shares.append(ShareAsked(payee, str(number), draw(st.integers(1, 1500)), escrow=escrow))
        else:
            amount = Money(draw(st.integers(1, 10_000)), CNY)
            shares.append(ShareAsked(payee, str(number), amount=amount, escrow=escrow))
    return shares


BOOK, EXPECTED, GROSS = Money(100_000, CNY), Money(97_000, CNY), Money(11_000, GBP)


@given(asked(), st.lists(st.integers(0, 11_000), max_size=4), st.integers(0, 110_000))
def test_what_a_sale_brings_is_divided_to_the_last_unit(shares, steps, brings):
    """In however many steps it is settled, and whether it brings more or less than expected."""
    split = Split(PAYMENT, SELLER, CNY, GROSS, _fixed(shares))
    settled = 0
    for step in steps:
        amount = min(step, GROSS.minor - settled)
        proceeds = brings * amount // GROSS.minor
        given_ = allot(split, amount, proceeds)
        others = sum(
            part
            for share, part in zip(split.shares, given_.parts, strict=True)
            if not is_free(share, SELLER)
        )
        assert others + given_.own == proceeds
        assert all(part >= 0 for part in given_.parts)
        assert given_.own >= 0
        split, settled = given_.split, settled + amount
        for share in split.shares:
            if not share.is_rest:
                assert share.paid <= share.amount * settled // GROSS.minor


@given(asked())
def test_all_settled_in_one_go_gives_everybody_exactly_the_share(shares):
    split = Split(PAYMENT, SELLER, CNY, GROSS, _fixed(shares))

    given_ = allot(split, GROSS.minor, EXPECTED.minor)

    assert [share.amount for share in split.shares] == list(given_.parts)
    assert given_.own == free_part(split.shares, SELLER, EXPECTED).minor


def test_earlier_shares_are_served_first_where_less_comes_than_expected():
    shares = [ShareAsked(OTHERS[0], "", 4000), ShareAsked(OTHERS[1], "", 4000)]
    split = Split(PAYMENT, SELLER, CNY, GROSS, _fixed(shares))

    assert allot(split, GROSS.minor, 50_000).parts == (40_000, 10_000)


@pytest.mark.parametrize(("bps", "amount"), [(9_700, 1), (9_701, 0)])
def test_shares_beyond_what_is_expected_are_refused(bps, amount):
    shares = [ShareAsked(OTHERS[0], "", bps)]
    if amount:
        shares.append(ShareAsked(OTHERS[1], "", amount=Money(amount, CNY)))

    refused = fixed(shares, BOOK, EXPECTED)

    assert isinstance(refused, Refusal)
    assert refused.code == "shares_exceed_proceeds"


def _fixed(shares):
    found = fixed(shares, BOOK, EXPECTED)
    assert not isinstance(found, Refusal)
    return found
