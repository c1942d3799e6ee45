"""A program finds again what it made, by its own ids, with what became of it."""

from uuid import UUID

import pytest

from usance.kernel.ids import fresh

A, B, C = (fresh(7, n) for n in range(3))


def pounds(text: str) -> dict[str, str]:
    return {"amount": text, "currency": "GBP"}


def named(number: int) -> str:
    return str(fresh(8, number))


def create(house, *transfers) -> list[str]:
    asked = [{"debit": str(A), "credit": str(B), "amount": pounds("1.00"), **t} for t in transfers]
    asked = [{name: value for name, value in t.items() if value is not None} for t in asked]
    answer = house.post("/v1/ledger/named_transfers", {"transfers": asked}, by="ledger")
    assert answer.status_code == 200, answer.text
    return answer.json()["results"]


def show(house, number: int) -> dict:
    answer = house.get(f"/v1/ledger/named_transfers/{named(number)}", by="ledger")
    assert answer.status_code == 200, answer.text
    return answer.json()


def account(house, named_id: UUID) -> dict:
    answer = house.get(f"/v1/ledger/named_accounts/{named_id}", by="ledger")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture(scope="module", autouse=True)
def accounts(house):
    asked = [
        {"id": str(each), "currency": "GBP", "code": 10 + n} for n, each in enumerate((A, B, C))
    ]
    asked[1]["flags"] = ["debits_must_not_exceed_credits"]
    made = house.post("/v1/ledger/named_accounts", {"accounts": asked}, by="ledger")
    assert made.json()["results"] == ["created"] * 3, made.text
    return made.json()["numbers"]


def test_an_account_is_found_by_its_name_with_its_balance(house, accounts):
    assert create(house, {"id": named(1), "amount": pounds("12.50")}) == ["created"]

    shown = account(house, B)
    assert (shown["object"], shown["id"], shown["number"]) == ("named_account", str(B), accounts[1])
    assert (shown["code"], shown["currency"], shown["closed"]) == (11, "GBP", False)
    assert shown["flags"] == ["debits_must_not_exceed_credits"]
    assert shown["balance_limit"] == "debits_must_not_exceed_credits"
    assert shown["credits_posted"] == pounds("12.50")

    listed = house.get("/v1/ledger/accounts?kind=raw&limit=100", by="ledger").json()["data"]
    same = next(each for each in listed if each["number"] == accounts[1])
    assert (same["owner"], same["named_id"], same["code"]) == (None, str(B), 11)
    assert same["flags"] == ["debits_must_not_exceed_credits"]


def test_a_balancing_transfer_tells_what_it_moved(house):
    there = account(house, B)["credits_posted"]["amount"]
    move = {"debit": str(B), "credit": str(A), "flags": ["balancing_debit"]}
    assert create(house, {"id": named(2), "amount": pounds("999.00"), **move}) == ["created"]

    shown = show(house, 2)
    assert (shown["object"], shown["id"]) == ("named_transfer", named(2))
    assert shown["amount"] == pounds(there)
    assert (shown["debit"], shown["credit"]) == (str(B), str(A))
    assert (shown["state"], shown["flags"]) == ("posted", ["balancing_debit"])
    assert shown["transfer_id"].startswith("trf_")
    by_its_id = house.get(f"/v1/ledger/transfers/{shown['transfer_id']}", by="ledger").json()
    assert by_its_id["amount"] == pounds(there)


def test_a_balancing_transfer_without_an_amount_moves_all(house):
    fill = {"id": named(3), "amount": pounds("3.25")}
    drain = {"id": named(4), "debit": str(B), "credit": str(A), "flags": ["balancing_debit"]}

    assert create(house, fill, {**drain, "amount": None}) == ["created"] * 2
    assert show(house, 4)["amount"] == pounds("3.25")
    assert create(house, {**drain, "amount": None}) == ["exists"]


@pytest.mark.parametrize(
    ("number", "end", "state"),
    [
        (10, None, "open"),
        (20, {"flags": ["post_pending_transfer"]}, "posted"),
        (30, {"flags": ["post_pending_transfer"], "amount": pounds("0.40")}, "posted"),
        (40, {"flags": ["post_pending_transfer"], "amount": pounds("0")}, "posted"),
        (50, {"flags": ["void_pending_transfer"]}, "voided"),
    ],
)
def test_a_hold_says_what_became_of_it(house, accounts, number, end, state):
    hold = {"id": named(number), "flags": ["pending"], "timeout": 10**6}
    assert create(house, hold) == ["created"]
    if end:
        bare = {"debit": None, "credit": None, "amount": None, "pending_id": named(number)}
        assert create(house, {"id": named(number + 1), **bare, **end}) == ["created"]

    shown = show(house, number)
    assert (shown["state"], shown["flags"]) == (state, ["pending"])
    assert shown["expires_at"] > shown["recorded_at"]
    listed = house.get(f"/v1/ledger/accounts/{accounts[0]}/transfers?limit=100").json()["data"]
    states = {each["id"]: each["state"] for each in listed}
    assert states[shown["transfer_id"]] == state
    alone = house.get(f"/v1/ledger/transfers/{shown['transfer_id']}").json()
    assert (alone["state"], alone["expires_at"]) == (state, shown["expires_at"])
    if end:
        ended = show(house, number + 1)
        assert ended["pending_id"] == shown["transfer_id"]
        assert ended["state"] == f"hold_{state}"
        if state == "posted":
            assert ended["amount"] == pounds("0.40" if number == 30 else "1.00")


def test_a_hold_that_ran_out_says_so(house):
    assert create(house, {"id": named(60), "flags": ["pending"], "timeout": 60}) == ["created"]
    house.post("/v1/test_helpers/clock/advance", {"to": "2026-09-09T09:00:00Z"})

    assert show(house, 60)["state"] == "expired"


def test_amounts_are_what_the_ledger_takes(house):
    zero = {"id": named(70), "amount": pounds("0")}
    less = {"id": named(71), "amount": pounds("-1.00")}
    closing = {"id": named(72), "debit": str(C), "flags": ["pending", "closing_debit"]}

    assert create(house, zero, less) == ["amount_must_be_positive"] * 2
    assert create(house, {**closing, "amount": pounds("0.00")}) == ["created"]
    assert account(house, C)["closed"] is True


@pytest.mark.parametrize(
    ("_case", "path", "by", "status", "code"),
    [
        ("a name of nothing", f"named_transfers/{named(999)}", "ledger", 404, "not_found"),
        ("an account of nothing", f"named_accounts/{named(999)}", "ledger", 404, "not_found"),
        ("zero", f"named_transfers/{UUID(int=0)}", "ledger", 404, "not_found"),
        ("no UUID", "named_transfers/7", "ledger", 422, "wrong_format"),
        ("a person", f"named_accounts/{A}", "admin", 403, "not_allowed"),
        ("a seller", f"named_transfers/{named(1)}", "seller", 403, "not_allowed"),
    ],
)
def test_what_is_not_there_or_not_theirs(house, _case, path, by, status, code):
    answer = house.get(f"/v1/ledger/{path}", by=by)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
