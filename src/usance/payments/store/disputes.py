"""Disputes by stage and by the day until which they can be answered, and their evidence."""

from datetime import datetime

from usance.kernel.ids import DisputeId, PartyId
from usance.payments.model import Dispute, DisputeEvidence, DisputeStage
from usance.payments.tables import DISPUTE_EVIDENCE, DISPUTES
from usance.runtime.database import Connection

_DISPUTE = ", ".join(f"d.{column}" for column in DISPUTES.shape.columns)


async def disputes_to_answer(
    connection: Connection,
    seller_id: PartyId | None = None,
    *,
    stage: DisputeStage | None = None,
    due_before: datetime | None = None,
    before: DisputeId | None = None,
    limit: int = 100,
) -> list[Dispute]:
    """Return disputes that fit all that is given, the newest first.

    due_before: only those that have to be answered by then.
    """
    rows = await connection.fetch(
        f"select {_DISPUTE} from payments.disputes d"  # noqa: S608 - our columns
        " join payments.payments p on p.id = d.payment_id"
        " where ($1::uuid is null or p.seller_id = $1) and ($2::text is null or d.stage = $2)"
        " and ($3::timestamptz is null or d.due_at < $3) and ($4::uuid is null or d.id < $4)"
        " order by d.id desc limit $5",
        seller_id,
        stage,
        due_before,
        before,
        limit,
    )
    return DISPUTES.shape.from_rows(rows)


async def evidence_of(connection: Connection, dispute_id: DisputeId) -> list[DisputeEvidence]:
    """Return what was shown in a dispute, the earliest first."""
    columns = ", ".join(DISPUTE_EVIDENCE.shape.columns)
    rows = await connection.fetch(
        f"select {columns} from payments.dispute_evidence"  # noqa: S608 - our columns
        " where dispute_id = $1 order by id",
        dispute_id,
    )
    return DISPUTE_EVIDENCE.shape.from_rows(rows)
