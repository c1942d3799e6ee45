"""Somebody – hands over – many payouts at once, and people – let – them begin.

A batch and its lines are written in one command, so that it is there whole or not at all. A worker
then has its lines looked at and paid, in commands whose ids follow from the batch: whatever breaks
off in the middle goes on where it was, and no line is paid twice.
"""

from collections.abc import Sequence

from usance.kernel.draft import Draft, Standing
from usance.kernel.errors import Refusal
from usance.kernel.ids import PartyId, PayoutBatchId, UserId
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record, replace
from usance.ledger.errors import INSUFFICIENT_BALANCE
from usance.ledger.model import where_among
from usance.ledger.service import balance_at, ref_of
from usance.parties.model import OPERATOR
from usance.parties.service import active_party
from usance.payments.errors import (
    PAYOUT_BATCH_EXISTS,
    PAYOUT_NEEDS_APPROVAL,
    TOO_MANY_REFUSED,
    UNKNOWN_PAYOUT_BATCH,
    WRONG_STATE,
)
from usance.payments.events import (
    PayoutBatchCancelled,
    PayoutBatchDone,
    PayoutBatchReceived,
    PayoutBatchRefused,
    PayoutBatchStarted,
    PayoutBatchWaits,
)
from usance.payments.model import (
    PAYOUT_BATCH,
    BatchEvent,
    BatchSource,
    BatchStatus,
    LineAsked,
    LineStatus,
    PayoutBatch,
    PayoutLine,
    batch_id_of,
    line_id_of,
)
from usance.payments.rules.payout_batches import batch_fault, bears, digest_of, line_faults
from usance.payments.service.payees import limit_in
from usance.payments.service.steps import batch_stepped
from usance.payments.tables import PAYOUT_BATCHES, PAYOUT_LINES
from usance.policy.service import look_up
from usance.runtime.commands import Command, Loader


class SubmitPayoutBatch(Record, frozen=True):
    """Hand over many payouts. count and total: as stated by whoever made the file.

    reference: the seller's own for the whole, once for ever; see batch_id_of.
    """

    seller_id: PartyId
    reference: str
    source: BatchSource
    count: int
    total: Money
    lines: tuple[LineAsked, ...]


class StartPayoutBatch(Record, frozen=True):
    """Let a batch that waits for a person begin."""

    batch_id: PayoutBatchId


class CancelPayoutBatch(Record, frozen=True):
    """Take a batch back that waits for a person. reason: why."""

    batch_id: PayoutBatchId
    reason: str


class BatchTerms(Record, frozen=True):
    """What the policy of a currency says of batches; see its table."""

    lines_max: int
    alone_up_to: Money
    refused_bps_max: int


def batch_terms(book: Standing, currency: Currency) -> BatchTerms:
    """Return what the policy of the day says of batches in a currency."""
    row = look_up(book, "payments.payout_batch", currency, book.now.date())
    return BatchTerms(
        row.integer("lines_max"),
        limit_in(row, "four_eyes_above", currency),
        row.integer("refused_bps_max"),
    )


async def prepare_submit_batch(loader: Loader, commands: Sequence[Command]) -> None:
    """Look for batches of the same references."""
    asked = [each.body for each in commands if isinstance(each.body, SubmitPayoutBatch)]
    await loader.rows(
        PAYOUT_BATCHES, [batch_id_of(each.seller_id, each.reference) for each in asked]
    )


