"""Offers: made at the capture, declined, accepted, expired; facilities and mandates."""

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from tests.financing.samples import (
    BUYER,
    NARROW,
    NORTH,
    NOW,
    SELLER,
    SOUTH,
    WIDE,
    Gate,
    cny,
    empty_book,
    funded_book,
    gbp,
    order,
    payment,
)

from usance.financing import service
from usance.financing.events import (
    AdvanceDrawn,
    AdvanceOverdue,
    OfferDeclined,
    OfferMade,
    OfferNotMade,
)
from usance.financing.handlers import accept_under_mandate
from usance.financing.model import AdvanceStatus, FacilityStatus, OfferStatus
from usance.financing.tables import ADVANCES, OFFERS
from usance.kernel.decisions import Verdict
from usance.kernel.ids import AdvanceId, FacilityId, OfferId, PaymentId
from usance.kernel.records import encode, replace
from usance.parties import service as parties
from usance.parties.model import OPERATOR, PartyStatus
from usance.parties.tables import MAIN_ACCOUNTS
from usance.payments.events import PayoutInitiated
from usance.payments.model import PaymentStatus
from usance.policy import service as policy
from usance.policy.service import find_row
from usance.runtime.facts import Fact
from usance.runtime.tables import DUE


def codes(reasons):
    return [reason.code for reason in reasons]


@pytest.fixture
def book():
    return funded_book()


# ---- the offer ----


def test_a_capture_becomes_an_offer_of_the_funder_with_the_most_room(book):
    made = book.capture(payment())

    assert (made.funder_id, made.facility_id) == (NORTH, WIDE)
    assert (made.receivable, made.principal) == (cny("919.72"), cny("735.77"))
    assert (made.fee, made.total_cost, made.apr) == (cny("5.89"), cny("5.89"), "0.1019")
    assert made.room_before == cny("6000")
    assert made.fee_rule == "80 bps of principal per 30 days, 30 days, at least 100 minor units"
    due = [row for row in book.draft.rows[DUE.slot].values() if row.verb == "expire_offer"]
    assert [row.due_at for row in due] == [NOW + timedelta(hours=24)]


def test_the_most_room_is_the_lesser_of_limit_and_money(book):
    # North has a limit of 10,000 and 6,000 of its own; once 2,500 are out, South's 4,000 is more.
    book.drawn(1, gbp("350.00"))

    made = book.capture(payment(2))

    assert book.at("funder_available", NORTH) < 400_000
    assert made.funder_id == SOUTH


def test_a_sale_too_large_for_every_room_says_so(book):
    assert book.capture(payment(gross=gbp("1400.00"))) is None
    assert codes(book.draft.told(OfferNotMade).reasons) == ["no_room"]


@pytest.mark.parametrize(
    ("_case", "changes", "expected"),
    [
        ("settled", {"status": PaymentStatus.SETTLED}, ["sale_not_awaiting_settlement"]),
        ("partly refunded", {"returned": 100}, ["sale_not_whole"]),
        ("a refund on its way", {"holding": 100}, ["sale_not_whole"]),
        ("old", {"created_at": NOW - timedelta(days=91)}, ["invoice_too_old"]),
        ("small", {"gross": gbp("5.00"), "captured": 500}, ["receivable_too_small"]),
        ("large", {"gross": gbp("30000.00"), "captured": 3_000_000}, ["receivable_too_large"]),
        (
            "two at once",
            {"gross": gbp("5.00"), "captured": 500, "created_at": NOW - timedelta(days=91)},
            ["invoice_too_old", "receivable_too_small"],
        ),
    ],
)
def test_what_cannot_be_financed_and_why(book, _case, changes, expected):
    assert book.capture(replace(payment(), **changes)) is None
    assert codes(book.draft.told(OfferNotMade).reasons) == expected


@pytest.mark.parametrize(
    ("_case", "party", "verb", "expected"),
    [
        ("frozen buyer", BUYER, "freeze", ["obligor_not_active"]),
        ("frozen seller", SELLER, "freeze", ["seller_not_active"]),
        ("grade of the buyer", BUYER, "grade", ["obligor_grade"]),
        ("grade of the seller", SELLER, "grade", ["seller_grade"]),
    ],
)
def test_who_cannot_be_financed_and_why(book, _case, party, verb, expected):
    if verb == "freeze":
        body = parties.SetPartyStatus(party, PartyStatus.FROZEN, "a test")
        book.done(parties.apply_set_party_status, body)
    else:
        book.done(parties.apply_grade_party, parties.GradeParty(party, "D", "a test"))

    assert book.capture(payment()) is None
    assert codes(book.draft.told(OfferNotMade).reasons) == expected


