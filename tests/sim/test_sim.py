"""Histories by seed: whatever happens and whatever breaks, the auditor finds nothing."""

import asyncio

import pytest
from tests.sim.plan import plan
from tests.sim.play import Played, play

SHORT = (40, 47, 1)
SHORT_LENGTH = 40
LONG = range(100, 200)
LONG_LENGTH = 100


def played(world, seed: int, length: int, *, kills: bool) -> Played:
    return asyncio.run(play(*world, plan(seed, length, kills=kills)))


@pytest.mark.parametrize("seed", SHORT)
def test_no_history_breaks_the_book(world, seed):
    assert played(world, seed, SHORT_LENGTH, kills=False).faults


@pytest.mark.long
@pytest.mark.parametrize("seed", LONG)
def test_no_long_history_breaks_the_book(world, seed):
    assert played(world, seed, LONG_LENGTH, kills=True).faults


def test_a_seed_is_one_plan_whose_beginning_is_the_shorter_plan():
    assert plan(7, 60) == plan(7, 60)
    assert plan(7, 60).steps[:25] == plan(7, 25).steps
    assert plan(7, 60) != plan(8, 60)


def test_the_same_seed_ends_in_the_same_bytes(world):
    assert played(world, 40, 20, kills=False) == played(world, 40, 20, kills=False)


@pytest.mark.long
def test_the_same_long_seed_ends_in_the_same_bytes(world):
    first, second = (played(world, 100, LONG_LENGTH, kills=True) for _ in range(2))
    assert first == second
