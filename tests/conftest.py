"""What all tests share: a database server of their own, gone afterwards, and patience."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest
from hypothesis import settings

from usance.runtime.postgres import Server, ServerAddress, ensure_server
from usance.runtime.telemetry import speak

if TYPE_CHECKING:
    from usance.worker.session import Place

# A timing is never a test: a busy machine must not turn a law red.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")
# As the program says it: structlog by itself draws tracebacks, at the cost of a whole test.
speak(os.environ)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """As many at once as there are cores, each with a server of its own: they share no names."""
    if "USANCE_DATABASE_URL" in os.environ:
        return 1
    return min(os.cpu_count() or 1, 8)


def server_folder() -> Path:
    """A folder with a short path that the server's user may enter (pytest's own are private)."""
    folder = Path(tempfile.mkdtemp(prefix="usance-test-"))
    folder.chmod(0o755)
    return folder


async def nobody_pulls_the_plug(server: Server) -> None:
    """Let the server leave it to the system when to write to disk: servers die here, not machines.

    A commit still waits until it is in the log that a server reads when it starts again.
    """
    connection = await asyncpg.connect(server.address.url)
    try:
        await connection.execute("alter system set fsync = off")
        await connection.execute("select pg_reload_conf()")
    finally:
        await connection.close()


@pytest.fixture
def server_home() -> Iterator[Path]:
    """Home of a server that the test starts itself; it is stopped and removed after the test."""
    home = server_folder()
    yield home
    Server(home).stop()
    shutil.rmtree(home)


@pytest.fixture(scope="session")
def server_address() -> Iterator[ServerAddress]:
    """The server all tests share; every test that writes makes itself a database on it."""
    if "USANCE_DATABASE_URL" in os.environ:
        # All the house is behind it, and most tests need little of that.
        from tests.databases import drop_bare_books

        address = ensure_server(os.environ)
        yield address
        asyncio.run(drop_bare_books(address))
        return
    server = Server(server_folder())
    server.start()
    asyncio.run(nobody_pulls_the_plug(server))
    yield server.address
    server.stop()
    shutil.rmtree(server.home)


@pytest.fixture
def place(request: pytest.FixtureRequest, server_address: ServerAddress) -> Iterator["Place"]:
    """A place for a book that was not made yet, named after the file of the test."""
    from tests.databases import place_for

    with place_for(server_address, request.module.__name__.rpartition(".")[2]) as place:
        yield place
