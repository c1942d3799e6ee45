"""Verdicts: a dated list of rules of one shape, run over the facts of one question.

A rule takes the facts and answers with a finding or nothing. Which rules were in force follows
from the day of the question, so a decision of last year is derived again with the rules of
last year.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Final, Generic, TypeVar

import msgspec

from usance.kernel.decisions import Judgement, Reason, Verdict, strictest
from usance.kernel.records import Record


class Facts(Record, frozen=True):
    """What a rule may look at: flat, so that it is stored as it was seen.

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


def judge(kind: str, rules: Sequence[Rule[F]], facts: F) -> Judgement:
    """Return the judgement over some facts: blocking reasons first, else in the rules' order.

    Its version names the kind of question and the day on which its rules last changed.
    """
    on = date.fromisoformat(facts.on)
    running = [rule for rule in rules if rule.in_force(on)]
    found = list(_findings(running, facts))
    found.sort(key=lambda one: one.verdict is not Verdict.BLOCK)
    changed = max((rule.since for rule in running), default=on)
    return Judgement(
        strictest([one.verdict for one in found]),
        tuple(one.reason for one in found),
        f"{kind}/{changed.isoformat()}",
        msgspec.structs.asdict(facts),
    )


def _findings(rules: Iterable[Rule[F]], facts: F) -> Iterable[Finding]:
    cleared: Final = facts.cleared.split()
    for rule in rules:
        found = rule.check(facts)
        if found is not None and not (rule.clearable and found.reason.code in cleared):
            yield found
