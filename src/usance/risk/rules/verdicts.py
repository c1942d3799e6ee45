"""Verdicts: a dated list of rules of one shape, run over the facts of one question.

A rule takes the facts and answers with a finding or nothing. Which rules were in force follows
from the day of the question, so a decision of last year is derived again with the rules of
last year.
"""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Generic, TypeVar

import msgspec

from usance.kernel.decisions import Judgement, Reason, Verdict, strictest
from usance.kernel.records import Record


class Facts(Record, frozen=True, array_like=True):
    """What a rule may look at. It is stored as it was seen, value by value.

    What is stored stays readable while fields are only ever added at the end, with a default.
    on: the day of the question, ISO 8601. cleared: codes, between blanks, that two people have
    cleared for this very subject.
    """

    on: str
    cleared: str


F = TypeVar("F", bound=Facts)


class Finding(Record, frozen=True):
    """What a rule found: how severe, and why."""

    verdict: Verdict
    reason: Reason


class Rule(msgspec.Struct, Generic[F], frozen=True):
    """One rule and the days on which it is in force: `since` counts, `until` does not.

    clearable: whether two people may wave the finding through. What is not clearable has to be
    put right at its source: a limit raised, a party unfrozen.
    """

    check: Callable[[F], Finding | None]
    since: date
    until: date | None = None
    clearable: bool = True

    def in_force(self, on: date) -> bool:
        """Return whether the rule is in force on a day."""
        return self.since <= on and (self.until is None or on < self.until)


def finding(verdict: Verdict, code: str, en: str, zh: str) -> Finding:
    """Return a finding with its reason in both languages."""
    return Finding(verdict, Reason(code, en, zh))


class Rulebook(Generic[F]):
    """The dated rules of one kind of question, in the order in which reasons are told."""

    def __init__(self, kind: str, *rules: Rule[F]) -> None:
        self.rules = rules
        self._kind = kind
        # Most questions are of the same day as the one before.
        self._on = lru_cache(maxsize=64)(self._in_force)

    def _in_force(self, on: str) -> tuple[tuple[Rule[F], ...], Judgement]:
        """Return the rules of a day, and the judgement where none of them finds anything."""
        day = date.fromisoformat(on)
        running = tuple(rule for rule in self.rules if rule.in_force(day))
        changed = max((rule.since for rule in running), default=day)
        return running, Judgement(Verdict.ALLOW, (), f"{self._kind}/{changed.isoformat()}")

    def judge(self, facts: F) -> Judgement:
        """Return the judgement over some facts: blocking reasons first, else in the rules' order.

        Its version names the kind of question and the day on which its rules last changed.
        """
        running, clean = self._on(facts.on)
        found = [
            one
            for rule in running
            if (one := rule.check(facts)) is not None
            and not (rule.clearable and one.reason.code in facts.cleared.split())
        ]
        if not found:
            return clean
        found.sort(key=lambda one: one.verdict is not Verdict.BLOCK)
        return Judgement(
            strictest([one.verdict for one in found]),
            tuple(one.reason for one in found),
            clean.rules_version,
        )
