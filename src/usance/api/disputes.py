"""Disputes: which are to be answered until when, what was shown, and what is accepted."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.idempotency import Order, asks
from usance.api.pages import Cursor, Limit, PageOf, after_id, page, whole
from usance.api.payments import DISPUTE
from usance.api.shapes import Asked, page_of, shape
from usance.kernel.errors import NotFound
from usance.kernel.ids import DisputeId, UserId
from usance.kernel.records import Record
from usance.payments import service
from usance.payments.model import Dispute, DisputeEvidence, DisputeStage, EvidenceDocument
from usance.payments.service import find_payments as find

router = APIRouter(tags=["payments"])
DOCUMENTS_MAX: Final = 50


class DocumentAsked(Asked):
    """A paper by its hash; the paper itself stays with you."""

    kind: shapes.Word = Field(description="What it shows, such as `proof_of_delivery`.")
    sha256: shapes.Word = Field(description="Its SHA-256 hash, 64 hexadecimal digits.")


class EvidenceAsked(Asked):
    """Contest a dispute, with words or papers."""

    text: Annotated[str, Field(max_length=5000)] = ""
    documents: list[DocumentAsked] = Field(default=[], max_length=DOCUMENTS_MAX)


def _user(user: UUID) -> UserId:
    return UserId(user)


EVIDENCE: Final[Any] = shape(
    DisputeEvidence,
    "evidence",
    more={"submitted_by": (UserId, lambda row: _user(row.submitted_by))},
)
Reader = Annotated[Asker, Depends(reads("payments:read"))]


@router.get("/disputes", response_model=page_of(DISPUTE))
async def list_all_disputes(
    asker: Reader,
    stage: DisputeStage | None = None,
    due_before: shapes.Moment | None = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PageOf:
    """List disputes by stage and by when they have to be answered, the newest first."""
    before = after_id("all_disputes", cursor, DisputeId)
    async with asker.reading() as connection:
        rows = await find.disputes_to_answer(
            connection,
            asker.bound_to,
            stage=stage,
            due_before=due_before,
            before=before,
            limit=limit + 1,
        )
    return page("all_disputes", rows, limit, lambda row: row.id)


@router.get("/disputes/{dispute_id}", response_model=DISPUTE)
async def get_dispute(dispute_id: shapes.Dispute, asker: Reader) -> Record | None:
    """Show a dispute."""
    return await _dispute(asker, dispute_id)


@router.post("/disputes/{dispute_id}/evidence", status_code=201, response_model=DISPUTE)
async def submit_evidence(
    dispute_id: shapes.Dispute,
    asked: EvidenceAsked,
    order: Annotated[Order, Depends(asks("submit_evidence"))],
) -> Record | None:
    """Contest a dispute.

    It moves on when the rail has taken the evidence.
    """
    await _dispute(order, dispute_id)
    documents = tuple(EvidenceDocument(each.kind, each.sha256) for each in asked.documents)
    await order.do(service.SubmitEvidence(dispute_id, asked.text, documents))
    return await _dispute(order, dispute_id)


@router.get("/disputes/{dispute_id}/evidence", response_model=page_of(EVIDENCE))
async def list_evidence(dispute_id: shapes.Dispute, asker: Reader) -> PageOf:
    """List what was shown in a dispute, the earliest first."""
    await _dispute(asker, dispute_id)
    async with asker.reading() as connection:
        return whole(await find.evidence_of(connection, dispute_id))


@router.post("/disputes/{dispute_id}/accept", response_model=DISPUTE)
async def accept_dispute(
    dispute_id: shapes.Dispute,
    asked: shapes.Nothing,  # noqa: ARG001 - an empty object, so that unknown fields are refused
    order: Annotated[Order, Depends(asks("accept_dispute"))],
) -> Record | None:
    """Leave the money to the buyer and contest it no more."""
    await _dispute(order, dispute_id)
    await order.do(service.AcceptDispute(dispute_id))
    return await _dispute(order, dispute_id)


async def _dispute(asker: Asker, dispute_id: DisputeId) -> Dispute:
    async with asker.reading() as connection:
        found = await find.dispute(connection, dispute_id)
        payment = found and await find.payment(connection, found.payment_id)
    if not found or not payment or not asker.sees(payment.seller_id):
        raise NotFound("dispute", str(dispute_id))
    return found
