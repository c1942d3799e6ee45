"""A rail that exists only here: a pure function of a seed, an instruction and the book's time.

It can refuse, keep silent, be down for a while, answer late, and charge back; and it does the
same every time it is asked with the same seed. The figures of its behaviour are given to it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from copy import copy
from datetime import UTC, datetime, time, timedelta
from typing import Final, Self

from usance.adapters.rails.magic import MAGIC, NOTHING, Magic
from usance.adapters.rails.simulated_hooks import SimulatedHooks
from usance.kernel.dates import Calendar
from usance.kernel.money import Money, Rounding
from usance.kernel.records import Record
from usance.payments.model import (
    Instruction,
    InstructionKind,
    InstructionState,
    RailMood,
    Steering,
)
from usance.payments.ports import AnswerKind, NoticeKind, RailAnswer, RailNotice

_WHOLE: Final = 10_000
_SETTLES_AT: Final = time(6, 0)
_COLLECTS: Final = frozenset({InstructionKind.COLLECT, InstructionKind.CAPTURE})
_ASKS_BUYER: Final = frozenset({InstructionKind.COLLECT, InstructionKind.AUTHORISE})


class Outage(Record, frozen=True):
    """A stretch of the book's time in which the rail answers nobody."""

    starts_at: datetime
    ends_at: datetime


class Behaviour(Record, frozen=True):
    """How a simulated rail behaves. Shares are in ten-thousandths of all instructions.

    silent_bps: the first answer is unknown; known `silent_for` later. refused_bps: of
    collections, a definite no.
    charged_back_bps: of collections too, `chargeback_after` settlement.
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


class SimulatedRail(SimulatedHooks):
    """Implements payments.ports.Rail, HookReader and Steerable."""

    capabilities: Final = frozenset(
        {
            "collect",
            "authorise",
            "capture",
            "void",
            "refund",
            "payout",
            "return",
            "chargeback",
            "contest",
        }
    )

    def __init__(self, name: str, seed: int, behaviour: Behaviour) -> None:
        self.name = name
        self.behaviour = behaviour
        self._seed = seed
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
        if self._is_down(at) or self._silent_for(instruction):
            return RailAnswer(AnswerKind.UNKNOWN, "no_answer")
        return self._decided(instruction)

    async def ask(self, instruction: Instruction, at: datetime) -> RailAnswer:
        """See payments.ports.Rail."""
        if self._is_down(at):
            return RailAnswer(AnswerKind.UNKNOWN, "no_answer")
        if at < instruction.created_at + self._silent_for(instruction):
            return RailAnswer(AnswerKind.UNKNOWN, "in_progress")
        return self._decided(instruction)

    async def notices(
        self, instructions: Sequence[Instruction], since: datetime, until: datetime
    ) -> Sequence[RailNotice]:
        """See payments.ports.Rail."""
        found: list[tuple[datetime, RailNotice]] = []
        for instruction in instructions:
            if instruction.kind not in _COLLECTS:
                continue
            if instruction.state is not InstructionState.CONFIRMED:
                continue
            for at, notice in self._life(instruction, instructions):
                if since < at <= until:
                    found.append((at, notice))
        found.sort(key=lambda pair: (pair[0], pair[1].reference))
        return [notice for _, notice in found]

    def _life(
        self, collected: Instruction, instructions: Sequence[Instruction]
    ) -> list[tuple[datetime, RailNotice]]:
        """Return what happens to a collection, and when."""
        settles = self._settles_at(collected)
        kept = self._kept_back(collected, instructions)
        gross = Money(collected.amount.minor - kept, collected.amount.currency)
        life = []
        if gross.minor > 0:
            life.append((settles, self._settled(collected, gross, settles)))
        disputed = self._dice(collected, "chargeback") < self.behaviour.charged_back_bps
        if disputed or self._magic_of(collected).charged_back:
            at = settles + self.behaviour.chargeback_after
            life.append((at, self._charged_back(collected, at)))
        return life

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
        return taken[collected.id]

    def _settled(self, collected: Instruction, gross: Money, at: datetime) -> RailNotice:
        share = collected.amount.share(self.behaviour.fee_bps, Rounding.UP).minor
        fee = min(share + self.behaviour.fee_fixed_minor, gross.minor)
        return RailNotice(
            NoticeKind.SETTLED,
            f"{self.name}-set-{collected.id.hex}",
            collected.id,
            gross,
            Money(fee, gross.currency),
            at.date(),
        )

    def _charged_back(self, collected: Instruction, at: datetime) -> RailNotice:
        return RailNotice(
            NoticeKind.CHARGEBACK,
            f"{self.name}-cbk-{collected.id.hex}",
            collected.id,
            collected.amount,
            Money(self.behaviour.chargeback_fee_minor, collected.amount.currency),
            at.date(),
        )

    def _settles_at(self, collected: Instruction) -> datetime:
        assert collected.answered_at is not None, "a confirmed instruction was answered"
        day = self.behaviour.calendar.add_business_days(
            collected.answered_at.date(), self.behaviour.settlement_business_days
        )
        return datetime.combine(day, _SETTLES_AT, UTC)

    def _decided(self, instruction: Instruction) -> RailAnswer:
        told = self._magic_of(instruction).refused or self._told_to_refuse(instruction)
        if told:
            return RailAnswer(AnswerKind.REFUSED, told)
        asks_buyer = instruction.kind in _ASKS_BUYER
        if asks_buyer and self._dice(instruction, "refused") < self.behaviour.refused_bps:
            return RailAnswer(AnswerKind.REFUSED, "insufficient_funds")
        return RailAnswer(AnswerKind.CONFIRMED, "", f"{self.name}-{instruction.id.hex[-12:]}")

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
        diced = self._dice(instruction, "silent") < self.behaviour.silent_bps
        return max(magic, self.behaviour.silent_for if diced else timedelta(0))

    def _dice(self, instruction: Instruction, what: str) -> int:
        """Return a number below 10,000 that the seed, the instruction and the question give."""
        seed = f"{self._seed}|{self.name}|{instruction.id.hex}|{what}".encode()
        return int.from_bytes(hashlib.sha256(seed).digest()[:8], "big") % _WHOLE
