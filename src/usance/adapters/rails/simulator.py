"""A rail that exists only here: a pure function of a seed, an instruction and the book's time.

It can refuse, keep silent, be down for a while, answer late, charge back, send back what it
paid, repeat and reorder what it says, and lie; and it does the same every time it is asked with
the same seed. The figures of its behaviour are given to it. Every simulated rail is this one,
with its own habits and words. In a test book it does besides what it is told: see `steered`.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final, Self
from uuid import UUID

from usance.adapters.rails.magic import MAGIC, NOTHING, Magic
from usance.adapters.rails.simulated_hooks import SimulatedHooks
from usance.kernel.dates import Calendar
from usance.kernel.money import Currency, Money, Rounding
from usance.kernel.records import Record, replace
from usance.payments.model import (
    Decline,
    Instruction,
    InstructionKind,
    InstructionState,
    RailMood,
    Steering,
)
from usance.payments.ports import (
    CHARGEBACK,
    PARTLY,
    RETURNS,
    TAKES_EVERYTHING,
    AnswerKind,
    Limit,
    NoticeKind,
    RailAnswer,
    RailNotice,
)

_WHOLE: Final = 10_000
_SETTLES_AT: Final = time(6, 0)
_COLLECTS: Final = frozenset({InstructionKind.COLLECT, InstructionKind.CAPTURE})
_ASKS_BUYER: Final = frozenset({InstructionKind.COLLECT, InstructionKind.AUTHORISE})
_TENTH: Final = _WHOLE // 10
_SETTLES_AGAIN_AFTER: Final = timedelta(days=7)
_REPEATED_AFTER: Final = timedelta(minutes=1)


class Outage(Record, frozen=True):
    """A stretch of the book's time in which the rail answers nobody."""

    starts_at: datetime
    ends_at: datetime


class Lie(StrEnum):
    """What a rail may say that is not so, or leave unsaid.

    The first three in an answer, the others in a notice.
    """

    ANOTHER = "another"
    WRONG_AMOUNT = "wrong_amount"
    WRONG_CURRENCY = "wrong_currency"
    SETTLES_REFUSED = "settles_refused"
    SETTLES_ANOTHER_AMOUNT = "settles_another_amount"
    SETTLES_LESS = "settles_less"
    SETTLES_TWICE = "settles_twice"
    NEVER_SETTLES = "never_settles"


class Behaviour(Record, frozen=True):
    """How a simulated rail behaves. Shares are in ten-thousandths of all instructions.

    silent_bps: the first answer is unknown; known `silent_for` later. refused_bps: of
    instructions of the kinds in `refusable`, a definite no for one of the `refusals`. partly_bps:
    of collections, only a part is collected by a rail that may.
    charged_back_bps: of collections too, `chargeback_after` settlement. returned_bps: of payouts,
    `return_after` the answer. delayed_bps, repeated_bps: of notices; a late one comes
    `delayed_for` later, a repeated one is said again a minute later. reordered: what is said
    together comes in no order. lies: which, each of them in lied_bps. settles_after: the answer,
    instead of on a business day, where the money is there at once. payer_after: how long the
    payer takes who has to say yes; nobody is waited for where that is nothing. abandoned_bps: of
    those payers never come; the rail gives them up `expires_after` it was asked.
    """

    fee_bps: int
    fee_fixed_minor: int
    chargeback_fee_minor: int
    settlement_business_days: int
    calendar: Calendar = Calendar()
    silent_bps: int = 0
    silent_for: timedelta = timedelta(minutes=10)
    refused_bps: int = 0
    charged_back_bps: int = 0
    chargeback_after: timedelta = timedelta(days=9)
    outages: tuple[Outage, ...] = ()
    refusable: frozenset[InstructionKind] = _ASKS_BUYER
    refusals: tuple[Decline, ...] = (Decline.INSUFFICIENT_FUNDS,)
    returned_bps: int = 0
    return_after: timedelta = timedelta(days=2)
    delayed_bps: int = 0
    delayed_for: timedelta = timedelta(hours=30)
    repeated_bps: int = 0
    reordered: bool = False
    partly_bps: int = 0
    lies: frozenset[Lie] = frozenset()
    lied_bps: int = 0
    settles_after: timedelta = timedelta(0)
    payer_after: timedelta = timedelta(0)
    abandoned_bps: int = 0
    expires_after: timedelta = timedelta(hours=1)


def _nowhere(_instruction: Instruction) -> str:
    return ""


