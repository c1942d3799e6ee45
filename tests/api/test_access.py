"""Who gets in, what they may do, and what does not exist for them."""

import base64

import pytest
from tests.api.conftest import OTHER_SELLER, SELLER, order_id

from usance.parties.model import OPERATOR
from usance.parties.service import cast_party, cast_user


@pytest.fixture(scope="module")
def theirs(house):
    """A payment of another seller."""
    made = house.post("/v1/payments", {"order_id": str(order_id(0, OTHER_SELLER))}, by="other")
    # The other seller has no bank account yet, so that nothing could be paid to it.
    assert made.json()["code"] == "seller_has_no_account"
    account = {
        "holder": "Other",
        "country": "CN",
        "currency": "CNY",
        "number": "9999000000000000041",
    }
    done = house.post(f"/v1/parties/{OTHER_SELLER}/bank_accounts", account)
    assert done.status_code == 201, done.text
    made = house.post("/v1/payments", {"order_id": str(order_id(0, OTHER_SELLER))}, by="other")
    assert made.status_code == 201, made.text
    return made.json()


@pytest.mark.parametrize(
    ("_case", "header"),
    [
        ("none", None),
        ("no key", "Bearer "),
        ("unknown key", "Bearer uk_test_aaaaaaaa_bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"),
        ("another scheme", "Digest uk_test_aaaaaaaa_bbbb"),
        ("broken basic", "Basic !!!"),
        ("basic of bytes", "Basic " + base64.b64encode(b"\xff\x00:").decode()),
        ("long", "Bearer " + "x" * 5000),
    ],
)
def test_without_a_good_key_nobody_gets_in(house, _case, header):
    answer = house.get(
        "/v1/parties", by="", headers={} if header is None else {"Authorization": header}
    )

    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"
    assert "Bearer" in answer.headers["www-authenticate"]


def test_a_key_is_taken_as_user_name_too(house):
    pair = base64.b64encode(f"{house.keys['seller']}:".encode()).decode()

    assert (
        house.get("/v1/parties", by="", headers={"Authorization": f"Basic {pair}"}).status_code
        == 200
    )


def test_a_key_lets_one_do_what_its_scopes_say(house):
    answer = house.post("/v1/payments", {"order_id": str(order_id(2))}, by="funder_one")

    assert answer.status_code == 403
    assert answer.json()["code"] == "not_allowed"
    assert "payments:write" in answer.json()["detail"]


def test_what_another_party_owns_does_not_exist(house, theirs):
    for path in (
        f"/v1/payments/{theirs['id']}",
        f"/v1/payments/{theirs['id']}/refunds",
        f"/v1/orders/{order_id(0, OTHER_SELLER)}",
        f"/v1/parties/{OTHER_SELLER}",
        f"/v1/parties/{OTHER_SELLER}/bank_accounts",
        f"/v1/proofs/{theirs['id']}",
        f"/v1/facts?order_id={order_id(0, OTHER_SELLER)}",
        f"/v1/reports/statement?seller_id={OTHER_SELLER}",
        f"/v1/mandates/{OTHER_SELLER}",
        "/v1/reports/trial_balance",
        "/v1/ledger/accounts/1",
    ):
        mine, missing = house.get(path, by="seller"), house.get(path, by="operations")

        assert mine.status_code == 404, path
        assert mine.json()["code"] == "not_found"
        assert missing.status_code in {200, 404, 503}, missing.text


def test_what_another_party_owns_cannot_be_moved(house, theirs):
    money = {"amount": "1.00", "currency": "CNY"}
    for path, body in (
        ("/v1/payments", {"order_id": str(order_id(1, OTHER_SELLER))}),
        ("/v1/payments/batch", {"payments": [{"order_id": str(order_id(1, OTHER_SELLER))}]}),
        (f"/v1/payments/{theirs['id']}/refunds", {"amount": money}),
        ("/v1/payouts", {"seller_id": str(OTHER_SELLER), "amount": money}),
        ("/v1/mandates", {"seller_id": str(OTHER_SELLER), "per_offer_max": money}),
        (f"/v1/mandates/{OTHER_SELLER}/revoke", {}),
    ):
        answer = house.post(path, body, by="seller")

        assert answer.status_code == 404, (path, answer.text)


