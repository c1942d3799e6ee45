"""Asking the book to do something, once, however often the request arrives.

The header Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07) and its caller make the
id of the command. The same key with the same inputs gets the same outcome, marked
`Idempotent-Replayed: true`; with other inputs it is refused. Requests under way at the same time
meet in the engine, which does the first and replays it for the others.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache
from typing import Annotated, Final, TypeVar
from uuid import UUID

from fastapi import Header, Request, Response
from starlette.datastructures import MutableHeaders

from usance.api.access import Asker, let_in
from usance.api.errors import KEY_MISSING
from usance.api.problems import Refused
from usance.api.verbs import PATH
from usance.kernel.errors import KeyReused, Refusal
from usance.kernel.ids import Id, derive, milliseconds_of
from usance.kernel.records import Record
from usance.runtime.commands import KEY_REUSED, Command
from usance.runtime.facts import Outcome
from usance.runtime.reading import answered

I = TypeVar("I", bound=Id)  # noqa: E741 - an id
KEY_MAX: Final = 255
BATCH_MAX: Final = 1000
_UUID7: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
REPLAYED: Final = "Idempotent-Replayed"
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        description="Fresh for each new request, the same to repeat it; a UUIDv7 is best.",
        max_length=KEY_MAX,
        min_length=1,
    ),
]


class Order(Asker):
    """Somebody who may ask for one verb, once under this key.

    marks: headers of the answer that is being made.
    """

    def __init__(
        self, asker: Asker, verb: str, key: str, marks: MutableHeaders | dict[str, str]
    ) -> None:
        super().__init__(asker.request, asker.session, asker.caller)
        self.verb = verb
        self.key = key
        self.command_id = command_id(asker.caller.user_id, key)
        self._marks = marks

    def new_id(self, kind: type[I]) -> I:
        """Return the id of what the command makes: a repeated request makes the same."""
        return kind.derived(milliseconds_of(self.command_id), self.command_id, kind.prefix)

    async def do(self, body: Record) -> Outcome:
        """Have the verb carried out. Raises Refused, KeyReused, Unavailable."""
        command = Command(self.command_id, self.verb, self.caller.user_id, body)
        [outcome] = await self.session.book.submit([command])
        if outcome.refusal is not None:
            raise self._no(outcome.refusal, replayed=outcome.replayed)
        if outcome.replayed:
            self.replays()
        return outcome

    async def do_all(self, bodies: Sequence[Record]) -> list[Outcome]:
        """Have the verb carried out for each, in order; each gets its own outcome.

        Raises KeyReused where any of them differs from what the key was used for.
        """
        slots = [derive(0, self.command_id, count, 0) for count in range(1, BATCH_MAX + 1)]
        own = len(bodies) - 1
        async with self.reading() as connection:
            if await answered(connection, slots[:own] + slots[own + 1 :]):
                raise KeyReused(self.key)
        milliseconds = milliseconds_of(self.command_id)
        ids = [slots[own]] + [
            derive(milliseconds, self.command_id, len(bodies), index)
            for index in range(1, len(bodies))
        ]
        commands = [
            Command(one, self.verb, self.caller.user_id, body)
            for one, body in zip(ids, bodies, strict=True)
        ]
        outcomes = await self.session.book.submit(commands)
        if any(o.refusal and o.refusal.code == KEY_REUSED.code for o in outcomes):
            raise KeyReused(self.key)
        if all(outcome.replayed for outcome in outcomes):
            self.replays()
        return outcomes

    def replays(self) -> None:
        """Mark the answer as one that was given before."""
        self._marks[REPLAYED] = "true"

    def _no(self, refusal: Refusal, *, replayed: bool) -> Exception:
        if refusal.code == KEY_REUSED.code:
            return KeyReused(self.key)
        return Refused(refusal, replayed=replayed)


def command_id(user_id: UUID, key: str) -> UUID:
    """Return the id of the command that a user's key stands for.

    A UUIDv7 keeps its time. The user is always in it: nobody can meet another's commands, nor
    those that the house derives for itself.
    """
    if _UUID7.fullmatch(key):
        # Spelled as it would be written back: what follows below, without a UUID in between.
        return derive(int(key[:8] + key[9:13], 16), "api", _printed(user_id), key)
    try:
        given = UUID(key)
    except ValueError:
        return derive(0, "api", user_id, key)
    return derive(milliseconds_of(given) if given.version == 7 else 0, "api", user_id, given)


@lru_cache(maxsize=4096)
def _printed(user_id: UUID) -> str:
    return str(user_id)


def asks(verb: str, scope: str = "") -> Callable[[Request, Response, str], Awaitable[Order]]:
    """Return the dependency of a route that asks for a verb.

    scope: only where the money path leaves the verb to the house, and a test book may play it.
    """
    return _order(verb, PATH[verb].scope or scope, verb)


def proposes(verb: str) -> Callable[[Request, Response, str], Awaitable[Order]]:
    """Return the dependency of a route that proposes a verb for another person to approve.

    Whoever proposes must be allowed to ask for the verb itself.
    """
    return _order("propose", PATH[verb].scope, verb)


def _order(
    verb: str, scope: str, reached: str
) -> Callable[[Request, Response, str], Awaitable[Order]]:
    assert scope, f"{verb} is for the house alone"

    async def dependency(request: Request, response: Response, key: Key) -> Order:
        asker = await let_in(request, scope)
        asker.caller.require(PATH[verb].scope or scope)
        if not key.strip():
            raise KEY_MISSING.invalid()
        return Order(asker, verb, key, response.headers)

    # A test of the house asks every route which verb of the money path it leads to.
    dependency.__dict__["verb"] = reached
    dependency.__dict__["scopes"] = tuple(dict.fromkeys((scope, PATH[verb].scope or scope)))
    # What a hot route has to know of it.
    dependency.__dict__["asks"] = (verb, scope)
    return dependency
