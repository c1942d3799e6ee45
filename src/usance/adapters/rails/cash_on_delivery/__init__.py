"""Cash on delivery: a carrier collects at the door and remits for many parcels in one sum.

The carrier is told a reference and an amount for each parcel; whom it goes to stands on the label,
which is the seller's and the carrier's own. No name and no address of a buyer passes here.
"""

import os

from usance.adapters.rails.cash_on_delivery.client import CarrierRail
from usance.adapters.rails.cash_on_delivery.simulator import SimulatedCarrier, simulated
from usance.adapters.rails.transport import Transport

URL_VARIABLE = "USANCE_RAIL_CASH_ON_DELIVERY_URL"
KEY_VARIABLE = "USANCE_RAIL_CASH_ON_DELIVERY_KEY"


def rail() -> CarrierRail | SimulatedCarrier:
    """Return the carrier that the environment names, else a simulated one."""
    url, key = os.environ.get(URL_VARIABLE, ""), os.environ.get(KEY_VARIABLE, "")
    if not url:
        return simulated()
    return CarrierRail(Transport(url, {"authorization": f"Bearer {key}"}))


__all__ = ["CarrierRail", "SimulatedCarrier", "rail", "simulated"]