def test_a_seller_without_a_facility_is_told_nothing():
    book = empty_book()

    assert book.capture(payment()) is None
    assert book.draft.told(OfferNotMade) is None


def test_a_suspended_facility_offers_nothing_and_keeps_what_is_drawn(book):
    book.drawn(1)
    suspend = service.SetFacilityStatus(WIDE, FacilityStatus.SUSPENDED, "review")
    book.done(service.apply_set_facility_status, suspend)

    assert book.capture(payment(2)).facility_id == NARROW
    assert book.owed("advance_principal", NORTH, BUYER, WIDE) == 73577


# ---- accepting ----


def test_an_accepted_offer_is_drawn_and_on_its_way(book):
    sale, gate = payment(), Gate()
    advance = book.accept(book.capture(sale), sale, gate)

    question = gate.asked[0]
    assert (question.seller_name, question.obligor_name) == (
        "Ningbo Lantern Gifts Co., Ltd.",
        "Amberley Stationers Ltd",
    )
    assert (question.invoice_issued, question.invoice_amount) == (
        NOW.date() - timedelta(days=1),
        gbp("100.00"),
    )
    assert (question.headroom, question.obligor_exposure) == (cny("10000"), cny("0"))
    assert (advance.status, advance.principal_outstanding) == (AdvanceStatus.DRAWN, 73577)
    assert book.draft.told(AdvanceDrawn).headroom == cny("9264.23")
    assert book.draft.told(PayoutInitiated).amount == cny("735.77")
    assert book.at("seller_available", SELLER) == 0
    assert book.at("headroom", NORTH, None, WIDE) == 1_000_000 - 73577
    assert book.at("funder_available", NORTH) == 600_000 - 73577
    assert book.at("funder_deployed", NORTH) == 73577
    assert book.owed("advance_fee", NORTH, BUYER, WIDE) == book.at("fee_unearned", NORTH) == 589


def test_exposure_is_summed_over_facilities(book):
    book.drawn(1, gbp("350.00"))
    book.drawn(2)
    sale, gate = payment(3), Gate()

    book.accept(book.capture(sale), sale, gate)

    out = book.owed("advance_principal", NORTH, BUYER, WIDE)
    out += book.owed("advance_principal", SOUTH, BUYER, NARROW) - gate.asked[0].amount.minor
    assert gate.asked[0].obligor_exposure.minor == out > 73577


@pytest.mark.parametrize("verdict", [Verdict.REVIEW, Verdict.BLOCK])
def test_a_draw_judged_no_declines_the_offer_and_posts_nothing(book, verdict):
    sale = payment()
    offer = book.capture(sale)

    assert book.accept(offer, sale, Gate(verdict)) is None
    assert codes(book.draft.told(OfferDeclined).reasons) == ["because"]
    assert book.draft.rows[OFFERS.slot][offer.offer_id.int].status is OfferStatus.DECLINED
    assert book.at("headroom", NORTH, None, WIDE) == 1_000_000
    assert book.draft.transfers_digest() == ""


def test_money_that_went_elsewhere_meanwhile_declines_without_asking(book):
    first, second, gate = payment(1, gbp("500.00")), payment(2, gbp("500.00")), Gate()
    offers = [book.capture(first), book.capture(second)]
    assert {offer.facility_id for offer in offers} == {WIDE}
    assert book.accept(offers[0], first) is not None

    assert book.accept(offers[1], second, gate) is None
    assert codes(book.draft.told(OfferDeclined).reasons) == ["no_funds"]
    assert gate.asked == []


