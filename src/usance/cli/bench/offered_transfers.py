"""Single transfers at a steady rate, each a command of its own."""

from typing import Final

from usance.cli.bench.baseline import beside
from usance.cli.bench.ledger import Book, opened
from usance.cli.bench.offered import SECONDS, Ended, Offered
from usance.cli.bench.report import ROUNDS, Report
from usance.runtime.facts import Outcome
from usance.runtime.postgres import ServerAddress

_BOOK: Final = "usance_bench_offered"


async def bench_ledger_offered(
    address: ServerAddress, offered: int, rounds: int = ROUNDS, seconds: int = SECONDS
) -> Report:
    """Measure single transfers at `offered` a second.

    Raises WrongResult where the book does not agree with what was acknowledged.
    """
    async with beside(address, seconds) as other, opened(address, _BOOK) as book:
        load = Offered(book.dsn, offered, seconds)
        achieved = await other.in_turn(rounds, lambda: _round(book, load))
        return load.report("ledger offered", other, achieved)


async def _round(book: Book, load: Offered) -> float:
    commands = [book.single() for _ in range(load.count)]

    def send(number: int, ended: Ended) -> None:
        def answered(outcome: Outcome) -> None:
            book.created += outcome.fact is not None
            ended()

        load.answered(book.engine.ask([commands[number]]), answered)
        book.asked += 1

    return await load.round(send)
