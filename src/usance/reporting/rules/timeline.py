"""Printing a trace: for people one step under the other, for machines one JSON object."""

import re
from collections.abc import Mapping
from datetime import UTC
from typing import Any, Final

from usance.kernel.errors import Language
from usance.kernel.money import decimal_text
from usance.kernel.records import encode
from usance.reporting.model import Trace, TraceLeg, TraceStep, Words
from usance.reporting.rules.rendering import grouped, padded, shown_width

# A run of Latin characters with the blanks after it, or one other character with its stop.
_WORD: Final = re.compile(
    r"[\u0020-\u2fff]*?\s+|[\u0021-\u2fff]+\s*|[^\u0000-\u2fff][,。;:、)]*\s*"
)
_WIDTH: Final = 100
_STATES: Final = {
    "posted": Words("", ""),
    "held": Words("reserved", "预留"),
    "voided": Words("given back", "撤销"),
}


def trace_text(
    trace: Trace, language: Language = "en", marks: Mapping[int, str] | None = None
) -> str:
    """Return a trace for people. marks: what to add to a fact, by position, such as its proof."""
    zh = language == "zh"
    lines = [_title(trace, zh=zh), ""]
    for step in trace.steps:
        lines += [*_step(step, language, (marks or {}).get(step.position, "")), ""]
    return "\n".join(line.rstrip() for line in lines[:-1]) + "\n"


def _title(trace: Trace, *, zh: bool) -> str:
    facts = f"{len(trace.steps)} 条事实" if zh else f"{len(trace.steps)} facts"
    if trace.order_id is None:
        return f"{trace.asked} · {facts}"
    order = f"订单 {trace.order_id}" if zh else f"Order {trace.order_id}"
    if not trace.invoice_no:
        return f"{order} · {facts}"
    invoice = f"发票 {trace.invoice_no}" if zh else f"invoice {trace.invoice_no}"
    return f"{order} · {invoice} · {facts}"


def _step(step: TraceStep, language: Language, mark: str) -> list[str]:
    when = step.recorded_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    lines = [f"{when}  #{step.position}  {step.verb}  {mark}"]
    for part in step.parts:
        lines += wrapped(part.sentence.said(language), _WIDTH, "    ")
        for reason in part.reasons:
            lines += wrapped(f"– {reason.said(language)}", _WIDTH, "      ")
    return lines + _legs(step.legs, language)


def wrapped(text: str, width: int, indent: str) -> list[str]:
    """Return a text as indented lines of at most `width` columns; a longer word stays whole.

    A line breaks at a blank, or behind a Chinese character.
    """
    lines, line = [], ""
    for word in _WORD.findall(text):
        if line and shown_width(indent + line + word.rstrip()) > width:
            lines.append(indent + line.rstrip())
            line = ""
        line += word if line else word.lstrip()
    return [*lines, indent + line.rstrip()]


def _legs(legs: tuple[TraceLeg, ...], language: Language) -> list[str]:
    moves = [f"{leg.debit} {leg.debit_account} > {leg.credit} {leg.credit_account}" for leg in legs]
    amounts = [grouped(leg.amount) for leg in legs]
    width = max(map(shown_width, moves), default=0)
    wide = max(map(shown_width, amounts), default=0)
    return [
        f"      {padded(move, width)}  {padded(amount, wide, right=True)}  "
        f"{_STATES[leg.state].said(language)}"
        for leg, move, amount in zip(legs, moves, amounts, strict=True)
    ]


def trace_json(trace: Trace, language: Language = "en") -> str:
    """Return a trace as one JSON object: facts in order, sentences in the language."""
    body: dict[str, Any] = {
        "asked": trace.asked,
        "order_id": None if trace.order_id is None else str(trace.order_id),
        "invoice_no": trace.invoice_no,
        "facts": [
            {
                "position": step.position,
                "recorded_at": step.recorded_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
                "verb": step.verb,
                "actor": str(step.actor),
                "parts": [
                    {
                        "name": part.name,
                        "sentence": part.sentence.said(language),
                        "reasons": [reason.said(language) for reason in part.reasons],
                    }
                    for part in step.parts
                ],
                "legs": [
                    {
                        "code": leg.code,
                        "debit": leg.debit,
                        "credit": leg.credit,
                        "debit_account": leg.debit_account,
                        "credit_account": leg.credit_account,
                        "amount": decimal_text(leg.amount),
                        "currency": leg.amount.currency,
                        "state": leg.state,
                    }
                    for leg in step.legs
                ],
            }
            for step in trace.steps
        ],
    }
    return encode(body).decode()
