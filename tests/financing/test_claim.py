"""Repayment within the settlement, and what a shrinking sale asks back, on a real ledger."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.financing.samples import (
    BUYER,
    CNY,
    NARROW,
    NORTH,
    SELLER,
    SOUTH,
    WIDE,
    Book,
    cny,
    funded_book,
    gbp,
    payment,
)

from usance.financing import service
from usance.financing.events import AdvanceRecalled, AdvanceRepaid, OfferMade, OfferWithdrawn
from usance.financing.model import Advance, AdvanceStatus
from usance.financing.tables import ADVANCES, ASSETS, OFFERS, RECALLED
from usance.kernel.errors import Refusal
from usance.kernel.money import Money
from usance.ledger.model import Leg, Ref
from usance.ledger.service import post
from usance.parties.model import OPERATOR
from usance.payments.model import Payment, PaymentStatus
from usance.payments.ports import Loss, Proceeds

CLAIM = service.Waterfall(OPERATOR)
AVAILABLE, RESERVE = Ref("seller_available", CNY, SELLER), Ref("seller_reserve", CNY, SELLER)
SETTLING, NOSTRO = Ref("seller_settling", CNY, SELLER), Ref("nostro", CNY, OPERATOR)


def settle(book: Book, sale: Payment, proceeds: Money) -> list[Leg]:
    """Settle a sale as payments does: money in, the claim, 3 % held back, the rest available."""
    claims: list[Leg] = []

    def apply(draft, _body, _facts):
        on = draft.now.date()
        claims.extend(
            CLAIM.repay(draft, Proceeds(sale.id, sale.order_id, sale.seller_id, proceeds, on))
        )
        taken = sum(leg.amount for leg in claims if leg.debit == SETTLING)
        assert taken <= proceeds.minor
        reserve = (proceeds.minor - taken) * 3 // 100
        legs = [
            Leg("proceeds", NOSTRO, SETTLING, proceeds.minor),
            *claims,
            Leg("reserve", SETTLING, RESERVE, reserve),
            Leg("rest", SETTLING, AVAILABLE, proceeds.minor - taken - reserve),
        ]
        posted = post(draft, [leg for leg in legs if leg.amount], on)
        return posted if isinstance(posted, Refusal) else None

    book.done(apply)
    return claims


def shrink(book: Book, sale: Payment, returned: int, left: int) -> list[Leg]:
    """Give part of a sale back, as payments does."""
    legs: list[Leg] = []

    def apply(draft, _body, _facts):
        on, gross = draft.now.date(), sale.gross
        back, rest = Money(returned, gross.currency), Money(left, gross.currency)
        legs.extend(
            CLAIM.shrink(draft, Loss(sale.id, sale.order_id, sale.seller_id, back, gross, rest, on))
        )
        posted = post(draft, legs, on)
        return posted if isinstance(posted, Refusal) else None

    book.done(apply)
    return legs


def give(book: Book, ref: Ref, amount: str) -> None:
    """Put money on a seller's account."""
    book.post(Leg("given", NOSTRO, ref, cny(amount).minor))


@pytest.fixture
def book():
    return funded_book()


def test_a_settlement_repays_the_advance_leg_by_leg(book):
    advance = book.drawn()

    legs = settle(book, payment(), cny("920.00"))

    assert [(leg.code, leg.amount) for leg in legs] == [
        ("fee_repaid", 589),
        ("fee_earned_funder", 472),
        ("fee_earned_operator", 117),
        ("principal_repaid", 73577),
        ("principal_returned", 73577),
        ("headroom_restored", 73577),
    ]
    line = book.draft.told(AdvanceRepaid).lines[0]
    assert (line.advance_id, line.outstanding) == (advance.id, cny("0"))
    assert book.at("headroom", NORTH, None, WIDE) == 1_000_000
    assert book.at("funder_available", NORTH) == 600_000 + 472
    assert book.at("funder_deployed", NORTH) == book.at("fee_unearned", NORTH) == 0
    assert book.at("fee_income", OPERATOR) == 117
    assert book.at("seller_settling", SELLER) == 0
    # 920.00 − 5.89 − 735.77 = 178.34, of which 3 % = 5.35
    assert book.at("seller_reserve", SELLER) == 535
    assert book.at("seller_available", SELLER) == 17834 - 535


def test_a_repaid_advance_leaves_memory(book):
    book.drawn()
    settle(book, payment(), cny("920.00"))

    assert book.state.rows[ADVANCES.slot] == book.state.rows[OFFERS.slot] == {}
    assert book.state.rows[ASSETS.slot] == {}


