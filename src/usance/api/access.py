"""Who asks, what their key lets them do, and what they may see.

The operator and the regulator see the whole book. A seller or a funder sees its own things; all
else does not exist for it.
"""

import base64
import binascii
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast
from uuid import UUID

import asyncpg
from fastapi import Request

from usance.api.gathered import Gathered
from usance.api.query import require_known
from usance.kernel.errors import NotAuthenticated, NotFound
from usance.kernel.ids import PartyId
from usance.parties.model import SEES_ALL, Caller
from usance.parties.service import Holder, authenticate, holder_in, holders
from usance.runtime.clock import wall_now
from usance.runtime.reading import is_test_book as is_test
from usance.worker.session import Session

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Asker:
    """Somebody who was let in, before an open book."""

    def __init__(self, request: Request, session: Session, caller: Caller) -> None:
        self.request = request
        self.session = session
        self.caller = caller

    @property
    def bound_to(self) -> PartyId | None:
        """The party whose things alone may be seen; None for whoever sees the whole book."""
        return None if self.caller.party_kind in SEES_ALL else self.caller.party_id

    def sees(self, *parties: UUID | None) -> bool:
        """Whether a thing of these parties may be seen."""
        return self.bound_to is None or self.bound_to in parties

    def require_own(self, what: str, identifier: object, *parties: UUID | None) -> None:
        """Raise NotFound for a thing of parties that do not concern the caller."""
        if not self.sees(*parties):
            raise NotFound(what, str(identifier))

    @asynccontextmanager
    async def reading(self) -> "AsyncIterator[asyncpg.Connection[Any]]":
        """Lend a connection to read by."""
        async with reading(self.session) as connection:
            yield connection

    async def together(
        self,
        ask: Callable[["asyncpg.Connection[Any]", Sequence[K]], Awaitable[Mapping[K, V]]],
        key: K,
    ) -> V | None:
        """Return what `ask` finds for a key, asked with the keys of all who wait for the same."""
        questions: dict[object, Gathered[Any, Any]] = self.request.app.state.questions
        if ask not in questions:
            session = self.session

            async def asked(keys: Sequence[K]) -> Mapping[K, V]:
                async with reading(session) as connection:
                    return await ask(connection, keys)

            questions[ask] = Gathered(asked)
        found: V | None = await questions[ask].get(key)
        return found


def session_of(request: Request) -> Session:
    """Return the open book that the application serves."""
    return cast("Session", request.app.state.session)


@asynccontextmanager
async def reading(session: Session) -> "AsyncIterator[asyncpg.Connection[Any]]":
    """Lend a connection to read by."""
    async with session.pool.acquire() as connection:
        # What a pool lends behaves like a connection; its type only says less.
        yield cast("asyncpg.Connection[Any]", connection)


async def is_test_book(request: Request) -> bool:
    """Whether the time of the book is set by hand. A book never changes its kind."""
    known = request.app.state.test_book
    if known is None:
        async with reading(session_of(request)) as connection:
            known = request.app.state.test_book = await is_test(connection)
    return bool(known)


class Entrance:
    """Finds what stands behind a key at the moment it is shown; nothing is remembered."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._holders = Gathered(self._ask)

    async def _ask(self, secrets: Sequence[str]) -> Mapping[str, Holder]:
        async with reading(self._session) as connection:
            return await holders(connection, secrets)

    async def caller(self, secret: str) -> Caller:
        """Return who shows a secret, by the tables. Raises NotAuthenticated."""
        return authenticate(await self._holders.get(secret), secret, wall_now())

    async def commander(self, secret: str) -> Caller:
        """Return who shows a secret to have a command carried out. Raises NotAuthenticated.

        Where the engine is ours, its memory knows every key as of the last batch that was
        answered. Should it have lost the book to another one, it carries out nothing either.
        """
        engine = self._session.engine
        if engine is None or engine.failure:
            return await self.caller(secret)
        return authenticate(holder_in(engine, secret), secret, wall_now())


async def let_in(request: Request, scope: str) -> Asker:
    """Return who asks, and sees to it that the query has nothing that the route does not take.

    Raises NotAuthenticated, NotAllowed, RequestValidationError.
    """
    session = session_of(request)
    entrance: Entrance = request.app.state.entrance
    caller = await entrance.caller(secret_of(request.headers.get("authorization", "")))
    require_kind(caller, test_book=await is_test_book(request))
    if scope:
        caller.require(scope)
    require_known(request)
    return Asker(request, session, caller)


def require_kind(caller: Caller, *, test_book: bool) -> None:
    """Raise NotAuthenticated for a test key in a live book, or the other way round."""
    if caller.live is test_book:
        raise NotAuthenticated("This key is for another kind of book.")


def reads(scope: str) -> Callable[[Request], Awaitable[Asker]]:
    """Return the dependency of a route that shows what `scope` lets one see."""

    async def dependency(request: Request) -> Asker:
        return await let_in(request, scope)

    # What the page of scopes has to know of it.
    dependency.__dict__["scopes"] = (scope,)
    return dependency


def secret_of(header: str) -> str:
    """Return the key of an Authorization header: Bearer, or Basic with the key as user name."""
    kind, _, value = header.partition(" ")
    if kind.lower() == "bearer":
        return _plain(value.strip())
    if kind.lower() == "basic":
        try:
            decoded = base64.b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, UnicodeError) as why:
            raise NotAuthenticated("The Authorization header cannot be read.") from why
        return _plain(decoded.partition(":")[0])
    raise NotAuthenticated("There is no key.")


def _plain(secret: str) -> str:
    if not (secret.isascii() and secret.isprintable()):
        raise NotAuthenticated("The Authorization header cannot be read.")
    return secret
