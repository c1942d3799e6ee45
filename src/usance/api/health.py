"""Is the process there, and can it do its work? Asked by machines, without a key."""

import asyncio
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from usance.api.access import reading, session_of
from usance.api.problems import RETRY_AFTER
from usance.api.query import require_known
from usance.kernel.errors import Unavailable
from usance.runtime.reading import backlog

router = APIRouter(tags=["health"], dependencies=[Depends(require_known)])
PATIENCE_SECONDS: Final = 2


class Alive(BaseModel):
    """The process answers."""

    alive: bool = True


class Ready(BaseModel):
    """Whether commands can be carried out, and how far those who follow them are behind.

    reason: why not; "" while ready. facts: in the book. unseen: facts that reactions have yet to
    take; oldest_unseen: when the first of them was told, in book time.
    """

    ready: bool
    reason: str
    book: str
    book_time: datetime | None
    facts: int
    unseen: int
    pending: int
    oldest_unseen: datetime | None


@router.get("/livez")
async def alive() -> Alive:
    """Whether the process is alive."""
    return Alive()


@router.get("/readyz", responses={503: {"model": Ready}})
async def ready(request: Request, response: Response) -> Ready:
    """Whether the book answers, and what waits."""
    session = session_of(request)
    name = session.place.book
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            # Nothing to do is still an answer: the engine lives and has not failed.
            await session.book.submit([])
            async with reading(session) as connection:
                waiting = await backlog(connection)
            now = await session.now()
    except (Unavailable, OSError, TimeoutError) as why:
        response.status_code = 503
        response.headers["Retry-After"] = RETRY_AFTER
        return Ready(
            ready=False,
            reason=str(why) or "The book took too long to answer.",
            book=name,
            book_time=None,
            facts=0,
            unseen=0,
            pending=0,
            oldest_unseen=None,
        )
    return Ready(
        ready=True,
        reason="",
        book=name,
        book_time=now,
        facts=waiting.facts,
        unseen=waiting.unseen,
        pending=waiting.pending,
        oldest_unseen=waiting.oldest,
    )
