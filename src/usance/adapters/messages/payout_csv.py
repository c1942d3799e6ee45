"""Payouts in CSV: `reference`, `amount` and a payee; one line each, the names in the first.

Columns: reference, amount (a plain decimal), beneficiary (`bnf_…`) or account with bank,
remittance, and rail where not the cheapest is to pay. A line that cannot be read is kept with
its fault, so that the others are paid.
"""

import csv
import io
from collections.abc import Mapping
from typing import Final

from usance.adapters.messages.errors import MISSING_ELEMENT
from usance.kernel import money
from usance.kernel.errors import Invalid, Refusal
from usance.kernel.ids import BeneficiaryId
from usance.kernel.money import Currency, Money
from usance.payments.model import LineAsked

_NEEDED: Final = ("reference", "amount")
_CELL_MAX: Final = 140


def read_payouts(text: str, currency: Currency) -> tuple[LineAsked, ...]:
    """Return the lines of a file. Raises Invalid(missing_element) where a column is missing."""
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    names = {(name or "").strip().lower() for name in rows.fieldnames or ()}
    for column in _NEEDED:
        if column not in names:
            raise MISSING_ELEMENT.invalid(f"line 1, {column}", column)
    if not names & {"beneficiary", "account"}:
        raise MISSING_ELEMENT.invalid("line 1, beneficiary", "beneficiary")
    return tuple([_line(_cells(row), currency) for row in rows])


def _cells(row: Mapping[str | None, object]) -> dict[str, str]:
    """Return the cells of a line by column; what is too long for any of them is cut, and fails."""
    return {
        name.strip().lower(): str(cell).strip()[:_CELL_MAX]
        for name, cell in row.items()
        if name is not None and cell is not None
    }


def _line(cells: Mapping[str, str], currency: Currency) -> LineAsked:
    fault, amount, payee = None, Money(0, currency), None
    try:
        if named := cells.get("beneficiary"):
            payee = BeneficiaryId(named)
        amount = money.parse(cells.get("amount", ""), currency)
    except Invalid as wrong:
        field = "beneficiary" if wrong.field == BeneficiaryId.prefix else "amount"
        fault = Refusal(wrong.code.code, field, wrong.value)
    return LineAsked(
        cells.get("reference", ""),
        amount,
        payee,
        cells.get("account", ""),
        cells.get("bank", ""),
        cells.get("remittance", ""),
        fault,
        cells.get("rail", ""),
    )
