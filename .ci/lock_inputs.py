"""Is requirements.lock made from the dependencies that pyproject.toml names today?

`python .ci/lock_inputs.py --check` compares the digest in the lock's first lines with the one of
pyproject.toml, without any network; `--write` records it, and `make lock` calls that.
"""

import hashlib
import json
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
LABEL = "# inputs: sha256:"


def inputs_digest(pyproject: str) -> str:
    """Digest of everything the resolver is told; the rest of pyproject.toml may change freely."""
    document = tomllib.loads(pyproject)
    told = {
        "requires-python": document["project"]["requires-python"],
        "dependencies": sorted(document["project"]["dependencies"]),
        "groups": {name: sorted(group) for name, group in document["dependency-groups"].items()},
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def recorded_digest(lock: str) -> str | None:
    labelled = (line for line in lock.splitlines() if line.startswith(LABEL))
    return next((line.removeprefix(LABEL) for line in labelled), None)


def main(arguments: list[str]) -> int:
    expected = inputs_digest((ROOT / "pyproject.toml").read_text())
    if arguments == ["--write"]:
        kept = [line for line in LOCK.read_text().splitlines() if not line.startswith(LABEL)]
        LOCK.write_text("\n".join([f"{LABEL}{expected}", *kept]) + "\n")
        return 0
    if arguments != ["--check"]:
        print("usage: lock_inputs.py --check | --write", file=sys.stderr)
        return 2
    if recorded_digest(LOCK.read_text()) == expected:
        return 0
    print(
        "requirements.lock was made from other dependencies than pyproject.toml names: "
        "run `make lock` and commit the result.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
