"""Money without an owner – waits – in one queue, whoever has put it there.

Every entry that moves an account of suspense writes the queue in the same command, so the
queue's open sum is the ledger's balance: a check of the book asks that it is.
"""

from collections.abc import Sequence
from uuid import UUID

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import InstructionId, ReceiptId, SuspenseId, UserId, milliseconds_of
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.parties.errors import UNKNOWN_USER
from usance.parties.service import user_of
from usance.payments.errors import NOTHING_WAITS, UNKNOWN_SUSPENSE
from usance.payments.events import SuspenseAssigned, SuspenseOpened
from usance.payments.model import (
    Payment,
    Receipt,
    SuspenseAccount,
    SuspenseItem,
    SuspenseReason,
)
from usance.payments.tables import SUSPENSE
from usance.runtime.commands import Command, Loader


class AssignSuspense(Record, frozen=True):
    """Say who looks after money that waits."""

    suspense_id: SuspenseId
    assignee: UserId


def suspense_of(subject: UUID) -> SuspenseId:
    """Return under which id the money of a subject waits.

    subject: the instruction that collected what was not to be collected, or a payment that is no
    sale of ours where nobody knows by which instruction its money came.
    """
    return SuspenseId.derived(milliseconds_of(subject), "suspense", subject.hex)


def debit_of(booking: str) -> SuspenseId:
    """Return under which id a bank's debit waits: the same booking is booked once."""
    return SuspenseId.derived(0, "bank debit", booking)


async def prepare_suspense_of(loader: Loader, subjects: Sequence[UUID]) -> None:
    """Make visible what waits of subjects, over or not: `suspend_for` adds to it."""
    if subjects:
        await loader.rows(SUSPENSE, [suspense_of(each) for each in subjects])


def suspend_for(
    draft: Draft,
    payment: Payment,
    subject: UUID,
    moved: Money,
    reason: SuspenseReason,
    source: str,
) -> None:
    """Note what an entry has moved for what is no sale: below zero, out of suspense.

    All that a subject brings and loses is one item: it was loaded by `prepare_suspense_of`.
    """
    if moved.minor == 0:
        return
    identifier = suspense_of(subject)
    known = draft.get(SUSPENSE, identifier)
    if known is None:
        collected_by = None if subject == payment.id else InstructionId(subject)
        _open(draft, identifier, moved, reason, source, payment, collected_by)
        return
    changed = replace(known, amount=known.amount + moved, open=known.open + moved.minor)
    draft.put(SUSPENSE, closed_or_open(draft, changed))


def suspend_going_back(
    draft: Draft,
    payment: Payment,
    instruction_id: InstructionId,
    amount: Money,
    reason: SuspenseReason,
) -> None:
    """Note what a rail collected too much and was asked to return: people wait for its answer."""
    source = str(instruction_id)
    suspend_for(draft, payment, instruction_id, amount, reason, source)
    move_back(draft, instruction_id, amount.minor)


def move_back(draft: Draft, instruction_id: InstructionId, minor: int) -> None:
    """Count so much of what was collected too much as on its way back; below zero, as waiting."""
    item = _of(draft, instruction_id)
    moved = replace(item, open=item.open - minor, going_back=item.going_back + minor)
    draft.put(SUSPENSE, closed_or_open(draft, moved))


def gone_back(draft: Draft, instruction_id: InstructionId, amount: Money, *, late: bool) -> None:
    """The buyer has it back. late: it counted as waiting, for the rail had refused."""
    if late:
        move_back(draft, instruction_id, amount.minor)
    item = _of(draft, instruction_id)
    gone = replace(item, going_back=item.going_back - amount.minor)
    draft.put(SUSPENSE, closed_or_open(draft, gone))


def _of(draft: Draft, instruction_id: InstructionId) -> SuspenseItem:
    item = draft.get(SUSPENSE, suspense_of(instruction_id))
    assert item is not None, f"what {instruction_id} collected was not loaded"
    return item


def suspend_overpaid(
    draft: Draft,
    payment: Payment,
    over: Money,
    notice: str,
    instruction_id: InstructionId | None,
    receipt_id: ReceiptId | None,
) -> None:
    """Note what has come too much for a sale; each notice is an item of its own.

    instruction_id, receipt_id: by what it came, where that is known.
    """
    if over.minor:
        identifier, reason = draft.new_id(SuspenseId), SuspenseReason.SETTLEMENT_EXCESS
        _open(draft, identifier, over, reason, notice, payment, instruction_id, receipt_id)


