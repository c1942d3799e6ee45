"""Replay: a stored decision derived once more, from what it stored."""

from collections.abc import Mapping

from usance.kernel.decisions import Judgement
from usance.kernel.records import convert
from usance.risk.model import DecisionKind
from usance.risk.rules.drawdown import DrawdownFacts, judge_drawdown
from usance.risk.rules.release import ReleaseFacts, judge_release


def judge_again(kind: DecisionKind, inputs: Mapping[str, str | int | None]) -> Judgement:
    """Return the judgement that these inputs lead to, by the rules of their day.

    It equals the stored one, reasons and version included, or the row was changed.
    """
    if kind is DecisionKind.RELEASE:
        return judge_release(convert(dict(inputs), ReleaseFacts))
    return judge_drawdown(convert(dict(inputs), DrawdownFacts))
