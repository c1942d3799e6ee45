"""Payments, payouts, escrows, disputes and proposals from the command line, over one open book."""

import json
from contextlib import asynccontextmanager

import pytest
import typer
from tests.api import conftest
from tests.api.conftest import SELLER, order_id

from usance.cli import disputes, escrows, payment_steps, payout_steps, proposals
from usance.cli.voice import Words
from usance.kernel.errors import NotAllowed, NotAuthenticated
from usance.kernel.ids import UserId
from usance.parties import service as parties
from usance.parties.model import Role

furnished, house = conftest.furnished, conftest.house
EN, ZH = Words.EN, Words.ZH
SHOWN = {"as_json": True, "language": EN}
TABLE = {"as_json": False, "language": ZH}
MODULES = (disputes, escrows, payment_steps, payout_steps, proposals)
OPERATIONS = str(parties.cast_user("operations"))


@pytest.fixture
def told(house, monkeypatch, capsys):
    """Runs a command over the open book; returns what it printed, JSON as an object."""

    @asynccontextmanager
    async def opened(_place):
        yield house.session

    for module in MODULES:
        monkeypatch.setattr(module, "opened", opened)

    def run(work):
        capsys.readouterr()
        try:
            house.run(work)
        except typer.Exit as ended:
            return ended.exit_code, capsys.readouterr().err
        text = capsys.readouterr().out
        return json.loads(text) if text.startswith("{") else text

    return run


def paid(house, number: int, **more) -> str:
    body = {"order_id": str(order_id(number)), "method": "card", "card_token": f"tok_{number}"}
    made = house.post("/v1/payments", {**body, **more})
    assert made.status_code == 201, made.text
    house.quiet()
    return made.json()["id"]


def test_a_payment_is_captured_in_parts_voided_and_refunded(house, told):
    payment = paid(house, 1, capture="manual")

    first = told(payment_steps.capture(None, payment, "5.00", "k", final=False, **SHOWN))
    again = told(payment_steps.capture(None, payment, "5.00", "k", final=False, **SHOWN))
    house.quiet()
    left = told(payment_steps.void(None, payment, "", **SHOWN))
    house.quiet()
    back = told(payment_steps.refund(None, payment, "2.00", "late", "", **SHOWN))

    assert first["id"] == again["id"]
    assert first["amount"] == house.get(f"/v1/captures/{first['id']}").json()["amount"]
    assert left["status"] == "voiding"
    assert (back["object"], back["amount"]["amount"], back["reason"]) == ("refund", "2.00", "late")
    listed = told(payment_steps.list_parts(None, payment, "refunds", 20, **SHOWN))
    assert [one["id"] for one in listed["data"]] == [back["id"]]
    table = told(
        payment_steps.list_parts(None, payment, "captures", 20, as_json=False, language=ZH)
    )
    assert "请款" in table
    assert "5.00 GBP" in table


def test_what_the_book_refuses_is_said_in_the_caller_s_language(house, told):
    payment = paid(house, 2)

    code, said = told(
        payment_steps.refund(None, payment, "999.00", "", "", as_json=False, language=ZH)
    )

    assert code == 1
    assert "exceeds_remainder" in said
    assert said.isascii() is False


def test_lists_are_the_api_s_objects_and_say_where_there_is_nothing(house, told):
    paid(house, 3)

    listed = told(payment_steps.list_payments(None, "", "captured", 1, **SHOWN))
    assert listed["data"] == house.get("/v1/payments?status=captured&limit=1").json()["data"]
    nothing = told(escrows.list_escrows(None, "", "", 20, as_json=False, language=ZH))
    assert nothing == "没有托管资金。\n"
    assert told(disputes.list_disputes(None, "", None, 20, as_json=False, language=EN)) == (
        "There is no dispute.\n"
    )


def test_a_payout_over_the_limit_is_proposed_and_approved_with_another_s_key(house, told):
    asked = payout_steps.Wanted("1000000.01", "CNY", str(SELLER), "", "R1", "", "", "")
    alone = told(payout_steps.pay(None, asked, as_json=False, language=EN))
    assert alone[0] == 1
    assert "payout_needs_approval" in alone[1]


def test_escrow_is_released_by_two_people(house, told):
    share = {"payee_id": payee(house), "amount": {"amount": "10.00", "currency": "CNY"},
             "escrow": {"delivery": True}}  # fmt: skip
    payment = paid(house, 4, split=[share])
    house.post(f"/v1/test_helpers/payments/{payment}/settle", {})
    house.quiet()
    [escrow] = told(escrows.list_escrows(None, payment, "held", 20, **SHOWN))["data"]
    second = UserId.derived(0, "second")
    body = parties.RegisterUser(second, parties.cast_party("operator"), "B", (Role.OPERATIONS,))
    assert house.run(house.session.do("register_user", body, "second")).refusal is None
    other = house.run(conftest.issue_key(house.session, "second", second))

    waits = told(escrows.release(None, escrow["id"], "", OPERATIONS, "agreed", **SHOWN))
    alone = told(proposals.decide(None, waits["id"], house.keys["operations"], "", **SHOWN))
    done = told(proposals.decide(None, waits["id"], other, "", **SHOWN))

    assert waits["approval_scopes"] == ["proposals:approve", "escrow:write"]
    assert alone[0] == 1
    assert "same_person" in alone[1]
    assert (done["state"], done["outcome"]["status"]) == ("approved", "carried_out")
    assert house.get(f"/v1/escrows/{escrow['id']}").json()["status"] == "closed"
    shares = told(payment_steps.show_split(None, payment, as_json=False, language=EN))
    assert "10.00 CNY" in shares
    with pytest.raises(NotAuthenticated):
        told(proposals.decide(None, waits["id"], "uk_test_aaaaaaaa_b", "", **SHOWN))
    with pytest.raises(NotAllowed):
        told(proposals.decide(None, waits["id"], house.keys["regulator"], "", **SHOWN))


def payee(house) -> str:
    made = house.post(
        "/v1/parties", {"kind": "payee", "legal_name": "Freight Ltd", "country": "CN"}
    )
    account = {"holder": "Freight Ltd", "country": "CN", "currency": "CNY", "number": "62220001"}
    path = f"/v1/parties/{made.json()['id']}/bank_accounts"
    assert house.post(path, account).status_code == 201
    return made.json()["id"]
