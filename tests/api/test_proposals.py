"""What two people do together: refused when proposed, carried out or failed when approved."""

from datetime import timedelta

import pytest
from tests.api.conftest import SELLER, T0

from usance.kernel.ids import TransferId, milliseconds_at, milliseconds_of
from usance.ledger.service import transfers as transfers_verb
from usance.runtime.commands import QUARANTINED

TODAY, TOMORROW = str(T0.date()), str((T0 + timedelta(days=1)).date())
YESTERDAY, LAST_WEEK = (str((T0 - timedelta(days=days)).date()) for days in (1, 7))
NOBODYS = "trf_00000000000000000000000001"
CHINESE = {"Accept-Language": "zh-CN"}


def pounds(text: str) -> dict[str, str]:
    return {"amount": text, "currency": "GBP"}


@pytest.fixture(scope="module")
def scene(house):
    """Accounts by name, with 100 pounds on the covered one, and a hold that was posted."""
    owner = house.get("/v1/parties?kind=operator").json()["data"][0]["id"]
    refs = [("nostro", owner), ("suspense_unmatched", owner), ("seller_available", str(SELLER))]
    asked = [{"kind": kind, "currency": "GBP", "owner": owner} for kind, owner in refs]
    opened = house.post("/v1/ledger/accounts", {"accounts": asked}, by="admin").json()["data"]
    scene = dict(zip(("bank", "waits", "covered"), (one["number"] for one in opened), strict=True))
    scene["filled"] = moved(house, leg(scene, "bank", "covered", "100.00"))
    scene["held"] = moved(house, {**leg(scene, "bank", "waits", "5.00"), "flags": ["pending"]})
    return scene


def leg(scene, debit: str, credit: str, amount: str) -> dict:
    return {"debit": scene[debit], "credit": scene[credit], "amount": pounds(amount)}


def moved(house, transfer: dict) -> str:
    """The id of a transfer that two people have made."""
    made = proposed(house, "transfers", transfers(transfer))
    assert approved(house, made["id"])["outcome"]["status"] == "carried_out"
    return made["body"]["transfers"][0]["id"]


def transfers(*legs: dict, value_date: str = TODAY) -> dict:
    return {"transfers": list(legs), "value_date": value_date}


def ask(house, what: str, asked: dict, **rest):
    return house.post(f"/v1/ledger/{what}", {"reason": "by hand", **asked}, by="admin", **rest)


def proposed(house, what: str, asked: dict) -> dict:
    answer = ask(house, what, asked)
    assert answer.status_code == 201, answer.text
    return answer.json()


def approve(house, proposal_id: str, **rest):
    return house.post(f"/v1/proposals/{proposal_id}/approve", {}, by="admin_two", **rest)


def approved(house, proposal_id: str, **rest) -> dict:
    answer = approve(house, proposal_id, **rest)
    assert answer.status_code == 200, answer.text
    return answer.json()


def reversal(*ids: str, value_date: str = TODAY) -> dict:
    return {"transfers": list(ids), "value_date": value_date}


# ---- refused when it is proposed ----


