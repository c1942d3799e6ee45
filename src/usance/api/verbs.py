"""The verbs of the money path, as far as a route needs to know them: bodies and scopes."""

from typing import Final

from usance.bootstrap import money_path
from usance.risk.service import Screens
from usance.runtime.commands import Path

# Its stages are never run here: the engine has its own, with the watchlists it has read.
PATH: Final[Path] = money_path(Screens())
