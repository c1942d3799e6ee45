"""Habits of the house that no linter knows: time is passed in, functions fit the screen, words."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.house.tree import ROOT, SOURCE, python_files

CLOCK = SOURCE / "usance" / "runtime" / "clock.py"
FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 500
WALL_CLOCK = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "localtime", "gmtime", "ctime"},
}

# Joined from halves, so that this file does not hold what it forbids.
FORBIDDEN_WORDS = {
    "a number in a tracker": r"\b[Ii]ssue" + r" #?\d",
    "a path of one machine": r"(?<![\w.])/(?:wo" + r"rk|ro" + r"ot|tmp/de" + r"v)/",
    "a registry's host": r"py" + r"pi\.org|python" + r"hosted|npm" + r"js\.org|npm" + r"mirror",
    "how the work is organised": r"\b(?:this|our) ses" + r"sion\b|\bCE" + r"O\b",
}


def wall_clock_reads(source: str) -> list[int]:
    """Lines that ask the wall clock, called or passed on, under whatever name it was imported."""
    tree = ast.parse(source)
    names = {name: name for name in WALL_CLOCK}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in {"datetime", "time"}:
            for alias in node.names:
                names[alias.asname or alias.name] = alias.name
                if node.module == "time" and alias.name in WALL_CLOCK["time"]:
                    found.append(node.lineno)
        elif isinstance(node, ast.Import):
            names.update({alias.asname: alias.name for alias in node.names if alias.asname})
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            said = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if node.attr in WALL_CLOCK.get(names.get(said, said), set()):
                found.append(node.lineno)
    return sorted(found)


@pytest.mark.parametrize(
    ("_case", "source", "expected"),
    [
        ("plain", "from datetime import datetime\ndatetime.now(UTC)", [2]),
        ("through the module", "import datetime\ndatetime.datetime.now()", [2]),
        ("through another name", "import datetime as dt\ndt.date.today()", [2]),
        ("renamed class", "from datetime import date as day\nday.today()", [2]),
        ("passed on", "import time\nfield(default_factory=time.time)", [2]),
        ("imported function", "from time import time\ntime()", [1]),
        ("a book's clock", "clock.now()\nself.clock.now()", []),
        ("a duration", "import time\ntime.perf_counter()\ntime.monotonic()", []),
    ],
)
def test_the_scan_for_the_wall_clock_sees(_case, source, expected):
    assert wall_clock_reads(source) == expected


def test_only_the_clock_asks_the_wall():
    reads = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in python_files()
        if path != CLOCK
        for line in wall_clock_reads(path.read_text())
    ]

    assert reads == []


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            yield node.name, node.end_lineno - node.lineno + 1


def test_a_function_fits_the_screen():
    too_long = [
        f"{path.relative_to(ROOT)}: {name} has {lines} lines"
        for path in python_files()
        for name, lines in functions(path)
        if lines > FUNCTION_LINES_MAX
    ]

    assert too_long == []


def test_a_file_can_be_read_in_one_sitting():
    too_long = [
        f"{path.relative_to(ROOT)}: {lines} lines"
        for path in python_files()
        if (lines := len(path.read_text().splitlines())) > FILE_LINES_MAX
    ]

    assert too_long == []


def test_what_strangers_run_knows_nothing_of_the_house():
    may_import = sys.stdlib_module_names | {"cryptography"}
    for path in SOURCE.glob("*.py"):
        tree = ast.parse(path.read_text())
        plain = [
            n.name for node in ast.walk(tree) if isinstance(node, ast.Import) for n in node.names
        ]
        named = [node.module or "." for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]

        assert [name for name in plain + named if name.split(".")[0] not in may_import] == []


def forbidden_words(text: str) -> list[str]:
    return [
        f"line {text.count(chr(10), 0, hit.start()) + 1}: {hit.group()!r} is {why}"
        for why, pattern in FORBIDDEN_WORDS.items()
        for hit in re.finditer(pattern, text)
    ]


@pytest.mark.parametrize(
    ("_case", "text", "seen"),
    [
        ("number", "see iss" + "ue 12", True),
        ("number with a hash", "Iss" + "ue #3", True),
        ("machine path", "open('/wo" + "rk/main/x')", True),
        ("host", "https://py" + "pi.org/simple", True),
        ("a page of ours", "docs/work/flow.md and framework/root/x", False),
        ("an issuer", "issuer 2 issues 3 cards", False),
    ],
)
def test_the_scan_for_forbidden_words_sees(_case, text, seen):
    assert bool(forbidden_words(text)) is seen


def tracked_files() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]


def test_the_repository_speaks_of_the_product_alone():
    found = []
    for path in tracked_files():
        text = path.read_bytes().decode("utf-8", errors="ignore")
        found += [f"{path.relative_to(ROOT)}, {hit}" for hit in forbidden_words(text)]

    assert found == []