@pytest.mark.parametrize(
    ("_case", "what", "asked", "code", "pointer", "shown"),
    [
        (
            "a day of the future",
            "periods",
            lambda _: {"day": TOMORROW},
            "period_not_over",
            "/day",
            TOMORROW,
        ),
        ("today", "periods", lambda _: {"day": TODAY}, "period_not_over", "/day", TODAY),
        (
            "an unknown transfer",
            "reversals",
            lambda _: reversal(NOBODYS),
            "unknown_transfer",
            "/transfers",
            NOBODYS,
        ),
        (
            "a fact without transfers",
            "reversals",
            lambda _: {"position": 1, "value_date": TODAY},
            "unknown_transfer",
            "/position",
            "1",
        ),
        (
            "a hold",
            "reversals",
            lambda scene: reversal(scene["held"]),
            "hold_not_reversible",
            "/transfers",
            "trf_",
        ),
        (
            "a correction for which there is too little money",
            "corrections",
            lambda scene: {
                **reversal(scene["filled"]),
                "repost": [leg(scene, "covered", "waits", "1.00")],
            },
            "insufficient_balance",
            None,
            "seller_available GBP",
        ),
        (
            "more than there is",
            "transfers",
            lambda scene: transfers(
                leg(scene, "bank", "waits", "1.00"), leg(scene, "covered", "waits", "100.01")
            ),
            "transfer_refused",
            "/transfers/1",
            "exceeds_credits",
        ),
        (
            "a post of a transfer that is no hold",
            "transfers",
            lambda scene: transfers(
                {"flags": ["post_pending_transfer"], "pending_id": scene["filled"]}
            ),
            "transfer_refused",
            "/transfers/0",
            "pending_transfer_not_pending",
        ),
    ],
)
def test_what_cannot_be_done_is_not_proposed(
    house, scene, _case, what, asked, code, pointer, shown
):
    before = house.get("/v1/proposals?limit=100").json()["data"]
    body = asked(scene)

    refused = ask(house, what, body, key=f"refused {_case}")

    problem = refused.json()
    assert (refused.status_code // 100, problem["code"]) == (4, code), problem
    assert problem["remedy"]
    if pointer is not None:
        assert [each["pointer"] for each in problem["errors"]] == [pointer]
    assert shown in problem["title"]
    assert house.get("/v1/proposals?limit=100").json()["data"] == before
    again = ask(house, what, body, key=f"refused {_case}")
    assert (again.status_code, again.json()["code"]) == (refused.status_code, code)
    assert again.headers["Idempotent-Replayed"] == "true"


def test_what_was_only_tried_left_nothing_behind(house, scene):
    number = scene["covered"]
    before = house.get(f"/v1/ledger/accounts/{number}").json()
    made = proposed(house, "transfers", transfers(leg(scene, "covered", "waits", "100.00")))

    assert house.get(f"/v1/ledger/accounts/{number}").json() == before
    transfer = made["body"]["transfers"][0]["id"]
    assert house.get(f"/v1/ledger/transfers/{transfer}").status_code == 404
    reconciled = house.run(house.session.engine.reconcile())
    assert (list(reconciled.differences), reconciled.more) == ([], 0)


# ---- carried out ----


def test_to_approve_is_to_carry_out(house, scene):
    made = proposed(house, "transfers", transfers(leg(scene, "bank", "waits", "2.50")))
    assert (made["state"], made["outcome"]) == ("proposed", None)

    done = approved(house, made["id"], key="once")

    position = done["outcome"]["position"]
    assert done["state"] == "approved"
    assert done["outcome"] == {
        "status": "carried_out",
        "position": position,
        "results": ["created"],
        **dict.fromkeys(("code", "field", "value", "message", "remedy")),
    }
    transfer = house.get(f"/v1/ledger/transfers/{made['body']['transfers'][0]['id']}").json()
    assert (transfer["position"], transfer["amount"]) == (position, pounds("2.50"))
    assert house.get(f"/v1/proposals/{made['id']}").json() == done
    # A caller who has not heard the answer asks again: it was done once.
    again = approve(house, made["id"], key="once")
    assert (again.headers["Idempotent-Replayed"], again.json()) == ("true", done)
    assert approve(house, made["id"]).json()["code"] == "already_decided"
    house.quiet()
    listed = house.get(f"/v1/ledger/accounts/{scene['bank']}/transfers?limit=100").json()["data"]
    assert [each["amount"] for each in listed].count(pounds("2.50")) == 1


def test_the_trace_tells_of_a_proposal_and_what_came_of_it(house, scene):
    made = proposed(house, "transfers", transfers(leg(scene, "bank", "waits", "0.50")))
    done = approved(house, made["id"])

    told = house.get(f"/v1/trace/{made['id']}").json()

    positions = [made["position"], done["outcome"]["position"]]
    assert [each["position"] for each in told["facts"]] == positions
    assert [[part["name"] for part in each["parts"]] for each in told["facts"]] == [
        ["proposed"],
        ["proposal_approved", "transfers_created"],
    ]
    assert [each["amount"] for each in told["facts"][1]["legs"]] == ["0.50"]
    assert house.get(f"/v1/trace/{made['id']}", by="seller").status_code in {403, 404}


# ---- failed: the book has changed between the two people ----


@pytest.mark.parametrize(
    ("_case", "what", "asked", "code", "field"),
    [
        (
            "reversed by another",
            "reversals",
            lambda scene, transfer: reversal(transfer),
            "already_reversed",
            "transfers",
        ),
        (
            "spent by another",
            "transfers",
            lambda scene, _: transfers(leg(scene, "covered", "waits", "100.00")),
            "transfer_refused",
            "transfers[0]",
        ),
    ],
)
def test_what_cannot_be_done_any_more_has_failed_and_says_why(
    house, scene, _case, what, asked, code, field
):
    transfer = moved(house, leg(scene, "bank", "waits", "3.00"))
    body = asked(scene, transfer)
    first, second = proposed(house, what, body), proposed(house, what, body)
    assert approved(house, first["id"])["outcome"]["status"] == "carried_out"
    figures = house.get(f"/v1/ledger/accounts/{scene['waits']}").json()

    failed = approved(house, second["id"])

    outcome = failed["outcome"]
    assert (failed["state"], outcome["status"]) == ("approved", "failed")
    assert (outcome["code"], outcome["field"]) == (code, field)
    assert outcome["value"] in outcome["message"]
    assert outcome["remedy"]
    assert house.get(f"/v1/ledger/accounts/{scene['waits']}").json() == figures
    assert house.get(f"/v1/proposals/{second['id']}").json() == failed
    listed = house.get("/v1/proposals?limit=100&state=approved").json()["data"]
    assert failed in listed
    chinese = house.get(f"/v1/proposals/{second['id']}", headers=CHINESE).json()["outcome"]
    assert chinese["remedy"] != outcome["remedy"]
    assert {**chinese, "message": "", "remedy": ""} == {**outcome, "message": "", "remedy": ""}
    told = house.get(f"/v1/trace/{second['id']}").json()["facts"][-1]
    assert [part["name"] for part in told["parts"]] == ["proposal_approved", "proposal_failed"]
    assert code in told["parts"][1]["sentence"]


def test_a_day_that_was_closed_meanwhile(house, scene):
    late = transfers(leg(scene, "bank", "waits", "1.00"), value_date=LAST_WEEK)
    undo = reversal(moved(house, leg(scene, "bank", "waits", "4.00")), value_date=LAST_WEEK)
    waiting = {
        "period_closed on day": proposed(house, "periods", {"day": LAST_WEEK}),
        "period_closed on value_date": proposed(house, "reversals", undo),
        "transfer_refused on transfers[0]": proposed(house, "transfers", late),
    }
    close = proposed(house, "periods", {"day": LAST_WEEK})
    assert approved(house, close["id"])["outcome"]["status"] == "carried_out"

    for expected, proposal in waiting.items():
        outcome = approved(house, proposal["id"])["outcome"]
        assert f"{outcome['code']} on {outcome['field']}" == expected
    periods = house.get("/v1/ledger/periods").json()["data"]
    assert [period["day"] for period in periods] == [LAST_WEEK]


def test_all_that_needs_two_people_has_an_outcome(house, scene):
    row = {"rule": "payments.fee", "scope": "*", "effective_from": TOMORROW, "verified": True}
    series = house.get("/v1/policies?rule=payments.fee").json()["data"][0]["rows"][-1]
    row |= {"scope": series["scope"], "values": series["values"], "source": "a new contract"}
    asked = {"rows": [row], "reason": "dearer"}
    first = house.post("/v1/policies", asked, by="admin").json()
    other = {**asked, "rows": [{**row, "source": "another contract"}]}
    second = house.post("/v1/policies", other, by="admin").json()

    assert approved(house, first["id"])["outcome"]["status"] == "carried_out"
    assert first["body"]["rows"] == [row]
    outcome = approved(house, second["id"])["outcome"]
    assert (outcome["status"], bool(outcome["code"])) == ("failed", True)


def test_a_bug_while_carrying_out_leaves_the_proposal_open(house, scene, monkeypatch):
    made = proposed(house, "transfers", transfers(leg(scene, "bank", "waits", "6.00")))
    with monkeypatch.context() as broken:
        broken.setattr(transfers_verb, "is_closed_day", lambda *_: 1 / 0)
        refused = approve(house, made["id"], key="while broken")
    assert (refused.status_code, refused.json()["code"]) == (500, QUARANTINED.code)
    assert house.get(f"/v1/proposals/{made['id']}").json() == made

    # Mended: the same request is carried out, once.
    done = approved(house, made["id"], key="while broken")
    assert done["outcome"]["results"] == ["created"]
    assert approve(house, made["id"]).json()["code"] == "already_decided"


# ---- what the second person sees ----


def test_what_is_proposed_is_shown_as_it_was_sent(house, scene):
    chain = [
        leg(scene, "bank", "waits", "10.00") | {"flags": ["pending"], "timeout": 60, "code": "m"},
        {"flags": ["void_pending_transfer"], "pending_id": scene["held"]},
        {"debit": scene["waits"], "credit": scene["bank"], "flags": ["balancing_debit"]},
    ]
    void = {"debit": None, "credit": None, "amount": None, "code": ""}
    plain = {"flags": [], "pending_id": None, "timeout": 0}
    wrong = moved(house, leg(scene, "bank", "waits", "7.00"))
    right = leg(scene, "bank", "waits", "5.25")
    for what, asked, shown in (
        (
            "transfers",
            transfers(*chain),
            transfers(
                plain | chain[0],
                plain | void | chain[1],
                plain | chain[2] | {"amount": None, "code": "manual"},
            ),
        ),
        ("reversals", reversal(wrong), reversal(wrong) | {"position": None, "reason": "by hand"}),
        (
            "corrections",
            {**reversal(wrong), "repost": [right]},
            {
                **reversal(wrong),
                "position": None,
                "reason": "by hand",
                "repost": [right | {"code": "correction"}],
            },
        ),
        ("periods", {"day": YESTERDAY}, {"day": YESTERDAY}),
    ):
        body = proposed(house, what, asked)["body"]
        for each in body["transfers"] if what == "transfers" else ():
            assert TransferId(each.pop("id"))
        assert body == shown


def test_transfers_have_ids_of_the_time_at_which_they_were_proposed(house, scene):
    asked = transfers(leg(scene, "bank", "waits", "1.00"), leg(scene, "bank", "waits", "2.00"))
    made = [ask(house, "transfers", asked, key=key).json() for key in ("free form", "free form")]
    assert made[0] == made[1]
    ids = [TransferId(each["id"]) for each in made[0]["body"]["transfers"]]
    assert [milliseconds_of(each) for each in ids] == [milliseconds_at(T0)] * 2
    assert ids == sorted(ids)


# ---- lists ----


def whole(house, path: str, joint: str) -> list[dict]:
    """A list read page by page, two at a time."""
    found, cursor = [], ""
    while True:
        answer = house.get(f"{path}{joint}limit=2{cursor}").json()
        found += answer["data"]
        if not answer["has_more"]:
            return found
        cursor = f"&cursor={answer['next_cursor']}"


# The time in a key is the caller's own affair, and must put nothing out of order.
def keys(of: int) -> list[str]:
    return [f"0{first}9c1c2e-7000-7000-8000-{of:012}" for first in "392"]


def test_proposals_are_listed_as_they_were_made(house, scene):
    asked = transfers(leg(scene, "bank", "waits", "1.00"))
    made = [ask(house, "transfers", asked, key=key).json()["id"] for key in keys(4)]
    listed = whole(house, "/v1/proposals", "?")
    assert [each["id"] for each in listed][-3:] == made
    positions = [each["position"] for each in listed]
    assert positions == sorted(set(positions))
    for each in made:
        approved(house, each)


def test_facilities_are_listed_as_they_were_opened(house):
    funder = house.get("/v1/parties?kind=funder").json()["data"][0]["id"]
    limit = {"amount": "1000.00", "currency": "CNY"}
    asked = {"funder_id": funder, "seller_id": str(SELLER), "limit": limit}
    asked |= {"programme": "standard", "reason": "a new client"}
    made = [house.post("/v1/facilities", asked, by="admin", key=key).json() for key in keys(3)]
    assert [each["body"]["limit"] for each in made] == [limit] * 3
    for each in reversed(made):
        assert approved(house, each["id"])["outcome"]["status"] == "carried_out"
    listed = whole(house, "/v1/facilities", "?")
    assert [each["id"] for each in listed][-3:] == [each["body"]["id"] for each in reversed(made)]


def test_parties_their_accounts_and_users_are_listed_as_they_came(house):
    asked = {"kind": "buyer", "legal_name": "A Shop", "country": "GB"}
    made = [house.post("/v1/parties", asked, by="admin", key=key).json()["id"] for key in keys(1)]
    assert [each["id"] for each in whole(house, "/v1/parties", "?kind=buyer&")][-3:] == made
    path = f"/v1/parties/{made[0]}"
    asked = {"holder": "A Shop", "country": "CN", "currency": "CNY", "bank_code": "102100099996"}
    main, *_ = [
        house.post(
            f"{path}/bank_accounts", {**asked, "number": f"62220200{n}0001"}, by="admin", key=key
        ).json()
        for n, key in enumerate(keys(2))
    ]
    assert house.get(f"{path}/bank_accounts").json()["data"][0] == main


def test_transfers_are_listed_as_they_were_recorded_the_newest_first(house, scene):
    for path in (f"/v1/ledger/accounts/{scene[name]}/transfers" for name in ("bank", "covered")):
        listed = whole(house, path, "?")
        places = [(each["position"], TransferId(each["id"])) for each in listed]
        assert places == sorted(set(places), reverse=True)
    for cursor in ("dHJhbnNmZXJzOjEy", "dHJhbnNmZXJzOjEyL3g", "x"):
        refused = house.get(f"{path}?cursor={cursor}")
        assert (refused.status_code, refused.json()["code"]) == (422, "malformed_cursor")
