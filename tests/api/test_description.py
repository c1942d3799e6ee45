"""The description is true: whatever it allows gets an answer that it describes."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.described import DESCRIBED

SCHEMA = schemathesis.openapi.from_dict(DESCRIBED)
CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]
OPERATIONS = [result.ok() for result in SCHEMA.get_all_operations()]
EXAMPLES = 3


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_no_described_request_brings_us_down(house, operation):
    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=True,
    )
    @given(case=operation.as_strategy(), by=st.sampled_from(["admin", "operations", "seller"]))
    def holds(case, by):
        arguments = case.as_transport_kwargs(base_url="http://book")
        headers = {**arguments.pop("headers", {}), "Authorization": f"Bearer {house.keys[by]}"}
        arguments = {k: v for k, v in arguments.items() if k in {"method", "url", "json", "params"}}
        answer = house.run(house.client.request(headers=headers, **arguments))

        assert answer.status_code < 500, answer.text
        case.validate_response(answer, checks=CHECKS)

    holds()
