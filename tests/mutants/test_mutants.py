"""A broken rule is noticed; and the list of broken rules fits the code and the tests of today."""

import ast
from functools import cache

import pytest
from tests.mutants.mutating import ROOT, a_copy, failing, mutants, noticed_by

MUTANTS = {mutant.name: mutant for mutant in mutants()}


@cache
def names_in(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text())
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name for node in tree.body if isinstance(node, kinds)}


def test_no_name_is_used_twice_and_there_are_enough():
    assert len(MUTANTS) == len(mutants()) >= 20


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_fits_the_code_and_names_tests_that_exist(name):
    mutant = MUTANTS[name]
    broken = mutant.mutated((ROOT / mutant.file).read_text())
    compile(broken, mutant.file, "exec")
    assert mutant.old != mutant.new
    for each in mutant.caught_by:
        file, _, test = each.partition("::")
        assert not test or test in names_in(file), each
        assert (ROOT / file).is_file(), each


@pytest.mark.long
def test_a_copy_that_nobody_has_broken_passes(server_address):
    """Otherwise a mutant would be caught by a test that fails anyway."""
    tests = sorted({test for mutant in MUTANTS.values() for test in mutant.caught_by})
    with a_copy() as copy:
        assert failing(copy, tests, server_address, seconds=3600) is None


@pytest.mark.long
@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_caught(server_address, name):
    assert noticed_by(MUTANTS[name], server_address), f"{name} survived: a test is missing"
