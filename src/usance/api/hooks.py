"""The door at which rails post to us, and what came through it."""

import base64
import os
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel

from usance.api import shapes
from usance.api.access import Asker, reading, reads, session_of
from usance.api.errors import HOOK_TOO_LARGE
from usance.api.pages import Cursor, Limit, PageOf, after_id, page
from usance.api.query import require_known
from usance.api.shapes import page_of, shape
from usance.kernel.errors import NotFound, Unavailable
from usance.kernel.ids import HookId, fresh, milliseconds_at
from usance.kernel.records import Record
from usance.payments.model import Hook, HookState
from usance.payments.service import find_payments as find
from usance.payments.service.hooks import HOOK_MAX, receive_hook, work_again
from usance.runtime.clock import wall_now

router = APIRouter(tags=["hooks"])
Reader = Annotated[Asker, Depends(reads("hooks:read"))]
RailName = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,39}$", description="Which rail posts.")]


class Received(BaseModel):
    """What was posted is kept; whether it is believed is decided later."""

    received: bool = True


def _text(hook: Hook) -> str:
    """Return a body as text, or as base64 where it is none."""
    try:
        return hook.body.decode()
    except UnicodeDecodeError:
        return "base64:" + base64.b64encode(hook.body).decode()


HOOK: Final[Any] = shape(Hook, "hook", more={"body": (str, _text)})


@router.post(
    "/hooks/{rail}",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
    dependencies=[Depends(require_known)],
)
async def post_hook(rail: RailName, request: Request) -> Received:
    """Keep what a rail posts, as it came.

    Anybody may post here, at most 256 KiB at once; who it was is found out by the signature, later.
    Where too much waits already the answer is 503: post again.
    """
    body = await request.body()
    if len(body) > HOOK_MAX:
        raise HOOK_TOO_LARGE.invalid("body", str(HOOK_MAX))
    at = wall_now()
    entropy = int.from_bytes(os.urandom(10), "big") >> 6
    hook_id = HookId(fresh(milliseconds_at(at), entropy))
    headers = dict(request.headers.items())
    async with reading(session_of(request)) as connection:
        if not await receive_hook(connection, hook_id, rail, headers, body, at):
            raise Unavailable("Too much waits to be worked.")
    return Received()


@router.get("/hooks", response_model=page_of(HOOK))
async def list_hooks(
    asker: Reader,
    rail: shapes.Word | None = None,
    state: HookState | None = None,
    code: shapes.Word | None = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PageOf:
    """List what was posted to us, the newest first.

    `code` says why something was not believed, such as `forged_signature`.
    """
    before = after_id("hooks", cursor, HookId)
    async with asker.reading() as connection:
        rows = await find.hooks(
            connection, rail=rail, code=code, state=state, before=before, limit=limit + 1
        )
    return page("hooks", rows, limit, lambda row: row.id)


@router.get("/hooks/{hook_id}", response_model=HOOK)
async def get_hook(hook_id: shapes.Hook, asker: Reader) -> Record | None:
    """Show what was posted to us, and what became of it."""
    return await _hook(asker, hook_id)


@router.post("/hooks/{hook_id}/work", status_code=202, response_model=HOOK)
async def work_hook(
    hook_id: shapes.Hook, asker: Annotated[Asker, Depends(reads("hooks:work"))]
) -> Record | None:
    """Have a refused hook worked once more, after its cause was mended.

    Asking twice is harmless, so no Idempotency-Key is needed.
    """
    await _hook(asker, hook_id)
    async with asker.reading() as connection:
        await work_again(connection, hook_id)
    return await _hook(asker, hook_id)


async def _hook(asker: Asker, hook_id: HookId) -> Hook:
    async with asker.reading() as connection:
        found = await find.hook(connection, hook_id)
    if found is None:
        raise NotFound("hook", str(hook_id))
    return found
