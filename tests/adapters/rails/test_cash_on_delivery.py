"""A carrier's words and ours, both ways, and its advices as files."""

import asyncio
import json
from datetime import timedelta
from uuid import UUID

import httpx
import msgspec
import pytest
from tests.adapters.rails.golden import assert_golden
from tests.ports.subjects import T0, asked, reached

from usance.adapters.rails import cash_on_delivery
from usance.adapters.rails.cash_on_delivery import simulator, translate
from usance.kernel.errors import Invalid
from usance.kernel.ids import InstructionId
from usance.kernel.money import parse
from usance.kernel.records import encode, replace
from usance.payments.model import Decline, InstructionKind
from usance.payments.ports import AnswerKind

RAIL = cash_on_delivery.simulated()
PARCEL = asked(RAIL, 1)
BACK = replace(
    PARCEL,
    kind=InstructionKind.VOID,
    original_id=PARCEL.id,
    id=InstructionId(UUID(int=PARCEL.id.int ^ 1)),
)
YES, NO, SILENCE = AnswerKind.CONFIRMED, AnswerKind.REFUSED, AnswerKind.UNKNOWN
WAITS = AnswerKind.ACTION_REQUIRED


@pytest.mark.parametrize(("name", "dispatch"), [("collect", PARCEL), ("void", BACK)])
def test_what_we_ask_is_written_as_it_was(name, dispatch):
    request = translate.request_of(dispatch)
    question = translate.question_of(dispatch)

    assert_golden(
        f"cash_on_delivery/{name}.txt",
        f"{request.method} {request.path}\n{request.body.decode()}\n"
        f"{question.method} {question.path}\n",
    )


def parcel(status, **more):
    return {
        "id": "PCL1",
        "reference": PARCEL.id.hex,
        "status": status,
        "collect": {"amount": "100.00", "currency": "GBP"},
        "tracking_url": "https://carrier.test/PCL1",
        "weight_grams": 1200,
        **more,
    }


PAID = {"collected": {"amount": "100.00", "currency": "GBP"}}


@pytest.mark.parametrize(
    ("dispatch", "status", "body", "kind", "code"),
    [
        (PARCEL, 201, parcel("announced"), WAITS, ""),
        (PARCEL, 200, parcel("out_for_delivery"), WAITS, ""),
        (PARCEL, 200, parcel("collected", **PAID), YES, ""),
        (PARCEL, 200, parcel("collected"), SILENCE, "unknown_status"),
        (PARCEL, 200, parcel("refused"), NO, Decline.NOT_DELIVERED),
        (PARCEL, 200, parcel("lost"), NO, Decline.NOT_DELIVERED),
        (PARCEL, 200, parcel("held_by_customs"), SILENCE, "unknown_status"),
        (PARCEL, 422, {"code": "amount_too_large"}, NO, Decline.LIMIT_EXCEEDED),
        (PARCEL, 400, {"code": "whatever"}, NO, Decline.DECLINED),
        (PARCEL, 500, {}, SILENCE, "no_answer"),
        (PARCEL, 200, {"id": 7}, SILENCE, "unreadable"),
        (PARCEL, 200, parcel("collected") | {"reference": "x"}, SILENCE, "unreadable"),
        (BACK, 200, parcel("cancelled"), YES, ""),
        (BACK, 200, parcel("in_transit"), SILENCE, "in_progress"),
        (BACK, 200, parcel("collected", **PAID), NO, Decline.DECLINED),
    ],
)
def test_what_a_carrier_answers_is_said_in_our_words(dispatch, status, body, kind, code):
    answer = translate.answer_of(dispatch, status, json.dumps(body).encode())

    assert (answer.kind, answer.code) == (kind, code)


def test_what_was_paid_at_the_door_is_what_the_carrier_says():
    half = parcel("collected", collected={"amount": "50.00", "currency": "GBP"})

    assert translate.answer_of(PARCEL, 200, json.dumps(half).encode()).amount == parse(
        "50.00", "GBP"
    )


LINE = {"parcel": "PCL1", "reference": PARCEL.id.hex, "collected": "100.00", "fee": "2.00"}
ADVICE = {"id": "RMT-1", "currency": "GBP", "total": "98.00", "paid_on": "2026-09-14"}
CSV = (
    "remittance,paid_on,parcel,reference,collected,fee,currency\n"
    f"RMT-1,2026-09-14,PCL1,{PARCEL.id.hex},100.00,2.00,GBP\n"
)


