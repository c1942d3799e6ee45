"""A shop is told what happens: signed, at least once, in order, its own things alone."""

from datetime import datetime, timedelta

import pytest
from standardwebhooks import WebhookVerificationError
from tests.api.conftest import SELLER, order_id
from tests.receiver import Receiver

from usance.api import webhooks


@pytest.fixture(scope="module")
def receivers(house):
    """Opens receivers on the loop of the house."""
    opened: list[Receiver] = []

    def receiver() -> Receiver:
        async def make() -> Receiver:
            return await Receiver().open()

        opened.append(house.run(make()))
        return opened[-1]

    yield receiver
    for each in opened:
        house.run(each.close())


@pytest.fixture
def endpoint(house, receivers):
    """Makes endpoints with a receiver each; they are deleted after the test."""
    made = []

    def make(by: str = "seller", **asked) -> tuple[dict, Receiver]:
        receiver = receivers()
        answer = house.post("/v1/webhook_endpoints", {"url": receiver.url, **asked}, by=by)
        assert answer.status_code == 201, answer.text
        made.append(answer.json()["id"])
        return answer.json(), receiver

    yield make
    for one in made:
        house.post(f"/v1/webhook_endpoints/{one}/delete", {}, by="admin")


_PAID = "payout.paid"
_numbers = iter(range(3, 60))


def sale(house) -> str:
    """A payment of the seller's, captured."""
    made = house.post("/v1/payments", {"order_id": str(order_id(next(_numbers)))}, by="seller")
    assert made.status_code == 201, made.text
    house.quiet()
    return made.json()["id"]


def passes(house, **span) -> None:
    now = datetime.fromisoformat(house.get("/readyz", by="").json()["book_time"])
    to = (now + timedelta(**span)).isoformat()
    done = house.ask("POST", "/v1/test_helpers/clock/advance", json={"to": to})
    assert done.status_code == 200, done.text


def deliveries(house, event: str, by: str = "seller") -> list[dict]:
    return house.get(f"/v1/events/{event}/deliveries", by=by).json()["data"]


def test_a_seller_hears_of_its_sale_with_what_get_shows(house, endpoint):
    made, receiver = endpoint(types=["payment.initiated", "payment.captured"])

    payment = sale(house)

    first, captured = receiver.verified(made["secret"])
    assert [first["type"], captured["type"]] == ["payment.initiated", "payment.captured"]
    assert first["position"] < captured["position"]
    assert captured["data"] == house.get(f"/v1/payments/{payment}", by="seller").json()
    assert captured == house.get(f"/v1/events/{captured['id']}", by="seller").json()
    [delivery] = deliveries(house, captured["id"])
    assert (delivery["state"], delivery["attempts"]) == ("delivered", 1)


def test_a_changed_body_a_false_secret_and_an_old_request_do_not_verify(house, endpoint):
    made, receiver = endpoint(types=["payment.captured"])
    other, _ = endpoint()
    sale(house)
    [(headers, body)] = receiver.heard

    for secret, said, heard in [
        (other["secret"], headers, body),
        (made["secret"], headers, body.replace(b"GBP", b"EUR")),
        (made["secret"], {**headers, "webhook-timestamp": "1600000000"}, body),
    ]:
        receiver.heard = [(said, heard)]
        with pytest.raises(WebhookVerificationError):
            receiver.verified(secret)


def test_only_the_parties_of_a_thing_hear_of_it(house, endpoint):
    _, sellers = endpoint("seller")
    _, others = endpoint("other")
    _, operators = endpoint("admin")
    _, funders = endpoint("funder_one")

    payment = sale(house)

    assert payment in {event["data"]["id"] for event in sellers.events()}
    assert payment in {event["data"]["id"] for event in operators.events()}
    assert others.events() == []
    assert {event["data"]["object"] for event in funders.events()} == {"offer"}
    # It is one event, whoever hears of it.
    assert set(sellers.ids) <= set(operators.ids)
    assert set(funders.ids) <= set(sellers.ids)
    event = sellers.events("payment.captured")[0]["id"]
    assert house.get(f"/v1/events/{event}", by="other").status_code == 404
    assert house.get(f"/v1/events/{event}/deliveries", by="other").status_code == 404
    assert len(deliveries(house, event, "admin")) == 2
    assert len(deliveries(house, event, "seller")) == 1


