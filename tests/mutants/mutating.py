"""Break one rule of the house in a copy of it, and see which test notices: `make mutants`.

The mutants stand in mutants.toml. One that no test of its own catches shows a test that is
missing; its text has to be changed together with the code it breaks.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from usance.runtime.postgres import Server, ServerAddress

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("mutants.toml")
AT_ONCE = 2
SECONDS_AT_MOST = 300
CAUGHT = "caught"
_FAILED = re.compile(r"^FAILED (.+?)(?: - |$)", re.MULTILINE)
_SOME_FAILED = 1  # What pytest returns where tests ran and not all of them passed.


@dataclass(frozen=True)
class Mutant:
    """A rule that is broken by putting `new` in the place of `old`, which its file has once."""

    name: str
    breaks: str
    file: str
    old: str
    new: str
    caught_by: tuple[str, ...]

    def mutated(self, source: str) -> str:
        """The text of its file, broken. Raises ValueError where the text is not there once."""
        times = source.count(self.old)
        if times != 1:
            raise ValueError(f"{self.name}: its text stands {times} times in {self.file}")
        return source.replace(self.old, self.new)


def mutants() -> list[Mutant]:
    listed = tomllib.loads(LIST.read_text())["mutant"]
    return [Mutant(**{**each, "caught_by": tuple(each["caught_by"])}) for each in listed]


def noticed_by(mutant: Mutant, address: ServerAddress) -> str | None:
    """The test that fails on a house with this mutant, None where all of its own pass.

    Raises RuntimeError where the tests could not be run at all: such a mutant proves nothing.
    """
    with a_copy() as copy:
        broken = copy / mutant.file
        broken.write_text(mutant.mutated(broken.read_text()))
        return failing(copy, mutant.caught_by, address)


@contextmanager
def a_copy() -> Iterator[Path]:
    """A house to break: a copy of the source, with the migrations beside it as at home."""
    with tempfile.TemporaryDirectory(prefix="usance-mutant-") as name:
        copy = Path(name)
        shutil.copytree(ROOT / "src", copy / "src")
        (copy / "migrations").symlink_to(ROOT / "migrations")
        yield copy


def failing(
    copy: Path, tests: Sequence[str], address: ServerAddress, seconds: int = SECONDS_AT_MOST
) -> str | None:
    """The first of these tests that fails on a copy. Raises RuntimeError where none was run."""
    source = copy / "src"
    surroundings = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(source), os.environ.get("PYTHONPATH", "")]),
        "USANCE_MUTANT": str(source),
        "USANCE_DATABASE_URL": address.url,
        "HYPOTHESIS_STORAGE_DIRECTORY": str(copy / "hypothesis"),
    }
    quietly = ["-p", "tests.mutants.copied", "-p", "no:cacheprovider", "--no-header", "-x"]
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", *quietly, "--tb=line", *tests],
            cwd=ROOT,
            env=surroundings,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise RuntimeError(f"the tests took more than {seconds} s: {tests}") from late
    if ran.returncode == 0:
        return None
    failed = _FAILED.search(ran.stdout)
    if ran.returncode != _SOME_FAILED or failed is None:
        raise RuntimeError(f"the tests did not run.\n{ran.stdout}{ran.stderr}")
    return failed[1].split("::", 1)[1]


def tried(mutant: Mutant, address: ServerAddress) -> str:
    """What became of a mutant, in words."""
    try:
        test = noticed_by(mutant, address)
    except RuntimeError as unfit:
        return f"NOT TRIED {unfit}"
    return f"{CAUGHT} by {test}" if test else "SURVIVED"


@contextmanager
def a_server() -> Iterator[ServerAddress]:
    home = Path(tempfile.mkdtemp(prefix="usance-mutants-"))
    home.chmod(0o755)
    server = Server(home)
    server.start()
    try:
        yield server.address
    finally:
        server.stop()
        shutil.rmtree(home)


def main(names: Sequence[str]) -> int:
    """Try the mutants of these names, or all; 1 where one survives or could not be tried."""
    chosen = [each for each in mutants() if not names or each.name in names]
    caught = 0
    with ExitStack() as open_:
        # One for each at work: tests call their books by the same names.
        idle: SimpleQueue[ServerAddress] = SimpleQueue()
        for _ in range(AT_ONCE):
            idle.put(open_.enter_context(a_server()))

        def answer(mutant: Mutant) -> str:
            address = idle.get()
            try:
                return tried(mutant, address)
            finally:
                idle.put(address)

        several = open_.enter_context(ThreadPoolExecutor(AT_ONCE))
        for mutant, said in zip(chosen, several.map(answer, chosen), strict=True):
            caught += said.startswith(CAUGHT)
            print(f"{mutant.name:44} {said}", flush=True)
    print(f"{caught} of {len(chosen)} mutants were caught")
    return 0 if caught == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
