"""Money in suspense – goes back – to its sender: two people ask, a rail carries it out."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import ReceiptId, SuspenseId
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.ledger.model import Entry, where_among
from usance.ledger.service import expand, post, post_hold, void_hold
from usance.parties.model import OPERATOR
from usance.payments.errors import MORE_THAN_WAITS, NO_SENDER
from usance.payments.events import (
    LateSuccess,
    SuspenseReturned,
    SuspenseReturning,
    SuspenseReturnRefused,
)
from usance.payments.model import (
    Instruction,
    InstructionKind,
    InstructionState,
    Receipt,
    SuspenseAccount,
    SuspenseItem,
)
from usance.payments.ports import ReleaseGate
from usance.payments.rules.postings import LATE_RETURN, SUSPENSE_RETURN
from usance.payments.rules.routing import BANK_TRANSFER
from usance.payments.service.instructions import instruct
from usance.payments.service.releasing import release_refusal
from usance.payments.service.suspense import closed_or_open, prepare_suspense, waiting_item
from usance.payments.tables import INSTRUCTIONS, PAYMENTS, RECEIPTS, SUSPENSE
from usance.runtime.commands import Command, Loader

_WORD: Final = {SuspenseAccount.UNMATCHED: "amount", SuspenseAccount.BLOCKED: "blocked"}


class ReturnSuspense(Record, frozen=True):
    """Send money that waits back to where it came from. amount: None for all that is open."""

    suspense_id: SuspenseId
    amount: Money | None = None


class ReturnStage:
    """Applies `return_suspense`. gate: whether blocked money may go anywhere by now."""

    def __init__(self, gate: ReleaseGate) -> None:
        self._gate = gate

    async def prepare(self, loader: Loader, commands: Sequence[Command]) -> None:
        """Load the items and the receipts or payments they come from."""
        wanted = [c.body.suspense_id for c in commands if isinstance(c.body, ReturnSuspense)]
        await prepare_suspense(loader, wanted)
        await prepare_origins(loader, wanted)

    def apply(self, draft: Draft, body: ReturnSuspense, _facts: None) -> Refusal | None:
        """Reserve the money and instruct the rail.

        Refuses: unknown_suspense, nothing_waits, more_than_waits, no_sender, not_released.
        """
        item = waiting_item(draft, body.suspense_id)
        if isinstance(item, Refusal):
            return item
        amount = body.amount or item.waiting
        if not within(item, amount) or amount.minor <= 0:
            return MORE_THAN_WAITS.refuse("amount", item.waiting)
        sender = _sender(draft, item)
        if sender is None:
            return NO_SENDER.refuse("suspense_id", item.id)
        if item.account is SuspenseAccount.BLOCKED:
            refusal = release_refusal(draft, self._gate, item, None)
            if refusal is not None:
                return refusal
        return _instruct(draft, item, amount, sender)


async def prepare_origins(loader: Loader, wanted: Sequence[SuspenseId]) -> None:
    """Make the receipts, instructions and payments visible that items come from."""
    items = [item for item in (loader.get(SUSPENSE, each) for each in wanted) if item]
    await loader.rows(RECEIPTS, [item.receipt_id for item in items if item.receipt_id])
    collected = [item.instruction_id for item in items if item.instruction_id]
    await loader.rows(INSTRUCTIONS, collected)
    await loader.rows(PAYMENTS, [item.payment_id for item in items if item.payment_id])


def within(item: SuspenseItem, amount: Money) -> bool:
    """Whether an amount is part of what waits, on the same side and in the same currency."""
    if amount.currency != item.amount.currency:
        return False
    return 0 < amount.minor <= item.open or 0 > amount.minor >= item.open


def receipt_of(draft: Draft, receipt_id: ReceiptId) -> Receipt:
    """Return the receipt an item comes from; it was loaded."""
    receipt = draft.get(RECEIPTS, receipt_id)
    assert receipt is not None, f"receipt {receipt_id} was not loaded"
    return receipt


def _sender(draft: Draft, item: SuspenseItem) -> tuple[str, str] | None:
    """Return rail and instrument by which the sender is reached, None where nothing is known.

    The way it came: a payment may have tried another rail since, or have been paid by both.
    """
    if item.receipt_id is not None:
        account = receipt_of(draft, item.receipt_id).payer.account
        return (BANK_TRANSFER, f"account:{account}") if account else None
    if item.instruction_id is not None:
        collected = draft.get(INSTRUCTIONS, item.instruction_id)
        assert collected is not None, f"instruction {item.instruction_id} was not loaded"
        return collected.rail, collected.instrument
    if item.payment_id is None:
        return None
    payment = draft.get(PAYMENTS, item.payment_id)
    assert payment is not None, f"payment {item.payment_id} was not loaded"
    return payment.rail, payment.instrument


def _instruct(
    draft: Draft, item: SuspenseItem, amount: Money, sender: tuple[str, str]
) -> Refusal | None:
    posted = _post(draft, SUSPENSE_RETURN, item, amount)
    if isinstance(posted, Refusal):
        return posted
    draft.put(
        SUSPENSE,
        replace(
            item,
            open=item.open - amount.minor,
            going_back=item.going_back + amount.minor,
            hold=posted[0],
        ),
    )
    rail, instrument = sender
    instruction_id = instruct(
        draft,
        InstructionKind.RETURN,
        item.id,
        item.payment_id,
        rail,
        instrument,
        amount,
        item.instruction_id,
    )
    draft.thread(item.payment_id or item.receipt_id or item.id)
    draft.tell(SuspenseReturning(item.id, amount, instruction_id))
    return None


def _post(draft: Draft, entry: Entry, item: SuspenseItem, amount: Money) -> Refusal | list[UUID]:
    legs = expand(entry, {_WORD[item.account]: amount}, where_among(OPERATOR))
    return post(draft, legs, draft.now.date())


def answer_return(draft: Draft, instruction: Instruction, was: InstructionState) -> Refusal | None:
    """Book what a rail says of a return: yes, no, yes after no, or that it came back."""
    item = draft.get(SUSPENSE, SuspenseId(instruction.subject))
    assert item is not None, f"suspense {instruction.subject} was not loaded"
    confirmed = instruction.state is InstructionState.CONFIRMED
    if was is InstructionState.OPEN:
        return _first_answer(draft, item, instruction, confirmed=confirmed)
    # Below zero, the entry is posted the other way round: the money is here again.
    moved = instruction.amount if confirmed else Money(0, item.amount.currency) - instruction.amount
    posted = _post(draft, LATE_RETURN, item, moved)
    if isinstance(posted, Refusal):
        return posted
    changed = replace(item, open=item.open - moved.minor)
    draft.put(SUSPENSE, closed_or_open(draft, changed))
    if confirmed:
        nothing = Money(0, item.amount.currency)
        draft.tell(LateSuccess(instruction.id, instruction.kind, instruction.amount, nothing))
    else:
        draft.tell(SuspenseReturnRefused(item.id, instruction.amount, instruction.answer_code))
    return None


def _first_answer(
    draft: Draft, item: SuspenseItem, instruction: Instruction, *, confirmed: bool
) -> Refusal | None:
    assert item.hold is not None, f"{item.id} has nothing on its way back"
    on, amount = draft.now.date(), instruction.amount
    over = replace(item, going_back=item.going_back - amount.minor, hold=None)
    if confirmed:
        draft.put(SUSPENSE, closed_or_open(draft, over))
        draft.tell(SuspenseReturned(item.id, amount))
        return post_hold(draft, item.hold, "returned", on)
    draft.put(SUSPENSE, replace(over, open=item.open + amount.minor))
    draft.tell(SuspenseReturnRefused(item.id, amount, instruction.answer_code))
    return void_hold(draft, item.hold, "return_refused", on)
