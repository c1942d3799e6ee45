"""`make sim SEED=42`: play one history and say what came of it, the same at every call."""

import argparse
import asyncio
import shutil
import sys
import traceback
from pathlib import Path

import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from tests.conftest import server_folder
from tests.sim.door import Door
from tests.sim.plan import Plan, Step, plan
from tests.sim.play import Failed, Played, furnished, play

from usance.runtime.postgres import Server

LENGTH = 150
LEGEND = (
    "kind: engine, its connection was cut; kill, its process was killed; database, the server",
    "  stopped at once; epoch, the book was somebody else's; second, another engine was started.",
    "place: before the request; within the batch, half written; answer, durable, nobody was told.",
)


def main() -> int:
    """Play the seed that the command line names; return 1 where something was found."""
    asked = argparse.ArgumentParser(prog="python -m tests.sim", description=__doc__)
    asked.add_argument("--seed", type=int, default=42)
    asked.add_argument("--steps", type=int, default=0, help="stop after so many, without an end")
    asked.add_argument("--length", type=int, default=LENGTH, help="how long the whole plan is")
    asked.add_argument("--show", action="store_true", help="print the steps as they are taken")
    options = asked.parse_args()
    # What breaks is meant to break; the audit says what matters.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    console = Console(highlight=False)
    whole = plan(options.seed, options.length)
    console.print(f"seed {options.seed}: {whole.summary()}", soft_wrap=True)
    server = Server(server_folder())
    try:
        server.start()
        played = asyncio.run(_played(console, server, whole, options.steps, show=options.show))
    except Failed as failed:
        traceback.print_exception(failed.__cause__)
        console.print(f"[red]Failed[/]: {failed}", soft_wrap=True)
        return 1
    finally:
        server.stop()
        shutil.rmtree(server.home)
    _tell(console, played)
    return 0


async def _played(
    console: Console, server: Server, whole: Plan, stop_after: int, *, show: bool
) -> Played:
    begins = await furnished(server, Path(server.home))
    columns = (TextColumn("{task.description:<14}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("begins", total=stop_after or len(whole.steps))

        def seen(step: Step | None, _door: Door) -> None:
            if step is None:
                progress.update(bar, description="quiet end")
                return
            progress.update(bar, completed=step.number, description=step.act)
            if show:
                progress.console.print(str(step), soft_wrap=True, markup=False)

        return await play(server, begins, whole, seen, stop_after=stop_after, audit_every=1)


def _tell(console: Console, played: Played) -> None:
    console.print(
        f"{played.steps} steps: {played.facts} facts, {played.transfers} transfers,"
        f" {played.payments} payments, {played.lives} engines, one after the other"
    )
    console.print(f"{len(played.faults)} faults (kind, place, when):")
    for fault in played.faults:
        console.print(f"  {fault}")
    for words in LEGEND if played.faults else ():
        console.print(f"  {words}", style="dim", soft_wrap=True)
    console.print(f"digest {played.digest}")
    console.print(
        f"[green]Passed[/]: {played.audits} audits compared everything and found nothing wrong."
    )


if __name__ == "__main__":
    sys.exit(main())