def test_what_failed_is_sent_again_later_with_the_same_id_and_others_do_not_wait(house, endpoint):
    _, receiver = endpoint(types=["payment.initiated", "payment.captured"])
    _, quick = endpoint(types=["payment.captured"])
    receiver.answers = [500, 503]

    sale(house)

    assert len(quick.heard) == 1
    first, second = receiver.events()
    assert [first["type"], second["type"]] == ["payment.initiated", "payment.captured"]
    [failed] = deliveries(house, first["id"])
    assert (failed["state"], failed["last_status"], failed["last_code"]) == (
        "failed",
        500,
        "refused",
    )
    passes(house, minutes=1)
    assert receiver.ids[2:] == [first["id"], second["id"]]
    assert receiver.heard[0][1] == receiver.heard[2][1]
    assert [each["state"] for each in deliveries(house, first["id"])] == ["delivered"]


def test_a_dead_endpoint_is_given_up_after_a_day_and_switched_off_after_five(house, endpoint):
    dead, receiver = endpoint(types=["payment.captured"])
    _, told = endpoint(types=["webhook_endpoint.disabled"])
    receiver.answers = [500] * 100

    sale(house)
    passes(house, hours=26)

    [event] = {one["id"] for one in receiver.events()}
    [delivery] = deliveries(house, event)
    assert (delivery["state"], delivery["attempts"]) == ("given_up", 8)
    assert delivery["due_at"] is None
    passes(house, days=5)
    sale(house)
    shown = house.get(f"/v1/webhook_endpoints/{dead['id']}", by="seller").json()
    assert (shown["enabled"], shown["disabled_why"]) == (False, "kept_failing")
    # The party hears of it at its other endpoints.
    [notice] = told.events()
    assert notice["data"]["id"] == dead["id"]
    heard = len(receiver.heard)
    sale(house)
    assert len(receiver.heard) == heard


def test_gone_switches_an_endpoint_off_at_once(house, endpoint):
    gone, receiver = endpoint(types=["payment.captured"])
    receiver.answers = [410]

    sale(house)

    shown = house.get(f"/v1/webhook_endpoints/{gone['id']}", by="seller").json()
    assert (shown["enabled"], shown["disabled_why"]) == (False, "gone")
    [event] = receiver.ids
    assert deliveries(house, event)[0]["state"] == "given_up"
    refused = house.post(f"/v1/webhook_endpoints/{gone['id']}/ping", {}, by="seller")
    assert refused.json()["code"] == "webhook_endpoint_disabled"
    again = house.post(f"/v1/events/{event}/resend", {"endpoint_id": gone["id"]}, by="seller")
    assert again.json()["code"] == "webhook_endpoint_disabled"

    on = house.post(f"/v1/webhook_endpoints/{gone['id']}", {"enabled": True}, by="seller")
    assert (on.json()["enabled"], on.json()["disabled_why"]) == (True, "")
    sale(house)
    assert len(receiver.heard) == 2


def test_a_redirect_is_not_followed(house, endpoint):
    _, receiver = endpoint(types=["payment.captured"])
    _, elsewhere = endpoint(types=["order.placed"])
    receiver.answers = [f"HTTP/1.1 307 X\r\nLocation: {elsewhere.url}\r\n\r\n"]

    sale(house)

    [delivery] = deliveries(house, receiver.ids[0])
    assert (delivery["state"], delivery["last_status"]) == ("failed", 307)
    assert delivery["last_code"] == "redirected"
    assert elsewhere.heard == []


def test_a_secret_is_changed_without_a_gap(house, endpoint):
    made, receiver = endpoint(types=["payment.captured"])
    path = f"/v1/webhook_endpoints/{made['id']}/rotate_secret"

    rotated = house.post(path, {}, by="seller", key="rotate once")
    again = house.post(path, {}, by="seller", key="rotate once")

    assert rotated.json()["secret"] != made["secret"]
    assert again.json()["secret"] is None
    sale(house)
    assert receiver.verified(made["secret"]) == receiver.verified(rotated.json()["secret"])
    passes(house, hours=25)
    receiver.heard.clear()
    sale(house)
    assert len(receiver.verified(rotated.json()["secret"])) == 1
    with pytest.raises(WebhookVerificationError):
        receiver.verified(made["secret"])


