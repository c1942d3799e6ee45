"""The plan of one history: a pure function of its seed.

A step says what somebody does and the figures by which the driver chooses among what there is
then (the 17th payment, counted round). Nothing of a book is looked at here, so a seed is the
same plan everywhere, and the first n steps of a plan are the plan of n steps.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

Choices = Mapping[str, Any]
_PICK = 1 << 30
_CONDUCTS = 257
_TABLES = (
    "engine.book",
    "engine.commands",
    "engine.due",
    "engine.outbox",
    "ledger.balances",
    "ledger.transfers",
    "payments.instructions",
    "payments.payments",
)


@dataclass(frozen=True)
class Notice:
    """What a rail will report of a collection: when, in hours after it was told to collect.

    bps: of the amount collected. twice: it says the same again some hours later.
    """

    hours: int
    chargeback: bool
    bps: int
    fee_bps: int
    twice: bool


@dataclass(frozen=True)
class Conduct:
    """How a rail treats an instruction: how often it is silent first, what it then says."""

    silences: int
    carries_out: bool
    notices: tuple[Notice, ...]


@dataclass(frozen=True)
class Fault:
    """Something breaks at one of the next requests to the engine.

    kind: `engine` its connection is cut, `kill` its process is killed, `database` the server
    stops at once, `epoch` somebody else has taken the book, `second` another engine is started.
    where: `before` the request, `within` the batch (while it waits for `table`), or `answer`:
    the batch is durable and nobody is told. requests: how many are let through first.
    worker_too: the worker dies with it and another one takes its place.
    """

    kind: str
    where: str
    requests: int
    table: str
    worker_too: bool

    def __str__(self) -> str:
        """Say what breaks, where and when."""
        where = f"within a batch at {self.table}" if self.where == "within" else self.where
        return f"{self.kind}, {where}, after {self.requests} requests"


@dataclass(frozen=True)
class Step:
    """One thing that happens. works: rails and reactions are attended to afterwards."""

    number: int
    act: str
    choices: Choices
    works: bool

    def __str__(self) -> str:
        """Say the step in a line."""
        return f"{self.number:4} {self.act} {dict(self.choices)}"


@dataclass(frozen=True)
class Plan:
    """All that is decided beforehand."""

    seed: int
    steps: tuple[Step, ...]
    conducts: tuple[Conduct, ...]

    def summary(self) -> str:
        """Say how often each act occurs."""
        count = Counter(step.act for step in self.steps)
        return ", ".join(f"{act} {n}" for act, n in sorted(count.items()))


def plan(seed: int, length: int, *, kills: bool = True) -> Plan:
    """Return the plan of a seed. kills: engines in processes of their own are killed as well."""
    dice = Random(seed)
    conducts = tuple(_conduct(dice) for _ in range(_CONDUCTS))
    acts = {**ACTS, **({"process": (2, _process)} if kills else {})}
    names, weights = list(acts), [weight for weight, _ in acts.values()]
    steps = []
    for number in range(1, length + 1):
        [act] = dice.choices(names, weights)
        steps.append(Step(number, act, acts[act][1](dice), dice.random() < 0.6))
    return Plan(seed, tuple(steps), conducts)


def _conduct(dice: Random) -> Conduct:
    silences = dice.choice((0, 0, 0, 0, 1, 2, 4))
    if dice.random() < 0.12:
        return Conduct(silences, carries_out=False, notices=())
    pattern = dice.choices(("whole", "parts", "less", "more", "never"), (10, 2, 1, 1, 2))[0]
    whole = [_settled(dice, 10_000)]
    notices = {
        "whole": whole,
        "parts": [_settled(dice, 6_000), _settled(dice, 4_000)],
        "less": [_settled(dice, 9_950)],
        "more": [_settled(dice, 10_100)],
        "never": [],
    }[pattern]
    if dice.random() < 0.12:
        hours, bps = dice.choice((3, 60, 400)), dice.choice((10_000, 10_000, 3_333, 10_001))
        notices = [*notices, Notice(hours, True, bps, dice.choice((0, 150)), dice.random() < 0.3)]
    return Conduct(silences, carries_out=True, notices=tuple(notices))


def _settled(dice: Random, bps: int) -> Notice:
    hours, fee = dice.choice((1, 44, 48, 50, 75, 140)), dice.choice((0, 50, 50, 50, 500))
    return Notice(hours, False, bps, fee, dice.random() < 0.2)


def _pick(dice: Random) -> int:
    return dice.randrange(_PICK)


# ---- what people, rails and clocks do ----


def _sale(dice: Random) -> Choices:
    return {
        "seller": dice.choice((0, 0, 1, 2)),
        "buyer": _pick(dice),
        "minor": dice.choice((1, 99, 3_700, 33_300, 100_000, 249_900)) + dice.randrange(100),
        "currency": dice.choice(("GBP", "GBP", "EUR", "CNY", "JPY")),
        "method": dice.choice(("", "", "card", "bank_transfer")),
    }


def _settle(dice: Random) -> Choices:
    return {
        "payment": _pick(dice),
        "amount": dice.choice(("owed", "owed", "owed", "gross", "half", "more", "nothing")),
        "fee": dice.choice(("share", "share", "none", "all", "beyond")),
        "twice": dice.random() < 0.2,
    }


def _chargeback(dice: Random) -> Choices:
    return {
        "payment": _pick(dice),
        "amount": dice.choice(("gross", "third", "more")),
        "fee": dice.choice((0, 1500)),
        "twice": dice.random() < 0.2,
    }


def _refund(dice: Random) -> Choices:
    return {"payment": _pick(dice), "amount": dice.choice(("left", "third", "one", "too much"))}


def _answer(dice: Random) -> Choices:
    says = dice.choice(("confirmed", "refused", "unknown"))
    return {"instruction": _pick(dice), "says": says}


def _pay_out(dice: Random) -> Choices:
    return {"seller": dice.choice((0, 0, 1, 2)), "minor": dice.choice((1, 50_000, 400_000))}


def _picked(name: str) -> Callable[[Random], Choices]:
    return lambda dice: {name: _pick(dice)}


def _request(dice: Random) -> Choices:
    return {"payment": _pick(dice), "facility": _pick(dice)}


def _wait(dice: Random) -> Choices:
    return {"hours": dice.choice((1, 7, 7, 30, 30, 100, 300, 1100))}


def _back(dice: Random) -> Choices:
    return {"hours": dice.choice((1, 25, 1000))}


def _rates(dice: Random) -> Choices:
    return {
        "GBP": dice.choice(("0.8", "0.7231", "0.9519")),
        "CNY": dice.choice(("7.2", "6.6667", "8.0303")),
    }


def _freeze(dice: Random) -> Choices:
    return {"party": _pick(dice), "status": dice.choice(("frozen", "active", "active"))}


def _suspend(dice: Random) -> Choices:
    return {"facility": _pick(dice), "status": dice.choice(("suspended", "active"))}


def _funds(dice: Random) -> Choices:
    return {"facility": _pick(dice), "minor": dice.choice((123_456, 1, 2_000_000))}


def _mandate(dice: Random) -> Choices:
    minor = dice.choice((0, 100, 50_000, 2_000_000))
    return {"seller": dice.choice((0, 1, 2)), "minor": minor}


def _nothing(_dice: Random) -> Choices:
    return {}


def _acts(dice: Random, count: int) -> list[tuple[str, Choices]]:
    return [(act, ASKED[act][1](dice)) for act in dice.choices(list(ASKED), k=count)]


def _together(dice: Random) -> Choices:
    return {"acts": _acts(dice, dice.randrange(2, 7))}


def _two_callers(dice: Random) -> Choices:
    return {"acts": _acts(dice, dice.choice((1, 1, 3)))}


def _fault(dice: Random) -> Choices:
    kind = dice.choices(("engine", "database", "epoch", "second"), (5, 2, 2, 3))[0]
    where = {"epoch": ("before",), "second": ("before", "within")}.get(
        kind, ("before", "within", "within", "answer")
    )
    return {"fault": _one_fault(dice, kind, dice.choice(where))}


def _process(dice: Random) -> Choices:
    return {"fault": _one_fault(dice, "kill", dice.choice(("before", "within", "answer")))}


def _one_fault(dice: Random, kind: str, where: str) -> Fault:
    requests = dice.choice((0, 0, 1, 3, 8))
    return Fault(kind, where, requests, dice.choice(_TABLES), dice.random() < 0.5)


Makes = tuple[int, Callable[[Random], Choices]]
# What can be asked of the book by one command, and the weight of asking it by itself.
ASKED: dict[str, Makes] = {
    "sale": (18, _sale),
    "pay_again": (2, _picked("order")),
    "settle": (6, _settle),
    "chargeback": (4, _chargeback),
    "refund": (7, _refund),
    "answer": (5, _answer),
    "pay_out": (3, _pay_out),
    "accept": (3, _picked("offer")),
    "request": (3, _request),
    "freeze": (1, _freeze),
    "suspend": (1, _suspend),
    "funds": (1, _funds),
    "mandate": (2, _mandate),
}
ACTS: dict[str, Makes] = {
    **ASKED,
    "together": (4, _together),
    "two_callers": (2, _two_callers),
    "other_inputs": (2, _two_callers),
    "same_again": (2, _picked("command")),
    "wait": (9, _wait),
    "clock_back": (1, _back),
    "rates_move": (2, _rates),
    "log_grows": (1, _nothing),
    "fault": (7, _fault),
}