def suspend_receipt(
    draft: Draft, receipt: Receipt, account: SuspenseAccount, reason: SuspenseReason
) -> None:
    """Note a receipt that is nobody's yet, or that may not be released."""
    item = _item(draft, draft.new_id(SuspenseId), account, reason, receipt.amount, receipt.booking)
    _put_new(
        draft,
        replace(
            item,
            seller_id=receipt.seller_id,
            payment_id=receipt.payment_id,
            receipt_id=receipt.id,
        ),
    )


def suspend_debit(draft: Draft, amount: Money, booking: str) -> None:
    """Note what a bank has taken of our account and nobody expected."""
    taken = Money(-amount.minor, amount.currency)
    kind, reason = SuspenseAccount.UNMATCHED, SuspenseReason.BANK_DEBIT
    _put_new(draft, _item(draft, debit_of(booking), kind, reason, taken, booking))


def _open(
    draft: Draft,
    identifier: SuspenseId,
    amount: Money,
    reason: SuspenseReason,
    source: str,
    payment: Payment,
    instruction_id: InstructionId | None = None,
    receipt_id: ReceiptId | None = None,
) -> None:
    item = _item(draft, identifier, SuspenseAccount.UNMATCHED, reason, amount, source)
    _put_new(
        draft,
        replace(
            item,
            seller_id=payment.seller_id,
            payment_id=payment.id,
            receipt_id=receipt_id,
            instruction_id=instruction_id,
        ),
    )


def _item(
    draft: Draft,
    identifier: SuspenseId,
    account: SuspenseAccount,
    reason: SuspenseReason,
    amount: Money,
    source: str,
) -> SuspenseItem:
    return SuspenseItem(
        identifier,
        account,
        reason,
        amount,
        amount.minor,
        0,
        None,
        source,
        None,
        None,
        None,
        None,
        draft.now,
    )


def _put_new(draft: Draft, item: SuspenseItem) -> None:
    draft.put(SUSPENSE, item)
    draft.tell(
        SuspenseOpened(
            item.id, item.account, item.reason, item.amount, item.payment_id, item.source
        )
    )


def closed_or_open(draft: Draft, item: SuspenseItem) -> SuspenseItem:
    """Return an item with the moment at which nothing of it was left, None while something is."""
    is_over = item.open == 0 and item.going_back == 0
    return replace(item, closed_at=(item.closed_at or draft.now) if is_over else None)


def waiting_item(draft: Draft, suspense_id: SuspenseId) -> SuspenseItem | Refusal:
    """Return an item of which something waits, and nobody has sent any of it back.

    What a rail returns of its own collecting does not wait: only what is open can be decided on.

    Refuses: unknown_suspense, nothing_waits.
    """
    item = draft.get(SUSPENSE, suspense_id)
    if item is None:
        return UNKNOWN_SUSPENSE.refuse("suspense_id", suspense_id)
    if item.open == 0 or item.hold is not None:
        return NOTHING_WAITS.refuse("suspense_id", suspense_id)
    return item


async def prepare_suspense(loader: Loader, wanted: Sequence[UUID]) -> None:
    """Make items visible; memory keeps those of which something waits."""
    await loader.rows(SUSPENSE, wanted)


async def prepare_assign_suspense(loader: Loader, commands: Sequence[Command]) -> None:
    """Make the items visible that are assigned."""
    await prepare_suspense(
        loader, [c.body.suspense_id for c in commands if isinstance(c.body, AssignSuspense)]
    )


def apply_assign_suspense(draft: Draft, body: AssignSuspense, _facts: object) -> Refusal | None:
    """Refuses: unknown_suspense, nothing_waits, unknown_user."""
    item = draft.get(SUSPENSE, body.suspense_id)
    if item is None:
        return UNKNOWN_SUSPENSE.refuse("suspense_id", body.suspense_id)
    if item.closed_at is not None:
        return NOTHING_WAITS.refuse("suspense_id", body.suspense_id)
    if user_of(draft, body.assignee) is None:
        return UNKNOWN_USER.refuse("assignee", body.assignee)
    draft.put(SUSPENSE, replace(item, assignee=body.assignee))
    draft.thread(item.payment_id or item.receipt_id or item.id)
    draft.tell(SuspenseAssigned(item.id, body.assignee))
    return None
