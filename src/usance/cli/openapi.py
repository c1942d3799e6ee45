"""`usance openapi`: the committed description of the API, written or checked."""

import json
import sys
from pathlib import Path

from usance.api import document


def write(path: Path, *, check: bool) -> int:
    """Write the description, or say whether the written one is what the code says."""
    text = json.dumps(document(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    if not check:
        path.write_text(text, encoding="utf-8")
        return 0
    fresh = path.exists() and path.read_text(encoding="utf-8") == text
    if not fresh:
        sys.stderr.write("openapi.json is stale: run `usance openapi` and commit it.\n")
    return 0 if fresh else 1
