"""What an advance is paid, in the words of the entries that post it and of the fact that tells."""

from usance.financing.events import Repayment
from usance.financing.model import Advance
from usance.financing.rules.accrual import paid_from_accrued
from usance.financing.rules.waterfall import Paid, operator_part
from usance.kernel.money import Money


def repayment_words(advance: Advance, paid: Paid) -> dict[str, Money]:
    """Return the amounts of a repayment. advance: as it stands before it."""
    ours = operator_part(advance, paid.fee)
    accrued = paid_from_accrued(advance, paid.fee)
    # Of what was accrued our part is taken first: over all payments both come to the same.
    ours_accrued = min(ours, accrued)
    amounts = {
        "fee": paid.fee,
        "fee_funder": paid.fee - accrued - (ours - ours_accrued),
        "fee_operator": ours - ours_accrued,
        "accrued_funder": accrued - ours_accrued,
        "accrued_operator": ours_accrued,
        "charge": paid.charge,
        "principal": paid.principal,
    }
    return {name: Money(minor, advance.currency) for name, minor in amounts.items()}


def repayment_line(rest: Advance, paid: Paid) -> Repayment:
    """Return what is told of a repayment. rest: the advance as it stands after it."""
    return Repayment(
        advance_id=rest.id,
        payment_id=rest.payment_id,
        facility_id=rest.facility_id,
        funder_id=rest.funder_id,
        fee=Money(paid.fee, rest.currency),
        charge=Money(paid.charge, rest.currency),
        principal=Money(paid.principal, rest.currency),
        outstanding=Money(rest.outstanding, rest.currency),
    )
