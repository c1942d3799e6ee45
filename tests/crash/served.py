"""What `usance engine`, `serve` and `worker` are, as processes that can be killed.

All that they import is loaded once, in a process of which each is a fork.
"""

import multiprocessing
import os
import signal
import socket
import sys
from multiprocessing.process import BaseProcess

import typer

from usance.cli.places import door, run
from usance.cli.serve import be_engine, be_worker, serve_book
from usance.runtime.telemetry import speak
from usance.worker.session import Place

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([__name__])


def free_port() -> int:
    """A port that nobody serves on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def begun(what: str, place: Place, port: int = 0) -> BaseProcess:
    """Start a process that is the engine, the standby, the API or the worker of a book."""
    process = _FORKS.Process(target=_live, args=(what, place, port), daemon=True)
    process.start()
    return process


def told_to_stop(process: BaseProcess) -> int | None:
    """Stop a process as its owner would, and return how it ended."""
    assert process.pid is not None
    os.kill(process.pid, signal.SIGTERM)
    process.join(60)
    return process.exitcode


def _live(what: str, place: Place, port: int) -> None:
    speak(os.environ)
    try:
        if what == "serve":
            run(serve_book(place, door(port)))
        elif what == "worker":
            run(be_worker(place))
        else:
            run(be_engine(place, standby=what == "standby"))
    except typer.Exit as ended:
        sys.exit(ended.exit_code)
