"""The two rails that come plugged in: a card acquirer and a bank transfer, both simulated.

Their figures are illustrative and describe the simulation alone.
"""

from typing import Final

from usance.adapters.rails.simulator import Behaviour, SimulatedRail

SEED: Final = 20260909


def card(seed: int = SEED) -> SimulatedRail:
    """Return a card acquirer: it costs more, may charge back, and now and then keeps silent."""
    behaviour = Behaviour(
        fee_bps=90,
        fee_fixed_minor=10,
        chargeback_fee_minor=1500,
        settlement_business_days=2,
        silent_bps=200,
        refused_bps=100,
    )
    return SimulatedRail("card", seed, behaviour)


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
