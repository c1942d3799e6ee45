"""When a case is closed, its payment goes on or not; when a rail did what it should not, look."""

from collections.abc import Sequence

from usance.kernel.ids import PaymentId, PayoutId
from usance.kernel.records import Record
from usance.payments.events import (
    ExcessCollected,
    ExcessKept,
    LateSuccess,
    RemittanceDiffers,
)
from usance.payments.service import BlockPayment, BlockPayout, ReleasePayment, ReleasePayout
from usance.risk.events import CaseClosed
from usance.risk.model import CaseKind, Disposition
from usance.risk.service import OpenCase
from usance.runtime.facts import Fact


def settle_review(fact: Fact) -> Sequence[tuple[str, Record]]:
    """Return what follows for the payment or the payout whose review two people have ended."""
    closed = fact.part(CaseClosed)
    if closed is not None and closed.kind is CaseKind.PAYOUT:
        payout_id = PayoutId(closed.subject)
        if closed.disposition is Disposition.CLEARED:
            return [("release_payout", ReleasePayout(payout_id))]
        return [("block_payout", BlockPayout(payout_id))]
    if closed is None or closed.kind is not CaseKind.RELEASE:
        return []
    payment_id = PaymentId(closed.subject)
    if closed.disposition is Disposition.CLEARED:
        return [("release_payment", ReleasePayment(payment_id))]
    return [("block_payment", BlockPayment(payment_id))]


def look_at_excess(fact: Fact) -> Sequence[tuple[str, Record]]:
    """Return the case of a payment that was collected once too often."""
    found = fact.part(ExcessCollected)
    if found is None:
        return []
    return [("open_case", OpenCase(found.payment_id, (f"excess_collected_{found.why}",)))]


def look_at_kept_excess(fact: Fact) -> Sequence[tuple[str, Record]]:
    """Return the case of money that a rail did not give back."""
    found = fact.part(ExcessKept)
    return [] if found is None else [("open_case", OpenCase(found.payment_id, ("excess_kept",)))]


def look_at_late_success(fact: Fact) -> Sequence[tuple[str, Record]]:
    """Return the case of what a rail did after its no, unless it is an excess: that has its own."""
    found = fact.part(LateSuccess)
    if found is None or fact.part(ExcessCollected) is not None:
        return []
    return [("open_case", OpenCase(found.instruction_id, ("late_success",)))]


def look_at_remittance(fact: Fact) -> Sequence[tuple[str, Record]]:
    """Return the case of a remittance that is not what its rail has announced."""
    found = fact.part(RemittanceDiffers)
    if found is None:
        return []
    return [("open_case", OpenCase(found.remittance_id, (f"remittance_{found.why}",)))]
