"""Transfers by hand: all that the ledger can do can be proposed, and what makes no sense cannot."""

import pytest

GBP = "GBP"


def amount(text: str, currency: str = GBP) -> dict[str, str]:
    return {"amount": text, "currency": currency}


@pytest.fixture(scope="module")
def numbers(house):
    """Three accounts of the house in pounds and one in yuan."""
    owner = house.get("/v1/parties?kind=operator").json()["data"][0]["id"]
    kinds = [("nostro", GBP), ("suspense_unmatched", GBP), ("nostro_own", GBP), ("nostro", "CNY")]
    asked = [{"kind": kind, "currency": currency, "owner": owner} for kind, currency in kinds]
    opened = house.post("/v1/ledger/accounts", {"accounts": asked}, by="admin")
    assert opened.status_code == 200, opened.text
    return [each["number"] for each in opened.json()["data"]]


def propose(house, *transfers):
    asked = {"transfers": list(transfers), "value_date": "2026-09-07", "reason": "by hand"}
    return house.post("/v1/ledger/transfers", asked, by="admin")


def results(house, *transfers) -> list[str]:
    """What the ledger says: at once what it refuses, else when a second person has agreed."""
    proposed = propose(house, *transfers)
    if proposed.status_code == 409:
        assert proposed.json()["code"] == "transfer_refused"
        return [proposed.json()["title"].rpartition(": ")[2].rstrip(".")]
    assert proposed.status_code == 201, proposed.text
    path = f"/v1/proposals/{proposed.json()['id']}/approve"
    agreed = house.post(path, {}, by="admin_two")
    assert agreed.status_code == 200, agreed.text
    return agreed.json()["outcome"]["results"]


def newest(house, number: int) -> dict:
    listed = house.get(f"/v1/ledger/accounts/{number}/transfers?limit=100").json()
    assert not listed["has_more"]
    return listed["data"][0]


def figures(house, number: int) -> dict[str, str]:
    account = house.get(f"/v1/ledger/accounts/{number}").json()
    sums = ("debits_pending", "debits_posted", "credits_pending", "credits_posted")
    return {name: account[name]["amount"] for name in sums if account[name]["amount"] != "0.00"}


def test_a_hold_is_posted_in_part_by_hand(house, numbers):
    bank, waits, *_ = numbers
    hold = {"debit": bank, "credit": waits, "amount": amount("10.00"), "flags": ["pending"]}
    assert results(house, {**hold, "timeout": 3600}) == ["created"]
    held = newest(house, bank)
    assert (held["state"], held["value_date"]) == ("open", "2026-09-07")
    assert figures(house, bank) == {"debits_pending": "10.00"}

    part = {"flags": ["post_pending_transfer"], "pending_id": held["id"]}
    assert results(house, {**part, "amount": amount("4.00")}) == ["created"]
    assert figures(house, bank) == {"debits_posted": "4.00"}
    assert newest(house, bank)["state"] == "hold_posted"
    assert newest(house, bank)["code"] == "manual"
    assert results(house, part) == ["pending_transfer_already_posted"]


def test_a_hold_is_voided_by_hand_or_runs_out(house, numbers):
    bank, _, own, _ = numbers
    hold = {"debit": own, "credit": bank, "amount": amount("3.00"), "flags": ["pending"]}
    assert results(house, hold) == ["created"]
    void = {"flags": ["void_pending_transfer"], "pending_id": newest(house, own)["id"]}
    assert results(house, void) == ["created"]
    assert figures(house, own) == {}

    assert results(house, {**hold, "timeout": 60}) == ["created"]
    assert figures(house, own) == {"debits_pending": "3.00"}
    moved = house.post("/v1/test_helpers/clock/advance", {"to": "2026-09-10T08:00:00Z"})
    assert moved.status_code == 200, moved.text
    assert figures(house, own) == {}


def test_balancing_and_closing_by_hand(house, numbers):
    _, waits, own, _ = numbers
    fill = {"debit": own, "credit": waits, "amount": amount("7.00")}
    empty = {"debit": waits, "credit": own, "flags": ["balancing_debit"]}
    closing = {"debit": own, "credit": waits, "flags": ["pending", "closing_debit"]}
    there = house.get(f"/v1/ledger/accounts/{waits}").json()["credits_posted"]["amount"]
    assert results(house, fill, empty, closing) == ["created"] * 3
    assert figures(house, waits)["debits_posted"] == f"{float(there) + 7:.2f}"
    assert results(house, fill) == ["debit_account_already_closed"]
    void = {"flags": ["void_pending_transfer"], "pending_id": newest(house, own)["id"]}
    assert results(house, void) == ["created"]
    assert results(house, fill) == ["created"]


@pytest.mark.parametrize(
    ("_case", "changes", "status", "pointer", "said"),
    [
        ("no account", {"debit": None}, 422, ["/transfers/0"], "debit_account_id_must_not_be_zero"),
        ("no amount", {"amount": None}, 422, ["/transfers/0"], "amount_must_be_positive"),
        ("zero", {"amount": amount("0")}, 422, ["/transfers/0"], "amount_must_be_positive"),
        ("less", {"amount": amount("-1.00")}, 422, ["/transfers/0"], "amount_must_be_positive"),
        (
            "a timeout of what is no hold",
            {"timeout": 1},
            422,
            ["/transfers/0"],
            "timeout_reserved_for_pending_transfer",
        ),
        (
            "hold and post in one",
            {"flags": ["pending", "post_pending_transfer"]},
            422,
            ["/transfers/0"],
            "flags_are_mutually_exclusive",
        ),
        (
            "a post of no hold",
            {"flags": ["post_pending_transfer"]},
            422,
            ["/transfers/0"],
            "pending_id_must_not_be_zero",
        ),
        (
            "closing at once",
            {"flags": ["closing_debit"]},
            422,
            ["/transfers/0"],
            "closing_transfer_must_be_pending",
        ),
        (
            "another currency",
            {"amount": amount("1.00", "CNY")},
            422,
            ["/transfers/0/amount/currency"],
            "CNY",
        ),
        ("no flag", {"flags": ["linked"]}, 422, ["/transfers/0/flags/0"], ""),
        (
            "a hold that nobody knows",
            {"flags": ["void_pending_transfer"], "pending_id": "trf_00000000000000000000000001"},
            404,
            ["/transfers/0/pending_id"],
            "transfer trf_",
        ),
    ],
)
def test_what_makes_no_sense_is_not_proposed(house, numbers, _case, changes, status, pointer, said):
    bank, waits, *_ = numbers
    asked = {"debit": bank, "credit": waits, "amount": amount("1.00"), **changes}
    refused = propose(house, asked)
    assert refused.status_code == status, refused.text
    assert said in refused.text
    assert [each["pointer"] for each in refused.json().get("errors", [])] == pointer
