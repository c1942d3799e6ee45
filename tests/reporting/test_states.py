"""Every state that anything may be in is called something in both languages."""

import pkgutil
from enum import StrEnum
from importlib import import_module

import pytest

import usance
from usance.reporting.rules.states import STATES, state_words

# What one is in, as its name ends; kinds of things have no state.
_ENDINGS = ("Status", "State", "Stage", "Outcome")


def _kinds() -> list[type[StrEnum]]:
    found = {}
    for module in pkgutil.walk_packages(usance.__path__, "usance."):
        if ".model" not in module.name:
            continue
        for name, kind in vars(import_module(module.name)).items():
            if isinstance(kind, type) and issubclass(kind, StrEnum) and name.endswith(_ENDINGS):
                found[kind.__name__] = kind
    return [found[name] for name in sorted(found)]


def test_there_are_states_to_be_named():
    assert {"PaymentStatus", "ProposalState", "DisputeStage", "CaseStatus"} <= {
        kind.__name__ for kind in _kinds()
    }


@pytest.mark.parametrize("kind", _kinds(), ids=lambda kind: kind.__name__)
def test_every_state_has_words_in_both_languages(kind):
    for state in kind:
        words = state_words(state)

        assert words.en
        assert "_" not in words.en
        assert words.zh
        assert not words.zh.isascii(), f"{kind.__name__}.{state} has no Chinese words"


@pytest.mark.parametrize("kind", STATES, ids=lambda kind: kind.__name__)
def test_two_states_of_a_kind_are_never_called_the_same(kind):
    for language in ("en", "zh"):
        said = [words.said(language) for words in STATES[kind].values()]

        assert len(set(said)) == len(said)