def test_a_settlement_that_brings_too_little_leaves_a_first_claim(book):
    advance = book.drawn(1)
    settle(book, payment(1), cny("100.00"))

    # 100.00 − 5.89 = 94.11 of the principal is repaid.
    assert book.draft.told(AdvanceRepaid).lines[0].outstanding == cny("641.66")
    assert book.draft.told(AdvanceRecalled).lines[0].first_claim
    assert book.at("seller_available", SELLER) == 0

    settle(book, payment(2), cny("700.00"))

    assert book.draft.told(AdvanceRepaid).lines[0].advance_id == advance.id
    assert book.state.rows[RECALLED.slot][SELLER.int].advances == ()
    assert book.at("headroom", NORTH, None, WIDE) == 1_000_000
    assert book.at("seller_available", SELLER) + book.at("seller_reserve", SELLER) == 5834


def test_the_recalled_are_repaid_before_the_sales_own(book):
    first, second = book.drawn(1), book.drawn(2)
    shrink(book, payment(1), 10_000, 0)

    settle(book, payment(2), cny("800.00"))

    lines = book.draft.told(AdvanceRepaid).lines
    assert [line.advance_id for line in lines] == [first.id, second.id]
    # 800.00 − 5.89 − 735.77 = 58.34 for the second: its fee, then principal.
    assert (lines[1].fee, lines[1].principal) == (cny("5.89"), cny("52.45"))


@pytest.mark.parametrize(
    ("_case", "available", "reserve", "legs", "outstanding", "claimed"),
    [
        # Half of the sale goes back: 735.77 − 367.88 = 367.89 too much.
        ("all there", "400.00", "0", ["recall_available"], 36788, 0),
        (
            "the reserve helps",
            "300.00",
            "100.00",
            ["recall_available", "recall_reserve"],
            36788,
            0,
        ),
        ("only the reserve", "0", "400.00", ["recall_reserve"], 36788, 0),
        ("a part", "300.00", "0", ["recall_available"], 43577, 6789),
        ("nothing there", "0", "0", [], 73577, 36789),
    ],
)
def test_half_a_sale_goes_back(book, _case, available, reserve, legs, outstanding, claimed):
    advance = book.drawn()
    for ref, amount in ((AVAILABLE, available), (RESERVE, reserve)):
        if cny(amount).minor:
            give(book, ref, amount)

    posted = shrink(book, payment(), 5000, 5000)

    after = book.state.rows[ADVANCES.slot][advance.id.int]
    assert [leg.code for leg in posted if leg.credit.kind == "advance_principal"] == legs
    assert (after.principal_outstanding, after.claimed) == (outstanding, claimed)
    assert after.status is AdvanceStatus.DRAWN
    assert book.draft.told(AdvanceRecalled).lines[0].outstanding.minor == outstanding + 589
    assert book.at("headroom", NORTH, None, WIDE) + outstanding == 1_000_000


def test_another_sale_repays_only_what_a_shrunk_one_no_longer_carries(book):
    shrunk = book.drawn()
    other = payment(2)
    book.accept(book.capture(other), other)
    shrink(book, payment(), 5000, 5000)

    settle(book, other, cny("1000.00"))

    # 367.89 is first claim; then the other sale's own fee and principal in full.
    lines = book.draft.told(AdvanceRepaid).lines
    assert [(line.fee, line.principal) for line in lines] == [
        (cny("0.00"), cny("367.89")),
        (cny("5.89"), cny("626.22")),
    ]
    assert lines[0].advance_id == shrunk.id

    settle(book, payment(), cny("500.00"))

    again = book.draft.told(AdvanceRepaid).lines
    assert [line.advance_id for line in again][-1] == shrunk.id
    assert (again[-1].fee, again[-1].outstanding) == (cny("5.89"), cny("0.00"))


def test_two_advances_on_one_sale_do_not_take_the_same_money(book):
    book.drawn()
    request = service.RequestOffer(payment().id, NARROW)
    again = book.done(service.OfferStage(OPERATOR).apply_request, request).told(OfferMade)
    book.accept(again, payment())
    give(book, AVAILABLE, "1000.00")

    shrink(book, payment(), 10_000, 0)

    lines = book.draft.told(AdvanceRecalled).lines
    assert [line.from_available for line in lines] == [cny("735.77"), cny("264.23")]
    assert book.at("seller_available", SELLER) == 0


def test_a_sale_that_is_gone_leaves_its_fee_as_first_claim(book):
    advance = book.drawn()
    give(book, AVAILABLE, "735.77")

    shrink(book, payment(), 10_000, 0)

    after = book.state.rows[ADVANCES.slot][advance.id.int]
    assert (after.principal_outstanding, after.fee_outstanding) == (0, 589)
    assert after.status is AdvanceStatus.RECALLED
    assert book.at("seller_available", SELLER) == 0


def test_offers_on_a_shrunk_or_settled_sale_are_withdrawn(book):
    offers = [book.capture(payment(number)).offer_id for number in (1, 2)]

    shrink(book, payment(1), 100, 9900)
    assert book.draft.told(OfferWithdrawn).offers == (offers[0],)
    settle(book, payment(2), cny("900.00"))
    assert book.draft.told(OfferWithdrawn).reason.code == "sale_settled"

    assert book.state.rows[OFFERS.slot] == {}
    assert book.draft.told(AdvanceRepaid) is None


