"""What a measurement prints, and that it says clearly why there is none."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest
import typer

from usance.cli.bench import command
from usance.cli.bench.command import INTERRUPTED
from usance.cli.refusing import UNREACHABLE

NOWHERE = "postgresql://u@127.0.0.1:1/postgres"
MEASURE = [
    ("ledger", lambda: command.measure_ledger(1, 0, as_json=True)),
    ("ledger at a rate", lambda: command.measure_ledger(1, 10, as_json=True)),
    ("path", lambda: command.measure_path(1, 0, as_json=True)),
    ("path at a rate", lambda: command.measure_path(1, 10, as_json=True)),
    ("http", lambda: command.measure_http(1, apart=False, as_json=True)),
    ("start", lambda: command.measure_start(8, [0], 1, as_json=True)),
    ("takeover", lambda: command.measure_takeover(1, as_json=True)),
    ("import", lambda: command.measure_import(Path("orders.csv"), 1, as_json=True)),
]


@pytest.mark.parametrize("url", [NOWHERE, "mysql://nowhere"])
@pytest.mark.parametrize(("_case", "measure"), MEASURE)
def test_a_server_that_cannot_be_reached_is_named(monkeypatch, capsys, _case, measure, url):
    monkeypatch.setenv("USANCE_DATABASE_URL", url)

    with pytest.raises(typer.Exit) as ended:
        measure()

    said = capsys.readouterr()
    assert (ended.value.exit_code, said.out) == (UNREACHABLE, "")
    assert "USANCE_DATABASE_URL" in said.err.splitlines()[-1]


def started(server_address, *arguments) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "from usance.cli import main; main()", "bench", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "USANCE_DATABASE_URL": server_address.url},
    )


def left_behind(server_address) -> list[str]:
    async def names() -> list[str]:
        connection = await asyncpg.connect(server_address.url)
        try:
            rows = await connection.fetch("select datname from pg_database")
        finally:
            await connection.close()
        return [row["datname"] for row in rows if row["datname"].startswith("usance_bench")]

    return asyncio.run(names())


def test_a_report_is_one_json_object_and_nothing_is_left_behind(server_address):
    measuring = started(
        server_address,
        *("start", "--accounts", "8", "--transfers", "100", "--rounds", "1", "--json"),
    )
    out, told = measuring.communicate()

    assert measuring.returncode == 0, told
    assert [*json.loads(out)] == ["name", "figures", "baseline", "ratio", "machine"]
    assert "100 transfers of history" in told
    assert left_behind(server_address) == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_measurement_that_is_interrupted_leaves_nothing_behind(server_address, how):
    # More accounts than are made before the signal comes.
    measuring = started(server_address, "start", "--accounts", "100000000", "--json")
    assert measuring.stderr.readline() == "100,000,000 accounts\n"
    assert left_behind(server_address) == ["usance_bench_start"]
    measuring.send_signal(how)
    out, told = measuring.communicate()

    assert (measuring.returncode, out) == (INTERRUPTED, "")
    assert told.endswith("usance: interrupted; what was made for the measurement is gone.\n")
    assert left_behind(server_address) == []
