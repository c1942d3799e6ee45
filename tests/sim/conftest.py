"""A server of our own, because histories stop it, and the book they all begin with."""

import asyncio
import shutil
from collections.abc import Iterator

import pytest
from tests.conftest import server_folder
from tests.sim.play import furnished

from usance.runtime.postgres import Server
from usance.worker.session import Place


@pytest.fixture(scope="session")
def world() -> Iterator[tuple[Server, Place]]:
    server = Server(server_folder())
    server.start()
    yield server, asyncio.run(furnished(server, server.home))
    server.stop()
    shutil.rmtree(server.home)
