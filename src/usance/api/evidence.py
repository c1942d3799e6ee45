"""Checkpoints of the log, proofs that anybody can check, and the trace of a trade."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.orders import order_of
from usance.api.problems import language_of
from usance.evidence import service
from usance.kernel.errors import NotFound
from usance.reporting.model import Trace
from usance.reporting.service import trace, trace_json

router = APIRouter(tags=["evidence"])
AnyId = Annotated[
    shapes.Word,
    Path(description="An id of any kind, `evt_12` for the fact at 12, or an invoice number."),
]
Reader = Annotated[Asker, Depends(reads("evidence:read"))]


class CheckpointShown(BaseModel):
    """How many facts the log covers, its root, and the note that signs for both."""

    origin: str
    size: int
    root: str
    note: str
    signed_at: datetime


class LogShown(BaseModel):
    """What a reader needs to trust the log. Get it by another way than the proofs."""

    origin: str
    log_keys: list[str]


@router.get("/checkpoint")
async def get_checkpoint(asker: Reader) -> CheckpointShown:
    """Show the newest checkpoint of the evidence log."""
    async with asker.reading() as connection:
        signed = await service.newest_checkpoint(connection)
    if signed is None:
        raise NotFound("checkpoint", "yet")
    return CheckpointShown(
        origin=signed.checkpoint.origin,
        size=signed.checkpoint.size,
        root=signed.checkpoint.root.hex(),
        note=signed.note,
        signed_at=signed.signed_at,
    )


@router.get("/log")
async def get_log(asker: Reader) -> LogShown:
    """Show the name and the public key of the evidence log."""
    return LogShown.model_validate(asker.session.log.policy())


@router.get("/proofs/{any_id}", response_model=dict[str, Any])
async def get_proof(any_id: AnyId, asker: Reader) -> Response:
    """Prove every fact of a trade: the bundle that `usance_verify` checks without us."""
    told = await _told(asker, any_id)
    async with asker.reading() as connection:
        bundle = await service.prove(connection, [step.position for step in told.steps])
    return Response(service.written(bundle), media_type=JSONResponse.media_type)


@router.get("/trace/{any_id}", response_model=dict[str, Any])
async def get_trace(any_id: AnyId, asker: Reader, request: Request) -> Response:
    """Tell the whole life of a trade, in sentences, with every transfer.

    Sentences follow Accept-Language.
    """
    told = await _told(asker, any_id)
    return Response(trace_json(told, language_of(request)), media_type=JSONResponse.media_type)


async def _told(asker: Asker, any_id: str) -> Trace:
    """Return the trade of an id, as far as the caller may know of it. Raises NotFound."""
    async with asker.reading() as connection:
        told = await trace(connection, any_id)
    if asker.bound_to is not None:
        if told.order_id is None:
            raise NotFound("trade", any_id)
        try:
            await order_of(asker, told.order_id)
        except NotFound as hidden:
            raise NotFound("trade", any_id) from hidden
    return told
