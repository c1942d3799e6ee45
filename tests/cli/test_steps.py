"""Payments, payouts, escrows, disputes and proposals from the command line, over one open book."""

import json
from contextlib import asynccontextmanager
from datetime import date

import pytest
import typer
from tests.api import conftest
from tests.api.conftest import SELLER, order_id
from tests.api.paying import buyer_in, places

from usance.cli import (
    disputes,
    escrows,
    payment_steps,
    payout_steps,
    payouts,
    proposals,
    receiving,
    suspense,
)
from usance.cli import (
    parties as party_steps,
)
from usance.cli.voice import Words
from usance.kernel.errors import NotAllowed, NotAuthenticated
from usance.kernel.ids import UserId
from usance.kernel.money import Currency, Money, parse
from usance.parties import service as parties
from usance.parties.model import PostalAddress, Role
from usance.payments.model import Counterparty
from usance.payments.service import RecordReceipt

furnished, house = conftest.furnished, conftest.house
EN, ZH = Words.EN, Words.ZH
SHOWN = {"as_json": True, "language": EN}
TABLE = {"as_json": False, "language": ZH}
MODULES = (
    disputes,
    escrows,
    party_steps,
    payment_steps,
    payout_steps,
    payouts,
    proposals,
    receiving,
    suspense,
)
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


def test_a_receiving_account_is_opened_once_and_listed(house, told):
    asked = receiving.Wanted(
        "GBP", "GB", "Our Bank", "GB82WEST12345698765432", "", "", str(SELLER), "k"
    )

    first = told(receiving.open_account(None, asked, **SHOWN))
    again = told(receiving.open_account(None, asked, **SHOWN))

    assert (first["object"], first["iban" if "iban" in first else "number"]) == (
        "receiving_account",
        "GB82WEST12345698765432",
    )
    assert first == again == house.get(f"/v1/receiving_accounts/{first['id']}").json()
    table = told(receiving.list_accounts(None, str(SELLER), 20, **TABLE))
    assert "收款账户" in table
    assert "GB82WEST12345698765432" in table
    assert told(receiving.list_receipts(None, "", 20, **TABLE)) == "没有转账收款。\n"


def test_addresses_are_said_and_shown(house, told):
    nowhere = PostalAddress()
    there = PostalAddress("Main Road", "7", "Ningbo", "315000", "")
    made = house.post(
        "/v1/beneficiaries",
        {"party_id": str(SELLER), "name": "Supplier Ltd", "country": "CN", "currency": "CNY",
         "number": "6222020200112230", "bank_code": "102100099996"},
    ).json()  # fmt: skip

    party = told(party_steps.party_address(None, str(SELLER), there, "", **SHOWN))
    payee = told(party_steps.beneficiary_address(None, made["id"], there, "", **SHOWN))

    assert party == house.get(f"/v1/parties/{SELLER}/address").json()
    assert payee["address"]["town"] == "Ningbo"
    kept = ("name", "country", "currency", "number", "bank_code", "changed_at", "status")
    assert [payee[name] for name in kept] == [made[name] for name in kept]
    assert "Ningbo" in told(party_steps.party_address(None, str(SELLER), nowhere, "", **TABLE))
    listed = told(payouts.show_beneficiaries(None, str(SELLER), **SHOWN))
    assert [each["id"] for each in listed["data"]] == [made["id"]]
    assert "有效" in told(payouts.show_beneficiaries(None, str(SELLER), **TABLE))
    assert "卖家" in told(party_steps.list_parties(None, "seller", 20, **TABLE))


def test_money_in_suspense_is_listed_and_proposed_for(house, told):
    assert told(suspense.list_items(None, 20, closed=False, **TABLE)) == "没有待认领的款项。\n"
    payer = Counterparty("Eva Example", "DE89370400440532013000", "", "DE")
    credit = RecordReceipt("GB01", "B1", parse("7.00", "GBP"), date(2026, 9, 9), "nobody's", payer)
    assert house.run(house.session.do("record_receipt", credit, "B1")).refusal is None
    [item] = told(suspense.list_items(None, 20, closed=False, **SHOWN))["data"]

    assigned = told(suspense.assign(None, item["id"], OPERATIONS, "", **SHOWN))
    waits = told(
        suspense.attribute(None, item["id"], str(SELLER), "", "1.00", OPERATIONS, "theirs", **SHOWN)
    )
    shown = told(proposals.show_proposal(None, waits["id"], **TABLE))

    assert assigned == house.get(f"/v1/suspense/{item['id']}").json()
    assert assigned["assignee"] == OPERATIONS
    assert waits["verb"] == "attribute_suspense"
    assert "1.00 GBP" in shown
    assert "待批准" in shown
    named = house.get(f"/v1/parties/{SELLER}").json()["legal_name"]
    assert f"{named} ({SELLER})" in shown
    as_shown = told(proposals.show_proposal(None, waits["id"], **SHOWN))
    assert as_shown == house.get(f"/v1/proposals/{waits['id']}").json()


def test_states_stand_in_tables_in_the_reader_s_words(house, told):
    payment = paid(house, 9)

    assert "已收款" in told(payment_steps.show_payment(None, payment, **TABLE))
    assert "captured" in told(payment_steps.show_payment(None, payment, as_json=False, language=EN))


def test_what_the_buyer_has_to_do_is_shown_with_the_payment(house, told):
    order = places(house, "HK-7", Money(100_00, Currency("HKD")), buyer_in(house, "HK"), "HK")
    body = {"order_id": str(order), "method": "wallet"}
    made = house.post("/v1/payments", body)
    assert made.status_code == 201, made.text
    house.quiet()
    payment = made.json()["id"]
    wanted = house.get(f"/v1/payments/{payment}/action").json()

    assert told(payment_steps.show_action(None, payment, **SHOWN)) == wanted
    shown = told(payment_steps.show_payment(None, payment, **TABLE))
    assert wanted["action"] in shown
    assert "买家须打开" in shown