def apply_submit_batch(draft: Draft, body: SubmitPayoutBatch, _facts: None) -> Refusal | None:
    """Take a batch in; nothing moves yet. Lines that cannot be read are refused by themselves.

    Refuses: unknown_party, party_not_active, payout_batch_size, payout_batch_count_differs,
    currency_mismatch, payout_batch_sum_differs, payout_batch_exists. What does not add up is said
    of a batch that is known, too: whoever states it has another one in mind.
    """
    refusal = active_party(draft, body.seller_id, "seller_id")
    if refusal is not None:
        return refusal
    terms = draft.recall(batch_terms, body.total.currency)
    refusal = batch_fault(body.lines, body.count, body.total, terms.lines_max)
    if refusal is not None:
        return refusal
    batch_id = batch_id_of(body.seller_id, body.reference)
    if draft.get(PAYOUT_BATCHES, batch_id) is not None:
        return PAYOUT_BATCH_EXISTS.refuse("reference", batch_id)
    faults = line_faults(body.lines)
    draft.put_all(PAYOUT_LINES, _lines(batch_id, body, faults))
    wrong = [line for line, fault in zip(body.lines, faults, strict=True) if fault is not None]
    batch = PayoutBatch(
        id=batch_id,
        seller_id=body.seller_id,
        reference=body.reference,
        source=body.source,
        digest=digest_of(body.seller_id, body.total.currency, body.lines),
        total=body.total,
        lines=len(body.lines),
        status=BatchStatus.RECEIVED,
        created_by=UserId(draft.actor),
        created_at=draft.now,
        position=draft.position,
        checked=len(wrong),
        refused=len(wrong),
        refused_minor=sum(line.amount.minor for line in wrong),
    )
    draft.tell(
        PayoutBatchReceived(
            batch.id,
            batch.seller_id,
            batch.source,
            batch.reference,
            batch.digest,
            batch.lines,
            batch.refused,
            batch.total,
        )
    )
    keep_batch(draft, after_checking(draft, batch))
    return None


def _lines(
    batch_id: PayoutBatchId, body: SubmitPayoutBatch, faults: Sequence[Refusal | None]
) -> list[PayoutLine]:
    return [
        PayoutLine(
            line_id_of(batch_id, number),
            batch_id,
            number,
            line.reference,
            line.amount,
            line.beneficiary_id,
            line.account,
            line.bank,
            line.remittance,
            LineStatus.WAITING if fault is None else LineStatus.REFUSED,
            fault,
            rail=line.rail,
        )
        for number, (line, fault) in enumerate(zip(body.lines, faults, strict=True), 1)
    ]


def after_checking(draft: Draft, batch: PayoutBatch) -> PayoutBatch:
    """Return a batch as it stands after lines were looked at; the last of them decides."""
    if batch.checked < batch.lines:
        return batch
    terms = draft.recall(batch_terms, batch.currency)
    if not bears(batch, terms.refused_bps_max):
        return _given_up(draft, batch, _too_many_refused(batch, terms))
    if batch.refused == batch.lines:
        return ended(draft, batch, BatchEvent.ENDED)
    passed = _passed(batch)
    two_people = batch.two_people or passed.minor > terms.alone_up_to.minor
    batch = replace(batch, two_people=two_people)
    if two_people or batch.source is BatchSource.PAIN_001:
        draft.tell(PayoutBatchWaits(batch.id, batch.seller_id, passed, two_people))
        return batch_stepped(batch, BatchEvent.APPROVAL_NEEDED)
    short = _short_of(draft, batch)
    return _given_up(draft, batch, short) if short else _started(draft, batch, approved=False)


def _too_many_refused(batch: PayoutBatch, terms: BatchTerms) -> Refusal:
    most = batch.lines * terms.refused_bps_max // 10_000
    return TOO_MANY_REFUSED.refuse("lines", f"{batch.refused} > {most}")


def _passed(batch: PayoutBatch) -> Money:
    return Money(batch.total.minor - batch.refused_minor, batch.currency)


def _short_of(draft: Draft, batch: PayoutBatch) -> Refusal | None:
    """Refuse a batch that is to be paid whole or not at all, where the money is not there."""
    if draft.recall(batch_terms, batch.currency).refused_bps_max:
        return None
    where = where_among(OPERATOR, batch.seller_id)
    available = balance_at(draft, ref_of("seller_available", where, batch.total))
    if available >= _passed(batch).minor:
        return None
    return INSUFFICIENT_BALANCE.refuse("total", Money(available, batch.currency))


