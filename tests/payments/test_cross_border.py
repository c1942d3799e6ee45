"""A transfer that CBPR+ forbids is refused before it is sent; what we do not know is no breach."""

import pytest
from tests.ports.subjects import asked

from usance.adapters.rails import iso20022, sepa_instant
from usance.kernel.records import replace
from usance.payments.model import Address, ChargeBearer, TransferParty
from usance.payments.ports import CBPR, AnswerKind
from usance.payments.rules.cross_border import crosses_border, forbidden

BRITISH = TransferParty(bic="BARCGB22XXX", address=Address("GB"))
GERMAN = TransferParty(bic="BYLADEM1001", address=Address("DE"))
ACROSS = replace(
    asked(iso20022.simulated(), 1), debtor_agent=BRITISH, creditor_agent=GERMAN, remittance="x"
)
LINES = Address("DE", lines=("Hauptstrasse 1", "50667 Koeln"))


def given(address: Address):
    return replace(ACROSS, creditor=replace(ACROSS.creditor, address=address))


@pytest.mark.parametrize(
    ("dispatch", "takes", "code"),
    [
        (ACROSS, False, None),
        (given(Address("DE")), False, "address_needed"),
        (given(Address("DE")), True, None),
        (given(Address(town="Köln")), False, "address_needed"),
        (given(Address("DE", "Köln", lines=("Hauptstrasse 1",))), False, None),
        (replace(ACROSS, debtor=replace(ACROSS.debtor, address=Address("GB"))), False,
         "address_needed"),
        (replace(given(Address("DE")), creditor_agent=BRITISH), False, None),
        (given(LINES), True, None),
        (given(LINES), False, "unstructured_address"),
        (replace(given(LINES), creditor_agent=BRITISH), False, None),
        (replace(given(LINES), creditor_agent=TransferParty()), False, None),
        (replace(ACROSS, charges=ChargeBearer.SERVICE_LEVEL), True, "charge_bearer_needed"),
        (replace(ACROSS, remittance="发票"), True, None),
    ],
)  # fmt: skip
def test_what_may_go_across(dispatch, takes, code):
    refused = forbidden(dispatch, takes_unstructured=takes)

    assert (refused.code if refused else None) == code
    assert refused is None or refused.kind is AnswerKind.REFUSED


def test_both_banks_must_be_known():
    assert crosses_border(ACROSS)
    assert not crosses_border(replace(ACROSS, debtor_agent=TransferParty()))


def test_a_scheme_with_rules_of_its_own_is_not_judged_by_them():
    assert CBPR in iso20022.simulated().capabilities
    assert CBPR not in sepa_instant.simulated().capabilities