def test_the_ledger_has_the_last_word_on_the_limit(book):
    # Asked by hand of the narrow facility: limit 4000, 9000 paid in; this gate minds nothing.
    sale = payment(gross=gbp("900.00"))
    assert [part.facility_id for part in book.capture(sale).parts] == [WIDE, NARROW]
    request = service.RequestOffer(sale.id, NARROW)
    offer = book.done(service.OfferStage(OPERATOR).apply_request, request).told(OfferMade)
    stage = service.AcceptStage(Gate(), OPERATOR)

    refusal = book.ask(
        stage.apply, service.AcceptOffer(offer.offer_id), {sale.order_id: order(sale)}
    )

    assert refusal.code == "insufficient_balance"
    assert book.at("headroom", SOUTH, None, NARROW) == 400_000


def test_a_second_funder_may_be_asked_and_the_gate_hears_of_it(book):
    sale, gate = payment(), Gate(Verdict.BLOCK)
    book.accept(book.capture(sale), sale)
    request = service.RequestOffer(sale.id, NARROW)
    offer = book.done(service.OfferStage(OPERATOR).apply_request, request).told(OfferMade)

    assert book.accept(offer, sale, gate) is None
    assert (gate.asked[0].invoice_no, gate.asked[0].facility_id) == (sale.invoice_no, NARROW)
    assert book.owed("advance_principal", SOUTH, BUYER, NARROW) == 0


def accept(book, offer_id, sale):
    stage = service.AcceptStage(Gate(), OPERATOR)
    return book.ask(stage.apply, service.AcceptOffer(offer_id), {sale.order_id: order(sale)})


@pytest.mark.parametrize(
    ("_case", "changes", "code"),
    [
        ("settled", {"status": PaymentStatus.SETTLED}, "sale_changed"),
        ("a refund on its way", {"holding": 1}, "sale_changed"),
    ],
)
def test_an_offer_on_a_changed_sale_is_not_accepted(book, _case, changes, code):
    sale = payment()
    offer = book.capture(sale)
    book.set_payment(sale, **changes)

    assert accept(book, offer.offer_id, sale).code == code


def test_offers_that_are_not_there_or_over(book):
    sale = payment()
    offer = book.capture(sale)

    assert accept(book, OfferId(UUID(int=9)), sale).code == "unknown_offer"
    book.now += timedelta(hours=24)
    assert accept(book, offer.offer_id, sale).code == "offer_has_expired"


def test_an_offer_expires_once_and_not_before_its_time(book):
    offer = book.capture(payment())
    expire = service.ExpireOffer(offer.offer_id)

    assert book.ask(service.apply_expire_offer, expire).code == "nothing_due"
    book.now += timedelta(hours=24)
    assert book.ask(service.apply_expire_offer, expire) is None
    assert book.state.rows[OFFERS.slot] == {}


def test_a_payout_that_is_refused_draws_nothing(book):
    del book.state.rows[MAIN_ACCOUNTS.slot][SELLER.int]
    sale = payment()
    offer = book.capture(sale)

    assert accept(book, offer.offer_id, sale).code == "seller_has_no_account"
    assert book.state.rows[ADVANCES.slot] == {}
    assert book.at("headroom", NORTH, None, WIDE) == 1_000_000


# ---- the mandate ----


def under_mandate(book, offer, sale):
    stage = service.AcceptStage(Gate(), OPERATOR)
    body = service.AcceptUnderMandate(offer.offer_id)
    return book.ask(stage.apply_under_mandate, body, {sale.order_id: order(sale)})


@pytest.mark.parametrize(
    ("_case", "per_offer_max", "code"),
    [
        ("no mandate", None, "no_mandate"),
        ("a fen too little", "735.76", "no_mandate"),
        ("exactly", "735.77", None),
    ],
)
def test_a_mandate_accepts_up_to_its_amount(book, _case, per_offer_max, code):
    if per_offer_max is not None:
        body = service.GrantMandate(SELLER, cny(per_offer_max))
        book.done(service.apply_grant_mandate, body)
    sale = payment()

    refusal = under_mandate(book, book.capture(sale), sale)

    assert (None if refusal is None else refusal.code) == code


def test_a_revoked_mandate_accepts_nothing(book):
    book.done(service.apply_grant_mandate, service.GrantMandate(SELLER, cny("5000")))
    book.done(service.apply_revoke_mandate, service.RevokeMandate(SELLER))
    sale = payment()

    assert under_mandate(book, book.capture(sale), sale).code == "no_mandate"
    again = book.ask(service.apply_revoke_mandate, service.RevokeMandate(SELLER))
    assert again.code == "no_mandate"


