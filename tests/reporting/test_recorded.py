"""What became of transfers is said as it was: by whom, and posted, reserved, given back or not."""

import pytest

from usance.reporting.rules.recorded import what_was_recorded


@pytest.mark.parametrize(
    ("_case", "results", "verb", "states", "en", "zh"),
    [
        (
            "a program's hold",
            ["created"],
            "create_named_transfers",
            ["held"],
            "By a program: 1 reserved.",
            "程序记账:预留 1 笔。",
        ),
        (
            "people, and some of it not",
            ["created", "exceeds_credits", "created", "exists", "exists"],
            "create_transfers",
            ["posted", "voided"],
            "By hand: 1 posted, 1 given back, 3 not (exceeds_credits, exists).",
            "人工记账:入账 1 笔、撤销 1 笔、未记录 3 笔(exceeds_credits、exists)。",
        ),
        ("none at all", [], "create_transfers", [], "By hand: nothing.", "人工记账:无。"),
    ],
)
def test_it_is_said_in_both_languages(_case, results, verb, states, en, zh):
    words = what_was_recorded(results, verb, states)

    assert (words.en, words.zh) == (en, zh)
