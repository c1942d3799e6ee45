"""The way to the book, which breaks where the plan says so.

Everybody who asks the book for something asks through here: it keeps what was asked and what was
acknowledged. Faults come from outside the engine, never from inside: its connection is cut by
the server, its process is killed, the server is stopped. To break within a batch, another
transaction locks a table; the engine has then written a part of its batch and waits.
"""

import asyncio
import json
import os
import signal
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from tests.sim.auditor.tables import Told, Witness
from tests.sim.engines import Engines
from tests.sim.plan import Fault

from usance.kernel.errors import Unavailable
from usance.kernel.records import encode
from usance.runtime.commands import BEAT, KEY_REUSED, TICK, Command
from usance.runtime.facts import Outcome
from usance.runtime.postgres import Server

_MOMENT = 0.002
# What has happened outside is not refused for what it is; it may be known already.
_MAY_BE_REFUSED = {
    "record_settlement": {"nothing_due"},
    "record_chargeback": {"nothing_due"},
    "record_answer": {"wrong_state"},
}


class Door:
    """Where commands go: to the engine that lives at the moment. A `runtime.wire.Book`."""

    def __init__(self, engines: Engines, server: Server) -> None:
        self.witness = Witness()
        self.commands: dict[UUID, Command] = {}
        self.faults: list[str] = []
        self.coming: deque[Fault] = deque()
        self.struck: Fault | None = None
        self._engines = engines
        self._server = server
        self._turned_away: list[tuple[UUID, tuple[str, bytes]]] = []
        self._breaking = asyncio.Lock()
        self._under_way = 0
        self._calm = asyncio.Event()
        self._calm.set()

    # ---- asking ----

    async def submit(self, commands: Sequence[Command]) -> list[Outcome]:
        """Ask the book; remember what was asked, and what was acknowledged."""
        self.witness.tried |= {command.id for command in commands}
        outcomes = await self._in_turn(commands)
        for command, outcome in zip(commands, outcomes, strict=True):
            if command.verb not in {TICK, BEAT}:
                self._remember(command, outcome)
        return outcomes

    def all_keys_have_an_owner(self) -> None:
        """Where a key was refused for other inputs, somebody has it with his own."""
        for key, inputs in self._turned_away:
            assert self.witness.asked.get(key, inputs) != inputs, f"{key} was used by nobody"

    def _remember(self, command: Command, outcome: Outcome) -> None:
        code = outcome.refusal.code if outcome.refusal else None
        inputs = (command.verb, encode(command.body))
        if code == KEY_REUSED.code:
            self._turned_away.append((command.id, inputs))
            return
        self.commands.setdefault(command.id, command)
        owner = self.witness.asked.setdefault(command.id, inputs)
        assert owner == inputs, f"{command.id} was answered with other inputs: {outcome}"
        may_be = _MAY_BE_REFUSED.get(command.verb)
        assert code is None or may_be is None or code in may_be, f"{command} is refused: {code}"
        told = Told(None if outcome.fact is None else json.loads(encode(outcome.fact)), code)
        before = self.witness.told.setdefault(command.id, told)
        assert before == told, f"{command.id} was told {before}, now {told}"

    async def _in_turn(self, commands: Sequence[Command]) -> list[Outcome]:
        """Ask at once, beside others; but while something breaks, one caller is alone.

        So what is in a batch, and what was durable when it broke, is the same at every replay.
        """
        async with self._breaking:
            if self._breaks():
                await self._calm.wait()
                return await self._asked(commands)
            self._under_way += 1
            self._calm.clear()
            asking = asyncio.ensure_future(self._asked(commands))
        try:
            return await asking
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._calm.set()

    def _breaks(self) -> bool:
        return bool(self.coming) and self.struck is None and not self.coming[0].requests

    async def _asked(self, commands: Sequence[Command]) -> list[Outcome]:
        book = self._engines.book
        if not self.coming or self.struck is not None:
            return await book.submit(commands)
        fault = self.coming[0]
        if fault.requests > 0:
            self.coming[0] = replace(fault, requests=fault.requests - 1)
            return await book.submit(commands)
        if fault.where == "within":
            return await self._within(fault, commands)
        if fault.where == "before":
            await self._strike(fault)
            return await book.submit(commands)
        await book.submit(commands)
        await self._strike(fault)
        raise Unavailable("The answer was lost.")

    # ---- what breaks ----

    async def _within(self, fault: Fault, commands: Sequence[Command]) -> list[Outcome]:
        """Break while the engine writes; where it does not write that table, at a later request."""
        pid = await self._engines.backend()
        async with self._engines.beside() as connection:
            await connection.execute(f"begin; lock table {fault.table} in exclusive mode")
            asking = asyncio.create_task(self._engines.book.submit(commands))
            if await self._waits(connection, pid, asking):
                await self._strike(fault)
        return await asking

    async def _waits(
        self, connection: Any, pid: int, asking: "asyncio.Task[list[Outcome]]"
    ) -> bool:
        """Return whether the engine has come to wait for the lock; False once it has answered."""
        waits = "select exists (select from pg_locks where pid = $1 and not granted)"
        while not asking.done():
            await asyncio.wait({asking}, timeout=_MOMENT)
            if not asking.done() and await connection.fetchval(waits, pid):
                return True
        return False

    async def _strike(self, fault: Fault) -> None:
        self.coming.popleft()
        self.faults.append(str(fault))
        if fault.kind == "second":
            await self._engines.refuse_a_second()
            return
        self.struck = fault
        if fault.kind == "database":
            process = self._server.process_id
            assert process is not None, "the server runs"
            os.kill(process, signal.SIGQUIT)
            self._until_it_is_down()
        elif fault.kind == "epoch":
            async with self._engines.beside() as connection:
                await connection.execute("update engine.book set epoch = epoch + 1")
        elif fault.kind == "kill" and self._engines.process is not None:
            self._engines.kill()
        else:
            await self._engines.cut()

    def _until_it_is_down(self) -> None:
        while self._server.ready():
            time.sleep(_MOMENT)

    async def recover(self) -> Fault:
        """Have everything running again after a fault struck; return which it was."""
        assert self.struck is not None, "nothing broke, and yet nobody answered"
        fault, self.struck = self.struck, None
        self._server.start()
        await self._engines.another(fenced=fault.kind == "epoch")
        return fault
