"""The bank transfer that comes plugged in, simulated: buyers pay by it and sellers are paid.

Its figures are illustrative and describe the simulation alone.
"""

from typing import Final

from usance.adapters.rails.simulator import Behaviour, SimulatedRail

SEED: Final = 20260909


def bank_transfer(seed: int = SEED) -> SimulatedRail:
    """Return a bank transfer: cheap, without chargebacks, and now and then slow to answer."""
    behaviour = Behaviour(
        fee_bps=0,
        fee_fixed_minor=15,
        chargeback_fee_minor=0,
        settlement_business_days=2,
        silent_bps=300,
        refused_bps=50,
    )
    return SimulatedRail("bank_transfer", seed, behaviour)
