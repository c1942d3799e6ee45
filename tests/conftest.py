"""What all tests share: a database server of their own, gone afterwards, and patience."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from usance.runtime.postgres import Server, ServerAddress, ensure_server

# A timing is never a test: a busy machine must not turn a law red.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")


def server_folder() -> Path:
    """A folder with a short path that the server's user may enter (pytest's own are private)."""
    folder = Path(tempfile.mkdtemp(prefix="usance-test-"))
    folder.chmod(0o755)
    return folder


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
        yield ensure_server(os.environ)
        return
    server = Server(server_folder())
    server.start()
    yield server.address
    server.stop()
    shutil.rmtree(server.home)
