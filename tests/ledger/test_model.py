"""Flags have one name each, whichever door they come in by."""

from typing import get_args

import pytest

from usance.ledger.model import (
    ACCOUNT_FLAGS,
    TRANSFER_FLAGS,
    AccountFlag,
    AccountFlags,
    Flags,
    LoneTransferFlag,
    TransferFlag,
    bits_of,
)


@pytest.mark.parametrize(
    ("_case", "names", "bits_by_name", "every"),
    [
        ("transfers", TransferFlag, TRANSFER_FLAGS, Flags.ALL),
        ("accounts", AccountFlag, ACCOUNT_FLAGS, AccountFlags.ALL),
    ],
)
def test_every_flag_goes_by_one_name(_case, names, bits_by_name, every):
    assert get_args(names) == tuple(bits_by_name)
    assert bits_of(bits_by_name, bits_by_name) == every == sum(bits_by_name.values())


def test_a_transfer_by_itself_has_all_flags_but_linked():
    assert ("linked", *get_args(LoneTransferFlag)) == tuple(TRANSFER_FLAGS)


@pytest.mark.parametrize(
    ("_case", "names", "expected"),
    [
        ("none", [], 0),
        ("two", ["linked", "pending"], 3),
        ("one twice", ["pending", "pending"], 2),
    ],
)
def test_flags_are_the_sum_of_their_names(_case, names, expected):
    assert bits_of(names, TRANSFER_FLAGS) == expected


def test_an_unknown_name_is_said_with_those_that_are_known():
    with pytest.raises(ValueError, match=r"'post_pending' is no flag; there are linked, pending,"):
        bits_of(["post_pending"], TRANSFER_FLAGS)
