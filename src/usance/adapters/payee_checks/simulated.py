"""A simulated verification of payee: it answers by what stands in the name, and nothing else.

Invented for tests and trials. A name with `CLOSE` matches closely and is told without that word,
one with `NOMATCH` does not match, one with `SILENT` cannot be checked; every other one matches.
"""

from typing import Final

from usance.parties.model import Beneficiary, NameMatch
from usance.parties.ports import PayeeAnswer

_CLOSE: Final = "CLOSE"


class SimulatedPayeeCheck:
    """A pure function of the payee."""

    name = "simulated"

    async def check(self, payee: Beneficiary) -> PayeeAnswer:
        """See ports.PayeeCheck."""
        words = payee.name.split()
        said = {word.upper() for word in words}
        if "NOMATCH" in said:
            return PayeeAnswer(NameMatch.NO_MATCH)
        if "SILENT" in said:
            return PayeeAnswer(NameMatch.NOT_AVAILABLE)
        if _CLOSE in said:
            known = " ".join(word for word in words if word.upper() != _CLOSE)
            return PayeeAnswer(NameMatch.CLOSE_MATCH, known)
        return PayeeAnswer(NameMatch.MATCH)
