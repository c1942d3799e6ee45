"""What a corridor asks for, takes and promises; and that the catalogue that ships can be read."""

from datetime import UTC, date, datetime

import pytest

from usance.kernel.dates import calendar
from usance.kernel.errors import Refusal
from usance.kernel.money import parse
from usance.kernel.records import replace
from usance.parties.model import key_among
from usance.payments.model import Direction
from usance.payments.rules.corridors import arrival, corridor_of, field_of, payable_by
from usance.policy.model import ANY_SCOPE
from usance.policy.service import shipped_rows

ROWS = shipped_rows()
FIELDS = {row.scope: field_of(row) for row in ROWS if row.rule == "payments.beneficiary_field"}
CORRIDORS = {
    row.scope: corridor_of(row, FIELDS.__getitem__)
    for row in ROWS
    if row.rule == "payments.corridor"
}
[METHODS] = [row.words("methods") for row in ROWS if row.rule == "payments.method"]
INSTANT, SEPA = CORRIDORS["DE/EUR/sepa_instant"], CORRIDORS["DE/EUR/credit_transfer"]
FASTER, DOLLARS = CORRIDORS["GB/GBP/faster_payments"], CORRIDORS["US/USD/credit_transfer"]
WEAVER = {"name": "Weaver", "iban": "DE02120300000000202051"}
BRITON = {"name": "Weaver", "sort_code": "560036", "account_number": "12345678"}


def test_the_catalogue_that_ships_can_be_read_and_hides_no_method():
    assert len(CORRIDORS) > 60
    assert {each.method for each in CORRIDORS.values()} <= set(METHODS)
    assert all(each.scope == scope for scope, each in CORRIDORS.items())
    assert not any(each.verified for each in CORRIDORS.values())
    assert all(each.source for each in CORRIDORS.values())


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
def test_an_example_has_the_form_it_is_an_example_of(field):
    [corridor] = [replace(INSTANT, fields=(field,))]
    amount = parse("1.00", "EUR")

    assert payable_by([corridor], amount, {field.name: field.example}) == corridor
    refused = payable_by([corridor], amount, {field.name: "\n"})
    assert refused.code == "beneficiary_malformed"


@pytest.mark.parametrize(
    ("ways", "amount", "given", "outcome"),
    [
        ([INSTANT, SEPA], "10.00 EUR", WEAVER, "sepa_instant"),
        ([replace(INSTANT, maximum=parse("5.00", "EUR")), SEPA], "10.00 EUR", WEAVER,
         "credit_transfer"),
        ([INSTANT], "10.00 EUR", {"name": "Weaver"}, "beneficiary_incomplete iban"),
        ([INSTANT], "10.00 EUR", {"iban": "X", "name": ""}, "beneficiary_incomplete name"),
        ([INSTANT], "10.00 EUR", WEAVER | {"iban": "DE02"}, "beneficiary_malformed iban"),
        ([FASTER], "1000000.00 GBP", BRITON, "faster_payments"),
        ([FASTER], "1000000.01 GBP", BRITON, "outside_corridor amount"),
        ([FASTER], "0.00 GBP", BRITON, "outside_corridor amount"),
        ([replace(INSTANT, direction=Direction.IN)], "10.00 EUR", WEAVER, None),
        ([], "10.00 EUR", WEAVER, None),
    ],
)  # fmt: skip
def test_the_first_way_that_takes_a_payout_is_taken(ways, amount, given, outcome):
    taken = payable_by(ways, parse(*amount.split()), given)
    if isinstance(taken, Refusal):
        assert f"{taken.code} {taken.field}" == outcome
    else:
        assert (taken and taken.method) == outcome


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("corridor", "sent", "arrives"),
    [
        # Round the clock, on a Sunday.
        (INSTANT, "2026-09-06T23:00:00", "2026-09-06T23:00:10"),
        # Brussels is two hours ahead of UTC in summer: 14:30 there is 12:30.
        (SEPA, "2026-09-07T12:30:00", "2026-09-08T16:00:00"),
        (SEPA, "2026-09-07T12:30:01", "2026-09-09T16:00:00"),
        (SEPA, "2026-09-05T08:00:00", "2026-09-08T16:00:00"),
        # And one hour ahead in winter.
        (SEPA, "2026-12-07T13:30:00", "2026-12-08T17:00:00"),
        # New York: the same day until 17:00 there, the next business day after it.
        (DOLLARS, "2026-09-08T20:59:00", "2026-09-08T22:00:00"),
        (DOLLARS, "2026-09-08T21:01:00", "2026-09-09T22:00:00"),
        # Monday the seventh is Labor Day.
        (DOLLARS, "2026-09-04T21:01:00", "2026-09-08T22:00:00"),
    ],
)
def test_what_is_promised_keeps_cut_offs_zones_and_holidays(corridor, sent, arrives):
    labor_day = calendar([date(2026, 9, 7)] if corridor is DOLLARS else [])

    assert arrival(corridor, at(sent), labor_day) == at(arrives)


def test_no_row_stands_for_all_corridors():
    assert ANY_SCOPE not in CORRIDORS


@pytest.mark.parametrize(
    ("country", "number", "bank", "key"),
    [
        ("BR", "11144477735", None, "11144477735"),
        ("BR", "11144477735", "00000000", ""),
        ("BR", "11144477736", None, ""),
        ("TH", "+66812345678", None, "+66812345678"),
        ("HK", "1234567", None, "1234567"),
        ("DE", "weaver@example.org", None, ""),
        ("BR", None, None, ""),
    ],
)
def test_an_account_is_known_by_a_key_where_no_bank_is_named(country, number, bank, key):
    assert key_among(country, number, bank) == key


@pytest.mark.parametrize(
    ("scope", "amount", "key", "refused"),
    [
        ("BR/BRL/local_instant", "5.00 BRL", {"pix_key": "+5511987654321"}, ""),
        ("BR/BRL/local_instant", "5.00 BRL", {"pix_key": ""}, "beneficiary_incomplete"),
        ("TH/THB/local_instant", "5.00 THB", {"promptpay_id": "a@b.c"}, "beneficiary_malformed"),
        ("TH/THB/local_instant", "2000000.01 THB", {"promptpay_id": "+66812345678"},
         "outside_corridor"),
        ("HK/HKD/local_instant", "5.00 HKD", {"fps_proxy": "1234567"}, ""),
        ("HK/HKD/wallet", "5.00 HKD", {}, None),
    ],
)  # fmt: skip
def test_instant_schemes_pay_to_their_keys_and_wallets_pay_nobody(scope, amount, key, refused):
    taken = payable_by([CORRIDORS[scope]], parse(*amount.split()), {"name": "Weaver", **key})

    if refused is None:
        assert taken is None
    elif refused:
        assert isinstance(taken, Refusal)
        assert taken.code == refused
    else:
        assert taken == CORRIDORS[scope]
