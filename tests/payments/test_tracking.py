"""What may be said of a transfer after what; the rest is kept and changes nothing."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usance.payments.model import MAY_FOLLOW, TransferStatus, TransferUpdate, followed

T0 = datetime(2026, 9, 9, tzinfo=UTC)


def told(*words):
    return followed(
        [
            TransferUpdate(TransferStatus(word), "", T0 + timedelta(minutes=number))
            for number, word in enumerate(words)
        ]
    )


@pytest.mark.parametrize(
    ("words", "counts"),
    [
        ("SENT ACSP ACSP ACSC ACCC", "yyyyy"),
        ("SENT RCVD ACTC ACCP ACSP PDNG ACSC", "yyyyyyy"),
        ("SENT ACSC", "yy"),
        # What was said before arrives after.
        ("SENT ACSC RCVD", "yyn"),
        ("SENT ACCC ACSP", "yyn"),
        # A bank further on refuses what was settled with us.
        ("SENT ACSC RJCT", "yyy"),
        ("SENT ACCC RJCT", "yyn"),
        ("SENT ACCC RTND", "yyy"),
        ("SENT ACCC RTND RTND", "yyyn"),
        # A rail that changes its mind: what was done has been done.
        ("SENT RJCT ACSC", "yyy"),
        ("SENT RJCT ACSP", "yyn"),
        ("SENT CANC ACSC", "yyn"),
    ],
)
def test_a_transfer_goes_forward_only(words, counts):
    found = told(*words.split())

    assert "".join("y" if each.follows else "n" for each in found) == counts


def test_the_table_knows_every_status():
    assert set(MAY_FOLLOW) == set(TransferStatus)


@given(st.lists(st.sampled_from(TransferStatus), max_size=12))
def test_nothing_that_was_said_is_lost_and_every_step_is_in_the_table(words):
    found = told(*words)
    steps = [each.update.status for each in found if each.follows]

    assert [each.update.status for each in found] == words
    assert all(later in MAY_FOLLOW[earlier] for earlier, later in pairwise(steps))
