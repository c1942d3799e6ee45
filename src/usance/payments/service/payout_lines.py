"""The house – looks at – the lines of a batch of payouts, and – pays – them one by one."""

from collections.abc import Sequence
from typing import Final

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import PartyId, PayoutBatchId
from usance.kernel.records import Record, replace
from usance.parties.errors import UNKNOWN_BENEFICIARY
from usance.parties.service import beneficiary_at, iban_fault
from usance.payments.errors import (
    NOTHING_DUE,
    PAYEE_MISSING,
    PAYOUT_NEEDS_APPROVAL,
    REFERENCE_PAID,
)
from usance.payments.events import PayoutLineRefused, PayoutLinesChecked
from usance.payments.model import (
    BatchEvent,
    BatchStatus,
    LineEvent,
    LineStatus,
    PaidReference,
    PayoutBatch,
    PayoutLine,
    line_id_of,
    paid_id_of,
)
from usance.payments.rules.payout_batches import end_of
from usance.payments.service.payees import doubt, payee_of
from usance.payments.service.payout_batches import after_checking, ended, keep_batch
from usance.payments.service.payout_routing import route_payout
from usance.payments.service.payouts import PayoutAbout, pay_somebody
from usance.payments.service.steps import batch_stepped, line_stepped
from usance.payments.tables import PAID_REFERENCES, PAYOUT_BATCHES, PAYOUT_LINES
from usance.runtime.commands import Command, Loader

# So many lines are looked at in one command: a few milliseconds of the engine's time.
CHECKED_AT_ONCE: Final = 200
_CHECKABLE: Final = frozenset({BatchStatus.RECEIVED, BatchStatus.CHECKING})


class CheckPayoutLines(Record, frozen=True):
    """Look at the lines of a batch from `first` on, at most CHECKED_AT_ONCE."""

    batch_id: PayoutBatchId
    first: int


class PayOutLine(Record, frozen=True):
    """Pay a line of a batch that has passed. seller_id and reference: as the line has them."""

    batch_id: PayoutBatchId
    number: int
    seller_id: PartyId
    reference: str


async def prepare_check_lines(loader: Loader, commands: Sequence[Command]) -> None:
    """Load the batches, the lines, and which of their references were paid before."""
    asked = [each.body for each in commands if isinstance(each.body, CheckPayoutLines)]
    await loader.rows(PAYOUT_BATCHES, [each.batch_id for each in asked])
    keys = [
        (batch.seller_id, line_id_of(batch.id, number))
        for body in asked
        if (batch := loader.get(PAYOUT_BATCHES, body.batch_id)) is not None
        for number in _numbers(body, batch)
    ]
    await loader.rows(PAYOUT_LINES, [key for _, key in keys])
    found = [(seller_id, loader.get(PAYOUT_LINES, key)) for seller_id, key in keys]
    await loader.rows(
        PAID_REFERENCES,
        [paid_id_of(seller_id, line.reference) for seller_id, line in found if line is not None],
    )


def _numbers(body: CheckPayoutLines, batch: PayoutBatch) -> range:
    return range(body.first, min(body.first + CHECKED_AT_ONCE, batch.lines + 1))


def apply_check_lines(draft: Draft, body: CheckPayoutLines, _facts: None) -> Refusal | None:
    """Say of each line whether it can be paid, as far as can be seen. Refuses: nothing_due."""
    batch = draft.get(PAYOUT_BATCHES, body.batch_id)
    if batch is None or batch.status not in _CHECKABLE:
        return NOTHING_DUE.refuse("batch_id", batch.status if batch else "unknown")
    looked_at, refused, two_people = [], [], batch.two_people
    for number in _numbers(body, batch):
        line = draft.get(PAYOUT_LINES, line_id_of(batch.id, number))
        assert line is not None, f"line {number} of {batch.id} was not loaded"
        if line.status is not LineStatus.WAITING:
            continue
        why = _why_not(draft, batch, line)
        if why is not None and why.code == PAYOUT_NEEDS_APPROVAL.code:
            why, two_people = None, True
        looked_at.append(line)
        if why is None:
            draft.put(PAYOUT_LINES, line_stepped(line, LineEvent.PASSED))
        else:
            refused.append(line)
            draft.put(PAYOUT_LINES, _refused(line, why))
    if not looked_at:
        return NOTHING_DUE.refuse("first", body.first)
    last = looked_at[-1].number
    draft.tell(PayoutLinesChecked(batch.id, looked_at[0].number, last, len(refused)))
    batch = replace(
        batch_stepped(batch, BatchEvent.LOOKED_AT),
        checked=batch.checked + len(looked_at),
        refused=batch.refused + len(refused),
        refused_minor=batch.refused_minor + sum(line.amount.minor for line in refused),
        two_people=two_people,
    )
    keep_batch(draft, after_checking(draft, batch))
    return None


