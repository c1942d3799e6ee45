"""Instant credit transfers in euro, in the manner of SEPA: an answer within ten seconds, or none.

The messages are those of `iso20022`, with service level SEPA and local instrument INST; both ends
are IBANs, and charges follow the scheme. Who has no answer in time asks; nothing is sent anew.
"""

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from usance.adapters.rails.iso20022.client import CAPABILITIES as BY_BANK
from usance.adapters.rails.iso20022.client import CreditTransferRail
from usance.adapters.rails.iso20022.simulator import BEHAVIOUR
from usance.adapters.rails.iso20022.simulator import simulated as simulated_bank
from usance.adapters.rails.iso20022.wire import Scheme
from usance.adapters.rails.simulator import Behaviour, SimulatedRail
from usance.adapters.rails.transport import Patience, Transport
from usance.kernel.records import replace
from usance.payments.model import ChargeBearer, Decline
from usance.payments.ports import CBPR, Limit

NAME: Final = "sepa_instant"
URL_VARIABLE: Final = "USANCE_RAIL_SEPA_INSTANT_URL"
KEY_VARIABLE: Final = "USANCE_RAIL_SEPA_INSTANT_KEY"
SCHEME: Final = Scheme("SEPA", "INST", ChargeBearer.SERVICE_LEVEL, ibans=True, name_max=70)
LIMITS: Final[Mapping[str, Limit]] = {"EUR": Limit(maximum=99_999_999_999)}
# The scheme has rules of its own across borders.
CAPABILITIES: Final = BY_BANK - {CBPR}
# The scheme's time: after it a bank may only say what has become of the transfer.
IN_TIME: Final = Patience(seconds=10.0, attempts=2, pause=0.2)
_BEHAVIOUR: Final = replace(
    BEHAVIOUR,
    silent_bps=100,
    silent_for=timedelta(seconds=25),
    refusals=(
        Decline.INVALID_ACCOUNT,
        Decline.ACCOUNT_CLOSED,
        Decline.LIMIT_EXCEEDED,
        Decline.TIMED_OUT,
    ),
    returned_bps=20,
)


def simulated(seed: int = 20260909, behaviour: Behaviour = _BEHAVIOUR) -> SimulatedRail:
    """Return an instant rail: it answers at once, or the answer is asked for."""
    return simulated_bank(seed, behaviour, NAME, LIMITS, CAPABILITIES)


def client(transport: Transport) -> CreditTransferRail:
    """Return the rail over a participant's gateway."""
    return CreditTransferRail(transport, NAME, LIMITS, SCHEME, CAPABILITIES)


def rail() -> CreditTransferRail | SimulatedRail:
    """Return the participant that the environment names, else a simulated one."""
    url, key = os.environ.get(URL_VARIABLE, ""), os.environ.get(KEY_VARIABLE, "")
    if not url:
        return simulated()
    return client(Transport(url, {"authorization": f"Bearer {key}"}, IN_TIME))
