"""Which entry of a bank is which movement of ours: exact first, then near, never by guess.

An exact match needs the same amount; whatever differs is suggested to people. `pair` says it of
many at once, by hash tables: its cost grows with the entries, not with entries times movements.
"""

from usance.payments.rules.matching.exact import Found, Outcome, Pairing, pair
from usance.payments.rules.matching.expected import (
    EXPECTED,
    Expectation,
    expectation_of,
    names_of_instruction,
)
from usance.payments.rules.matching.lines import Line, line_of
from usance.payments.rules.matching.names import name_key
from usance.payments.rules.matching.near import Tolerance

__all__ = [
    "EXPECTED",
    "Expectation",
    "Found",
    "Line",
    "Outcome",
    "Pairing",
    "Tolerance",
    "expectation_of",
    "line_of",
    "name_key",
    "names_of_instruction",
    "pair",
]
