"""`usance disputes …`: which wait for an answer, what was shown, and what is accepted."""

import hashlib
from datetime import datetime
from pathlib import Path

from usance.api.payments import DISPUTE
from usance.cli.acting import act
from usance.cli.listing import Column, Listing, print_row, print_rows
from usance.cli.naming import named
from usance.cli.voice import Words
from usance.kernel.ids import DisputeId
from usance.payments import service
from usance.payments.model import Dispute, DisputeStage, EvidenceDocument
from usance.payments.service import find_payments as find
from usance.worker.session import Place, Session, opened

DISPUTES = Listing(
    DISPUTE,
    (
        Column("dispute", "争议", lambda row: row.id),
        Column("payment", "付款", lambda row: row.payment_id),
        Column("stage", "阶段", lambda row: row.stage),
        Column("reason", "原因", lambda row: row.reason),
        Column("amount", "金额", lambda row: row.amount, right=True),
        Column("fee", "费用", lambda row: row.fee, right=True),
        Column("answer by", "答复期限", lambda row: row.due_at),
        Column("made", "创建时间", lambda row: row.created_at),
    ),
    ("There is no dispute.", "没有争议。"),
)


async def list_disputes(
    place: Place,
    stage: str,
    due_before: datetime | None,
    limit: int,
    *,
    as_json: bool,
    language: Words,
) -> None:
    """Print disputes, the newest first."""
    wanted = DisputeStage(stage) if stage else None
    async with opened(place) as session, session.pool.acquire() as connection:
        rows = await find.disputes_to_answer(
            connection, stage=wanted, due_before=due_before, limit=limit + 1
        )
    print_rows(DISPUTES, rows, limit, as_json=as_json, language=language)


async def show_dispute(place: Place, dispute: str, *, as_json: bool, language: Words) -> None:
    """Print one dispute."""
    async with opened(place) as session:
        found = await _named(session, dispute)
    print_row(DISPUTES, found, as_json=as_json, language=language)


async def contest(
    place: Place,
    dispute: str,
    text: str,
    papers: dict[str, Path],
    key: str,
    *,
    as_json: bool,
    language: Words,
) -> None:
    """Contest a dispute with words and papers, of which the hashes alone are kept."""
    documents = tuple(
        EvidenceDocument(kind, hashlib.sha256(path.read_bytes()).hexdigest())
        for kind, path in papers.items()
    )
    async with opened(place) as session:
        found = await _named(session, dispute)
        body = service.SubmitEvidence(found.id, text, documents)
        await act(session, "submit_evidence", body, key, language)
        found = await _named(session, dispute)
    print_row(DISPUTES, found, as_json=as_json, language=language)


async def accept(place: Place, dispute: str, key: str, *, as_json: bool, language: Words) -> None:
    """Leave the money to the buyer and contest it no more."""
    async with opened(place) as session:
        found = await _named(session, dispute)
        await act(session, "accept_dispute", service.AcceptDispute(found.id), key, language)
        found = await _named(session, dispute)
    print_row(DISPUTES, found, as_json=as_json, language=language)


async def _named(session: Session, dispute: str) -> Dispute:
    async with session.pool.acquire() as connection:
        return await named(connection, "dispute", dispute, DisputeId, find.dispute)