def _given_up(draft: Draft, batch: PayoutBatch, why: Refusal) -> PayoutBatch:
    draft.tell(PayoutBatchRefused(batch.id, batch.seller_id, why.code))
    batch = replace(batch, refusal=why, ended_at=draft.now)
    return batch_stepped(batch, BatchEvent.GIVEN_UP)


def _started(draft: Draft, batch: PayoutBatch, *, approved: bool) -> PayoutBatch:
    draft.tell(PayoutBatchStarted(batch.id, batch.seller_id, approved))
    batch = replace(batch, approved=approved, started_at=draft.now)
    return batch_stepped(batch, BatchEvent.STARTED)


def ended(draft: Draft, batch: PayoutBatch, event: BatchEvent) -> PayoutBatch:
    """Return a batch whose last line is done."""
    reserved = Money(batch.accepted_minor, batch.currency)
    draft.tell(PayoutBatchDone(batch.id, batch.seller_id, batch.accepted, batch.refused, reserved))
    return batch_stepped(replace(batch, ended_at=draft.now), event)


def keep_batch(draft: Draft, batch: PayoutBatch) -> None:
    """Write a batch as it stands."""
    draft.put(PAYOUT_BATCHES, batch)


async def prepare_batch(loader: Loader, commands: Sequence[Command]) -> None:
    """Load the batches that are asked about."""
    await loader.rows(PAYOUT_BATCHES, [each.body.batch_id for each in commands])  # type: ignore[attr-defined]


def apply_start_batch(draft: Draft, body: StartPayoutBatch, _facts: None) -> Refusal | None:
    """Refuses: unknown_payout_batch, wrong_state, payout_needs_approval, insufficient_balance."""
    return _start(draft, body, approved=False)


def apply_start_batch_approved(
    draft: Draft, body: StartPayoutBatch, _facts: None
) -> Refusal | None:
    """Do the same once two people have agreed. Refuses the rest likewise."""
    return _start(draft, body, approved=True)


def _start(draft: Draft, body: StartPayoutBatch, *, approved: bool) -> Refusal | None:
    batch = _waiting(draft, body.batch_id, BatchEvent.STARTED)
    if isinstance(batch, Refusal):
        return batch
    if batch.two_people and not approved:
        passed, alone = _passed(batch), draft.recall(batch_terms, batch.currency).alone_up_to
        over = passed.minor > alone.minor
        return PAYOUT_NEEDS_APPROVAL.refuse("batch_id", f"{passed} > {alone}" if over else passed)
    short = _short_of(draft, batch)
    if short is not None:
        return short
    keep_batch(draft, _started(draft, batch, approved=approved))
    return None


def apply_cancel_batch(draft: Draft, body: CancelPayoutBatch, _facts: None) -> Refusal | None:
    """Refuses: unknown_payout_batch, wrong_state."""
    batch = _waiting(draft, body.batch_id, BatchEvent.CANCELLED)
    if isinstance(batch, Refusal):
        return batch
    draft.tell(PayoutBatchCancelled(batch.id, batch.seller_id, body.reason.strip()))
    after = batch_stepped(replace(batch, ended_at=draft.now), BatchEvent.CANCELLED)
    keep_batch(draft, after)
    return None


def _waiting(draft: Draft, batch_id: PayoutBatchId, event: BatchEvent) -> PayoutBatch | Refusal:
    batch = draft.get(PAYOUT_BATCHES, batch_id)
    if batch is None:
        return UNKNOWN_PAYOUT_BATCH.refuse("batch_id", batch_id)
    # What is being looked at begins by itself, if it may.
    if batch.status is not BatchStatus.NEEDS_APPROVAL or not PAYOUT_BATCH.may(batch.status, event):
        return WRONG_STATE.refuse("batch_id", batch.status)
    return batch
