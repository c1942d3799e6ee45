"""Routing by HTTP: shown, tried, proposed by one person and adopted by another, rolled back."""

import pytest

ALL_CARD = {"rules": [{"name": "everything by card", "order": ["card"]}]}


LOST = ["bank_transfer", "cash_on_delivery", "e_wallet", "fps", "pix", "promptpay"]


def proposed(house, path: str, asked: dict):
    return house.post(path, {"reason": "cheaper", **asked}, by="admin")


def approved(house, proposal: dict) -> dict:
    return house.post(f"/v1/proposals/{proposal['id']}/approve", {}, by="admin_two").json()


def test_a_book_without_a_configuration_shows_what_it_has(house):
    shown = house.get("/v1/routing").json()

    assert shown["object"] == "routing"
    assert shown["in_force"]["number"] == 0
    assert [rule["order"] for rule in shown["in_force"]["config"]["rules"]] == [
        ["card"], ["bank_transfer"], ["e_wallet"], ["pix", "promptpay", "fps"],
        ["cash_on_delivery"], ["bank_transfer"], ["card"],
    ]  # fmt: skip


def test_two_people_adopt_a_configuration_and_roll_it_back(house):
    answer = proposed(house, "/v1/routing", {"config": ALL_CARD, "drops": LOST})
    assert answer.status_code == 201, answer.text
    assert answer.json()["body"]["drops"] == LOST
    assert house.get("/v1/routing").json()["in_force"]["number"] == 0
    assert approved(house, answer.json())["outcome"]["status"] == "carried_out"
    shown = house.get("/v1/routing").json()
    assert shown["in_force"]["number"] == 1
    assert shown["in_force"]["config"]["rules"][0]["order"] == ["card"]

    back = proposed(house, "/v1/routing/rollback", {"number": 0})
    assert back.status_code == 201, back.text
    assert approved(house, back.json())["outcome"]["status"] == "carried_out"
    shown = house.get("/v1/routing").json()
    assert (shown["in_force"]["number"], shown["in_force"]["restores"]) == (2, 0)
    assert [version["number"] for version in shown["versions"]] == [2, 1]


@pytest.mark.parametrize(
    ("_case", "path", "asked", "status", "code"),
    [
        ("no such rail", "/v1/routing",
         {"config": {"rules": [{"name": "x", "order": ["pigeon"]}]}}, 422, "routing_faulty"),
        ("in the past", "/v1/routing",
         {"config": ALL_CARD, "effective_at": "2020-01-01T00:00:00Z"}, 422, "routing_in_the_past"),
        ("turns rails off in silence", "/v1/routing", {"config": ALL_CARD}, 409,
         "routing_drops_rails"),
        ("turns one off in silence", "/v1/routing", {"config": ALL_CARD, "drops": LOST[1:]}, 409,
         "routing_drops_rails"),
        ("no such country", "/v1/routing",
         {"config": {"rules": [{"name": "x", "order": ["card"], "when": [
             {"fact": "buyer_country", "is_in": ["UK"]}]}]}}, 422, "routing_faulty"),
        ("no such version", "/v1/routing/rollback", {"number": 99}, 404, "unknown_routing"),
        ("no rules", "/v1/routing", {"config": {"rules": []}}, 422, None),
        ("an unknown field", "/v1/routing",
         {"config": {"rules": [{"name": "x", "ordre": ["card"]}]}}, 422, None),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_when_it_is_proposed(house, _case, path, asked, status, code):
    answer = proposed(house, path, asked)

    assert answer.status_code == status, answer.text
    assert code in {None, answer.json()["code"]}


def test_a_dry_run_says_what_it_cannot_tell(house):
    answer = house.post("/v1/routing/dry_run", {"config": ALL_CARD}, by="admin")

    assert answer.status_code == 200, answer.text
    assert answer.json()["object"] == "routing_dry_run"
    assert answer.json()["estimates"][0]["no_data"].startswith("no data: ")
    assert [each["rail"] for each in answer.json()["drops"]] == LOST
    assert "e_wallet" in answer.text
    assert len(answer.json()["warnings"]) == len(LOST)


@pytest.mark.parametrize(
    ("_case", "rules", "faults", "dropped"),
    [
        ("everything by card", ALL_CARD["rules"], [], LOST),
        ("no such rail", [{"name": "x", "order": ["pigeon"]}], ["rules[0].order[0]"], []),
        ("a country that a rail does not know",
         [{"name": "x", "order": ["pix"], "when": [{"fact": "buyer_country", "is_in": ["TH"]}]}],
         ["rules[0]"], []),
    ],
)  # fmt: skip
def test_a_check_names_mistakes_and_what_is_lost(house, _case, rules, faults, dropped):
    answer = house.post("/v1/routing/check", {"config": {"rules": rules}}, by="admin")

    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert [each["path"] for each in found["faults"]] == faults
    assert [each["rail"] for each in found["drops"]] == dropped
    assert len(found["rails"]) >= 7


def test_a_dry_run_of_mistakes_is_refused_with_their_path(house):
    wrong = {"rules": [{"name": "x", "split": [{"rail": "card", "percent": 90}]}]}
    answer = house.post("/v1/routing/dry_run", {"config": wrong}, by="admin")

    assert (answer.status_code, answer.json()["code"]) == (422, "routing_faulty")
    assert "rules[0].split" in answer.text


def test_the_attempts_of_a_payment_are_shown_with_their_probability(house):
    orders = house.get("/v1/orders?limit=5").json()["data"]
    made = [
        house.post("/v1/payments", {"order_id": each["id"], "card_token": "tok_visa_1",
                                    "metadata": {"channel": "web"}})
        for each in orders
    ]  # fmt: skip
    paid = next(each.json() for each in made if each.status_code == 201)
    [attempt] = house.get(f"/v1/payments/{paid['id']}/attempts").json()["data"]

    assert (attempt["attempt"], attempt["probability"]) == (1, 1_000_000)
    assert attempt["rail"] == paid["rail"]
    unknown = house.get("/v1/payments/pay_01k4n3zzzzzzzzzzzzzzzzzzzz/attempts")
    assert unknown.status_code == 404


def test_a_card_number_is_refused_in_metadata_too(house):
    order = house.get("/v1/orders?limit=1").json()["data"][0]["id"]
    asked = {"order_id": order, "card_token": "tok_1", "metadata": {"card": "4111111111111111"}}

    assert house.post("/v1/payments", asked).status_code == 422
