"""Whether somebody may be paid: the codes in their order, and what is let through."""

from datetime import UTC, datetime, timedelta

import pytest

from usance.kernel.ids import BeneficiaryId, PartyId
from usance.kernel.money import Currency, Money
from usance.parties.model import Beneficiary, BeneficiaryStatus, NameMatch, PostalAddress
from usance.payments.model import CoolingPaid
from usance.payments.rules.payees import PayeeTerms, Then, doubt_about

CNY = Currency("CNY")
NOON = datetime(2026, 9, 7, 12, tzinfo=UTC)
NO, TWO, PAY = Then.REFUSE, Then.FOUR_EYES, Then.PAY
COOL, NAME, APPROVAL = "payee_cooling", "payee_name_differs", "payout_needs_approval"


def payee(hours: int, check: NameMatch) -> Beneficiary:
    """A payee that was changed so many hours ago."""
    changed = NOON - timedelta(hours=hours)
    return Beneficiary(
        BeneficiaryId.derived(0, 1),
        PartyId.derived(0, 1),
        "Ningbo Textiles",
        "CN",
        CNY,
        None,
        "6222",
        None,
        None,
        PostalAddress(),
        BeneficiaryStatus.ACTIVE,
        changed,
        1,
        check,
        "",
        None,
        changed,
        1,
    )


@pytest.mark.parametrize(
    ("_case", "hours", "check", "amount", "before", "cooling", "no_match", "approved", "code"),
    [
        ("old, known, small", 24, "match", 100, 0, NO, TWO, False, None),
        ("the last second counts as cool", 24, "match", 51, 0, NO, TWO, False, None),
        ("free while cooling", 23, "match", 50, 0, NO, TWO, False, None),
        ("one cent more", 23, "match", 51, 0, NO, TWO, False, COOL),
        ("cut into small ones", 23, "match", 1, 50, NO, TWO, False, COOL),
        ("two people do not hurry it", 23, "match", 51, 0, NO, TWO, True, COOL),
        ("two people may, by policy", 23, "match", 51, 0, TWO, TWO, True, None),
        ("one may not", 23, "match", 51, 0, TWO, TWO, False, APPROVAL),
        ("cooling is let be", 23, "match", 51, 0, PAY, TWO, False, None),
        ("the bank says no", 24, "no_match", 1, 0, NO, TWO, False, APPROVAL),
        ("two people know better", 24, "no_match", 1, 0, NO, TWO, True, None),
        ("nobody knows better", 24, "no_match", 1, 0, NO, NO, True, NAME),
        ("cooling is said first", 23, "no_match", 51, 0, NO, NO, True, COOL),
        ("a refusal before an approval", 23, "no_match", 51, 0, TWO, NO, False, NAME),
        ("a close match is shown", 24, "close_match", 100, 0, NO, NO, False, None),
        ("nobody could say", 24, "not_available", 100, 0, NO, NO, False, None),
        ("at the limit", 24, "match", 1000, 0, NO, TWO, False, None),
        ("over the limit", 24, "match", 1001, 0, NO, TWO, False, APPROVAL),
        ("over it, by two", 24, "match", 1001, 0, NO, TWO, True, None),
    ],
)
def test_a_payout_is_doubted_by_the_first_code_that_applies(
    _case, hours, check, amount, before, cooling, no_match, approved, code
):
    payee_ = payee(hours, NameMatch(check))
    terms = PayeeTerms(Money(1000, CNY), timedelta(hours=24), Money(50, CNY), cooling, no_match)
    known = CoolingPaid(payee_.id, payee_.changed_at, Money(before, CNY))
    doubt = doubt_about(payee_, Money(amount, CNY), terms, known, NOON, approved=approved)

    assert code == (None if doubt is None else doubt.code)


def test_what_was_paid_before_a_change_counts_no_more():
    payee_ = payee(1, NameMatch.MATCH)
    terms = PayeeTerms(Money(1000, CNY), timedelta(hours=24), Money(50, CNY), NO, TWO)
    known = CoolingPaid(payee_.id, NOON - timedelta(days=9), Money(50, CNY))

    assert doubt_about(payee_, Money(50, CNY), terms, known, NOON, approved=False) is None


def test_the_main_account_knows_the_limit_and_nothing_else():
    terms = PayeeTerms(Money(1000, CNY), timedelta(hours=24), Money(0, CNY), NO, NO)

    assert doubt_about(None, Money(1000, CNY), terms, None, NOON, approved=False) is None
    over = doubt_about(None, Money(1001, CNY), terms, None, NOON, approved=False)
    assert over is not None
    assert over.code == APPROVAL
