"""Where a transfer is on its way: the states of the gpi tracker, and a request to bring it back."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from usance.kernel.ids import InstructionId
from usance.kernel.money import Money
from usance.kernel.records import Record


class TransferStatus(StrEnum):
    """What is known of a transfer (ISO 20022 external payment transaction status, and two more).

    SENT: we have handed it to the rail. RTND: it came back after it had arrived.
    """

    SENT = "SENT"
    RECEIVED = "RCVD"
    VALIDATED = "ACTC"
    PROFILE_CHECKED = "ACCP"
    IN_PROCESS = "ACSP"
    PENDING = "PDNG"
    SETTLED = "ACSC"
    CREDITED = "ACCC"
    REJECTED = "RJCT"
    CANCELLED = "CANC"
    RETURNED = "RTND"


_S = TransferStatus
_ON_THE_WAY: Final = (_S.SENT, _S.RECEIVED, _S.VALIDATED, _S.PROFILE_CHECKED)
_ENDS: Final = frozenset({_S.REJECTED, _S.CANCELLED})

# What may be said next. Whatever else is said is kept, and changes nothing: banks repeat
# themselves, and what they say early may arrive late.
MAY_FOLLOW: Final[dict[TransferStatus, frozenset[TransferStatus]]] = {
    **{
        status: frozenset(_ON_THE_WAY[place + 1 :])
        | {_S.IN_PROCESS, _S.PENDING, _S.SETTLED, _S.CREDITED}
        | _ENDS
        for place, status in enumerate(_ON_THE_WAY)
    },
    # In process is said again with each bank that passes it on.
    _S.IN_PROCESS: frozenset({_S.IN_PROCESS, _S.PENDING, _S.SETTLED, _S.CREDITED}) | _ENDS,
    _S.PENDING: frozenset({_S.IN_PROCESS, _S.SETTLED, _S.CREDITED}) | _ENDS,
    # Settled with us is not credited to the payee: a bank further on may still refuse.
    _S.SETTLED: frozenset({_S.IN_PROCESS, _S.CREDITED, _S.REJECTED, _S.RETURNED}),
    _S.CREDITED: frozenset({_S.RETURNED}),
    _S.REJECTED: frozenset({_S.SETTLED, _S.CREDITED}),
    _S.CANCELLED: frozenset(),
    _S.RETURNED: frozenset(),
}


class TransferUpdate(Record, frozen=True):
    """One thing that was said of a transfer. reason: `G000`, `AC04`, or ""."""

    status: TransferStatus
    reason: str
    at: datetime
    reference: str = ""


class Followed(Record, frozen=True):
    """An update, and whether it moved the transfer on."""

    update: TransferUpdate
    follows: bool


def followed(updates: Sequence[TransferUpdate]) -> tuple[Followed, ...]:
    """Return what was said, in the order in which it was heard, each with whether it counts."""
    state: TransferStatus | None = None
    found = []
    for update in updates:
        counts = state is None or update.status in MAY_FOLLOW[state]
        if counts:
            state = update.status
        found.append(Followed(update, counts))
    return tuple(found)


class RecallState(StrEnum):
    """Whether money that was asked back comes back."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class TransferRecall(Record, frozen=True):
    """A request to bring a transfer back. It moves no money: only a return does.

    reason: ISO 20022 external cancellation reason. asks: how often it was asked again.
    """

    instruction_id: InstructionId
    reason: str
    state: RecallState
    asked_at: datetime
    asks: int = 0
    answered_at: datetime | None = None
    answer_code: str = ""


class Track(Record, frozen=True):
    """A transfer as it is shown to who asks by its UETR.

    status: where it stands. promised_at: when it should arrive, by the corridor it went by; None
    where the catalogue knows none. updates: what was said of it, the earliest first.
    """

    uetr: str
    instruction_id: InstructionId
    kind: str
    rail: str
    amount: Money
    status: TransferStatus
    promised_at: datetime | None
    updates: tuple[Followed, ...]
    recall: TransferRecall | None = None
