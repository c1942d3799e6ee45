"""What has happened to the money that rails owe us."""

from datetime import date

from usance.kernel.ids import PartyId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record


class PaymentSettled(Record, frozen=True, omit_defaults=True):
    """The rail has paid. Everything that followed from it was one chain.

    executed_rate: the market rate of the cover deal; locked_rate: the one the seller got.
    gross: what the rail says it settles; zero, and no notice, where money that had been
    reserved for a refund is shared out after the refund was refused. holding: what holding a
    locked rate beyond its free days cost the seller, None where no lock was used. booking: of our
    bank, by which it came in one sum with others, "" where it came alone.
    """

    payment_id: PaymentId
    notice: str
    gross: Money
    rail_fee: Money
    fee: Money
    converted: Money
    proceeds: Money
    spread: Money
    locked_rate: str
    executed_rate: str
    fx_result: Money
    owed: Money
    claimed: Money
    reserve: Money
    rest: Money
    holding: Money | None = None
    booking: str = ""


class ReserveReleased(Record, frozen=True):
    """What was held back is the seller's to draw."""

    payment_id: PaymentId
    seller_id: PartyId
    amount: Money


class SettlementLate(Record, frozen=True):
    """A rail has not settled in time. Nothing is booked: only its notice settles."""

    payment_id: PaymentId
    rail: str
    settlement_due: date


class SettlementDiffers(Record, frozen=True):
    """A rail's notice is not what we expected. What arrived is booked; the rest stays open.

    short: the rail still owes us. excess: nobody's yet, in suspense. refunds_awaited: refunds on
    this payment without an answer, which may explain it.
    """

    payment_id: PaymentId
    notice: str
    expected: Money
    gross: Money
    short: Money
    excess: Money
    refunds_awaited: Money


class SettlementUnmatched(Record, frozen=True, omit_defaults=True):
    """A rail has settled a payment that never became a sale. The money is in suspense.

    booking: as in `PaymentSettled`.
    """

    payment_id: PaymentId
    notice: str
    gross: Money
    rail_fee: Money
    status: str
    booking: str = ""
