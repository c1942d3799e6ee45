"""The arrows between folders: nobody is left out of the contracts, and the contracts can fail."""

import os
import subprocess
import sys
from pathlib import Path

import grimp
import pytest
from tests.house.tree import DRAWERS, HOUSE, NOT_CHAPTERS, ROOT, chapters, listed, story


def test_every_chapter_is_placed_in_the_story_and_its_rooms_are_ordered():
    placed = set(story())
    ordered = {name.removeprefix("usance.") for name in listed("rooms", "containers")}

    assert [name for name in chapters() if name not in placed] == []
    assert [name for name in chapters() if name not in ordered] == []
    assert ordered == placed - NOT_CHAPTERS


def test_a_folder_without_init_would_be_invisible_to_the_contracts():
    folders = {path.parent for path in HOUSE.rglob("*.py")}

    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def foreign_drawers(graph: grimp.ImportGraph) -> list[str]:
    """Imports of another chapter's drawers; only the bootstrap knows everybody."""
    found = []
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            chapter, _, room = imported.removeprefix("usance.").partition(".")
            inside = importer == f"usance.{chapter}" or importer.startswith(f"usance.{chapter}.")
            opens = chapter not in NOT_CHAPTERS and room.split(".")[0] in DRAWERS
            if opens and not inside and importer != "usance.bootstrap":
                found.append(f"{importer} -> {imported}")
    return sorted(found)


def test_nobody_opens_the_drawers_of_another_chapter():
    assert foreign_drawers(grimp.build_graph("usance", cache_dir=None)) == []


def test_an_opened_drawer_is_seen_wherever_it_is_opened_from():
    graph = grimp.ImportGraph()
    for importer, imported in [
        ("usance.trade.service", "usance.ledger.rules.balance"),
        ("usance.api.trade", "usance.trade.store"),
        ("usance.ledger", "usance.ledger.store"),
        ("usance.bootstrap", "usance.ledger.tables"),
        ("usance.trade.service", "usance.runtime.tables"),
    ]:
        graph.add_module(importer)
        graph.add_module(imported)
        graph.add_import(importer=importer, imported=imported)

    assert foreign_drawers(graph) == [
        "usance.api.trade -> usance.trade.store",
        "usance.trade.service -> usance.ledger.rules.balance",
    ]


def write(house: Path, path: str, text: str = "") -> None:
    file = house / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


@pytest.fixture
def empty_house(tmp_path) -> Path:
    """Every folder of the story with empty rooms, under our own contracts."""
    house = tmp_path / "usance"
    write(house, "__init__.py")
    for name in story():
        if name == "bootstrap":
            write(house, "bootstrap.py", "import usance.ledger.store")
            continue
        write(house, f"{name}/__init__.py")
        if name not in NOT_CHAPTERS:
            for room in ("model", "store", "service"):
                write(house, f"{name}/{room}.py")
    for family in ("rails", "fx"):
        write(house, f"adapters/{family}/__init__.py")
    (tmp_path / ".importlinter").write_text((ROOT / ".importlinter").read_text())
    return house


def lint(house: Path) -> tuple[int, str]:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=house.parent,
        env={**os.environ, "PYTHONPATH": str(house.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_an_empty_house_keeps_every_contract(empty_house):
    # What the contracts must allow: own drawers, runtime's tables, a mouth named after a room.
    write(empty_house, "trade/service.py", "import usance.trade.store, usance.ledger.model")
    write(empty_house, "runtime/tables.py")
    write(empty_house, "trade/store.py", "import usance.runtime.tables, sqlalchemy")
    write(empty_house, "api/events.py", "import fastapi, usance.trade.service")

    code, printed = lint(empty_house)

    assert code == 0, printed


@pytest.mark.parametrize(
    ("_case", "path", "line", "broken"),
    [
        ("a new folder", "shipping/__init__.py", "", "1."),
        (
            "an earlier chapter imports a later",
            "trade/service.py",
            "import usance.risk.model",
            "1.",
        ),
        ("kernel imports ours", "kernel/money.py", "import usance.ledger.model", "1."),
        ("a worker imports a mouth", "worker/x.py", "import usance.api", "1."),
        ("a room nobody knows", "trade/utils.py", "", "2."),
        ("a room imports a later one", "trade/model.py", "import usance.trade.service", "2."),
        ("a model does I/O", "trade/model.py", "import asyncpg", "3."),
        ("a rule in a folder does I/O", "trade/rules/__init__.py", "import sqlalchemy", "3."),
        ("a state knows the ground", "trade/state.py", "import usance.runtime", "3."),
        ("an adapter opens a store", "adapters/fx/x.py", "import usance.trade.store", "4."),
        ("an adapter calls a service", "adapters/fx/x.py", "import usance.trade.service", "4."),
        ("a gate calls a service", "risk/gates.py", "import usance.ledger.service", "4b."),
        ("families meet", "adapters/fx/x.py", "import usance.adapters.rails", "5."),
        ("a foreign drawer", "trade/service.py", "import usance.ledger.store", "6."),
        ("a mouth opens a drawer", "api/x.py", "import usance.trade.store", "6."),
        ("a chapter's face opens one", "trade/__init__.py", "import usance.ledger.store", "6."),
        ("a circle", "runtime/a/__init__.py", "import usance.runtime.twin", "7."),
    ],
)
def test_what_goes_against_the_story_is_refused(empty_house, _case, path, line, broken):
    write(empty_house, "runtime/twin.py", "import usance.runtime.a")
    write(empty_house, "runtime/a/__init__.py")
    write(empty_house, path, line)

    code, printed = lint(empty_house)

    assert code == 1, printed
    assert any(said.startswith(broken) and "BROKEN" in said for said in printed.splitlines()), (
        printed
    )
