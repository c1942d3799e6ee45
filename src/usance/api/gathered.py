"""Questions to the database that many requests have at once, asked together.

While one query is under way, whoever comes with the same kind of question waits for the next. A
query always begins after its question came, so the answer is never older than the question.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Gathered(Generic[K, V]):
    """One kind of question. ask: answers many keys at once, leaving out what is not there."""

    def __init__(self, ask: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]) -> None:
        self._ask = ask
        self._waiting: dict[K, list[asyncio.Future[V | None]]] = {}
        self._asking: asyncio.Task[None] | None = None

    async def get(self, key: K) -> V | None:
        """Return what there is under a key now. Raises whatever the query raised."""
        answer: asyncio.Future[V | None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, []).append(answer)
        if self._asking is None:
            self._asking = asyncio.create_task(self._answer())
        return await answer

    async def _answer(self) -> None:
        while self._waiting:
            waiting, self._waiting = self._waiting, {}
            try:
                found = await self._ask(list(waiting))
            except Exception as fault:  # noqa: BLE001 - whatever it is, those who asked get it
                for answers in waiting.values():
                    _end(answers, fault)
                continue
            for key, answers in waiting.items():
                for answer in answers:
                    if not answer.done():
                        answer.set_result(found.get(key))
        self._asking = None


def _end(answers: list[asyncio.Future[V | None]], fault: Exception) -> None:
    for answer in answers:
        if not answer.done():
            answer.set_exception(fault)
