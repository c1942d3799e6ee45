"""A carrier that exists only here: as a rail, and as the server that its client speaks to.

A parcel is at the door some hours after it was announced; there it is paid, paid in part, or sent
away. What was collected is remitted in one sum a day. Its figures are illustrative and describe
the simulation alone.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final
from uuid import UUID

import httpx

from usance.adapters.rails.cash_on_delivery import translate
from usance.adapters.rails.cash_on_delivery.client import CAPABILITIES, NAME
from usance.adapters.rails.simulated_memory import Memory
from usance.adapters.rails.simulator import Behaviour, SimulatedRail
from usance.kernel.money import Money, decimal_text
from usance.kernel.money import parse as money
from usance.kernel.records import replace
from usance.payments.model import Decline, Instruction, InstructionKind
from usance.payments.ports import (
    TAKES_EVERYTHING,
    AnswerKind,
    Limit,
    NoticeKind,
    RailAnswer,
    RailNotice,
)

SEED: Final = 20260909
BEHAVIOUR: Final = Behaviour(
    fee_bps=200,
    fee_fixed_minor=0,
    chargeback_fee_minor=0,
    settlement_business_days=5,
    silent_bps=100,
    refused_bps=800,
    refusals=(Decline.NOT_DELIVERED,),
    partly_bps=100,
)
# How long after it was announced a parcel is at its door.
AT_THE_DOOR: Final = timedelta(hours=18)
_TRACKING: Final = "https://carrier.test/parcels/"


class SimulatedCarrier(SimulatedRail):
    """Implements payments.ports.Rail, HookReader, Steerable and AdviceReader."""

    capabilities = CAPABILITIES

    def first_answer(self, instruction: Instruction, at: datetime) -> RailAnswer:
        """Return that the parcel is on its way, unless there is no answer at all."""
        return self._waits(instruction, at, super().first_answer(instruction, at))

    def later_answer(self, instruction: Instruction, at: datetime) -> RailAnswer:
        """Return what happened at the door, once the parcel was there."""
        return self._waits(instruction, at, super().later_answer(instruction, at))

    def told(
        self, instructions: Sequence[Instruction], since: datetime, until: datetime
    ) -> list[tuple[datetime, RailNotice]]:
        """Return what it says; what it remits on one day comes in one sum for each currency."""
        return [
            (at, replace(notice, batch=self._batch(at, notice), value_date=at.date()))
            for at, notice in super().told(instructions, since, until)
        ]

    def advice(self, raw: bytes) -> Sequence[RailNotice]:
        """See payments.ports.AdviceReader."""
        found = translate.advices_in(raw)
        return [notice for advice in found for notice in translate.notices_of(advice)]

    def _batch(self, at: datetime, notice: RailNotice) -> str:
        return f"RMT-{notice.amount.currency}-{at:%Y%m%d}"

    def _waits(self, instruction: Instruction, at: datetime, answer: RailAnswer) -> RailAnswer:
        on_its_way = at < instruction.created_at + AT_THE_DOOR
        known = answer.kind is not AnswerKind.UNKNOWN
        is_told = self._told_to_refuse(instruction) or self._magic_of(instruction).refused
        if instruction.kind is InstructionKind.COLLECT and known and on_its_way and not is_told:
            url = f"{_TRACKING}{instruction.id.hex}"
            return RailAnswer(AnswerKind.ACTION_REQUIRED, action=url)
        return answer


def simulated(
    seed: int = SEED,
    behaviour: Behaviour = BEHAVIOUR,
    limits: Mapping[str, Limit] = TAKES_EVERYTHING,
) -> SimulatedCarrier:
    """Return a carrier that collects at doors: slow, and now and then with less than it should."""
    return SimulatedCarrier(NAME, seed, behaviour, CAPABILITIES, limits)


class CarrierServer:
    """The carrier's API over a simulated rail, for `httpx.MockTransport`. now: the book's time."""

    def __init__(self, rail: SimulatedCarrier, now: datetime) -> None:
        self.now = now
        self._rail = rail
        self._parcels = Memory(rail)
        self._cancelled: set[str] = set()

    def handle(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        path = request.url.path.removeprefix("/v1/").split("/")
        match (request.method, *path):
            case ("POST", "parcels"):
                return self._announce(json.loads(request.content))
            case ("GET", "parcels", reference) if reference in self._parcels:
                return self._shown(reference)
            case ("POST", "parcels", reference, "cancel") if reference in self._parcels:
                if self._answered(reference).kind is not AnswerKind.CONFIRMED:
                    self._cancelled.add(reference)
                return self._shown(reference)
            case ("GET", "remittances"):
                return self._advices(request)
        return httpx.Response(404, json={"code": "not_found"})

    def _announce(self, said: dict[str, Any]) -> httpx.Response:
        """Take a parcel on, or show the one that was taken under this reference."""
        reference = said["reference"]
        amount = money(said["collect"]["amount"], said["collect"]["currency"])
        kind = InstructionKind.COLLECT
        parcel = self._parcels.asked(UUID(reference), kind, amount, self.now)
        self._parcels.take(reference, parcel, self.now)
        return self._shown(reference)

    def _answered(self, reference: str) -> RailAnswer:
        """Return what became of a parcel; one that was called off is never decided."""
        if reference in self._cancelled:
            return self._rail.later_answer(self._parcels[reference], self.now)
        return self._parcels.answered(reference, self.now)

    def _shown(self, reference: str) -> httpx.Response:
        answer, parcel = self._answered(reference), self._parcels[reference]
        shown: dict[str, Any] = {
            "id": f"PCL{parcel.id.hex[-12:]}",
            "reference": (answer.about or parcel.id).hex,
            "status": "in_transit",
            "collect": _sum(parcel.amount),
            "tracking_url": f"{_TRACKING}{reference}",
        }
        if reference in self._cancelled:
            shown |= {"status": "cancelled"}
        elif answer.kind is AnswerKind.CONFIRMED:
            paid = answer.amount or parcel.amount
            shown |= {"status": "collected", "collected": _sum(paid), "paid_by": "cash"}
        elif answer.kind is AnswerKind.REFUSED:
            shown |= {"status": "refused"}
        elif answer.kind is AnswerKind.UNKNOWN:
            raise httpx.ReadTimeout("the carrier keeps silent")
        return httpx.Response(200, json=shown)

    def _advices(self, request: httpx.Request) -> httpx.Response:
        window = (
            datetime.fromisoformat(request.url.params["after"]),
            datetime.fromisoformat(request.url.params["until"]),
        )
        told = self._rail.told(list(self._parcels.values()), *window)
        remitted = [each for _, each in told if each.kind is NoticeKind.SETTLED]
        remitted.sort(key=lambda each: each.batch)
        data = [
            _advice(batch, list(lines))
            for batch, lines in groupby(remitted, key=lambda each: each.batch)
        ]
        return httpx.Response(200, json={"data": data})


def _advice(batch: str, notices: Sequence[RailNotice]) -> dict[str, Any]:
    currency = notices[0].amount.currency
    total = sum(each.amount.minor - each.fee.minor for each in notices)
    return {
        "id": batch,
        "currency": currency,
        "total": decimal_text(Money(total, currency)),
        "paid_on": notices[0].value_date.isoformat(),
        "lines": [
            {
                "parcel": each.reference,
                "reference": each.instruction.hex,
                "collected": decimal_text(each.amount),
                "fee": decimal_text(each.fee),
            }
            for each in notices
        ],
    }


def _sum(amount: Money) -> dict[str, str]:
    return {"amount": decimal_text(amount), "currency": amount.currency}
