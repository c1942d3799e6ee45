"""A buyer pays at a link: once, in either language, without script, and is told how it went."""

import asyncio
import hashlib
import json
from datetime import timedelta
from urllib.parse import urlencode

import httpx
import pytest
from tests.api.conftest import SELLER, T0, order_id
from tests.api.paying import (
    filled,
    heading,
    links,
    new_order,
    opens,
    passes,
    path_of,
    payments_of,
    pays,
    sends,
    text,
    tree,
)
from tests.receiver import Receiver

from usance.api.pay_words import WORDS
from usance.kernel.ids import OrderId, PaymentLinkId, UserId
from usance.kernel.money import Currency, Money
from usance.parties.model import HOUSE
from usance.payments import service as payments
from usance.payments.model import LinkAttempt
from usance.payments.service.links import LinkPolicy, begin_attempt, hash_of_token

# ---- the whole way ----


def test_a_buyer_pays_at_a_link_and_the_seller_hears_of_it(house):
    # Given an order, a link of its seller's, and an address where the seller is told
    receiver = house.run(Receiver().open())
    told = {"url": receiver.url, "types": ["payment.captured"]}
    endpoint = house.post("/v1/webhook_endpoints", told, by="seller").json()
    link = links(house, return_url="https://shop.example/thanks")
    # When the buyer opens the page
    page = opens(house, path_of(link))
    # Then it says what is to be paid to whom, and how
    assert page.status_code == 200
    seller = house.get(f"/v1/parties/{SELLER}").json()["legal_name"]
    assert heading(page) == f"Pay {seller}"
    assert "Fee for you" in text(page)
    assert tree(page).xpath("//input[@type='radio']/@value") == ["card", "bank_transfer"]
    # When the buyer pays
    sent = sends(house, path_of(link), filled(page, "bank_transfer"))
    # Then the page waits for the answer by itself
    assert (sent.status_code, sent.headers["location"]) == (303, f"{path_of(link)}?lang=en")
    waiting = opens(house, path_of(link))
    assert heading(waiting) == "Your payment is under way"
    [refresh] = tree(waiting).xpath("//meta[@http-equiv='refresh']/@content")
    assert refresh == f"5;url={path_of(link)}?lang=en"
    # When the rail has answered
    house.quiet()
    # Then there is a receipt, the order is captured, and the seller was told
    paid = opens(house, path_of(link))
    [payment] = payments_of(house, link)
    assert payment["status"] == "captured"
    assert heading(paid) == "Paid. Thank you!"
    assert payment["id"] in text(paid)
    assert tree(paid).xpath("//a[@rel='noreferrer']/@href") == ["https://shop.example/thanks"]
    assert not tree(paid).xpath("//meta[@http-equiv='refresh'] | //form")
    [event] = receiver.verified(endpoint["secret"])
    assert event["data"]["id"] == payment["id"]
    shown = house.get(f"/v1/payment_links/{link['id']}", by="seller").json()
    assert (shown["status"], shown["payment_id"]) == ("paid", payment["id"])
    house.post(f"/v1/webhook_endpoints/{endpoint['id']}/delete", {}, by="admin")
    house.run(receiver.close())


def test_rules_may_route_by_the_link_and_the_house_has_asked(house):
    link = links(house)
    pays(house, path_of(link), "card")
    [payment] = payments_of(house, link)
    question = house.run(
        house.session.pool.fetchval(
            "select question::jsonb from payments.choices order by chosen_at desc, payment_id desc"
            " limit 1"
        )
    )
    actor = house.run(
        house.session.pool.fetchval(
            "select convert_from(payload, 'UTF8')::jsonb ->> 'actor' from engine.outbox"
            " order by position desc limit 1"
        )
    )

    assert UserId(actor) == HOUSE
    assert json.loads(question)["metadata"] == {"payment_link": link["id"]}
    assert payment["instrument"] == f"card:…{link['id'][-4:]}"


# ---- once ----