def test_a_ping_is_heard_by_that_endpoint_alone_whatever_it_is_told(house, endpoint):
    made, receiver = endpoint(types=["payout.paid"])
    _, other = endpoint(types=["*"])

    done = house.post(f"/v1/webhook_endpoints/{made['id']}/ping", {}, by="seller")
    house.quiet()

    assert done.status_code == 202
    [event] = receiver.verified(made["secret"])
    assert event["type"] == "webhook_endpoint.pinged"
    assert event["data"]["id"] == made["id"]
    assert other.heard == []


def test_an_endpoint_hears_nothing_of_the_time_before_it_but_can_be_sent_it(house, endpoint):
    sale(house)
    made, receiver = endpoint(types=["*"])
    house.quiet()
    assert receiver.heard == []
    listed = house.get("/v1/events?type=payment.captured&limit=100", by="seller").json()["data"]

    sent = house.post(
        f"/v1/events/{listed[-1]['id']}/resend", {"endpoint_id": made["id"]}, by="seller"
    )
    house.quiet()

    assert sent.status_code == 202, sent.text
    assert receiver.verified(made["secret"]) == [listed[-1]]
    house.post(f"/v1/events/{listed[-1]['id']}/resend", {}, by="seller")
    house.quiet()
    assert receiver.ids == [listed[-1]["id"]] * 2


def test_nobody_is_sent_what_is_anothers(house, endpoint):
    others, receiver = endpoint("other")
    sale(house)
    event = house.get("/v1/events?type=payment.captured", by="seller").json()["data"][0]["id"]

    for by in ("other", "seller", "admin"):
        asked = house.post(f"/v1/events/{event}/resend", {"endpoint_id": others["id"]}, by=by)
        assert asked.status_code == 404, (by, asked.text)
    house.quiet()
    assert receiver.heard == []


@pytest.mark.parametrize("limit", [1, 3, 100])
def test_events_are_listed_in_order_each_once(house, limit):
    seen, cursor = [], ""
    while True:
        shown = house.get(f"/v1/events?limit={limit}{cursor}", by="seller").json()
        assert len(shown["data"]) <= limit
        seen += shown["data"]
        if not shown["has_more"]:
            break
        cursor = f"&cursor={shown['next_cursor']}"

    assert len({event["id"] for event in seen}) == len(seen) > 20
    assert [event["position"] for event in seen] == sorted(event["position"] for event in seen)
    assert {event["data"].get("seller_id", str(SELLER)) for event in seen} == {str(SELLER)}
    middle = seen[len(seen) // 2]["position"]
    later = house.get(f"/v1/events?after={middle}&limit=1", by="seller").json()["data"]
    assert later[0]["position"] > middle


def test_an_event_leads_to_the_trace_of_its_trade(house):
    event = house.get("/v1/events?type=payment.captured", by="seller").json()["data"][0]

    told = house.get(f"/v1/trace/{event['id']}", by="seller")

    assert told.json()["order_id"] == event["data"]["order_id"]


@pytest.mark.parametrize(
    ("_case", "asked", "code"),
    [
        ("no scheme", {"url": "shop.example/hear"}, "malformed_url"),
        ("another scheme", {"url": "ftp://shop.example/"}, "malformed_url"),
        ("a password", {"url": "https://me:secret@shop.example/"}, "malformed_url"),
        ("a fragment", {"url": "https://shop.example/#x"}, "malformed_url"),
        ("a blank", {"url": "https://shop.example/a b"}, "malformed_url"),
        ("no port", {"url": "https://shop.example:99999/"}, "malformed_url"),
        ("a private address", {"url": "https://10.1.2.3/"}, "malformed_url"),
        ("metadata", {"url": "http://169.254.169.254/latest"}, "malformed_url"),
        ("mapped", {"url": "https://[::ffff:192.168.0.1]/"}, "malformed_url"),
        ("a machine of the house", {"url": "https://printer/"}, "malformed_url"),
        ("metadata by name", {"url": "http://metadata.google.internal/"}, "malformed_url"),
        ("an address in disguise", {"url": "https://0x7f.1/"}, "malformed_url"),
        ("no such type", {"url": "https://x.example/", "types": ["no"]}, "unknown_event_type"),
        (
            "all and one",
            {"url": "https://x.example/", "types": ["*", _PAID]},
            "no_event_types",
        ),
        ("twice", {"url": "https://x.example/", "types": ["payout.paid"] * 2}, "no_event_types"),
    ],
)
def test_an_endpoint_that_cannot_be_is_refused(house, _case, asked, code):
    answer = house.post("/v1/webhook_endpoints", asked, by="seller")

    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == code
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    "url", ["https://localhost/", "https://LOCALHOST./", "https://a.localhost:8/", "https://[::1]/"]
)
def test_this_machine_is_no_endpoint_of_a_live_book(house, monkeypatch, url):
    async def live(_request) -> bool:
        return False

    in_a_test_book = house.post("/v1/webhook_endpoints", {"url": url}, by="seller")
    monkeypatch.setattr(webhooks, "is_test_book", live)
    in_a_live_one = house.post("/v1/webhook_endpoints", {"url": url}, by="seller")

    assert in_a_test_book.status_code == 201, in_a_test_book.text
    assert (in_a_live_one.status_code, in_a_live_one.json()["code"]) == (422, "malformed_url")
    made = in_a_test_book.json()["id"]
    assert house.post(f"/v1/webhook_endpoints/{made}/delete", {}, by="seller").status_code == 200


