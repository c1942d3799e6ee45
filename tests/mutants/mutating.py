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
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from usance.runtime.postgres import Server, ServerAddress

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("mutants.toml")
AT_ONCE = 2
SECONDS_AT_MOST = 300
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


def broken_house(mutant: Mutant, folder: Path) -> Path:
    """A copy of the source with the mutant in it; the migrations stand beside it as at home."""
    source = folder / "src"
    shutil.copytree(ROOT / "src", source)
    (folder / "migrations").symlink_to(ROOT / "migrations")
    broken = folder / mutant.file
    broken.write_text(mutant.mutated(broken.read_text()))
    return source


def noticed_by(mutant: Mutant, address: ServerAddress) -> str | None:
    """The test that fails on a house with this mutant, None where all of its own pass.

    Raises RuntimeError where the tests could not be run at all: such a mutant proves nothing.
    """
    with tempfile.TemporaryDirectory(prefix="usance-mutant-") as name:
        folder = Path(name)
        source = broken_house(mutant, folder)
        surroundings = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(source), os.environ.get("PYTHONPATH", "")]),
            "USANCE_MUTANT": str(source),
            "USANCE_DATABASE_URL": address.url,
            "HYPOTHESIS_STORAGE_DIRECTORY": str(folder / "hypothesis"),
        }
        quietly = ["-p", "tests.mutants.copied", "-p", "no:cacheprovider", "--no-header", "-x"]
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", *quietly, "--tb=line", *mutant.caught_by],
            cwd=ROOT,
            env=surroundings,
            capture_output=True,
            text=True,
            timeout=SECONDS_AT_MOST,
            check=False,
        )
    failed = _FAILED.search(ran.stdout)
    if ran.returncode == 0:
        return None
    if ran.returncode != _SOME_FAILED or failed is None:
        raise RuntimeError(f"{mutant.name}: its tests did not run.\n{ran.stdout}{ran.stderr}")
    return failed[1].split("::", 1)[1]


def main(names: Sequence[str]) -> int:
    """Try the mutants of these names, or all; 1 where one survives."""
    chosen = [each for each in mutants() if not names or each.name in names]
    home = Path(tempfile.mkdtemp(prefix="usance-mutants-"))
    home.chmod(0o755)
    server = Server(home)
    server.start()
    survived = 0
    try:
        with ThreadPoolExecutor(AT_ONCE) as several:
            tried = several.map(lambda each: noticed_by(each, server.address), chosen)
            for mutant, test in zip(chosen, tried, strict=True):
                survived += test is None
                said = f"caught    {test}" if test else "SURVIVED"
                print(f"{mutant.name:44} {said}", flush=True)
    finally:
        server.stop()
        shutil.rmtree(home)
    print(f"{len(chosen) - survived} of {len(chosen)} mutants were caught")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
