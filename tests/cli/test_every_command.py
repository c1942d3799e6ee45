"""Every command speaks both languages, and to programs: the next one cannot lack it."""

from collections.abc import Iterator
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from usance.cli.app import app
from usance.cli.options import _spoken
from usance.cli.voice import Words, voice

# What prints nothing a program could use: it runs until it is told to stop, or writes a file.
NO_DATA = frozenset({"serve", "engine", "worker", "stop", "openapi"})
# Its exit code is the answer, and a verifier that strangers have prints why.
NO_DATA |= {"proof verify"}
# Tools for whoever works on the engine itself: their figures have English heads.
WORKBENCH = ("bench", "openapi")


def _leaves(command: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    for name, each in getattr(command, "commands", {}).items():
        here = f"{path} {name}".strip()
        if hasattr(each, "commands"):
            yield from _leaves(each, here)
        else:
            yield here, each


LEAVES = dict(_leaves(typer.main.get_command(app)))


def _option(path: str, name: str) -> Any:
    return next((each for each in LEAVES[path].params if name in each.opts), None)


def test_the_tree_is_walked_to_its_ends():
    assert {"payments list", "import orders", "serve", "bench path"} <= set(LEAVES)
    assert len(LEAVES) > 60


@pytest.mark.parametrize("path", [path for path in LEAVES if not path.startswith(WORKBENCH)])
def test_a_command_takes_its_language_from_the_one_place(path):
    option = _option(path, "--language")

    assert option is not None, f"usance {path} has no --language"
    assert option.callback is not None, f"usance {path} decides its language by itself"
    assert _spoken(Words.ZH) is voice().language


@pytest.mark.parametrize("path", [path for path in LEAVES if path not in NO_DATA])
def test_a_command_that_prints_data_prints_it_for_programs_too(path):
    assert _option(path, "--json") is not None, f"usance {path} has no --json"


@pytest.mark.parametrize("path", list(LEAVES))
def test_a_command_says_what_it_does_in_one_sentence_at_least(path):
    assert (LEAVES[path].help or "").strip().endswith((".", "file"))


def test_the_language_of_the_system_is_spoken_where_nobody_says_another(tmp_path):
    nowhere = ["import", "orders", str(tmp_path / "none.csv")]
    chinese = CliRunner().invoke(app, nowhere, env={"LANG": "zh_CN.UTF-8"})
    english = CliRunner().invoke(app, [*nowhere, "--language", "en"], env={"LANG": "zh_CN.UTF-8"})

    assert "没有文件" in chinese.stderr
    assert "there is no file" in english.stderr
