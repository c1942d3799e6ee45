"""Replay: a stored decision derived once more, from what it stored."""

from usance.kernel.decisions import Judgement
from usance.kernel.records import decode
from usance.risk.model import DecisionKind
from usance.risk.rules.drawdown import DrawdownFacts, judge_drawdown
from usance.risk.rules.payout import PayoutFacts, judge_payout
from usance.risk.rules.release import ReleaseFacts, judge_release


def seen(kind: DecisionKind, inputs: bytes) -> ReleaseFacts | DrawdownFacts | PayoutFacts:
    """Return the facts that a stored decision saw, each under its name."""
    if kind is DecisionKind.RELEASE:
        return decode(inputs, ReleaseFacts)
    if kind is DecisionKind.PAYOUT:
        return decode(inputs, PayoutFacts)
    return decode(inputs, DrawdownFacts)


def judge_again(kind: DecisionKind, inputs: bytes) -> Judgement:
    """Return the judgement that these inputs lead to, by the rules of their day.

    It equals the stored one, reasons and version included, or the row was changed.
    """
    facts = seen(kind, inputs)
    if isinstance(facts, PayoutFacts):
        return judge_payout(facts)
    return judge_release(facts) if isinstance(facts, ReleaseFacts) else judge_drawdown(facts)
