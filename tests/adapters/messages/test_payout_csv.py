"""A file of payouts: what is read, what is kept with its fault, what is no such file."""

import pytest

from usance.adapters.messages.payout_csv import read_payouts
from usance.kernel.errors import Invalid
from usance.kernel.money import Currency

CNY = Currency("CNY")
HEAD = "Reference,Amount,Account,Bank,Beneficiary\n"


@pytest.mark.parametrize(
    ("_case", "row", "minor", "code"),
    [
        ("a good line", "a,12.50,6222,102100,", 1250, None),
        ("no amount", "a,,6222,102100,", 0, "malformed_amount"),
        ("words", "a,ten,6222,102100,", 0, "malformed_amount"),
        ("too many decimals", "a,1.005,6222,102100,", 0, "too_many_decimals"),
        ("no such id", "a,1.00,,,bnf_x", 0, "malformed_id"),
        ("cut off", "a", 0, "malformed_amount"),
    ],
)
def test_a_line_is_read_or_kept_with_its_fault(_case, row, minor, code):
    [line] = read_payouts(HEAD + row + "\n", CNY)

    assert line.amount.minor == minor
    assert (None if line.fault is None else line.fault.code) == code


def test_a_line_may_name_its_rail():
    lines = read_payouts("reference,amount,account,rail\na,1.00,6222,sepa\nb,1.00,6222,\n", CNY)

    assert [line.rail for line in lines] == ["sepa", ""]


@pytest.mark.parametrize(
    "text", ["", "reference,account\n", "amount,account\n", "reference,amount\n"]
)
def test_a_file_without_its_columns_is_none(text):
    with pytest.raises(Invalid, match="missing"):
        read_payouts(text, CNY)
