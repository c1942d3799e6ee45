"""What a batch of payouts must be like, and what becomes of it. Pure."""

import hashlib
from collections.abc import Sequence
from typing import Final

from usance.kernel.errors import NEGATIVE_AMOUNT, Refusal
from usance.kernel.money import Currency, Money
from usance.kernel.records import encode
from usance.payments.errors import (
    BATCH_COUNT_DIFFERS,
    BATCH_SIZE,
    BATCH_SUM_DIFFERS,
    CURRENCY_MISMATCH,
    REFERENCE_MISSING,
    REFERENCE_REPEATED,
)
from usance.payments.model import BatchEvent, LineAsked, PayoutBatch

_REFERENCE_MAX: Final = 80
# What the ledger can hold in one account with room to spare.
_SUM_MAX: Final = 1 << 62


def digest_of(seller_id: object, currency: Currency, lines: Sequence[LineAsked]) -> str:
    """Return the SHA-256 of what lines say, in hexadecimal: the same lines, the same digest."""
    return hashlib.sha256(encode((str(seller_id), str(currency), list(lines)))).hexdigest()


def batch_fault(
    lines: Sequence[LineAsked], count: int, total: Money, lines_max: int
) -> Refusal | None:
    """Return why a batch cannot be taken at all.

    Refuses: payout_batch_size, payout_batch_count_differs, currency_mismatch,
    payout_batch_sum_differs.
    """
    if not 1 <= len(lines) <= lines_max:
        return BATCH_SIZE.refuse("lines", lines_max)
    if len(lines) != count:
        return BATCH_COUNT_DIFFERS.refuse("count", len(lines))
    for number, line in enumerate(lines, 1):
        if line.amount.currency != total.currency:
            return CURRENCY_MISMATCH.refuse(f"lines[{number}].amount", total.currency)
    added = sum(line.amount.minor for line in lines)
    if added != total.minor or not -_SUM_MAX < added < _SUM_MAX:
        return BATCH_SUM_DIFFERS.refuse("total", Money(added, total.currency))
    return None


def line_faults(lines: Sequence[LineAsked]) -> list[Refusal | None]:
    """Return for each line what is wrong with it by itself, and beside the others.

    Refuses: what the reader found, negative_amount, payout_reference_missing,
    payout_reference_repeated.
    """
    seen: dict[str, int] = {}
    faults = []
    for number, line in enumerate(lines, 1):
        fault = line.fault or _line_fault(line)
        if fault is None:
            first = seen.setdefault(line.reference, number)
            if first != number:
                fault = REFERENCE_REPEATED.refuse("reference", first)
        faults.append(fault)
    return faults


def _line_fault(line: LineAsked) -> Refusal | None:
    if line.amount.minor <= 0:
        return NEGATIVE_AMOUNT.refuse("amount", line.amount)
    reference = line.reference
    if not reference.strip() or len(reference) > _REFERENCE_MAX or not reference.isprintable():
        return REFERENCE_MISSING.refuse("reference", ascii(reference[:40]))
    return None


def bears(batch: PayoutBatch, refused_bps_max: int) -> bool:
    """Return whether a policy bears as many refused lines as a batch has."""
    return batch.refused * 10_000 <= refused_bps_max * batch.lines


def end_of(batch: PayoutBatch) -> BatchEvent | None:
    """Return how a batch ends whose last line is done, None where one is left."""
    if batch.accepted + batch.refused < batch.lines:
        return None
    return BatchEvent.ENDED if batch.refused else BatchEvent.ALL_PAID


def came_to_nothing(batch: PayoutBatch) -> bool:
    """Return whether a batch is over and nothing of it was paid: its file may be sent again."""
    return batch.ended_at is not None and batch.accepted == 0