def test_a_second_click_a_reload_and_another_method_pay_once(house):
    link = links(house)
    path = path_of(link)
    first = filled(opens(house, path), "bank_transfer")
    other = {**first, "method": "card", "token": "tok_other"}

    async def at_once() -> list[httpx.Response]:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return await asyncio.gather(
            *(
                house.client.post(path, content=urlencode(fields), headers=headers)
                for fields in (first, first, other, first)
            )
        )

    answers = house.run(at_once())
    again = sends(house, path, first)
    house.quiet()
    late = sends(house, path, first)

    assert {each.status_code for each in (*answers, again, late)} == {303}
    assert len(payments_of(house, link)) == 1
    assert heading(opens(house, path)) == "Paid. Thank you!"


def test_an_attempt_whose_end_was_not_written_is_asked_again_and_pays_once(house):
    link = links(house)
    path = path_of(link)
    fields = filled(opens(house, path), "bank_transfer")
    sends(house, path, fields)
    house.run(
        house.session.pool.execute(
            "update payments.link_attempts set payment_id = null where link_id = "
            "(select id from payments.links where secret_sha256 = $1)",
            hash_of_token(path.removeprefix("/pay/")),
        )
    )
    house.quiet()
    [paid] = payments_of(house, link)
    refused = house.post("/v1/payments", {"order_id": link["order_id"]}, by="seller")

    assert sends(house, path, fields).status_code == 303
    assert payments_of(house, link) == [paid]
    assert refused.json()["code"] == "order_already_paid"


def begins(house, link: dict, number: int):
    """An attempt as it is begun after the page was looked at."""
    now = house.run(house.session.now())
    attempt = LinkAttempt(
        PaymentLinkId(link["id"]), number, "card", "tok", Money(2150, Currency("GBP")), now
    )
    policy = LinkPolicy(timedelta(1), timedelta(1), 10, timedelta(1))

    async def begin():
        async with house.session.pool.acquire() as connection:
            return await begin_attempt(connection, attempt, policy, now)

    return house.run(begin())


def test_an_attempt_that_the_book_was_never_asked_for_is_asked_for_as_it_was_first(house):
    # Given an attempt by card after which everything broke
    link = links(house)
    begins(house, link, 1)
    # When the buyer opens the page again and chooses otherwise
    page = opens(house, path_of(link))
    fields = filled(page, "bank_transfer")
    assert fields["attempt"] == "1"
    sends(house, path_of(link), fields)
    # Then the first choice counts: the book may have been asked for it
    [payment] = payments_of(house, link)
    assert payment["rail"] == "card"


def test_an_attempt_has_the_number_that_the_page_said(house):
    link = links(house)

    assert begins(house, link, 2).code == "link_closed"
    assert begins(house, link, 1).number == 1
    assert begins(house, link, 3).code == "link_closed"
    assert begins(house, link, 2).number == 2


def test_a_link_that_ends_between_page_and_attempt_is_not_paid(house):
    link = links(house)
    house.ask("DELETE", f"/v1/payment_links/{link['id']}", by="seller")

    refused = begins(house, link, 1)

    assert (refused.code, refused.value) == ("link_closed", "cancelled")


def test_two_links_of_one_order_pay_it_once(house):
    one = links(house)
    two = links(house, OrderId(one["order_id"]))
    form = filled(opens(house, path_of(two)), "card")
    pays(house, path_of(one))
    house.quiet()

    assert sends(house, path_of(two), form).status_code == 303
    assert len(payments_of(house, one)) == 1
    assert heading(opens(house, path_of(two))) == "Paid. Thank you!"
    late = house.post("/v1/payment_links", {"order_id": one["order_id"]}, by="seller")
    assert late.json()["code"] == "order_already_paid"


