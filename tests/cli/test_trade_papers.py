"""`usance trade` and `usance customs`, over one open book."""

import json
from contextlib import asynccontextmanager

import pytest
import typer
from tests.api import conftest
from tests.api.conftest import SELLER, order_id

from usance.cli import customs, trade
from usance.cli.options import Words
from usance.kernel.ids import PartyId
from usance.parties import service as parties
from usance.parties.model import PartyKind

furnished, house = conftest.furnished, conftest.house
SHOWN = {"as_json": True, "language": Words.EN}
TABLE = {"as_json": False, "language": Words.ZH}
KEEPER, OFFICE = PartyId.derived(0, "keeper"), PartyId.derived(0, "office")


@pytest.fixture
def told(house, monkeypatch, capsys):
    """Runs a command over the open book; returns what it printed, JSON as an object."""

    @asynccontextmanager
    async def opened(_place):
        yield house.session

    for module in (trade, customs):
        monkeypatch.setattr(module, "opened", opened)
    for party, kind in ((KEEPER, PartyKind.WAREHOUSE_KEEPER), (OFFICE, PartyKind.PAYEE)):
        body = parties.RegisterParty(party, kind, "Somebody", "CN")
        house.run(house.session.do("register_party", body, party))

    def run(work):
        capsys.readouterr()
        try:
            house.run(work)
        except typer.Exit as ended:
            return ended.exit_code, capsys.readouterr().err
        text = capsys.readouterr().out
        return json.loads(text) if text.startswith("{") else text

    return run


def test_an_order_is_shipped_invoiced_approved_and_credited(house, told):
    order = str(order_id(1))
    shipment = told(trade.ship(None, order, "DHL", "JD1", "", "k", **SHOWN))
    assert shipment == told(trade.ship(None, order, "DHL", "JD1", "", "k", **SHOWN))
    arrived = told(trade.deliver(None, shipment["id"], "signed", "", "", **SHOWN))
    assert arrived == house.get(f"/v1/shipments/{shipment['id']}").json()
    assert told(trade.list_shipments(None, order, 20, **SHOWN))["data"] == [arrived]

    asked = ("T-1", "", "2026-11-08", "")
    invoice = told(trade.present(None, order, *asked, "", **SHOWN))
    assert (invoice["amount"]["amount"], invoice["issued_on"]) == ("21.50", "2026-09-09")
    said = told(trade.dispute(None, invoice["id"], "one is missing", "Ann", "", **SHOWN))
    assert said["status"] == "disputed"
    owed = told(trade.approve(None, invoice["id"], "20.00", "Ann", "2026-12-01", "", **SHOWN))
    assert (owed["payable"]["amount"], owed["due_date"]) == ("20.00", "2026-12-01")
    left = told(trade.credit(None, invoice["id"], "0.50", "C-1", "", "a scratch", "", **SHOWN))
    assert left["payable"]["amount"] == "19.50"
    table = told(trade.list_invoices(None, "", "approved", 20, **TABLE))
    assert "应付" in table
    assert "19.50 GBP" in table
    status, words = told(trade.present(None, order, *asked, "", **TABLE))
    assert status == 1
    assert "order_already_invoiced" in words


def test_goods_are_receipted_moved_and_valued(house, told):
    goods = trade.Stored("W-1", str(KEEPER), str(SELLER), "stands", "piece", 10, "3.00", "CNY", "")
    receipt = told(trade.receipt(None, goods, "", **SHOWN))
    told(trade.move(None, receipt["id"], "released", 4, "out 1", "", **SHOWN))
    worth = told(trade.revalue(None, receipt["id"], "2.50", "an appraiser", "", **SHOWN))
    assert (worth["quantity"], worth["value"]["amount"]) == (6, "15.00")
    assert "15.00 CNY" in told(trade.list_receipts(None, "held", 20, **TABLE))


def test_a_tax_is_claimed_back(house, told):
    def claim(number: str):
        of = customs.Claimed(str(SELLER), str(OFFICE), number, "130.00", "CNY", "2026-11-30")
        return told(customs.claim(None, of, "", **SHOWN))["id"]

    first, second = claim("D-1"), claim("D-2")
    assert told(customs.approve(None, first, "", "", "", **SHOWN))["approved"]["amount"] == "130.00"
    came = told(customs.paid(None, first, "", "", "R-1", "", **SHOWN))
    assert (came["status"], came["paid_on"]) == ("paid", "2026-09-09")
    assert told(customs.refuse(None, second, "never left", "", **SHOWN))["status"] == "refused"
    assert told(customs.show_refund(None, first, **SHOWN)) == came
    assert told(customs.list_refunds(None, str(SELLER), "paid", 20, **SHOWN))["data"] == [came]
    assert "报关单" in told(customs.list_refunds(None, "", "", 20, **TABLE))
