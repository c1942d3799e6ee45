"""Remittances by HTTP: shown, refused by name, and dismissed by two."""

import json
from datetime import UTC, datetime

import asyncpg
import pytest

from usance.kernel.ids import InstructionId, PaymentId, RemittanceId
from usance.kernel.money import Currency, parse
from usance.payments.model import (
    Instruction,
    InstructionKind,
    InstructionState,
    RemittanceLine,
    remittance_id_of,
)
from usance.payments.service import ReceiveRemittance, RecordRemittance
from usance.payments.tables import INSTRUCTIONS

PARCEL = InstructionId.derived(0, "api", "parcel")
LINE = RemittanceLine(
    "RMT-API-1/1",
    PARCEL,
    PaymentId.derived(0, "api", "parcel"),
    parse("100.00", "PLN"),
    parse("2.00", "PLN"),
)


@pytest.fixture(scope="module")
def announced(house) -> str:
    body = RecordRemittance("cash_on_delivery", "RMT-API-1", Currency("PLN"), (LINE,))
    assert house.run(house.session.do("record_remittance", body, "api")).refusal is None
    return str(remittance_id_of("cash_on_delivery", "RMT-API-1", "PLN"))


def test_what_was_announced_is_listed_and_shown(house, announced):
    [one] = house.get("/v1/remittances?status=announced").json()["data"]
    assert one == house.get(f"/v1/remittances/{announced}").json()
    assert one["amount"] == {"amount": "98.00", "currency": "PLN"}
    assert one["difference"] == {"amount": "0.00", "currency": "PLN"}
    nobody = RemittanceId.derived(0, "api", "nobody")
    assert house.get(f"/v1/remittances/{nobody}").status_code == 404


def test_one_that_differs_is_settled_only_where_it_adds_up_and_dismissed_by_two(house, announced):
    asked = {"reason": "the carrier said so"}
    early = house.post(f"/v1/remittances/{announced}/settle", asked)
    assert (early.status_code, early.json()["code"]) == (409, "wrong_state")
    shown = ReceiveRemittance(RemittanceId(announced), "PL1 B1", parse("90.00", "PLN"))
    assert house.run(house.session.do("receive_remittance", shown, "api")).refusal is None
    one = house.get(f"/v1/remittances/{announced}").json()
    assert (one["status"], one["difference"]["amount"]) == ("differs", "-8.00")
    refused = house.post(f"/v1/remittances/{announced}/settle", {**asked, "without": [str(PARCEL)]})
    assert refused.json()["code"] == "sum_differs"

    proposed = house.post(f"/v1/remittances/{announced}/dismiss", asked)
    assert proposed.status_code == 201, proposed.text
    approved = house.post(f"/v1/proposals/{proposed.json()['id']}/approve", {}, by="admin_two")
    assert approved.status_code == 200, approved.text
    assert house.get(f"/v1/remittances/{announced}").json()["status"] == "dismissed"


HEAD = "remittance,paid_on,parcel,reference,collected,fee,currency\n"


@pytest.mark.parametrize(
    ("_case", "rail", "file", "status", "code"),
    [
        ("no such rail", "pigeon", HEAD, 422, "no_advice_taken"),
        ("a rail that remits nothing", "card", HEAD, 422, "no_advice_taken"),
        ("no lines", "cash_on_delivery", HEAD, 422, "malformed_advice"),
        ("nothing at all", "cash_on_delivery", "", 422, "malformed_advice"),
        ("broken JSON", "cash_on_delivery", '{"data": [', 422, "malformed_advice"),
        ("somebody else's parcel", "cash_on_delivery",
         f"{HEAD}R-1,2026-09-14,P-1,{'0' * 31}1,100.00,2.00,PLN\n", 404,
         "unknown_instruction"),
    ],
)  # fmt: skip
def test_an_advice_that_is_none_of_ours_is_refused_whole(house, _case, rail, file, status, code):
    before = house.get("/v1/remittances").json()
    answer = house.ask("POST", f"/v1/remittances?rail={rail}", content=file.encode())

    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert house.get("/v1/remittances").json() == before


async def _written(dsn: str, row: Instruction) -> None:
    """Write an instruction as the owner of the tables, whom no worker is."""
    connection = await asyncpg.connect(dsn)
    await connection.copy_records_to_table(
        "instructions", schema_name="payments", columns=INSTRUCTIONS.shape.columns,
        records=[INSTRUCTIONS.shape.to_row(row)],
    )  # fmt: skip
    await connection.close()


@pytest.fixture(scope="module")
def parcel(house, furnished) -> InstructionId:
    """A parcel that a carrier has been paid for at the door."""
    made = InstructionId.derived(1_789_000_000_000, "api", "door")
    row = Instruction(
        made, InstructionKind.COLLECT, made, PaymentId.derived(0, "api", "door"),
        "cash_on_delivery", "buyer:x", parse("100.00", "PLN"), InstructionState.CONFIRMED,
        datetime(2026, 9, 7, 8, tzinfo=UTC),
    )  # fmt: skip
    house.run(_written(furnished.dsn, row))
    return made


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_carriers_advice_is_announced_once_however_often_it_is_handed_over(house, parcel, form):
    said = {
        "id": "R-7", "currency": "PLN", "total": "98.00", "paid_on": "2026-09-14",
        "lines": [{"parcel": "P-1", "reference": parcel.hex, "collected": "100.00", "fee": "2.00"}],
    }  # fmt: skip
    csv = f"{HEAD}R-7,2026-09-14,P-1,{parcel.hex},100.00,2.00,PLN\n"
    file = json.dumps(said) if form == "json" else csv
    answers = [house.ask("POST", "/v1/remittances", content=file.encode()) for _ in range(2)]

    assert [each.status_code for each in answers] == [200, 200], answers[0].text
    told = answers[0].json()
    assert told == answers[1].json()
    assert told["refused"] == []
    [one] = told["data"]
    assert (one["reference"], one["amount"]["amount"], one["status"]) == (
        "R-7", "98.00", "announced",
    )  # fmt: skip
