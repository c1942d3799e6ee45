"""The catalogue of corridors as it is asked for."""

import pytest
from tests.api.test_query import ask as _ask


@pytest.mark.parametrize(
    ("query", "methods"),
    [
        ("country=DE&currency=EUR",
         ["*/EUR/credit_transfer?", "*/EUR/card", "DE/EUR/sepa_instant", "DE/EUR/credit_transfer"]),
        ("country=BR&currency=BRL", ["BR/BRL/local_instant"]),
        ("country=BR&currency=XXX", []),
        ("country=KE&currency=USD", ["*/USD/credit_transfer", "*/USD/card"]),
    ],
)  # fmt: skip
def test_the_ways_to_a_country(house, query, methods):
    body = _ask(house, "GET", f"/v1/corridors?{query}", "operations").json()
    found = [f"{each['country']}/{each['currency']}/{each['method']}" for each in body["data"]]

    # The country's own way hides the one that goes anywhere by the same method.
    assert found == [each for each in methods if not each.endswith("?")]
    assert all(each["source"] and not each["verified"] for each in body["data"])


def test_a_corridor_says_what_it_needs(house):
    body = _ask(house, "GET", "/v1/corridors?country=DE&currency=EUR", "operations").json()
    instant = next(each for each in body["data"] if each["method"] == "sepa_instant")

    assert [field["name"] for field in instant["fields"]] == ["name", "iban"]
    assert instant["within_seconds"] == 10
    assert instant["minimum"] == {"amount": "0.01", "currency": "EUR"}


@pytest.mark.parametrize("query", ["country=de", "currency=EURO", "country=DEU"])
def test_a_country_or_currency_of_no_form_is_refused(house, query):
    assert _ask(house, "GET", f"/v1/corridors?{query}", "operations").status_code == 422


def test_the_whole_catalogue_goes_by_pages(house):
    seen, cursor = [], ""
    while True:
        page = _ask(house, "GET", f"/v1/corridors?limit=30{cursor}", "operations").json()
        seen += [f"{e['country']}/{e['currency']}/{e['method']}" for e in page["data"]]
        if not page.get("next_cursor"):
            break
        cursor = f"&cursor={page['next_cursor']}"

    assert len(seen) == len(set(seen)) > 60
