"""Transfers by their UETR, as they are asked for."""

import pytest

from usance.kernel.ids import InstructionId, derive
from usance.payments.model import uetr_of

UNKNOWN = uetr_of(InstructionId(derive(1, "nobody's")))


@pytest.mark.parametrize(
    ("uetr", "status", "code"),
    [
        (UNKNOWN, 404, "unknown_uetr"),
        ("not-one", 422, "not_a_uetr"),
        (UNKNOWN.upper(), 422, "not_a_uetr"),
        (str(derive(1, "seven")), 422, "not_a_uetr"),
    ],
)
def test_a_transfer_that_is_not_there(house, uetr, status, code):
    shown = house.get(f"/v1/transfers/{uetr}")
    recalled = house.post(f"/v1/transfers/{uetr}/recall", {"reason": "DUPL"})

    for answer in (shown, recalled):
        assert answer.status_code == status, answer.text
        problem = answer.json()
        codes = {problem["code"], *(each["code"] for each in problem.get("errors", []))}
        assert code in codes
