"""The log: a line that cannot be written is lost, and nothing else."""

import contextlib
import os
import sys
from pathlib import Path

import pytest
import structlog

from usance.runtime.telemetry import speak


@pytest.fixture
def log_anew():
    yield structlog.get_logger()
    speak(os.environ)


def test_a_line_that_cannot_be_written_stops_nobody(monkeypatch, log_anew):
    """The disk under the log is full; then the log is closed."""
    full = Path("/dev/full").open("w")  # noqa: SIM115 - closing it fails too
    monkeypatch.setattr(sys, "stderr", full)
    speak({})
    log_anew.error("engine_failed", exc_info=OSError("No space left on device"))
    with contextlib.suppress(OSError):
        full.close()
    log_anew.error("nobody_listens")


def test_a_line_is_one_json_object(capsys, log_anew):
    speak({})
    log_anew.error("engine_failed", error="why")
    assert '"error": "why"' in capsys.readouterr().err
