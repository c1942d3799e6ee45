"""Which remittance an entry of our bank is: the one whose reference it bears, as a name or a word.

Looked up by hash tables, so that the cost is that of the entries, whatever number is announced.
"""

import re
from collections.abc import Sequence
from typing import Final

from usance.payments.model import BankEntry, Remittance
from usance.payments.rules.matching.names import name_key

# Shorter words stand in too many texts.
_WORD_MIN: Final = 5
_RUNS: Final = re.compile(r"[0-9A-Z]+")


def names(entry: BankEntry, remittance: Remittance) -> bool:
    """Whether an entry bears the reference of a remittance in its currency."""
    if entry.amount.currency != remittance.currency:
        return False
    wanted = name_key(remittance.reference)
    if wanted and wanted in _given(entry):
        return True
    if len(remittance.reference) < _WORD_MIN:
        return False
    word = rf"(?<![0-9A-Z]){re.escape(remittance.reference.upper())}(?![0-9A-Z])"
    return re.search(word, _text(entry)) is not None


def _given(entry: BankEntry) -> list[str]:
    return [
        name_key(each)
        for each in (
            entry.end_to_end_id,
            entry.structured,
            entry.servicer_reference,
            entry.instruction_id,
            entry.uetr,
        )
    ]


def _text(entry: BankEntry) -> str:
    return f"{entry.remittance} {entry.information}".upper()


class Announced:
    """Remittances, to be found by what entries say. Of several that fit, the first is meant."""

    def __init__(self, known: Sequence[Remittance]) -> None:
        self._known: Final = known
        self._by_name: dict[str, list[int]] = {}
        self._by_runs: dict[tuple[str, ...], list[int]] = {}
        self._others: list[int] = []
        for place, each in enumerate(known):
            self._by_name.setdefault(name_key(each.reference), []).append(place)
            if len(each.reference) < _WORD_MIN:
                continue
            # The reference is in a text as a word only if its runs of letters and digits are there
            # one after another, whole.
            runs = tuple(_RUNS.findall(each.reference.upper()))
            if runs:
                self._by_runs.setdefault(runs, []).append(place)
            else:
                self._others.append(place)
        self._lengths: Final = sorted({len(runs) for runs in self._by_runs})

    def of(self, entry: BankEntry) -> Remittance | None:
        """Return the remittance that an entry bears the reference of, None where it bears none."""
        places = set(self._others)
        for name in _given(entry):
            if name:
                places.update(self._by_name.get(name, ()))
        runs = tuple(_RUNS.findall(_text(entry)))
        for length in self._lengths:
            for first in range(len(runs) - length + 1):
                places.update(self._by_runs.get(runs[first : first + length], ()))
        candidates = (self._known[place] for place in sorted(places))
        return next((each for each in candidates if names(entry, each)), None)
