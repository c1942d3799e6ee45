"""What a rail says it pays to us in one sum for many payments: a carrier's cash, remitted."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from usance.kernel.ids import CaptureId, InstructionId, PaymentId, RemittanceId
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record
from usance.payments.model.machine import Machine, Said


class RemittanceStatus(StrEnum):
    """Where a remittance stands."""

    ANNOUNCED = "announced"
    DIFFERS = "differs"
    RECEIVED = "received"
    DISMISSED = "dismissed"


class RemittanceEvent(StrEnum):
    """What can happen to a remittance."""

    ARRIVED = "arrived"
    ARRIVED_OTHERWISE = "arrived_otherwise"
    SETTLED = "settled"
    DISMISSED = "dismissed"


_S = RemittanceStatus
_E = RemittanceEvent

REMITTANCE: Final[Machine[RemittanceStatus, RemittanceEvent]] = Machine(
    "remittance",
    Said("A remittance", "代收汇款"),
    frozenset({_S.ANNOUNCED}),
    {
        _S.ANNOUNCED: Said(
            "The rail says it has paid; our bank has not shown it. Nothing is booked.",
            "通道称已汇款,银行尚未显示,未入账。",
        ),
        _S.DIFFERS: Said(
            "Our bank shows another sum than the advice; nothing is booked until people decide.",
            "银行到账与汇款清单不符,待人工处理,未入账。",
        ),
        _S.RECEIVED: Said(
            "Our bank shows it; the payments of its lines are settled.",
            "银行已到账,清单所列付款已结算。",
        ),
        _S.DISMISSED: Said(
            "It stands for no money: what came is booked like any other credit.",
            "清单作废,到账款项按普通入账处理。",
        ),
    },
    {
        _E.ARRIVED: Said("Our bank shows the sum of the advice.", "银行到账金额与清单一致。"),
        _E.ARRIVED_OTHERWISE: Said("Our bank shows another sum.", "银行到账金额与清单不符。"),
        _E.SETTLED: Said(
            "Two people have said which lines were not paid; the others add up.",
            "两人确认未付款项,其余合计与到账一致。",
        ),
        _E.DISMISSED: Said("Two people have said that it is void.", "两人确认清单作废。"),
    },
    {
        (_S.ANNOUNCED, _E.ARRIVED): _S.RECEIVED,
        (_S.ANNOUNCED, _E.ARRIVED_OTHERWISE): _S.DIFFERS,
        (_S.DIFFERS, _E.ARRIVED): _S.RECEIVED,
        (_S.DIFFERS, _E.SETTLED): _S.RECEIVED,
        (_S.ANNOUNCED, _E.DISMISSED): _S.DISMISSED,
        (_S.DIFFERS, _E.DISMISSED): _S.DISMISSED,
    },
    {
        _E.SETTLED: ("unknown_remittance", "wrong_state", "not_in_remittance", "sum_differs"),
        _E.DISMISSED: ("unknown_remittance", "wrong_state"),
    },
)


class RemittanceLine(Record, frozen=True):
    """One payment of a remittance. notice: the rail's reference of its settlement.

    gross: what was collected and is settled. fee: what the rail keeps of it. left_out: it was
    not paid with the others, so the rail owes it still.
    """

    notice: str
    instruction_id: InstructionId
    payment_id: PaymentId
    gross: Money
    fee: Money
    capture_id: CaptureId | None = None
    left_out: bool = False

    @property
    def net(self) -> int:
        """What of it comes to us, in minor units."""
        return self.gross.minor - self.fee.minor


class Remittance(Record, frozen=True):
    """One payment of a rail to us for many payments. reference: the rail's own of it.

    booking: of our bank, our account and its reference with a blank between them, "" until it is
    shown; arrived: what the bank shows, in minor units.
    """

    id: RemittanceId
    rail: str
    reference: str
    currency: Currency
    lines: tuple[RemittanceLine, ...]
    status: RemittanceStatus
    announced_at: datetime
    booking: str = ""
    arrived: int = 0
    closed_at: datetime | None = None

    @property
    def amount(self) -> Money:
        """What the lines come to, but for those that were left out."""
        minor = sum(line.net for line in self.lines if not line.left_out)
        return Money(minor, self.currency)

    @property
    def difference(self) -> Money:
        """What the bank shows less what the lines come to; nothing until it is shown."""
        shown = self.arrived - self.amount.minor if self.booking else 0
        return Money(shown, self.currency)


def remittance_id_of(rail: str, reference: str, currency: str) -> RemittanceId:
    """Return the id of a remittance: the same reference of a rail is the same remittance."""
    return RemittanceId.derived(0, "remittance", rail, reference, currency)