def test_lateness_is_paid_after_the_fee_and_before_the_principal(book):
    advance = book.drawn()
    book.now += timedelta(days=40)
    assert (book.now.date() - advance.due_date).days == 10

    settle(book, payment(), cny("10.00"))

    # 1.5 % per 30 days on 735.77 for 10 days: 3.67885
    line = book.draft.told(AdvanceRepaid).lines[0]
    assert (line.fee, line.charge, line.principal) == (cny("5.89"), cny("3.68"), cny("0.43"))
    assert book.at("funder_available", NORTH) == 600_000 - 73577 + 472 + 368 + 43


# ---- the law ----


@dataclass
class Sale:
    """A sale of the history: what is left of it, and whether it was settled."""

    payment: Payment
    left: int
    settled: bool = False


@dataclass
class History:
    """Plays a random history and checks the law after every step."""

    book: Book = field(default_factory=funded_book)
    sales: list[Sale] = field(default_factory=list)

    def sell(self, pounds: int, _share: int) -> None:
        sale = payment(len(self.sales) + 1, gbp(f"{pounds}.00"))
        offer = self.book.capture(sale)
        if offer is not None:
            self.book.accept(offer, sale)
        self.sales.append(Sale(sale, sale.gross.minor))

    def refund(self, which: int, share: int) -> None:
        sale = self._pick(which)
        if sale is None or not sale.left:
            return
        returned = max(1, sale.left * share // 100)
        sale.left -= returned
        shrink(self.book, sale.payment, returned, sale.left)

    def settle(self, which: int, share: int) -> None:
        sale = self._pick(which)
        if sale is None or sale.settled:
            return
        sale.settled = True
        proceeds = Money(sale.left * 9 * share // 100, CNY)
        settle(self.book, sale.payment, proceeds)
        self.book.set_payment(sale.payment, status=PaymentStatus.SETTLED)

    def wait(self, days: int, _share: int) -> None:
        self.book.now += timedelta(days=days % 20)
        for advance in list(self.book.state.rows[ADVANCES.slot].values()):
            refusal = self.book.ask(service.apply_mark_overdue, service.MarkOverdue(advance.id))
            assert refusal is None or refusal.code == "nothing_due"

    def accrue(self, days: int, _share: int) -> None:
        self.book.now += timedelta(days=days % 7)
        body = service.AccrueAdvances(
            self.book.now.date(),
            tuple(each.id for each in self.book.state.rows[ADVANCES.slot].values()),
        )
        stage = service.AccrueStage(OPERATOR)
        refusal = self.book.ask(stage.apply, body)
        assert refusal is None or refusal.code == "nothing_due"

    def _pick(self, which: int) -> Sale | None:
        return self.sales[which % len(self.sales)] if self.sales else None

    def check(self) -> None:
        book = self.book
        open_advances: list[Advance] = list(book.state.rows[ADVANCES.slot].values())
        for funder, facility, limit in ((NORTH, WIDE, 1_000_000), (SOUTH, NARROW, 400_000)):
            own = [advance for advance in open_advances if advance.facility_id == facility]
            principal = sum(advance.principal_outstanding for advance in own)
            fees = sum(advance.fee_outstanding for advance in own)

            assert book.at("headroom", funder, None, facility) + principal == limit
            assert book.owed("advance_principal", funder, BUYER, facility) == principal
            assert book.at("funder_deployed", funder) == principal
            assert book.owed("advance_fee", funder, BUYER, facility) == fees
            assert book.at("fee_unearned", funder) + book.at("fee_accrued", funder) == fees
            earned = sum(max(0, each.accrued - each.fee_paid) for each in own)
            assert book.at("fee_accrued", funder) == earned
        assert book.at("seller_settling", SELLER) == 0
        recalled = {a.id for a in open_advances if a.is_first_claim}
        assert all(0 <= a.claimed <= a.principal_outstanding for a in open_advances)
        known = book.state.rows[RECALLED.slot].get(SELLER.int)
        assert set(known.advances if known else ()) == recalled
        # What is settled has nothing drawn any more: repaid, or first claim on the next one.
        settled = {sale.payment.id for sale in self.sales if sale.settled}
        assert all(a.id in recalled for a in open_advances if a.payment_id in settled)
        assert all(advance.outstanding > 0 for advance in open_advances)


steps = st.tuples(
    st.sampled_from(["sell", "sell", "refund", "settle", "settle", "wait", "accrue"]),
    st.integers(8, 300),
    st.integers(0, 100),
)


@settings(max_examples=150)
@given(history=st.lists(steps, max_size=14))
def test_whatever_happens_limits_and_ledger_agree(history):
    played = History()
    for step, number, share in history:
        getattr(played, step)(number, share)
        played.check()