class SimulatedRail(SimulatedHooks):
    """Implements payments.ports.Rail, HookReader and Steerable."""

    capabilities: frozenset[str] = frozenset(
        {"collect", "authorise", "capture", "void", "refund", "payout", "return"}
        | {"contest", CHARGEBACK}
    )

    def __init__(
        self,
        name: str,
        seed: int,
        behaviour: Behaviour,
        capabilities: frozenset[str] | None = None,
        limits: Mapping[str, Limit] = TAKES_EVERYTHING,
        action: Callable[[Instruction], str] = _nowhere,
    ) -> None:
        self.name = name
        self._action = action
        self.behaviour = behaviour
        self.limits = limits
        self._seed = seed
        if capabilities is not None:
            self.capabilities = capabilities
        self._orders: tuple[Steering, ...] = ()
        self._magic: Mapping[int, Magic] = {}

    def steered(self, orders: Sequence[Steering]) -> Self:
        """See payments.ports.Steerable."""
        told = copy(self)
        told._orders = tuple(order for order in orders if order.rail == self.name)  # noqa: SLF001
        told._magic = MAGIC  # noqa: SLF001 - another of our own
        return told

    async def send(self, instruction: Instruction, at: datetime) -> RailAnswer:
        """See payments.ports.Rail."""
        return self.first_answer(instruction, at)

    async def ask(self, instruction: Instruction, at: datetime) -> RailAnswer:
        """See payments.ports.Rail."""
        return self.later_answer(instruction, at)

    async def recall(self, instruction: Instruction, reason: str, at: datetime) -> RailAnswer:
        """See payments.ports.Recalls: the payee agrees or not, as the seed says."""
        del reason
        return self.recalled(instruction, at)

    def recalled(self, instruction: Instruction, at: datetime) -> RailAnswer:
        """Return what the payee says to a recall."""
        if self._is_down(at):
            return RailAnswer(AnswerKind.UNKNOWN, "no_answer")
        if self._falls(instruction, "recalled", _WHOLE // 2):
            return RailAnswer(AnswerKind.CONFIRMED, "", f"{self.name}-rcl-{instruction.id.hex}")
        return RailAnswer(AnswerKind.REFUSED, Decline.RETURNED_BY_PAYEE)

    def first_answer(self, instruction: Instruction, at: datetime) -> RailAnswer:
        """Return what it says when it is told."""
        if self._is_down(at) or self._silent_for(instruction):
            return RailAnswer(AnswerKind.UNKNOWN, "no_answer")
        return self._said(instruction, at)

    def later_answer(self, instruction: Instruction, at: datetime) -> RailAnswer:
        """Return what it says when it is asked."""
        if self._is_down(at):
            return RailAnswer(AnswerKind.UNKNOWN, "no_answer")
        if at < instruction.created_at + self._silent_for(instruction):
            return RailAnswer(AnswerKind.UNKNOWN, "in_progress")
        return self._said(instruction, at)

    async def notices(
        self, instructions: Sequence[Instruction], since: datetime, until: datetime
    ) -> Sequence[RailNotice]:
        """See payments.ports.Rail."""
        notices = [notice for _, notice in self.told(instructions, since, until)]
        if self.behaviour.reordered:
            notices.sort(key=lambda notice: self._number(notice.reference))
        return notices

    def told(
        self, instructions: Sequence[Instruction], since: datetime, until: datetime
    ) -> list[tuple[datetime, RailNotice]]:
        """Return what it says after `since`, up to `until`, and when."""
        found: list[tuple[datetime, RailNotice]] = []
        for instruction in instructions:
            for at, notice in self._life(instruction, instructions):
                told = self._times(instruction, at, notice)
                found += [(each, notice) for each in told if since < each <= until]
        found.sort(key=lambda pair: (pair[0], pair[1].reference))
        return found

    def _times(
        self, instruction: Instruction, at: datetime, notice: RailNotice
    ) -> tuple[datetime, ...]:
        """Return when a notice is told: late perhaps, and perhaps twice."""
        if self._falls(instruction, f"delayed {notice.kind}", self.behaviour.delayed_bps):
            at += self.behaviour.delayed_for
        if self._falls(instruction, f"repeated {notice.kind}", self.behaviour.repeated_bps):
            return at, at + _REPEATED_AFTER
        return (at,)

    def _life(
        self, instruction: Instruction, instructions: Sequence[Instruction]
    ) -> list[tuple[datetime, RailNotice]]:
        """Return what happens to an instruction that was answered, and when."""
        if instruction.kind is InstructionKind.PAYOUT:
            return self._payout_life(instruction)
        if instruction.kind not in _COLLECTS:
            return []
        refused = instruction.state is InstructionState.REFUSED
        if refused and not self._lies(Lie.SETTLES_REFUSED, instruction):
            return []
        if instruction.state is InstructionState.OPEN:
            return []
        return self._collection_life(instruction, instructions)

    def _payout_life(self, paid: Instruction) -> list[tuple[datetime, RailNotice]]:
        returned = self._falls(paid, "returned", self.behaviour.returned_bps)
        if paid.answered_at is None or not returned or RETURNS not in self.capabilities:
            return []
        if paid.state is not InstructionState.CONFIRMED:
            return []
        at = paid.answered_at + self.behaviour.return_after
        notice = self._notice(NoticeKind.RETURNED, "ret", paid, paid.amount, 0, at)
        return [(at, replace(notice, code=Decline.ACCOUNT_CLOSED))]

    def _collection_life(
        self, collected: Instruction, instructions: Sequence[Instruction]
    ) -> list[tuple[datetime, RailNotice]]:
        settles = self._settles_at(collected)
        kept = self._kept_back(collected, instructions)
        taken = self._taken(collected)
        gross = Money(taken.minor - kept, taken.currency)
        if self._lies(Lie.SETTLES_ANOTHER_AMOUNT, collected):
            gross = replace(gross, minor=gross.minor + 1)
        if self._lies(Lie.SETTLES_LESS, collected):
            gross = gross.share(_WHOLE - _TENTH, Rounding.DOWN)
        life = []
        if gross.minor > 0 and not self._lies(Lie.NEVER_SETTLES, collected):
            share = taken.share(self.behaviour.fee_bps, Rounding.UP).minor
            fee = min(share + self.behaviour.fee_fixed_minor, gross.minor)
            notice = self._notice(NoticeKind.SETTLED, "set", collected, gross, fee, settles)
            life.append((settles, notice))
            if self._lies(Lie.SETTLES_TWICE, collected):
                again = settles + _SETTLES_AGAIN_AFTER
                more = self._notice(NoticeKind.SETTLED, "more", collected, gross, fee, again)
                life.append((again, more))
        disputed = self._falls(collected, "chargeback", self.behaviour.charged_back_bps)
        if CHARGEBACK in self.capabilities and (disputed or self._magic_of(collected).charged_back):
            at = settles + self.behaviour.chargeback_after
            fee = self.behaviour.chargeback_fee_minor
            kind = NoticeKind.CHARGEBACK
            life.append((at, self._notice(kind, "cbk", collected, collected.amount, fee, at)))
        return life

    def _taken(self, collected: Instruction) -> Money:
        """Return what was collected: all that was asked for, or a part where that may be."""
        may = PARTLY in self.capabilities and collected.kind is InstructionKind.COLLECT
        if may and self._falls(collected, "partly", self.behaviour.partly_bps):
            part = collected.amount.share(_WHOLE // 2, Rounding.UP)
            return part if part.minor else collected.amount
        return collected.amount

    def _kept_back(self, collected: Instruction, instructions: Sequence[Instruction]) -> int:
        """Return what refunds made before it settles take from a collection, in minor units.

        Where a payment is captured in parts, those that settle earlier are taken from first.
        """
        of_payment = [
            each
            for each in instructions
            if each.payment_id == collected.payment_id
            and each.state is InstructionState.CONFIRMED
            and each.answered_at is not None
        ]
        parts = [each for each in of_payment if each.kind in _COLLECTS]
        taken = dict.fromkeys((each.id for each in parts), 0)
        for part in sorted(parts, key=lambda each: (self._settles_at(each), each.id)):
            settles = self._settles_at(part)
            refunded = sum(
                each.amount.minor
                for each in of_payment
                if each.kind is InstructionKind.REFUND
                and each.answered_at is not None
                and each.answered_at < settles
            )
            taken[part.id] = min(part.amount.minor, refunded - sum(taken.values()))
        # Of what was refused, which a liar settles all the same, nothing was refunded.
        return taken.get(collected.id, 0)

    def _notice(
        self,
        kind: NoticeKind,
        word: str,
        instruction: Instruction,
        amount: Money,
        fee: int,
        at: datetime,
    ) -> RailNotice:
        return RailNotice(
            kind,
            f"{self.name}-{word}-{instruction.id.hex}",
            instruction.id,
            amount,
            Money(fee, amount.currency),
            at.date(),
        )

    def _settles_at(self, collected: Instruction) -> datetime:
        assert collected.answered_at is not None, "a confirmed instruction was answered"
        if self.behaviour.settles_after:
            return collected.answered_at + self.behaviour.settles_after
        day = self.behaviour.calendar.add_business_days(
            collected.answered_at.date(), self.behaviour.settlement_business_days
        )
        return datetime.combine(day, _SETTLES_AT, UTC)

    def _said(self, instruction: Instruction, at: datetime) -> RailAnswer:
        """Return the decision, as truthfully as this rail speaks, or what the payer has to do."""
        answer = self._waiting(instruction, at) or self._decided(instruction)
        if self._lies(Lie.ANOTHER, instruction):
            return replace(answer, about=UUID(int=instruction.id.int ^ 1))
        if answer.kind is not AnswerKind.CONFIRMED:
            return answer
        if self._lies(Lie.WRONG_AMOUNT, instruction):
            return replace(answer, amount=replace(instruction.amount, minor=1))
        if self._lies(Lie.WRONG_CURRENCY, instruction):
            wrong = "EUR" if instruction.amount.currency != "EUR" else "USD"
            return replace(answer, amount=replace(instruction.amount, currency=Currency(wrong)))
        taken = self._taken(instruction)
        return answer if taken == instruction.amount else replace(answer, amount=taken)

    def _waiting(self, instruction: Instruction, at: datetime) -> RailAnswer | None:
        """Return that the payer is waited for, or has not come; None where neither is so."""
        behaviour = self.behaviour
        if not behaviour.payer_after or instruction.kind not in _ASKS_BUYER:
            return None
        never = self._falls(instruction, "abandoned", behaviour.abandoned_bps)
        waits = behaviour.expires_after if never else behaviour.payer_after
        if at < instruction.created_at + waits:
            kind, known_as = AnswerKind.ACTION_REQUIRED, self._known_as(instruction)
            return RailAnswer(kind, "", known_as, action=self._action(instruction))
        return RailAnswer(AnswerKind.REFUSED, Decline.ABANDONED) if never else None

    def _decided(self, instruction: Instruction) -> RailAnswer:
        told = self._magic_of(instruction).refused or self._told_to_refuse(instruction)
        if told:
            return RailAnswer(AnswerKind.REFUSED, told)
        behaviour = self.behaviour
        if instruction.kind in behaviour.refusable and self._falls(
            instruction, "refused", behaviour.refused_bps
        ):
            reasons = behaviour.refusals
            reason = reasons[self._dice(instruction, "reason") % len(reasons)]
            return RailAnswer(AnswerKind.REFUSED, reason)
        return RailAnswer(AnswerKind.CONFIRMED, "", self._known_as(instruction))

    def _known_as(self, instruction: Instruction) -> str:
        return f"{self.name}-{instruction.id.hex[-12:]}"

    def _is_down(self, at: datetime) -> bool:
        if any(outage.starts_at <= at < outage.ends_at for outage in self.behaviour.outages):
            return True
        quiet = (RailMood.DOWN, RailMood.SILENT)
        return any(order.mood in quiet and order.holds(at) for order in self._orders)

    def _told_to_refuse(self, instruction: Instruction) -> str:
        """Return the code with which it refuses what was asked while it was told to, else ""."""
        for order in self._orders:
            if order.mood is RailMood.REFUSING and order.holds(instruction.created_at):
                return order.code
        return ""

    def _magic_of(self, instruction: Instruction) -> Magic:
        if instruction.kind is not InstructionKind.COLLECT:
            return NOTHING
        return self._magic.get(instruction.amount.minor, NOTHING)

    def _silent_for(self, instruction: Instruction) -> timedelta:
        magic = self._magic_of(instruction).silent_for
        diced = self._falls(instruction, "silent", self.behaviour.silent_bps)
        return max(magic, self.behaviour.silent_for if diced else timedelta(0))

    def _lies(self, lie: Lie, instruction: Instruction) -> bool:
        lies = lie in self.behaviour.lies
        return lies and self._falls(instruction, lie, self.behaviour.lied_bps)

    def _falls(self, instruction: Instruction, what: str, bps: int) -> bool:
        return bps > 0 and self._dice(instruction, what) < bps

    def _dice(self, instruction: Instruction, what: str) -> int:
        """Return a number below 10,000 that the seed, the instruction and the question give."""
        return self._number(f"{instruction.id.hex}|{what}") % _WHOLE

    def _number(self, of: str) -> int:
        seed = f"{self._seed}|{self.name}|{of}".encode()
        return int.from_bytes(hashlib.sha256(seed).digest()[:8], "big")
