"""An instruction as it goes out, with everybody a rail must name; and the name it travels by."""

import re
from typing import Final
from uuid import UUID

from usance.kernel.ids import InstructionId
from usance.payments.model.instructions import Instruction
from usance.payments.model.transfers import ChargeBearer, TransferParty

_UETR: Final = re.compile(r"[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}")
_VERSION_SHIFT: Final = 76
_VERSION: Final = 0xF << _VERSION_SHIFT
NOBODY: Final = TransferParty()


class Dispatch(Instruction, frozen=True):
    """An instruction joined, as it is sent, with what only some rails need to know.

    debtor, creditor: who pays and who is paid, with their accounts; their agents are the banks.
    known_as: what the rail calls it, once it has said so. original: the rail's reference of what
    is captured, voided or refunded. remittance: what the payee reads. purpose: ISO 20022 external
    purpose code, or "". alias: a key by which a local scheme knows the payee. return_to: where a
    payer's browser comes back to.
    """

    debtor: TransferParty = NOBODY
    debtor_agent: TransferParty = NOBODY
    creditor: TransferParty = NOBODY
    creditor_agent: TransferParty = NOBODY
    remittance: str = ""
    purpose: str = ""
    category: str = ""
    charges: ChargeBearer = ChargeBearer.SHARED
    known_as: str = ""
    original: str = ""
    alias: str = ""
    return_to: str = ""

    @property
    def uetr(self) -> str:
        """The unique end-to-end transaction reference: the same however often it is sent."""
        return uetr_of(self.id)


def uetr_of(instruction: UUID) -> str:
    """Return the UETR of an instruction: its id, written as a UUID of version 4, lower case.

    An id is a UUID of version 7 and a UETR must be one of version 4; nothing else is changed,
    so that each leads to the other without a table.
    """
    return str(UUID(int=instruction.int & ~_VERSION | 4 << _VERSION_SHIFT))


def instruction_of(uetr: str) -> InstructionId | None:
    """Return the instruction that a UETR would belong to, None where it is no UETR."""
    if not _UETR.fullmatch(uetr):
        return None
    return InstructionId(UUID(int=UUID(uetr).int & ~_VERSION | 7 << _VERSION_SHIFT))
