"""An auditor who shares no code with the house: reads the tables and reckons everything again.

Takes the rows, the facts and what callers were told; trusts none of them. Uses the standard
library and a database driver, nothing else: a test looks after that.
"""

from typing import Any

from tests.sim.auditor import facts, financing, ledger, payments, quotes
from tests.sim.auditor.tables import Tables, Witness, read

NOTHING_TOLD = Witness()


def findings(tables: Tables, witness: Witness = NOTHING_TOLD) -> list[str]:
    """Return all that is wrong with a book, each finding with the check that made it."""
    found = []
    for check in (*ledger.CHECKS, *payments.CHECKS, *quotes.CHECKS, *financing.CHECKS):
        found += [f"{check.__name__}: {each}" for each in check(tables)]
    for check in facts.CHECKS:
        found += [f"{check.__name__}: {each}" for each in check(tables, witness)]
    return found


async def audit(connection: Any, witness: Witness = NOTHING_TOLD) -> Tables:
    """Audit a book as it stands. Raises AssertionError with all findings."""
    tables = await read(connection)
    found = findings(tables, witness)
    assert not found, "\n".join(found)
    return tables
