"""Decisions: what was decided, from what, and why, in words a person can read.

A decision stores the facts it saw and the version of the rules it used; deriving it again is a
pure function of those.
"""

from enum import StrEnum

from usance.kernel.records import Record


class Verdict(StrEnum):
    """May it happen? From the mildest to the strictest."""

    ALLOW = "allow"
    REVIEW = "review"
    BLOCK = "block"


class Reason(Record, frozen=True):
    """Why: a stable code and a sentence in both languages."""

    code: str
    en: str
    zh: str


class Judgement(Record, frozen=True):
    """A verdict with its reasons and the version of the rules it was drawn by."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    rules_version: str


_STRICTNESS = {Verdict.ALLOW: 0, Verdict.REVIEW: 1, Verdict.BLOCK: 2}


def strictest(verdicts: "list[Verdict]") -> Verdict:
    """Return the strictest of some verdicts; none at all allows."""
    return max(verdicts, key=_STRICTNESS.__getitem__, default=Verdict.ALLOW)
