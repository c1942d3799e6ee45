"""The example of the documentation, and what is said of a routing in a new book."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.payments.routing.samples import config, rule

from usance.kernel.records import decode
from usance.payments.model import Condition, RoutingConfig
from usance.payments.rules.routing import DEFAULT
from usance.payments.service.routing_review import review
from usance.policy.model import Series, series_id
from usance.policy.service import shipped_rows

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
EXAMPLE = (REFERENCE / "routing.example.json").read_text()


class NewBook:
    """The rows of policy of a new book, which has adopted no routing."""

    now = datetime(2026, 9, 7, 8, tzinfo=UTC)

    def __init__(self):
        self.series = {}
        for row in sorted(shipped_rows(), key=lambda each: each.effective_from):
            key = series_id(row.rule, row.scope)
            known = self.series.get(key, Series(key, ()))
            self.series[key] = Series(key, (*known.rows, row))
        self.rails = [
            row.scope for row in shipped_rows() if row.rule == "payments.rail" and row.scope != "*"
        ]

    def get(self, rows, key):
        return self.series.get(key) if rows.name == "policy.series" else None


@pytest.fixture(scope="module")
def judged():
    book = NewBook()
    return lambda routing: review(book, routing, book.rails)


def test_the_example_is_right_and_the_reference_shows_it(judged):
    found = judged(decode(EXAMPLE.encode(), RoutingConfig))

    assert (found.faults, found.warnings, found.drops) == ((), (), ())
    assert f"```json\n{EXAMPLE}```" in (REFERENCE / "routing.md").read_text()


def test_what_a_new_book_has_is_right_and_every_rail_is_listed(judged):
    found = judged(DEFAULT)

    assert (found.faults, found.warnings, found.drops) == ((), (), ())
    assert {each.rail for each in found.rails} == {
        "card", "bank_transfer", "cash_on_delivery", "e_wallet", "pix", "promptpay", "fps",
    }  # fmt: skip


def test_an_unknown_rail_is_told_with_all_there_are(judged):
    [fault] = judged(config(rule("x", order=("pigeon",)))).faults

    assert fault.problem.startswith("'pigeon' is no rail; there are bank_transfer, card, ")
    assert "e_wallet" in fault.problem


def test_a_combination_that_cannot_occur_is_a_fault(judged):
    euro = rule("x", Condition("currency", ("EUR",)), Condition("method", ("local_instant",)),
                order=("pix", "fps"))  # fmt: skip

    assert [each.path for each in judged(config(euro)).faults] == ["rules[0]"]


def test_a_method_that_is_turned_off_is_warned_of_by_name(judged):
    without = config(
        rule(
            "x",
            order=("card", "bank_transfer", "pix", "promptpay", "fps"),
        )
    )
    found = judged(without)

    assert [(each.rail, each.method) for each in found.drops] == [
        ("cash_on_delivery", "cash_on_delivery"), ("e_wallet", "wallet"),
    ]  # fmt: skip
    assert ["e_wallet" in each.problem for each in found.warnings] == [False, True]
