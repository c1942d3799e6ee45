"""What may not be sent across borders says why; the address rule is dated."""

from datetime import date

import pytest

from usance.kernel.money import Currency, Money
from usance.kernel.records import replace
from usance.payments.model import Address, ChargeBearer, CreditTransfer, References, TransferParty
from usance.payments.rules.cbpr import AddressForm, address_form, breaches
from usance.policy.model import Series
from usance.policy.rules import in_force
from usance.policy.service import shipped_rows

EUR, USD = Currency("EUR"), Currency("USD")
UETR = "255ae394-9965-4438-ac86-f406feada396"
LONDON = Address(country="GB", town="London")
GOOD = CreditTransfer(
    "",
    References(uetr=UETR, end_to_end_id="E1", remittance="Invoice 7"),
    Money(10_000, EUR),
    TransferParty("Shop", address=LONDON),
    TransferParty(bic="BUKBGB22"),
    TransferParty("Ann", address=LONDON),
    TransferParty(bic="BANKDEFF"),
    charges=ChargeBearer.SHARED,
)


@pytest.mark.parametrize(
    ("_case", "address", "expected"),
    [
        ("nothing", Address(), AddressForm.NONE),
        ("town and country", LONDON, AddressForm.STRUCTURED),
        ("a line beside them", replace(LONDON, lines=("1 High Street",)), AddressForm.HYBRID),
        ("two lines", replace(LONDON, lines=("A", "B")), AddressForm.HYBRID),
        ("three lines", replace(LONDON, lines=("A", "B", "C")), AddressForm.UNSTRUCTURED),
        ("a long line", replace(LONDON, lines=("x" * 71,)), AddressForm.UNSTRUCTURED),
        ("the town again", replace(LONDON, lines=("LONDON",)), AddressForm.UNSTRUCTURED),
        ("lines alone", Address(lines=("1 High Street, London",)), AddressForm.UNSTRUCTURED),
        ("no town", Address(country="GB", street="High Street"), AddressForm.UNSTRUCTURED),
    ],
)
def test_the_form_of_an_address(_case, address, expected):
    assert address_form(address) is expected


@pytest.mark.parametrize(
    ("_case", "changed", "expected"),
    [
        ("nothing", {}, []),
        ("no UETR", {"references": replace(GOOD.references, uetr="")}, ["uetr_needed"]),
        ("capitals", {"references": replace(GOOD.references, uetr=UETR.upper())}, ["uetr_needed"]),
        ("no bearer", {"charges": None}, ["charge_bearer_needed"]),
        ("SEPA's bearer", {"charges": ChargeBearer.SERVICE_LEVEL}, ["charge_bearer_needed"]),
        ("a rate for nothing", {"settled": GOOD.amount, "rate": "1.1"}, ["rate_inconsistent"]),
        ("no rate", {"settled": Money(1, USD)}, ["rate_inconsistent"]),
        ("a rate", {"settled": Money(1, USD), "rate": "1.1"}, []),
        ("less", {"settled": Money(9_000, EUR)}, []),
        ("more", {"settled": Money(11_000, EUR)}, ["charges_inconsistent"]),
        (
            "less, and the payer bears the charges",
            {"settled": Money(9_000, EUR), "charges": ChargeBearer.DEBTOR},
            ["charges_inconsistent"],
        ),
        (
            "a slash at the end",
            {"references": replace(GOOD.references, end_to_end_id="E1/")},
            ["forbidden_character"],
        ),
        ("Chinese", {"creditor": TransferParty("安")}, ["forbidden_character"]),
        (
            "remittance",
            {"references": replace(GOOD.references, remittance="発票")},
            ["forbidden_character"],
        ),
        (
            "an address in lines",
            {"creditor": TransferParty("Ann", address=Address(lines=("1 High Street, London",)))},
            ["unstructured_address"],
        ),
    ],
)
def test_what_may_not_be_sent_says_why(_case, changed, expected):
    transfer = replace(GOOD, **changed)

    assert [each.code for each in breaches(transfer, takes_unstructured=False)] == expected


def test_addresses_in_lines_are_taken_until_their_day():
    rows = tuple(
        row for row in shipped_rows() if (row.rule, row.scope) == ("payments.address", "cbpr")
    )
    series = Series("payments.address/cbpr", rows)
    found = [in_force(series, day) for day in (date(2026, 11, 13), date(2026, 11, 14))]

    assert [row.values["takes_unstructured"] for row in found if row] == ["1", "0"]
