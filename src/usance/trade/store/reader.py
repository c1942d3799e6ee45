"""Who reads."""

from typing import Any, Protocol


class Reader(Protocol):
    """Whatever can run a query: a connection, or the loader of an engine stage."""

    async def fetch(self, sql: str, /, *arguments: object) -> list[Any]:
        """Return the rows of a query."""
