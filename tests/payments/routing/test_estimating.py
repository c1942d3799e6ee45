"""What would have happened: right where it can be told, silent where it cannot."""

import random

import pytest

from usance.payments.rules.routing.estimating import Costs, Replayed, estimates

TRUTH = {("GBP/GB", "a"): 0.9, ("GBP/GB", "b"): 0.8, ("EUR/DE", "a"): 0.7, ("EUR/DE", "b"): 0.85}
COSTS = {"a": Costs(100.0, 2), "b": Costs(60.0, 5), "c": Costs(10.0, 1)}


def past(seed, count, before, after):
    """Payments routed by `before` in a world whose truth is known."""
    dice = random.Random(seed)
    found = []
    for key in range(count):
        segment = dice.choice(("GBP/GB", "EUR/DE"))
        [rail] = dice.choices(list(before), weights=list(before.values()))
        good = dice.random() < TRUTH[segment, rail]
        found.append(Replayed(key, segment, rail, good, before, after, COSTS))
    return found


def truth(chances):
    """The success of a policy over both segments, in percent."""
    return 100 * sum(
        chance * (TRUTH["GBP/GB", rail] + TRUTH["EUR/DE", rail]) / 2
        for rail, chance in chances.items()
    )


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    before, after = {"a": 0.8, "b": 0.2}, {"a": 0.3, "b": 0.7}
    held = weighted = 0
    for seed in range(100):
        overall = estimates(past(seed, 300, before, after), 0)[0]
        difference = truth(after) - truth(before)
        held += overall.success.low <= difference <= overall.success.high
        weighted += overall.success_weighted.low <= difference <= overall.success_weighted.high

    # 95 of 100, with a standard deviation of 2.2.
    assert 88 <= held <= 100
    assert 88 <= weighted <= 100


def test_the_same_configuration_changes_nothing():
    before = {"a": 0.5, "b": 0.5}
    overall = estimates(past(1, 400, before, before), 0)[0]

    assert overall.effective == 400
    assert overall.covered == 1
    assert overall.success.low <= 0 <= overall.success.high
    assert overall.success_weighted.estimate == 0
    assert (overall.cost_bps.estimate, overall.delay_days.estimate) == (0, 0)


def test_cost_and_delay_are_known_without_an_outcome():
    before, after = {"a": 0.5, "b": 0.5}, {"a": 1.0}
    overall = estimates(past(1, 400, before, after), 0)[0]

    assert overall.cost_bps.estimate == 20
    assert overall.delay_days.estimate == -1.5
    assert overall.effective == pytest.approx(200, abs=40)


@pytest.mark.parametrize(
    ("_case", "count", "before", "after", "said"),
    [
        ("too few", 20, {"a": 0.5, "b": 0.5}, {"a": 1.0}, "20 outcomes"),
        ("nothing at all", 0, {"a": 1.0}, {"a": 1.0}, "0 outcomes"),
        ("never tried", 400, {"a": 1.0}, {"b": 1.0}, "100.0% would go where nothing"),
        ("a tenth never tried", 400, {"a": 1.0}, {"a": 0.9, "c": 0.1}, "10.0% would go"),
        ("hardly tried", 400, {"a": 0.99, "b": 0.01}, {"b": 1.0}, "are worth"),
    ],
)
def test_where_nothing_can_be_told_there_is_no_figure(_case, count, before, after, said):
    overall = estimates(past(3, count, before, after), 0)[0]

    assert overall.no_data.startswith("no data: ")
    assert said in overall.no_data
    assert overall.success is overall.cost_bps is overall.value_bps is None


def test_segments_are_told_apart_the_busiest_first():
    before, after = {"a": 0.5, "b": 0.5}, {"b": 1.0}
    found = estimates(past(5, 4000, before, after), 5)

    assert found[0].segment == "*"
    by_segment = {each.segment: each.success for each in found[1:]}
    assert by_segment["GBP/GB"].high < 0 < by_segment["EUR/DE"].low
    assert found[1].payments >= found[2].payments


def test_value_weighs_success_against_costs():
    before, after = {"a": 0.5, "b": 0.5}, {"b": 1.0}
    british = [each for each in past(9, 9000, before, after) if each.segment == "GBP/GB"]
    [overall] = estimates(british, 0)
    # b: 0.8 × 9,940 = 7,952; a: 0.9 × 9,900 = 8,910; half of the difference is lost.
    assert overall.value_bps.low <= (7952 - 8910) / 2 <= overall.value_bps.high