def test_an_amount_that_the_buyer_did_not_see_is_not_taken(house):
    link = links(house)
    page = opens(house, path_of(link))
    dearer = sends(house, path_of(link), filled(page, "card", amount="999 GBP"))

    assert dearer.status_code == 422
    assert WORDS["fault_price"][0] in text(dearer)
    assert payments_of(house, link) == []
    outcome = house.run(
        house.session.do(
            "pay",
            payments.Pay(
                OrderId(link["order_id"]), "bank_transfer", agreed=Money(1, Currency("GBP"))
            ),
            link["id"],
        )
    )
    assert outcome.refusal.code == "price_changed"


# ---- ends ----


def test_an_unknown_address_tells_nothing(house):
    known = path_of(links(house))
    for path in ("/pay/x", "/pay/" + "A" * 43, known + "A", known[:-1], "/pay/" + "%3Cb%3E" * 6):
        for answer in (opens(house, path), sends(house, path, {"method": "card"})):
            assert answer.status_code == 404
            assert heading(answer) == "There is no such page"
            assert "Haishan" not in answer.text
            assert "<b>" not in answer.text


def test_a_link_ends_at_its_time_and_nothing_can_be_paid_there(house):
    ends = house.run(house.session.now()) + timedelta(minutes=10)
    link = links(house, expires_at=ends.isoformat())
    form = filled(opens(house, path_of(link)), "card")
    passes(house, minutes=10)

    page = opens(house, path_of(link))
    assert (page.status_code, heading(page)) == (410, "This link has ended")
    assert sends(house, path_of(link), form).status_code == 303
    assert payments_of(house, link) == []
    assert house.get(f"/v1/payment_links/{link['id']}").json()["status"] == "expired"


def test_a_cancelled_link_takes_nothing_and_says_so(house):
    link = links(house)
    form = filled(opens(house, path_of(link)), "card")
    for _ in range(2):
        done = house.ask("DELETE", f"/v1/payment_links/{link['id']}", by="seller")
        assert (done.status_code, done.json()["status"]) == (200, "cancelled")

    page = opens(house, path_of(link))
    assert (page.status_code, heading(page)) == (410, "The seller has cancelled this link")
    assert sends(house, path_of(link), form).status_code == 303
    assert payments_of(house, link) == []


@pytest.mark.parametrize(("minutes", "status"), [(59, 429), (61, 303)])
def test_too_many_attempts_end_for_a_while(house, minutes, status):
    link = links(house)
    house.run(
        house.session.pool.execute(
            "insert into payments.link_attempts (link_id, number, method, card_token,"
            " agreed_minor, agreed_currency, attempted_at, code)"
            " select $1, n, 'card', 'tok', 2150, 'GBP', now() - make_interval(mins => $2),"
            " 'no_rail' from generate_series(1, 10) n",
            PaymentLinkId(link["id"]),
            minutes,
        )
    )

    answer = pays(house, path_of(link))

    assert answer.status_code == status
    assert len(payments_of(house, link)) == (1 if status == 303 else 0)
    if status == 429:
        assert heading(answer) == "Too many attempts"
        assert "60 minutes" in text(answer)
        assert WORDS["why_method"][0] in text(opens(house, path_of(link)))


# ---- what is sent ----


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"method": "cheque"}, "fault_method"),
        ({"method": ""}, "fault_method"),
        ({"token": ""}, "fault_token"),
        ({"token": "tok <b>"}, "fault_token"),
        ({"token": "4111 1111 1111 1111"}, "fault_number"),
        ({"attempt": "0"}, "fault_form"),
        ({"attempt": "1; drop"}, "fault_form"),
        ({"amount": "12.50"}, "fault_form"),
        ({"amount": "1250 XXL"}, "fault_form"),
        ({"amount": ""}, "fault_form"),
    ],
)
def test_what_is_wrong_is_said_beside_the_form_and_nothing_is_done(house, faulty, changed, word):
    path, form = faulty
    answer = sends(house, path, {**form, **changed})

    assert answer.status_code == 422
    assert tree(answer).xpath("//*[@role='alert']//p/text()") == [WORDS[word][0]]
    assert "4111" not in answer.text
    assert bool(tree(answer).xpath("//input[@aria-invalid='true']")) is (
        word in {"fault_token", "fault_number"}
    )