def test_lists_hold_what_is_ones_own(house, theirs):
    owners = {
        one["seller_id"] for one in house.get("/v1/payments?limit=100", by="other").json()["data"]
    }

    assert owners == {str(OTHER_SELLER)}
    assert house.get("/v1/payments", by="funder_one").json()["data"] == []
    assert [one["id"] for one in house.get("/v1/parties", by="seller").json()["data"]] == [
        str(SELLER)
    ]
    assert house.get(f"/v1/orders?seller_id={OTHER_SELLER}", by="seller").json()["data"] == []
    assert house.get(f"/v1/ledger/accounts?owner={OTHER_SELLER}", by="seller").json()["data"] == []


def test_a_funder_opens_no_facility_for_another_funder(house):
    asked = {
        "funder_id": str(cast_party("funder_one")),
        "seller_id": str(SELLER),
        "limit": {"amount": "1000.00", "currency": "CNY"},
        "programme": "standard",
        "reason": "why not",
    }

    assert house.post("/v1/facilities", asked, by="funder_two").status_code == 404


def test_a_key_is_issued_once_shown_once_and_revoked(house):
    asked = {"user_id": str(cast_user("seller_two")), "scopes": ["payments:read"]}

    issued = house.post("/v1/keys", asked, by="admin", key="one key")
    again = house.post("/v1/keys", asked, by="admin", key="one key")
    other = house.post("/v1/keys", {**asked, "scopes": []}, by="admin", key="one key")
    reused = house.post(
        "/v1/keys", {**asked, "user_id": str(cast_user("seller"))}, by="admin", key="one key"
    )
    house.keys["fresh"] = issued.json()["secret"]

    assert issued.status_code == 201, issued.text
    assert again.json() == {**issued.json(), "secret": None}
    assert again.headers["Idempotent-Replayed"] == "true"
    assert other.status_code in {201, 422}
    assert reused.json()["code"] == "idempotency_key_reused"
    assert house.get("/v1/payments", by="fresh").status_code == 200
    assert house.get("/v1/parties", by="fresh").status_code == 403
    path = f"/v1/keys/{issued.json()['id']}/revoke"
    assert house.post(path, {"reason": "lost"}, by="admin").json()["revoked_at"]
    assert house.get("/v1/payments", by="fresh").status_code == 401


def test_nobody_makes_a_second_person_of_oneself(house):
    # Given an administrator who invents a colleague and issues the colleague's key
    asked = {"name": "My other self", "roles": ["operator.admin"]}
    other = house.post(f"/v1/parties/{OPERATOR}/users", asked, by="admin").json()["id"]
    wanted = {"user_id": other, "scopes": ["proposals:approve"]}
    refused = house.post("/v1/keys", wanted, by="admin")
    issued = house.post("/v1/keys", {"user_id": other}, by="admin").json()
    house.keys["other self"] = issued["secret"]
    limit = {
        "funder_id": str(cast_party("funder_one")),
        "seller_id": str(SELLER),
        "limit": {"amount": "1000.00", "currency": "CNY"},
        "programme": "standard",
        "reason": "for myself",
    }
    proposed = house.post("/v1/facilities", limit, by="admin").json()
    path = f"/v1/proposals/{proposed['id']}/approve"

    assert refused.json()["code"] == "issuer_would_decide"
    assert "proposals:approve" not in issued["scopes"]
    assert house.post(path, {}, by="other self").status_code == 403
    assert house.post(path, {}, by="admin").json()["code"] == "same_person"
    assert house.post(path, {}, by="admin_two").status_code == 200


def test_a_test_helper_does_not_exist_in_a_live_book(house):
    house.app.state.test_book = False
    try:
        moved = house.ask(
            "POST", "/v1/test_helpers/clock/advance", json={"to": "2026-09-10T00:00:00Z"}
        )
        entered = house.get("/v1/parties")
    finally:
        house.app.state.test_book = None

    assert moved.status_code == 404
    assert entered.status_code == 401
