"""Whole payments at a steady rate: asked for, and the rail's yes as soon as that is answered."""

from pathlib import Path
from typing import Final

from usance.cli.bench.baseline import beside
from usance.cli.bench.offered import SECONDS, Ended, Offered
from usance.cli.bench.path import confirmed
from usance.cli.bench.report import ROUNDS, Report, WrongResult
from usance.cli.bench.scene import Sale, command, order_again, sales, staged
from usance.payments.events import PaymentInitiated
from usance.runtime.facts import Outcome
from usance.runtime.postgres import ServerAddress
from usance.worker.session import Session

_BOOK: Final = "bench_offered"
_ENDED: Final = """
    select count(*) filter (where status = 'captured') as captured,
           count(*) filter (where status in ('in_review', 'blocked')) as stopped
    from payments.payments
"""


async def bench_path_offered(
    address: ServerAddress,
    home: Path,
    offered: int,
    rounds: int = ROUNDS,
    seconds: int = SECONDS,
) -> Report:
    """Measure payments, each paid and captured, at `offered` a second.

    Raises WrongResult where the book does not agree with what was acknowledged.
    """
    async with beside(address, seconds) as other, staged(address, home, _BOOK) as session:
        load = Offered(session.place.dsn, offered, seconds)
        payments = _Payments(session, load, await sales(session))
        achieved = await other.in_turn(rounds, payments.round)
        await payments.check()
        return load.report(
            "path offered",
            other,
            achieved,
            captured=payments.captured,
            held_by_risk=payments.stopped,
        )


class _Payments:
    """Payments by the pattern of a day's sales, and how they ended."""

    def __init__(self, session: Session, load: Offered, pattern: list[Sale]) -> None:
        assert session.engine is not None, "the bench is its book's engine"
        self.captured = 0
        self.stopped = 0
        self._engine = session.engine
        self._session = session
        self._load = load
        self._pattern = pattern

    async def round(self) -> float:
        """Offer payments for a while and return how many a second were done with."""
        engine, load = self._engine, self._load
        first = len(load.rounds) * load.count
        pays = await order_again(self._session, self._pattern, first, load.count)

        def send(number: int, ended: Ended) -> None:
            def paid(outcome: Outcome) -> None:
                if outcome.fact is None:
                    raise WrongResult(f"a payment was refused: {outcome.refusal}")
                begun = outcome.fact.part(PaymentInitiated)
                if begun is None:
                    self.stopped += 1
                    ended()
                    return
                yes = command("record_answer", confirmed(begun), begun.instruction_id)
                load.answered(engine.ask([yes]), captured)

            def captured(outcome: Outcome) -> None:
                self.captured += outcome.fact is not None
                ended()

            pay = pays[number]
            load.answered(engine.ask([command("pay", pay, pay.order_id)]), paid)

        return await load.round(send)

    async def check(self) -> None:
        """Raise WrongResult where the book tells of other ends than were acknowledged."""
        row = await self._session.pool.fetchrow(_ENDED)
        if row is None or (row["captured"], row["stopped"]) != (self.captured, self.stopped):
            raise WrongResult(f"{self.captured} captured, {self.stopped} held; the book has {row}")