def test_endpoints_are_their_partys_alone_and_secrets_are_shown_once(house, endpoint):
    made, receiver = endpoint()
    path = f"/v1/webhook_endpoints/{made['id']}"
    asked = {"url": receiver.url, "party_id": str(SELLER)}

    assert house.post("/v1/webhook_endpoints", asked, by="other").status_code == 404
    assert house.get(path, by="other").status_code == 404
    for step in ("", "/ping", "/rotate_secret", "/delete"):
        assert house.post(path + step, {}, by="other").status_code == 404, step
    assert house.post(path, {}, by="regulator").status_code == 403
    assert "secret" not in house.get(path, by="seller").json()
    listed = house.get("/v1/webhook_endpoints", by="seller").json()["data"]
    assert made["id"] in {one["id"] for one in listed}
    assert house.get("/v1/webhook_endpoints", by="other").json()["data"] == []
    first = house.post("/v1/webhook_endpoints", asked, by="seller", key="the same")
    again = house.post("/v1/webhook_endpoints", asked, by="seller", key="the same")
    assert (first.json()["id"], again.json()["secret"]) == (again.json()["id"], None)
    for _ in range(2):
        deleted = house.post(
            f"/v1/webhook_endpoints/{first.json()['id']}/delete", {}, by="seller", key="forget it"
        )
        assert deleted.status_code == 200, deleted.text
    assert house.get(f"/v1/webhook_endpoints/{first.json()['id']}").status_code == 404
    other = {**asked, "url": "https://x.example/"}
    reused = house.post("/v1/webhook_endpoints", other, by="seller", key="the same")
    assert reused.json()["code"] == "idempotency_key_reused"


def test_a_party_has_only_so_many_endpoints(house):
    made = []
    for _ in range(20):
        answer = house.post("/v1/webhook_endpoints", {"url": "https://x.example/"}, by="funder_two")
        made.append(answer.json()["id"])

    full = house.post("/v1/webhook_endpoints", {"url": "https://x.example/"}, by="funder_two")

    assert full.status_code == 409
    assert full.json()["code"] == "too_many_webhook_endpoints"
    for one in made:
        house.post(f"/v1/webhook_endpoints/{one}/delete", {}, by="funder_two")
    again = house.post("/v1/webhook_endpoints", {"url": "https://x.example/"}, by="funder_two")
    assert again.status_code == 201
    house.post(f"/v1/webhook_endpoints/{again.json()['id']}/delete", {}, by="funder_two")


def test_no_secret_lies_in_the_database(house, endpoint):
    made, _ = endpoint()
    sale(house)

    async def everything() -> str:
        tables = await house.session.pool.fetch(
            "select schemaname || '.' || tablename as name from pg_tables"
            " where schemaname in ('parties', 'engine')"
        )
        rows = [
            await house.session.pool.fetch(f"select t::text as row from {table['name']} t")
            for table in tables
        ]
        return "\n".join(row["row"] for several in rows for row in several)

    kept = house.run(everything())
    assert made["id"].split("_")[1] or True
    assert made["secret"].removeprefix("whsec_") not in kept
    assert len(kept) > 1000
