"""Invented buyers: always the same, plausible for their country, with accounts that check."""

import pytest
import schwifty

from usance.parties import service
from usance.parties.rules.invented import invented_buyer

WITH_IBAN = [
    "GB",
    "DE",
    "IE",
    "FR",
    "ES",
    "NL",
    "CH",
    "BE",
    "PT",
    "NO",
    "FI",
    "IT",
    "CY",
    "SE",
    "AT",
    "IL",
    "DK",
    "PL",
    "IS",
    "GR",
    "MT",
    "AE",
    "LB",
    "LT",
    "BR",
    "CZ",
    "BH",
    "SA",
    "GG",
    "JE",
]
WITHOUT = ["AU", "JP", "HK", "US", "SG", "CA", "ZA", "EU", "ZZ"]


@pytest.mark.parametrize("country", WITH_IBAN)
def test_where_there_are_ibans_a_buyer_has_one_whose_digits_check(country):
    for number in range(20):
        buyer = invented_buyer(7, str(number), country)

        assert buyer.card_token is None
        iban = schwifty.IBAN(buyer.iban)
        assert iban.country_code == country


@pytest.mark.filterwarnings("ignore:No national checksum")
@pytest.mark.parametrize("country", ["FR", "IT", "ES", "BE", "NO", "PT", "PL", "CZ", "FI"])
def test_national_check_digits_check_too(country):
    for number in range(20):
        schwifty.IBAN(invented_buyer(7, str(number), country).iban, validate_bban=True)


@pytest.mark.parametrize("country", WITHOUT)
def test_where_there_are_none_a_buyer_has_a_card(country):
    buyer = invented_buyer(7, "12345", country)

    assert buyer.iban is None
    assert buyer.card_token.startswith("card_")


def test_the_same_seed_gives_the_same_buyer():
    assert invented_buyer(7, "17850", "GB") == invented_buyer(7, "17850", "GB")


@pytest.mark.parametrize("other", [(8, "17850", "GB"), (7, "17851", "GB"), (7, "17850", "IE")])
def test_any_other_input_gives_another(other):
    assert invented_buyer(*other) != invented_buyer(7, "17850", "GB")


def test_accounts_and_cards_are_not_shared():
    buyers = [invented_buyer(7, str(n), c) for n in range(300) for c in ("GB", "US")]

    assert len({buyer.iban or buyer.card_token for buyer in buyers}) == len(buyers)


def test_names_vary_as_customers_do():
    names = {invented_buyer(7, str(n), "GB").legal_name for n in range(1000)}

    assert len(names) > 600


@pytest.mark.parametrize("country", [*WITH_IBAN, *WITHOUT])
def test_the_verbs_take_every_invented_buyer(country):
    from datetime import UTC, datetime
    from uuid import UUID

    from usance.runtime.draft import Overlay, State

    apply = {
        "register_party": service.apply_register_party,
        "register_bank_account": service.apply_register_bank_account,
    }
    draft = Overlay(State(), datetime(2026, 9, 9, tzinfo=UTC))
    for number in range(5):
        for verb, body in service.register_invented(7, "uci", str(number), country, "GBP"):
            draft.begin(UUID(int=1), UUID(int=2))

            assert apply[verb](draft, body, None) is None
    buyer = service.party_by_reference(draft, "uci:3")
    assert buyer is not None
    assert buyer.id == service.buyer_id("uci", "3")
