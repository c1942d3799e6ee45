"""Where parties are, by HTTP."""

import pytest
from tests.api.conftest import OTHER_SELLER, SELLER

ADDRESS = {
    "street": "Hauptstrasse",
    "building": "1",
    "town": "Köln",
    "postal_code": "50667",
    "subdivision": "Nordrhein-Westfalen",
}
PATH = f"/v1/parties/{SELLER}/address"


def test_where_a_party_is_is_said_and_shown_to_itself_alone(house):
    assert house.get(PATH).status_code == 404
    said = house.post(PATH, ADDRESS)
    assert said.status_code == 200, said.text
    assert said.json()["address"] == ADDRESS
    assert house.get(PATH, by="seller").json() == said.json()
    others = PATH.replace(str(SELLER), str(OTHER_SELLER))
    assert house.post(others, ADDRESS).status_code == 200
    assert house.get(others, by="seller").status_code == 404


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"town": " "}, "address.town"),
        ({"town": "x" * 36}, "address.town"),
        ({"building": "x" * 17}, "address.building"),
    ],
)
def test_what_no_bank_would_take_is_refused_in_both_languages(house, changed, field):
    refused = house.post(PATH, ADDRESS | changed)

    assert refused.json()["code"] == "malformed_address"
    assert refused.json()["errors"][0]["field"] == field