def _why_not(draft: Draft, batch: PayoutBatch, line: PayoutLine) -> Refusal | None:
    paid = draft.get(PAID_REFERENCES, paid_id_of(batch.seller_id, line.reference))
    if paid is not None:
        return REFERENCE_PAID.refuse("reference", paid.payout_id)
    about = _about(draft, batch, line)
    if isinstance(about, Refusal):
        return about
    payee = payee_of(draft, batch.seller_id, batch.currency, about.beneficiary_id)
    if isinstance(payee, Refusal):
        return payee
    wrong = doubt(draft, payee, line.amount, approved=False)
    if wrong is None and line.rail:
        route = route_payout(draft, payee.account, line.amount, line.rail)
        wrong = route if isinstance(route, Refusal) else None
    return wrong


def _about(draft: Draft, batch: PayoutBatch, line: PayoutLine) -> PayoutAbout | Refusal:
    """Return what is known of a line's payout. A line names its payee: none goes anywhere else."""
    beneficiary_id = line.beneficiary_id
    if beneficiary_id is None:
        payee = beneficiary_at(draft, batch.seller_id, batch.currency, line.account, line.bank)
        if payee is None:
            return _account_fault(line) or UNKNOWN_BENEFICIARY.refuse(
                "account", _shown(line.account)
            )
        beneficiary_id = payee.id
    return PayoutAbout(
        beneficiary_id,
        batch.id,
        line.reference,
        line.remittance,
        approved=batch.approved,
        rail=line.rail,
    )


def _account_fault(line: PayoutLine) -> Refusal | None:
    """Return what is wrong with an account by itself, as far as that can be seen."""
    if not line.account.strip():
        return PAYEE_MISSING.refuse("account", line.number)
    fault = iban_fault(line.account, "account")
    return None if fault is None else replace(fault, value=_shown(line.account))


def _shown(account: str) -> str:
    """Return what is shown of an account: its end."""
    return f"…{account[-4:]}" if account else "(none)"


def _refused(line: PayoutLine, why: Refusal) -> PayoutLine:
    return replace(line_stepped(line, LineEvent.REFUSED), refusal=why)


async def prepare_pay_line(loader: Loader, commands: Sequence[Command]) -> None:
    """Load the batches, the lines, and which of their references were paid before."""
    asked = [each.body for each in commands if isinstance(each.body, PayOutLine)]
    await loader.rows(PAYOUT_BATCHES, [each.batch_id for each in asked])
    await loader.rows(PAYOUT_LINES, [line_id_of(each.batch_id, each.number) for each in asked])
    await loader.rows(
        PAID_REFERENCES, [paid_id_of(each.seller_id, each.reference) for each in asked]
    )


def apply_pay_line(draft: Draft, body: PayOutLine, _facts: None) -> Refusal | None:
    """Make a line's payout, or write down why there is none. Refuses: nothing_due."""
    batch = draft.get(PAYOUT_BATCHES, body.batch_id)
    line = draft.get(PAYOUT_LINES, line_id_of(body.batch_id, body.number))
    if batch is None or batch.status is not BatchStatus.RUNNING:
        return NOTHING_DUE.refuse("batch_id", batch.status if batch else "unknown")
    if line is None or line.status is not LineStatus.READY:
        return NOTHING_DUE.refuse("number", line.status if line else "unknown")
    draft.thread(batch.id)
    paid = _pay(draft, batch, line)
    if isinstance(paid, Refusal):
        draft.put(PAYOUT_LINES, _refused(line, paid))
        draft.tell(PayoutLineRefused(batch.id, line.number, line.amount, paid.code))
        batch = replace(
            batch,
            refused=batch.refused + 1,
            refused_minor=batch.refused_minor + line.amount.minor,
        )
    else:
        draft.put(PAYOUT_LINES, paid)
        batch = replace(
            batch,
            accepted=batch.accepted + 1,
            accepted_minor=batch.accepted_minor + line.amount.minor,
        )
    end = end_of(batch)
    keep_batch(draft, batch if end is None else ended(draft, batch, end))
    return None


def _pay(draft: Draft, batch: PayoutBatch, line: PayoutLine) -> PayoutLine | Refusal:
    """Return a line that has become a payout."""
    known = draft.get(PAID_REFERENCES, paid_id_of(batch.seller_id, line.reference))
    if known is not None:
        return REFERENCE_PAID.refuse("reference", known.payout_id)
    about = _about(draft, batch, line)
    if isinstance(about, Refusal):
        return about
    made = pay_somebody(draft, batch.seller_id, line.amount, about)
    if isinstance(made, Refusal):
        return made
    paid_id = paid_id_of(batch.seller_id, line.reference)
    draft.put(PAID_REFERENCES, PaidReference(paid_id, batch.seller_id, line.reference, made))
    return replace(line_stepped(line, LineEvent.PAID), payout_id=made)