@pytest.mark.parametrize(
    "raw",
    [
        json.dumps(ADVICE | {"lines": [LINE]}),
        json.dumps({"data": [ADVICE | {"lines": [LINE]}]}),
        CSV,
        "\ufeff" + CSV.replace("\n", "\r\n"),
    ],
)
def test_an_advice_is_read_the_same_as_json_and_as_csv(raw):
    [notice] = RAIL.advice(raw.encode())

    assert_golden("cash_on_delivery/advice.json", msgspec.json.format(encode(notice)).decode())


@pytest.mark.parametrize(
    ("case", "raw", "field"),
    [
        ("its total is another", json.dumps(ADVICE | {"total": "99.00", "lines": [LINE]}), "total"),
        ("no reference of its own", json.dumps(ADVICE | {"id": " ", "lines": [LINE]}), "id"),
        ("a reference nobody can write", json.dumps(ADVICE | {"id": "R\0", "lines": [LINE]}), "id"),
        (
            "a parcel nobody can write",
            json.dumps(ADVICE | {"lines": [LINE | {"parcel": "P\0"}]}),
            "lines[0].parcel",
        ),
        ("more fee than money", CSV.replace("2.00", "102.00"), "lines[0]"),
        ("nothing was collected", CSV.replace("100.00", "0.00"), "lines[0]"),
        ("no reference of ours", CSV.replace(PARCEL.id.hex, "A-17"), "lines[0]"),
        ("no day", CSV.replace("2026-09-14", "14.9.2026"), "lines[0]"),
        ("too many decimals", CSV.replace("100.00", "100.001"), "collected"),
        ("a column is missing", CSV.replace("fee,", "", 1), "header"),
        ("an empty column", CSV.replace("PCL1", ""), "line 2"),
        ("nothing at all", "", "header"),
        ("no JSON", '{"id": ', "file"),
        ("no text", "\udcff", "file"),
    ],
)
def test_a_faulty_advice_is_refused_as_a_whole(case, raw, field):
    with pytest.raises(Invalid) as refused:
        RAIL.advice(raw.encode("utf-8", "surrogateescape"))

    assert refused.value.field == field, case


def test_what_is_remitted_on_one_day_comes_in_one_sum():
    calm = replace(simulator.BEHAVIOUR, silent_bps=0, refused_bps=0, partly_bps=0)
    server = simulator.CarrierServer(cash_on_delivery.simulated(7, calm), T0)
    client = cash_on_delivery.CarrierRail(reached(server))

    async def remitted():
        for number in range(5):
            await client.send(asked(client, number), T0)
        server.now = T0 + timedelta(days=1)
        answers = [await client.ask(asked(client, number), server.now) for number in range(5)]
        notices = await client.notices([], T0, T0 + timedelta(days=30))
        return answers, notices

    answers, notices = asyncio.run(remitted())
    assert {answer.kind for answer in answers} == {YES}
    assert len(notices) == 5
    assert {notice.batch for notice in notices} == {"RMT-GBP-20260917"}


def test_a_parcel_that_is_paid_is_not_given_up_and_one_on_its_way_is():
    calm = replace(simulator.BEHAVIOUR, silent_bps=0, refused_bps=0, partly_bps=0)
    server = simulator.CarrierServer(cash_on_delivery.simulated(7, calm), T0)
    client = cash_on_delivery.CarrierRail(reached(server))

    async def asked_back(at):
        await client.send(PARCEL, T0)
        server.now = at
        return (await client.send(BACK, at)).kind

    assert asyncio.run(asked_back(T0 + timedelta(days=1))) is NO
    server._parcels.clear()
    server.now = T0
    assert asyncio.run(asked_back(T0 + timedelta(hours=1))) is YES


def test_an_advice_that_contradicts_itself_keeps_no_other_from_being_heard():
    good, bad = ADVICE | {"lines": [LINE]}, ADVICE | {"id": "RMT-2", "total": "1", "lines": [LINE]}

    class Server:
        def handle(self, request):
            del request
            return httpx.Response(200, json={"data": [bad, good]})

    client = cash_on_delivery.CarrierRail(reached(Server()))
    notices = asyncio.run(client.notices([], T0, T0))

    assert [notice.batch for notice in notices] == ["RMT-1"]
