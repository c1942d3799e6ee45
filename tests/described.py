"""The API's description as committed; `make check` says that it is what the code serves."""

import json
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
DESCRIBED: Final[dict[str, Any]] = json.loads((ROOT / "openapi.json").read_text())
