"""Credit transfers by ISO 20022 messages, from a customer to its bank and from bank to bank."""

import os

from usance.adapters.rails.iso20022.client import CreditTransferRail
from usance.adapters.rails.iso20022.simulator import simulated
from usance.adapters.rails.iso20022.translate import ANY_BANK
from usance.adapters.rails.iso20022.wire import Participant, Scheme
from usance.adapters.rails.simulator import SimulatedRail
from usance.adapters.rails.transport import Transport

URL_VARIABLE = "USANCE_RAIL_BANK_URL"
KEY_VARIABLE = "USANCE_RAIL_BANK_KEY"
# Named by an operator that is itself a bank: transfers then go from bank to bank.
BIC_VARIABLE = "USANCE_RAIL_BANK_BIC"


def rail() -> CreditTransferRail | SimulatedRail:
    """Return the bank that the environment names, else a simulated one."""
    url, key = os.environ.get(URL_VARIABLE, ""), os.environ.get(KEY_VARIABLE, "")
    if not url:
        return simulated()
    transport = Transport(url, {"authorization": f"Bearer {key}"})
    bic = os.environ.get(BIC_VARIABLE, "")
    scheme = Scheme(participant=Participant(bic)) if bic else ANY_BANK
    return CreditTransferRail(transport, scheme=scheme)


__all__ = ["CreditTransferRail", "rail", "simulated"]
