"""A plugin of the runs on a broken house: what is imported is the copy, not what is installed."""

import os
from pathlib import Path

import usance


def pytest_sessionstart() -> None:
    imported, copy = Path(usance.__file__), Path(os.environ["USANCE_MUTANT"])
    assert imported.is_relative_to(copy), f"{imported} was imported, not the copy in {copy}"
