"""Questions asked together: never older than the question, and each gets its own answer."""

import asyncio

import pytest

from usance.api.gathered import Gathered


class Table:
    """Something slow to ask, that counts how often it was asked and for what."""

    def __init__(self, **rows):
        self.rows = rows
        self.asked = []
        self.let_go = asyncio.Event()

    async def ask(self, keys):
        self.asked.append(sorted(keys))
        found = {key: self.rows[key] for key in keys if key in self.rows}
        if "broken" in keys:
            raise OSError("gone")
        await self.let_go.wait()
        return found


def test_who_comes_while_a_query_is_under_way_is_in_the_next():
    async def story():
        table = Table(a=1, b=2)
        gathered = Gathered(table.ask)
        first = asyncio.create_task(gathered.get("a"))
        await asyncio.sleep(0.01)
        # Given a query under way that has read the old row
        table.rows["a"] = 3
        later = [asyncio.create_task(gathered.get(key)) for key in ("a", "b", "a", "c")]
        await asyncio.sleep(0.01)
        table.let_go.set()

        assert await first == 1
        assert await asyncio.gather(*later) == [3, 2, 3, None]
        assert table.asked == [["a"], ["a", "b", "c"]]

    asyncio.run(story())


def test_a_fault_is_told_to_those_who_asked_and_the_next_are_served():
    async def story():
        table = Table(a=1)
        table.let_go.set()
        gathered = Gathered(table.ask)
        with pytest.raises(OSError, match="gone"):
            await gathered.get("broken")

        assert await gathered.get("a") == 1

    asyncio.run(story())


def test_one_who_leaves_keeps_nobody_waiting():
    async def story():
        table = Table(a=1)
        gathered = Gathered(table.ask)
        impatient = asyncio.create_task(gathered.get("a"))
        patient = asyncio.create_task(gathered.get("a"))
        await asyncio.sleep(0.01)
        impatient.cancel()
        table.let_go.set()

        assert await patient == 1

    asyncio.run(story())
