"""The driver: carries a plan out by the product's own verbs, as a stubborn caller would.

What was not answered is asked again, with the same ids, until it is. The worker and the rails
go on where they stopped, or others take their place.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from tests.sim.asking import Asked, Asking, pays
from tests.sim.auditor.audit import audit
from tests.sim.door import Door
from tests.sim.engines import Engines
from tests.sim.memory import memory_is_what_would_be_loaded
from tests.sim.plan import ASKED, Choices, Plan, Step
from tests.sim.world import BUYER_NAMES, SELLERS, WilfulRail
from tests.story.stage import BUYERS, MONDAY, OwnRates, buyer, place_order

from usance.bootstrap import subscriptions
from usance.evidence.service import Log, extend
from usance.kernel.errors import Unavailable
from usance.kernel.ids import OrderId, derive, milliseconds_at
from usance.kernel.money import Currency, Money
from usance.parties.model import HOUSE
from usance.runtime.commands import TICK, Command, Tick
from usance.runtime.facts import Outcome
from usance.trade.model import Order
from usance.worker.loop import Worker

# What a caller, or a worker, may see when the other end is gone.
GONE = (Unavailable, OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError)
_MINUTE = timedelta(minutes=1)


class Driver:
    """Everybody who asks the book for something, and the audit after every fault."""

    def __init__(self, plan: Plan, pool: Any, door: Door, engines: Engines, log: Log) -> None:
        self.now = MONDAY
        self.audits = 0
        self._plan = plan
        self._pool = pool
        self._door = door
        self._engines = engines
        self._log = log
        self._asking = Asking(pool)
        self._rates = OwnRates()
        self._rails = {name: WilfulRail(name, plan.conducts) for name in ("bank_transfer", "card")}
        self._worker = self._hired()

    async def take(self, step: Step) -> None:
        """Let one step happen."""
        if step.act in ASKED:
            await self._ask(await self._commands(step, [(step.act, step.choices)]))
        else:
            await getattr(self, f"_{step.act}")(step)
        if step.works:
            await self._works()

    async def end(self) -> None:
        """Let all rails speak and all that is due fall due, until nothing is left to happen."""
        for rail in self._rails.values():
            rail.frank = True
        self._door.coming.clear()
        if self._door.struck is not None:
            await self._begin_again()
        await self._works()
        while (moment := await self._next_moment()) is not None:
            self.now = max(moment, self.now + _MINUTE)
            await self._persists(self._until_now)
        await self._extend_log()
        self._door.witness.quiet = True

    async def audit(self) -> Any:
        """Have the book audited, and the engine's memory compared with it."""
        self.audits += 1
        self._door.witness.notices = set().union(*(r.said for r in self._rails.values()))
        if self._engines.engine is not None and self._door.struck is None:
            await memory_is_what_would_be_loaded(self._engines.engine, self._pool)
        async with self._pool.acquire() as connection:
            return await audit(connection, self._door.witness)

    # ---- how it is asked ----

    async def _commands(self, step: Step, acts: Sequence[tuple[str, Choices]]) -> list[Command]:
        """Return the commands of acts. Their ids follow from seed, step and place."""
        bodies: list[Asked] = []
        for place, (act, choices) in enumerate(acts):
            if act == "sale":
                order = await self._order(f"{step.number}-{place}", choices)
                bodies.append(pays(order, choices["method"]))
            else:
                bodies += await self._asking.bodies(act, choices, self.now)
        at = milliseconds_at(self.now)
        return [
            Command(derive(at, self._plan.seed, step.number, place), verb, HOUSE, body)
            for place, (verb, body) in enumerate(bodies)
        ]

    async def _order(self, invoice: str, choices: Choices) -> OrderId:
        name = BUYER_NAMES[choices["buyer"] % len(BUYER_NAMES)]
        order = Order(
            OrderId.derived(milliseconds_at(self.now), "sim", invoice),
            SELLERS[choices["seller"]],
            buyer(name),
            f"INV-{invoice}",
            Money(choices["minor"], Currency(choices["currency"])),
            self.now,
            self.now.date(),
            BUYERS[name][1],
            1,
        )
        await place_order(self._pool, order)
        return order.id

    async def _ask(self, *lists: Sequence[Command]) -> list[list[Outcome]]:
        """Ask, each list as a caller of its own at the same time, until all are answered."""
        while True:
            asked = (self._door.submit(commands) for commands in lists if commands)
            answers = await asyncio.gather(*asked, return_exceptions=True)
            broken = [each for each in answers if isinstance(each, BaseException)]
            if not broken:
                self._door.all_keys_have_an_owner()
                return [each for each in answers if isinstance(each, list)]
            for each in broken:
                if not isinstance(each, GONE):
                    raise each
            await self._recover(broken[0])

    async def _persists(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except GONE as gone:
                await self._recover(gone)
            else:
                return

    async def _recover(self, gone: BaseException) -> None:
        if self._door.struck is None:
            raise gone
        await self._begin_again()

    async def _begin_again(self) -> None:
        """Have an engine again, and perhaps another worker, and the book audited."""
        fault = await self._door.recover()
        await self._pool.expire_connections()
        if fault.worker_too:
            self._worker = self._hired()
        await self.audit()

    def _hired(self) -> Worker:
        return Worker(self._pool, self._door, self._rails, self._rates, subscriptions())

    # ---- time and work ----

    async def _works(self) -> None:
        await self._persists(lambda: self._worker.quiet(self.now))

    async def _until_now(self) -> None:
        await self._worker.tick(self.now)
        await self._worker.publish_rates(self.now)
        await self._worker.quiet(self.now)

    async def _next_moment(self) -> datetime | None:
        due = await self._pool.fetchval("select min(due_at) from engine.due where fired_at is null")
        told = [rail.last_notice() for rail in self._rails.values()]
        moments = [each for each in told if each is not None and each > self.now]
        return min([*moments, due] if due else moments, default=None)

    async def _extend_log(self) -> None:
        async with self._pool.acquire() as connection:
            await extend(connection, self._log, self.now)

    # ---- steps that are more than one command ----

    async def _together(self, step: Step) -> None:
        await self._ask(await self._commands(step, step.choices["acts"]))

    async def _two_callers(self, step: Step) -> None:
        """The same commands from two callers at once: one effect, one answer."""
        commands = await self._commands(step, step.choices["acts"])
        answers = await self._ask(commands, commands)
        if commands:
            first, second = answers
            assert [(o.fact, o.refusal) for o in first] == [(o.fact, o.refusal) for o in second]

    async def _other_inputs(self, step: Step) -> None:
        """Two callers at once use one key for different things: the first one has it."""
        commands = await self._commands(step, step.choices["acts"])
        others = [
            Command(command.id, "pay", HOUSE, pays(OrderId.derived(0, step.number))[1])
            for command in commands
        ]
        await self._ask(commands, others)

    async def _same_again(self, step: Step) -> None:
        """What was answered long ago is answered again, and does not come with other inputs."""
        known: list[UUID] = list(self._door.commands)
        if not known:
            return
        command = self._door.commands[known[step.choices["command"] % len(known)]]
        body = pays(OrderId.derived(0, step.number))[1]
        await self._ask([command, Command(command.id, "pay", HOUSE, body)])

    async def _wait(self, step: Step) -> None:
        target = self.now + timedelta(hours=step.choices["hours"])

        async def advance() -> None:
            await self._worker.advance(await self._book_time(), target)

        await self._persists(advance)
        self.now = target
        await self._works()

    async def _clock_back(self, step: Step) -> None:
        """Somebody sets the clock back: the book's time stays."""
        before = await self._book_time()
        earlier = before - timedelta(hours=step.choices["hours"])
        await self._ask([Command(UUID(int=0), TICK, HOUSE, Tick(earlier.isoformat()))])
        assert await self._book_time() == before, "the book's time ran back"

    async def _book_time(self) -> datetime:
        found = await self._pool.fetchval("select book_time from engine.book")
        assert isinstance(found, datetime)
        return found

    async def _rates_move(self, step: Step) -> None:
        self._rates.rates = {**self._rates.rates, **step.choices}

    async def _log_grows(self, _step: Step) -> None:
        await self._extend_log()

    async def _fault(self, step: Step) -> None:
        self._door.coming.append(step.choices["fault"])

    async def _process(self, step: Step) -> None:
        if self._door.struck is not None:
            # What has struck is noticed when there is something to write.
            await self._begin_again()
        await self._engines.move_out()
        self._door.coming.append(step.choices["fault"])
