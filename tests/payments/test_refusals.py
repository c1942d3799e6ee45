"""What may follow a rail's no: every reason has its row, and rails that play know no others."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from usance.adapters.rails.magic import MAGIC
from usance.payments.errors import cbpr
from usance.payments.model import Decline, Retry
from usance.policy import service as policy

ROWS = {row.scope: row for row in policy.shipped_rows() if row.rule == "payments.refusal"}
RAILS_PAGE = Path(__file__).parents[2] / "docs" / "reference" / "rails.md"


def test_every_reason_has_its_row_and_no_row_is_of_a_reason_nobody_gives():
    forbidden = {code.code for code in cbpr.CODES}

    assert set(ROWS) - {"*"} == {each.value for each in Decline} | forbidden


def test_a_reason_nobody_knows_is_final():
    assert Retry(ROWS["*"].text("retry")) is Retry.NEVER
    assert ROWS["*"].text("fault_of_rail") == "no"


@pytest.mark.parametrize(
    ("reason", "retry"),
    [
        (Decline.STOLEN_INSTRUMENT, Retry.NEVER),
        (Decline.SUSPECTED_FRAUD, Retry.NEVER),
        (Decline.INSUFFICIENT_FUNDS, Retry.LATER),
        (Decline.EXPIRED_INSTRUMENT, Retry.CORRECTED),
        (Decline.DECLINED, Retry.ELSEWHERE),
        (Decline.RAIL_DOWN, Retry.ELSEWHERE),
        (Decline.NOT_CONFIGURED, Retry.ELSEWHERE),
    ],
)
def test_what_may_follow(reason, retry):
    assert Retry(ROWS[reason].text("retry")) is retry


def _printed() -> Mapping[str, set[str]]:
    """What the page says, by what may follow."""
    lines = [line.split("|")[1:4] for line in RAILS_PAGE.read_text().splitlines()]
    named = {each.value for each in Retry}
    return {
        name: set(reasons.replace("`", "").replace(",", " ").split())
        for name, reasons in (
            (cells[0].strip(" `"), cells[2]) for cells in lines if len(cells) == 3
        )
        if name in named
    }


@pytest.mark.parametrize("retry", Retry)
def test_the_page_of_rails_says_the_same(retry):
    reasons = {each for each in Decline if ROWS[each].text("retry") == retry}

    assert {each.value for each in reasons} <= _printed()[retry]
    assert not {each.value for each in set(Decline) - reasons} & _printed()[retry]


def test_what_magic_amounts_are_refused_with_are_reasons():
    assert {magic.refused for magic in MAGIC.values()} - {""} <= set(Decline)
