"""What has happened to routing."""

from datetime import datetime

from usance.kernel.ids import InstructionId, OrderId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record


class RoutingAdopted(Record, frozen=True):
    """A configuration was adopted. restores: the version it brings back, None where it is new."""

    number: int
    effective_at: datetime
    restores: int | None
    reason: str


class PaymentRerouted(Record, frozen=True):
    """A rail refused for a reason of its own, and another one was asked. code: the refusal."""

    payment_id: PaymentId
    order_id: OrderId
    attempt: int
    refused_by: str
    code: str
    rail: str
    fee: Money
    route_reason: str
    instruction_id: InstructionId
