"""Once, however often the request arrives."""

import asyncio

from tests.api.conftest import order_id

from usance.api.idempotency import command_id
from usance.kernel.ids import derive


def test_a_repeated_request_gets_the_same_answer(house):
    body = {"order_id": str(order_id(1))}

    first = house.post("/v1/payments", body, key="same")
    again = house.post("/v1/payments", body, key="same")

    assert first.status_code == again.status_code == 201
    assert again.json() == first.json()
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_refusal_is_repeated_too(house):
    body = {"order_id": str(order_id(999))}

    first = house.post("/v1/payments", body, key="refused")
    again = house.post("/v1/payments", body, key="refused")

    assert first.json()["code"] == again.json()["code"] == "unknown_order"
    assert again.headers["Idempotent-Replayed"] == "true"


def test_other_inputs_under_the_same_key_are_refused(house):
    house.post("/v1/payments", {"order_id": str(order_id(2))}, key="reused")
    reused = house.post("/v1/payments", {"order_id": str(order_id(3))}, key="reused")

    assert reused.status_code == 422
    assert reused.json()["code"] == "idempotency_key_reused"
    assert house.get(f"/v1/payments?order_id={order_id(3)}").json()["data"] == []


def test_requests_under_way_at_the_same_time_are_one(house):
    async def both():
        headers = {
            "Authorization": f"Bearer {house.keys['operations']}",
            "Idempotency-Key": "at once",
        }
        return await asyncio.gather(
            *(
                house.client.post(
                    "/v1/payments", json={"order_id": str(order_id(4))}, headers=headers
                )
                for _ in range(8)
            )
        )

    answers = house.run(both())

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 7


def test_the_same_key_of_another_person_is_another_request(house):
    body = {"order_id": str(order_id(5))}

    mine = house.post("/v1/payments", body, key="shared", by="seller")
    theirs = house.post("/v1/payments", body, key="shared", by="operations")

    assert mine.status_code == 201
    assert theirs.json()["code"] == "order_already_paid"


def test_nobody_can_name_a_command_of_the_house():
    own = derive(1_788_912_000_000, "financing.accept_under_mandate", 7, 0)

    assert command_id(derive(0, "somebody"), str(own)) != own


def test_a_key_is_needed_and_has_an_end(house):
    for key in ("", " ", "x" * 256):
        answer = house.post(
            "/v1/payments",
            {"order_id": str(order_id(6))},
            key="",
            headers={"Idempotency-Key": key} if key else {},
        )

        assert answer.status_code == 422, answer.text
        assert answer.json()["code"] == "idempotency_key_missing"


def test_many_payments_are_accepted_or_refused_each_by_itself(house):
    body = {"payments": [{"order_id": str(order_id(n))} for n in (10, 11, 10, 998)]}

    first = house.post("/v1/payments/batch", body, key="many")
    again = house.post("/v1/payments/batch", body, key="many")
    longer = house.post(
        "/v1/payments/batch",
        {"payments": [*body["payments"], {"order_id": str(order_id(12))}]},
        key="many",
    )
    swapped = house.post("/v1/payments/batch", {"payments": body["payments"][::-1]}, key="many")

    assert first.status_code == 200, first.text
    assert first.json()["accepted"] == 2
    codes = [(one["problem"] or {}).get("code") for one in first.json()["results"]]
    assert codes == [None, None, "order_already_paid", "unknown_order"]
    assert again.json()["results"][0] == first.json()["results"][0]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert longer.json()["code"] == swapped.json()["code"] == "idempotency_key_reused"
    assert house.get(f"/v1/payments?order_id={order_id(12)}").json()["data"] == []
