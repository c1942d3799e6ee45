"""The sockets of parties: who can say whether an account is a payee's."""

from typing import Protocol

from usance.kernel.records import Record
from usance.parties.model import Beneficiary, NameMatch


class PayeeAnswer(Record, frozen=True):
    """What a bank says of a payee's name. name: what it has instead, of a close match alone."""

    result: NameMatch
    name: str = ""


class PayeeCheck(Protocol):
    """Asks the bank of an account whether it is the payee's: verification of payee.

    It answers match, close match, no match or not available, never more than the name of a close
    match. One that breaks has not answered: the result is `not_available`.
    """

    name: str

    async def check(self, payee: Beneficiary) -> PayeeAnswer:
        """Return what the bank says. Asking twice is harmless."""
