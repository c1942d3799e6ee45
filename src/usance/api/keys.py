"""Keys: how people and machines are let in. A secret is shown once, when it is made."""

import os
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import Field, create_model

from usance.api import shapes
from usance.api.access import Asker, is_test_book, reads
from usance.api.idempotency import Order, asks
from usance.api.pages import PageOf, whole
from usance.api.shapes import Asked, Shown, page_of, shape
from usance.kernel.errors import KeyReused
from usance.kernel.ids import KeyId
from usance.kernel.records import Record
from usance.parties import service
from usance.parties.model import ApiKey
from usance.parties.service import find_parties as find

router = APIRouter(tags=["keys"])


class KeyAsked(Asked):
    """Give a user a key."""

    user_id: shapes.User
    scopes: list[shapes.Word] = Field(
        default=[], max_length=50, description="None: all that the user's roles allow today."
    )
    expires_at: shapes.Moment | None = None


class RevocationAsked(Asked):
    """Let a key open nothing any more, for good."""

    reason: shapes.Reason


KEY: Final = shape(ApiKey, "key", without=("secret_sha256",))
ISSUED: Final = create_model(
    "IssuedKey",
    __base__=KEY,
    __doc__="A new key. secret: shown now and never again; null when the request is repeated.",
    secret=(str | None, None),
)


@router.post("/keys", status_code=201, response_model=ISSUED)
async def issue_key(asked: KeyAsked, order: Annotated[Order, Depends(asks("issue_key"))]) -> Shown:
    """Give a user a key.

    The secret is in this answer only. Repeating the request shows the key without it.
    """
    key_id = order.new_id(KeyId)
    async with order.reading() as connection:
        known = await find.key(connection, key_id)
    if known is not None:
        return _again(order, asked, known)
    live = not await is_test_book(order.request)
    secret = service.secret_of(os.urandom(service.ENTROPY_BYTES), live=live)
    body = service.IssueKey(
        key_id,
        asked.user_id,
        service.prefix_of(secret),
        service.hash_of(secret),
        tuple(asked.scopes),
        asked.expires_at,
    )
    await order.do(body)
    async with order.reading() as connection:
        issued = await find.key(connection, key_id)
    return ISSUED.model_validate(issued).model_copy(update={"secret": secret})


def _again(order: Order, asked: KeyAsked, known: ApiKey) -> Shown:
    """Return a key that was issued under this idempotency key before, without its secret."""
    same = known.user_id == asked.user_id and known.expires_at == asked.expires_at
    if not same or (asked.scopes and tuple(sorted(asked.scopes)) != known.scopes):
        raise KeyReused(order.key)
    order.replays()
    return ISSUED.model_validate(known).model_copy(update={"secret": None})


@router.get("/keys", response_model=page_of(KEY))
async def list_keys(
    user_id: shapes.User, asker: Annotated[Asker, Depends(reads("keys:write"))]
) -> PageOf:
    """List the keys of a user, revoked ones too."""
    async with asker.reading() as connection:
        return whole(await find.keys_of(connection, user_id))


@router.post("/keys/{key_id}/revoke", response_model=KEY)
async def revoke_key(
    key_id: shapes.Key,
    asked: RevocationAsked,
    order: Annotated[Order, Depends(asks("revoke_key"))],
) -> Record | None:
    """Let a key open nothing any more, for good."""
    await order.do(service.RevokeKey(key_id, asked.reason))
    async with order.reading() as connection:
        return await find.key(connection, key_id)
