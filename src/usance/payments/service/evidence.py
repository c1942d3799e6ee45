"""A seller – contests, accepts – a dispute: with a text and papers by their hashes, or not."""

import re
from collections.abc import Sequence
from typing import Final

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import DisputeId, EvidenceId
from usance.kernel.records import Record, replace
from usance.payments.errors import (
    DISPUTE_NOT_OPEN,
    EVIDENCE_EMPTY,
    EVIDENCE_UNDER_WAY,
    MALFORMED_DIGEST,
    UNKNOWN_DISPUTE,
)
from usance.payments.events import EvidenceRefused, EvidenceSubmitted
from usance.payments.model import (
    DISPUTE,
    OURS_TO_ANSWER,
    Dispute,
    DisputeEvent,
    DisputeEvidence,
    EvidenceDocument,
    Instruction,
    InstructionKind,
    Payment,
)
from usance.payments.ports import RailAnswer
from usance.payments.service.disputes import reach
from usance.payments.service.instructions import instruct
from usance.payments.tables import DISPUTE_EVIDENCE, DISPUTES, PAYMENTS
from usance.runtime.commands import Command, Loader

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class SubmitEvidence(Record, frozen=True):
    """Contest a dispute."""

    dispute_id: DisputeId
    text: str
    documents: tuple[EvidenceDocument, ...] = ()


class AcceptDispute(Record, frozen=True):
    """Leave the money to the buyer."""

    dispute_id: DisputeId


async def prepare_dispute(loader: Loader, commands: Sequence[Command]) -> None:
    """Load the disputes and the payments they are about."""
    bodies = [c.body for c in commands]
    wanted = [b.dispute_id for b in bodies if isinstance(b, SubmitEvidence | AcceptDispute)]
    await loader.rows(DISPUTES, wanted)
    found = [each for each in (loader.get(DISPUTES, key) for key in wanted) if each]
    await loader.rows(PAYMENTS, [each.payment_id for each in found])


def apply_submit_evidence(draft: Draft, body: SubmitEvidence, _facts: None) -> Refusal | None:
    """Send it to the bank. Refuses: the codes of the dispute's table, in its order."""
    dispute = _open(draft, body.dispute_id)
    if isinstance(dispute, Refusal):
        return dispute
    malformed = _malformed(body)
    if malformed is not None:
        return malformed
    if dispute.contest_id is not None:
        return EVIDENCE_UNDER_WAY.refuse("dispute", dispute.contest_id)
    payment = _payment_of(draft, dispute)
    draft.thread(payment.order_id)
    evidence_id = draft.new_id(EvidenceId)
    draft.put(
        DISPUTE_EVIDENCE,
        DisputeEvidence(evidence_id, dispute.id, body.text, body.documents, draft.actor, draft.now),
    )
    contest_id = instruct(
        draft,
        InstructionKind.CONTEST,
        dispute.id,
        payment.id,
        payment.rail,
        payment.instrument,
        dispute.amount,
    )
    draft.put(DISPUTES, replace(dispute, contest_id=contest_id))
    count = len(body.documents)
    draft.tell(EvidenceSubmitted(evidence_id, dispute.id, payment.id, count, contest_id))
    return None


def apply_accept_dispute(draft: Draft, body: AcceptDispute, _facts: None) -> Refusal | None:
    """Contest it no more; no money moves by that. Refuses: unknown_dispute, dispute_not_open."""
    dispute = _open(draft, body.dispute_id)
    if isinstance(dispute, Refusal):
        return dispute
    payment = _payment_of(draft, dispute)
    draft.thread(payment.order_id)
    reach(draft, payment, dispute, DisputeEvent.ACCEPTED)
    return None


def confirm_contest(draft: Draft, instruction: Instruction) -> None:
    """The bank has what we sent; the dispute goes on if it has not gone on meanwhile."""
    dispute = draft.get(DISPUTES, instruction.subject)
    assert dispute is not None, f"dispute {instruction.subject} was loaded"
    if dispute.contest_id != instruction.id:
        return
    stage = DISPUTE.step(dispute.stage, DisputeEvent.CONTESTED)
    if stage is not dispute.stage:
        reach(draft, _payment_of(draft, dispute), dispute, DisputeEvent.CONTESTED)
        return
    # The stage is answered: its day means nothing any more.
    draft.put(DISPUTES, replace(dispute, contest_id=None, due_at=None))


def refuse_contest(draft: Draft, instruction: Instruction, answer: RailAnswer) -> None:
    """The rail did not take it. Where the day is over meanwhile, the dispute is given up."""
    dispute = draft.get(DISPUTES, instruction.subject)
    assert dispute is not None, f"dispute {instruction.subject} was loaded"
    if dispute.contest_id != instruction.id:
        return
    freed = replace(dispute, contest_id=None)
    draft.put(DISPUTES, freed)
    draft.tell(EvidenceRefused(dispute.id, dispute.payment_id, answer.code))
    if freed.due_at is not None and draft.now >= freed.due_at:
        reach(draft, _payment_of(draft, dispute), freed, DisputeEvent.EXPIRED)


def _open(draft: Draft, dispute_id: DisputeId) -> Dispute | Refusal:
    dispute = draft.get(DISPUTES, dispute_id)
    if dispute is None:
        return UNKNOWN_DISPUTE.refuse("dispute_id", dispute_id)
    if dispute.stage not in OURS_TO_ANSWER:
        return DISPUTE_NOT_OPEN.refuse("dispute", dispute.stage)
    return dispute


def _malformed(body: SubmitEvidence) -> Refusal | None:
    if not body.text.strip() and not body.documents:
        return EVIDENCE_EMPTY.refuse("evidence")
    for number, document in enumerate(body.documents):
        if not _SHA256.fullmatch(document.sha256):
            return MALFORMED_DIGEST.refuse(f"documents[{number}].sha256", document.sha256[:70])
    return None


def _payment_of(draft: Draft, dispute: Dispute) -> Payment:
    payment = draft.get(PAYMENTS, dispute.payment_id)
    assert payment is not None, f"{dispute.payment_id} was loaded"
    return payment
