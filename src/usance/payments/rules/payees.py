"""Whether somebody may be paid now, by one person or by two. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

from usance.kernel.errors import Refusal
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.parties.model import Beneficiary, NameMatch
from usance.payments.errors import PAYEE_COOLING, PAYEE_NAME_DIFFERS, PAYOUT_NEEDS_APPROVAL
from usance.payments.model import CoolingPaid


class Then(StrEnum):
    """What a policy does about something doubtful."""

    REFUSE = "refuse"
    FOUR_EYES = "four_eyes"
    PAY = "pay"


class PayeeTerms(Record, frozen=True):
    """What the policies of a currency say.

    alone_up_to: the largest payout that one person may ask for. cooling: how long a new or
    changed payee cools down. free_up_to: what it may be paid in all while it does.
    """

    alone_up_to: Money
    cooling: timedelta
    free_up_to: Money
    while_cooling: Then
    no_match: Then


def cooling_until(payee: Beneficiary, terms: PayeeTerms, now: datetime) -> datetime | None:
    """Return until when a payee cools down, None where it does not any more."""
    until = payee.changed_at + terms.cooling
    return until if now < until else None


def paid_while_cooling(payee: Beneficiary, known: CoolingPaid | None) -> int:
    """Return what a payee was paid since it was changed last, in minor units."""
    counts = known is not None and known.since == payee.changed_at
    return known.paid.minor if counts and known is not None else 0


def doubt_about(
    payee: Beneficiary | None,
    amount: Money,
    terms: PayeeTerms,
    known: CoolingPaid | None,
    now: datetime,
    *,
    approved: bool,
) -> Refusal | None:
    """Return why a payout must not be made, or not by one person alone.

    payee: None for the seller's own main account. approved: two people have agreed. Refuses:
    payee_cooling, payee_name_differs, payout_needs_approval.
    """
    doubts = [] if payee is None else _doubts(payee, amount, terms, known, now)
    for then, refusal in doubts:
        if then is Then.REFUSE:
            return refusal
    if approved:
        return None
    if amount.minor > terms.alone_up_to.minor:
        return PAYOUT_NEEDS_APPROVAL.refuse("amount", f"{amount} > {terms.alone_up_to}")
    if any(then is Then.FOUR_EYES for then, _ in doubts):
        return PAYOUT_NEEDS_APPROVAL.refuse("amount", amount)
    return None


def _doubts(
    payee: Beneficiary,
    amount: Money,
    terms: PayeeTerms,
    known: CoolingPaid | None,
    now: datetime,
) -> list[tuple[Then, Refusal]]:
    doubts = []
    until = cooling_until(payee, terms, now)
    # Counted together, so that a large payout cannot be cut into small ones meanwhile.
    if until is not None and (
        paid_while_cooling(payee, known) + amount.minor > terms.free_up_to.minor
    ):
        doubts.append(
            (
                terms.while_cooling,
                PAYEE_COOLING.refuse("beneficiary_id", f"{until.isoformat()}, {terms.free_up_to}"),
            )
        )
    if payee.name_check is NameMatch.NO_MATCH:
        doubts.append((terms.no_match, PAYEE_NAME_DIFFERS.refuse("beneficiary_id", payee.id)))
    return doubts
