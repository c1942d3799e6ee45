"""`usance stop` ends our own server, not under somebody's work, and nobody else's."""

import asyncio

import asyncpg

from usance.cli.refusing import REFUSED
from usance.cli.stop import stop_server
from usance.runtime.postgres import Server


def test_the_embedded_server_is_ended_when_nobody_works_with_it(server_home, monkeypatch, capsys):
    monkeypatch.delenv("USANCE_DATABASE_URL", raising=False)
    monkeypatch.setenv("USANCE_HOME", str(server_home))
    server = Server(server_home)

    assert stop_server() == 0
    assert "No database server runs in" in capsys.readouterr().out

    server.start()

    async def under_work() -> int:
        connection = await asyncpg.connect(server.address.url)
        try:
            return await asyncio.to_thread(stop_server)
        finally:
            await connection.close()

    assert asyncio.run(under_work()) == REFUSED
    assert "1 connections are open. End usance serve" in capsys.readouterr().err
    assert server.ready()
    assert stop_server() == 0
    assert "has ended; its books stay" in capsys.readouterr().out
    assert not server.ready()


def test_a_server_of_somebody_else_is_left_alone(monkeypatch, capsys):
    monkeypatch.setenv("USANCE_DATABASE_URL", "postgresql://u@127.0.0.1:1/postgres")

    assert stop_server() == REFUSED
    assert "not ours to stop" in capsys.readouterr().err