@pytest.fixture(scope="module")
def faulty(house):
    link = links(house)
    yield path_of(link), filled(opens(house, path_of(link)), "card")
    assert payments_of(house, link) == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_of_another_site_does_nothing(house, faulty, site):
    path, form = faulty

    answer = sends(house, path, form, headers={"Sec-Fetch-Site": site})

    assert (answer.status_code, heading(answer)) == (403, "This was not sent from our page")


def test_a_body_that_is_no_form_is_not_paid(house, faulty):
    path, form = faulty
    bodies = [b"\xff\xfe", b"a=" + b"x" * 5000, b"&".join(b"a%d=1" % n for n in range(50))]
    twice = urlencode([*form.items(), *form.items()]).encode()
    for body in (*bodies, twice):
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = house.ask("POST", path, by="", content=body, headers=headers)

        assert answer.status_code == 422


# ---- links, as their sellers see them ----


def test_the_address_is_shown_once_and_only_its_hash_is_kept(house):
    asked = {"order_id": str(new_order(house))}
    first = house.post("/v1/payment_links", asked, by="seller", key="a link")
    again = house.post("/v1/payment_links", asked, by="seller", key="a link")
    reused = house.post("/v1/payment_links", {**asked, "language": "zh"}, by="seller", key="a link")
    token = path_of(first.json()).removeprefix("/pay/")

    assert len(token) == 43
    assert again.json() == {**first.json(), "url": None}
    assert again.headers["idempotent-replayed"] == "true"
    assert reused.json()["code"] == "idempotency_key_reused"
    rows = house.run(house.session.pool.fetch("select l::text as row from payments.links l"))
    assert not [row for row in rows if token in row["row"]]
    assert [row for row in rows if hashlib.sha256(token.encode()).hexdigest() in row["row"]]
    assert "secret" not in first.text


def test_another_seller_sees_no_link_and_makes_none(house):
    link = links(house)
    path = f"/v1/payment_links/{link['id']}"

    assert house.get(path, by="other").status_code == 404
    assert house.ask("DELETE", path, by="other").status_code == 404
    made = house.post("/v1/payment_links", {"order_id": link["order_id"]}, by="other")
    assert made.status_code == 404
    assert house.get("/v1/payment_links", by="other").json()["data"] == []
    found = house.get(f"/v1/payment_links?order_id={link['order_id']}", by="seller").json()["data"]
    assert [each["id"] for each in found] == [link["id"]]
    assert "url" not in found[0]
    assert house.post("/v1/payment_links", {}, by="regulator").status_code == 403


def test_lists_go_by_pages(house):
    made = [links(house)["id"] for _ in range(2)]

    first = house.get("/v1/payment_links?limit=1").json()
    second = house.get(f"/v1/payment_links?limit=1&cursor={first['next_cursor']}").json()

    assert {first["data"][0]["id"], second["data"][0]["id"]} == set(made)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"methods": ["cheque"]}, "link_method_unknown"),
        ({"expires_at": T0.isoformat()}, "link_expiry"),
        ({"expires_at": "2028-01-01T00:00:00Z"}, "link_expiry"),
        ({"return_url": "javascript:alert(1)"}, "link_return_url"),
        ({"return_url": "http://shop.example"}, "link_return_url"),
        ({"return_url": "https://user:secret@shop.example"}, "link_return_url"),
        ({"return_url": "https://shop.example/a b"}, "link_return_url"),
        ({"return_url": "https://[shop"}, "link_return_url"),
        ({"language": "fr"}, "not_a_choice"),
        ({"single_use": True}, "unknown_field"),
    ],
)
def test_a_link_that_cannot_be_is_refused_with_what_to_mend(house, asked, code):
    refused = house.post("/v1/payment_links", {"order_id": str(order_id(1)), **asked}, by="seller")

    assert (refused.status_code, refused.json()["code"]) == (422, code)
