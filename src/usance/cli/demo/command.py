"""`usance demo`: play, count, show; then serve, unless told to end."""

import time
from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from usance.cli.demo.count import Counted, count
from usance.cli.demo.play import play
from usance.cli.demo.show import summary
from usance.cli.demo.stage import BEGINS, set_the_scene
from usance.kernel.records import encode
from usance.worker.session import Place, Session, make_book, opened

AfterWards = Callable[[Session], Any]


async def demonstrate(place: Place, *, as_json: bool, afterwards: AfterWards | None) -> None:
    """Play the demonstration on a new book. afterwards: what to do with the open book then."""
    console = Console(stderr=as_json)
    began = time.perf_counter()
    await make_book(place, BEGINS, test_clock=True, anew=True)
    async with opened(place, engine=True) as session:
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        ) as bar:
            task = bar.add_task("setting the scene", total=1.0)

            def tell(at: str, share: float) -> None:
                bar.update(task, description=at, completed=share)

            await set_the_scene(session)
            reports = await play(session, tell)
            bar.update(task, description="counting and proving", completed=1.0)
            counted = await count(session, reports)
        seconds = time.perf_counter() - began
        if as_json:
            _print_json(counted, seconds)
        else:
            summary(counted, seconds, console)
        if afterwards is not None:
            await afterwards(session)


def _print_json(counted: Counted, seconds: float) -> None:
    body = encode(counted)[:-1] + f',"seconds":{seconds:.1f}}}'.encode()
    Console().file.write(body.decode() + "\n")
