"""The page docs/reference/payments.md: the lives of payments, printed from their tables."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from usance.payments.model import (
    AUTHORISATION,
    CAPTURE,
    DISPUTE,
    INSTRUCTION,
    PAYMENT,
    PAYOUT,
    PAYOUT_BATCH,
    PAYOUT_LINE,
    REFUND,
    REMITTANCE,
    Machine,
)

MACHINES: Final[tuple[Machine[Any, Any], ...]] = (
    PAYMENT,
    AUTHORISATION,
    CAPTURE,
    INSTRUCTION,
    REFUND,
    PAYOUT,
    PAYOUT_BATCH,
    PAYOUT_LINE,
    DISPUTE,
    REMITTANCE,
)
_HEAD: Final = """\
# Lives of payments 付款状态

Printed by `make docs` from the code; do not edit it here.
由 `make docs` 根据代码生成,请勿在此修改。

Each noun below has states and events. What a table does not know cannot happen: whoever asks for
it is refused with a code, and what happens outside all the same is booked without a step. A request
that could cause an event is refused with the codes beside it, in that order.
[errors.md](errors.md) says what each means.

下列各对象均有状态与事件。表中没有的变化不会发生:请求会以错误代码拒绝;外部已发生的照常入账但不改变状态。
事件旁列出相应请求的拒绝代码,按检查顺序排列,含义见 [errors.md](errors.md)。
"""


def machines_page(machines: Sequence[Machine[Any, Any]] = MACHINES) -> str:
    """Return the whole page: a diagram and three tables for each machine."""
    return (
        "\n".join([_HEAD, *(line for each in machines for line in _machine(each))]).rstrip() + "\n"
    )


def _machine(machine: Machine[Any, Any]) -> list[str]:
    events = [(event, said) for event, said in machine.events.items()]
    return [
        f"## {machine.title.en} {machine.title.zh}\n",
        "```mermaid",
        "stateDiagram-v2",
        *(f"    [*] --> {state}" for state in machine.states if state in machine.begins),
        *(f"    {before} --> {to}: {event}" for (before, event), to in machine.steps.items()),
        "```\n",
        *_table(
            ("State", "Meaning", "含义"),
            ((f"`{state}`", said.en, said.zh) for state, said in machine.states.items()),
        ),
        "",
        *_table(
            ("Event", "Meaning", "含义", "Refused with"),
            ((f"`{event}`", said.en, said.zh, _codes(machine, event)) for event, said in events),
        ),
        "",
        *_table(
            ("In", *(f"`{event}`" for event, _ in events)),
            (
                (f"`{state}`", *(_result(machine, state, event) for event, _ in events))
                for state in machine.states
            ),
        ),
        "",
    ]


def _codes(machine: Machine[Any, Any], event: Any) -> str:  # noqa: ANN401 - any machine's event
    return ", ".join(f"`{code}`" for code in machine.codes.get(event, ()))


def _result(machine: Machine[Any, Any], state: Any, event: Any) -> str:  # noqa: ANN401 - any
    after = machine.steps.get((state, event))
    return "" if after is None else f"`{after}`"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    rule = "|" + "|".join(" --- " for _ in head) + "|"
    return ["| " + " | ".join(head) + " |", rule, *("| " + " | ".join(r) + " |" for r in rows)]