def test_an_offer_is_followed_by_its_acceptance_and_nothing_else_is(book):
    book.capture(payment())
    made = book.draft.told(OfferMade)
    parts = {"offer_made": msgspec.Raw(encode(made))}
    fact = Fact(1, "record_answer", UUID(int=1), UUID(int=2), NOW, None, parts)

    assert list(accept_under_mandate(fact)) == [
        ("accept_under_mandate", service.AcceptUnderMandate(made.offer_id))
    ]
    assert list(accept_under_mandate(replace(fact, parts={}))) == []


# ---- refusals of the others ----


OPEN = service.OpenFacility(FacilityId.derived(1, "new"), NORTH, SELLER, cny("100"), "marketplace")


@pytest.mark.parametrize(
    ("_case", "body", "code"),
    [
        ("no limit", replace(OPEN, limit=cny("0")), "not_positive"),
        ("no such funder", replace(OPEN, funder_id=PaymentId(UUID(int=7))), "unknown_party"),
        ("a seller as funder", replace(OPEN, funder_id=SELLER), "wrong_party_kind"),
        ("a funder as seller", replace(OPEN, seller_id=NORTH), "wrong_party_kind"),
        ("open already", replace(OPEN, id=WIDE), "facility_already_open"),
    ],
)
def test_a_facility_is_refused(book, _case, body, code):
    assert book.ask(service.OpenFacilityStage(OPERATOR).apply, body).code == code


def test_a_technique_that_nobody_knows_opens_no_facility(book):
    known = find_row(book.draft, "financing.programme", "*", NOW.date())
    strange = replace(known, scope="strange", values={**known.values, "technique": "barter"})
    book.done(policy.apply_adopt_policy, policy.AdoptPolicy((strange,), "a test"))

    opening = replace(OPEN, programme="strange")

    assert book.ask(service.OpenFacilityStage(OPERATOR).apply, opening).code == "unknown_technique"


def test_other_refusals(book):
    request = service.OfferStage(OPERATOR).apply_request
    sale = payment()
    book.capture(sale)
    unknown = FacilityId(UUID(int=7))
    suspended = service.SetFacilityStatus(NARROW, FacilityStatus.SUSPENDED, "review")
    book.done(service.apply_set_facility_status, suspended)
    late = service.MarkOverdue(AdvanceId(UUID(int=7)))

    for refusal, code in [
        (book.ask(service.apply_set_facility_status, suspended), "illegal_facility_status"),
        (
            book.ask(service.apply_set_facility_status, replace(suspended, facility_id=unknown)),
            "unknown_facility",
        ),
        (
            book.ask(request, service.RequestOffer(PaymentId(UUID(int=7)), WIDE)),
            "unknown_payment",
        ),
        (book.ask(request, service.RequestOffer(sale.id, unknown)), "unknown_facility"),
        (book.ask(request, service.RequestOffer(sale.id, NARROW)), "facility_not_for_seller"),
        (book.ask(service.apply_mark_overdue, late), "unknown_advance"),
        (
            book.ask(
                service.ReceiveFundsStage(OPERATOR).apply,
                service.ReceiveFunds(SELLER, cny("1"), "x"),
            ),
            "wrong_party_kind",
        ),
        (
            book.ask(service.apply_grant_mandate, service.GrantMandate(SELLER, cny("0"))),
            "not_positive",
        ),
    ]:
        assert refusal.code == code
    book.set_payment(sale, returned=1)
    refused = book.ask(request, service.RequestOffer(sale.id, WIDE))
    assert (refused.code, refused.value) == ("not_eligible", "sale_not_whole")


def test_lateness_raises_the_alarm_after_the_grace(book):
    advance = book.drawn()
    overdue = service.MarkOverdue(advance.id)
    due = [row for row in book.draft.rows[DUE.slot].values() if row.verb == "mark_overdue"]

    assert book.ask(service.apply_mark_overdue, overdue).code == "nothing_due"
    book.now = due[0].due_at
    assert book.ask(service.apply_mark_overdue, overdue) is None

    told = book.draft.told(AdvanceOverdue)
    # 735.77 at 1.5 % per 30 days for 6 days: 2.20731
    assert (told.charge, told.outstanding) == (cny("2.21"), cny("743.87"))
