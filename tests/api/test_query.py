"""A query parameter that a route does not know is refused, never passed over."""

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

# Who may ask for one thing or another: between them for everything.
WHO = ("admin", "operations", "ledger", "risk", "seller")


def addresses(app) -> list[tuple[str, str]]:
    """Every route there is, with something in the place of its ids."""
    return sorted(
        (method, each.path)
        for each in iter_route_contexts(app.routes)
        if isinstance(each.original_route, APIRoute)
        for method in each.methods
    )


_JSON = {"Content-Type": "application/json"}


def ask(house, method: str, path: str, by: str):
    if method == "GET":
        return house.get(path, by=by)
    if method == "POST":
        return house.post(path, {}, by=by)
    return house.ask(method, path, content=b"{}", headers=_JSON, key=f"{method} {path}", by=by)


def test_no_route_takes_what_it_does_not_know(house):
    found = addresses(house.app)
    assert len(found) > 80, found
    for method, path in found:
        if not path.startswith("/v1"):
            continue  # A page for buyers, not for programs.
        filled = path.replace("{number}", "1").replace("{position}", "1")
        answers = (ask(house, method, f"{filled}?no_such=1", by) for by in WHO)
        answer = next((each for each in answers if each.status_code != 403), None)

        assert answer is not None, (method, path)
        assert answer.status_code == 422, (method, path, answer.text)
        faults = {each["pointer"]: each["code"] for each in answer.json()["errors"]}
        assert faults == {"/no_such": "unknown_field"}, (method, path)


@pytest.mark.parametrize(
    ("path", "unknown", "taken"),
    [
        ("ledger/accounts/1/balance?on=2026-11-22&at=26", ["on", "at"],
            "value_date, position, recorded_at"),
        ("ledger/accounts/1/balance?on=bad", ["on"], "value_date, position, recorded_at"),
        ("ledger/accounts/1/statement?since=2026-01-01", ["since"],
            "first_day, last_day, position, recorded_at"),
        ("ledger/accounts/1/transfers?limt=1", ["limt"], "limit, cursor"),
        ("reports/trial_balance?as_of=2026-01-01", ["as_of"],
            "recorded_at, value_date, accounts, format"),
        ("reports/trial_balance?form=csv", ["form"], "recorded_at, value_date, accounts, format"),
        ("reports/tape?on=2026-01-01", ["on"], "funder_id, value_date, format"),
        ("facts?order=desc", ["order"], "order_id, limit, cursor"),
        ("log?x=1", ["x"], ""),
    ],
)  # fmt: skip
def test_it_is_told_what_there_is(house, path, unknown, taken):
    answer = house.get(f"/v1/{path}")

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "unknown_field")
    assert [each["pointer"] for each in problem["errors"]] == [f"/{each}" for each in unknown]
    assert taken in problem["remedy"]


def test_one_that_is_given_twice_is_refused(house):
    answer = house.get("/v1/facts?limit=1&limit=2")

    assert (answer.status_code, answer.json()["code"]) == (422, "given_twice")


def test_who_may_not_ask_is_told_that_first(house):
    assert house.get("/v1/facts?x=1", by="").status_code == 401
    assert house.get("/v1/keys?x=1", by="seller").status_code == 403
