"""The ledger's past by HTTP: proposed by one person, approved by another, and asked for after."""

from datetime import timedelta

import pytest
from tests.api.conftest import T0

POUNDS = {"amount": "12.50", "currency": "GBP"}
LAST_WEEK = str((T0 - timedelta(days=7)).date())
TODAY = str(T0.date())
YESTERDAY = str((T0 - timedelta(days=1)).date())


def approved(house, path, asked):
    """What one administrator proposes and another one approves, carried out."""
    proposal = house.post(path, asked, by="admin")
    assert proposal.status_code == 201, proposal.text
    answer = f"/v1/proposals/{proposal.json()['id']}/approve"
    assert house.post(answer, {}, by="admin").json()["code"] == "same_person"
    done = house.post(answer, {}, by="admin_two")
    assert done.json()["outcome"]["status"] == "carried_out", done.text


@pytest.fixture(scope="module")
def accounts(house):
    """Two accounts and a transfer of last week between them, entered today."""
    owner = house.get("/v1/parties?kind=operator").json()["data"][0]["id"]
    refs = [
        {"kind": kind, "currency": "GBP", "owner": owner}
        for kind in ("fee_income", "suspense_unmatched")
    ]
    opened = house.post("/v1/ledger/accounts", {"accounts": refs}, by="admin").json()["data"]
    debit, credit = (account["number"] for account in opened)
    transfers = [{"debit": debit, "credit": credit, "amount": POUNDS}]
    asked = {"transfers": transfers, "value_date": LAST_WEEK, "reason": "found late"}
    approved(house, "/v1/ledger/transfers", asked)
    return debit, credit


def posted(house, number, **query):
    shown = house.get(f"/v1/ledger/accounts/{number}/balance", params=query)
    assert shown.status_code == 200, shown.text
    return shown.json()["sums"]["debits_posted"]["amount"]


def transfer_of(house, number):
    return house.get(f"/v1/ledger/accounts/{number}/transfers").json()["data"][0]


def test_a_balance_is_asked_for_by_either_time(house, accounts):
    position = transfer_of(house, accounts[0])["position"]
    before_last_week = str((T0 - timedelta(days=8)).date())
    for query, amount in (
        ({}, "12.50"),
        ({"value_date": LAST_WEEK}, "12.50"),
        ({"value_date": before_last_week}, "0.00"),
        ({"position": position}, "12.50"),
        ({"position": position - 1}, "0.00"),
        ({"recorded_at": (T0 - timedelta(hours=1)).isoformat()}, "0.00"),
        ({"recorded_at": T0.isoformat(), "position": position - 1}, "0.00"),
    ):
        assert posted(house, accounts[0], **query) == amount, query


def test_a_statement_goes_from_its_opening_to_its_closing(house, accounts):
    path = f"/v1/ledger/accounts/{accounts[1]}/statement"
    told = house.get(path, params={"first_day": LAST_WEEK, "last_day": TODAY}).json()
    assert told["opening"]["credits_posted"]["amount"] == "0.00"
    assert told["closing"]["credits_posted"]["amount"] == "12.50"
    [line] = told["lines"]
    assert line["after"] == told["closing"]
    assert (line["value_date"], line["other"]) == (LAST_WEEK, accounts[0])
    backwards = house.get(path, params={"first_day": TODAY, "last_day": LAST_WEEK})
    assert (backwards.status_code, backwards.json()["code"]) == (422, "period_backwards")


def test_what_was_wrong_is_corrected_and_linked(house, accounts):
    wrong = transfer_of(house, accounts[0])["id"]
    debit, credit = accounts
    right = {"debit": debit, "credit": credit, "amount": {"amount": "10.00", "currency": "GBP"}}
    asked = {"transfers": [wrong], "value_date": TODAY, "reason": "a typing error"}
    approved(house, "/v1/ledger/corrections", {**asked, "repost": [right]})
    shown = house.get(f"/v1/ledger/transfers/{wrong}").json()
    assert (shown["corrects"], shown["reason"]) == (None, "a typing error")
    reversal = house.get(f"/v1/ledger/transfers/{shown['reversed_by']}").json()
    assert (reversal["corrects"], reversal["code"]) == (wrong, "reversal")
    assert (reversal["debit"], reversal["credit"]) == (credit, debit)
    # Last week is still what was known of it, and today's difference is 10.
    assert posted(house, debit, value_date=YESTERDAY) == "12.50"
    assert posted(house, debit) == "22.50"
    # And back again: the reversal is reversed.
    again = {"transfers": [reversal["id"]], "value_date": TODAY, "reason": "it was right"}
    approved(house, "/v1/ledger/reversals", again)
    undone = house.get(f"/v1/ledger/transfers/{reversal['id']}").json()
    assert undone["corrects"] == wrong
    assert undone["reversed_by"]


@pytest.mark.parametrize(
    ("_case", "asked"),
    [
        ("neither", {}),
        ("both", {"position": 1, "transfers": ["trf_01m21qdq00edgshr4rbv67yr21"]}),
        ("twice", {"transfers": ["trf_01m21qdq00edgshr4rbv67yr21"] * 2}),
    ],
)
def test_what_to_reverse_is_named_in_one_way(house, _case, asked):
    whole = {**asked, "value_date": TODAY, "reason": "x"}
    refused = house.post("/v1/ledger/reversals", whole, by="admin")
    assert (refused.status_code, refused.json()["code"]) == (422, "reversal_malformed")


def test_a_period_is_closed_by_two_and_stays_closed(house, accounts):
    assert house.get("/v1/ledger/periods").json()["data"] == []
    approved(house, "/v1/ledger/periods", {"day": YESTERDAY, "reason": "month's end"})
    [period] = house.get("/v1/ledger/periods").json()["data"]
    assert period["day"] == YESTERDAY
    assert len(period["digest"]) == 64
    # What is dated back after that cannot even be proposed.
    debit, credit = accounts
    before = posted(house, debit)
    late = {"transfers": [{"debit": debit, "credit": credit, "amount": POUNDS}]}
    asked = {**late, "value_date": YESTERDAY, "reason": "too late"}
    refused = house.post("/v1/ledger/transfers", asked, by="admin")
    assert (refused.status_code, refused.json()["code"]) == (409, "transfer_refused")
    assert "value_date_in_closed_period" in refused.json()["title"]
    assert posted(house, debit) == before


def test_only_who_sees_the_whole_book_sees_its_periods_and_strangers_transfers(house, accounts):
    transfer = transfer_of(house, accounts[0])["id"]
    assert house.get("/v1/ledger/periods", by="seller").status_code == 404
    assert house.get(f"/v1/ledger/transfers/{transfer}", by="seller").status_code == 404
    path = f"/v1/ledger/accounts/{accounts[0]}"
    assert house.get(f"{path}/balance", by="seller").status_code == 404
    days = f"first_day={LAST_WEEK}&last_day={TODAY}"
    assert house.get(f"{path}/statement?{days}", by="seller").status_code == 404
    close = {"day": YESTERDAY, "reason": "x"}
    assert house.post("/v1/ledger/periods", close, by="operations").status_code == 403
