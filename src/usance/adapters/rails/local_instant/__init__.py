"""Instant payments of one country: the payer scans a code, and the money is there in seconds.

One client for three schemes, each a rail of its own with its own bank: Pix, PromptPay and Hong
Kong's FPS. They speak as Brazil's public API Pix lays down; what differs is data, in `schemes`.
"""

import os

from usance.adapters.rails.local_instant.client import LocalInstantRail
from usance.adapters.rails.local_instant.schemes import FPS, PIX, PROMPTPAY, Merchant, Scheme
from usance.adapters.rails.local_instant.simulator import simulated
from usance.adapters.rails.simulator import SimulatedRail
from usance.adapters.rails.transport import Transport


def pix() -> LocalInstantRail | SimulatedRail:
    """Return Brazil's scheme."""
    return _rail(PIX)


def promptpay() -> LocalInstantRail | SimulatedRail:
    """Return Thailand's scheme."""
    return _rail(PROMPTPAY)


def fps() -> LocalInstantRail | SimulatedRail:
    """Return Hong Kong's scheme."""
    return _rail(FPS)


def client(
    transport: Transport, scheme: Scheme = PIX, merchant: Merchant = PIX.example
) -> LocalInstantRail:
    """Return a scheme over a participant's bank."""
    return LocalInstantRail(transport, scheme, merchant)


def _rail(scheme: Scheme) -> LocalInstantRail | SimulatedRail:
    """Return the bank that the environment names, else a simulated one."""
    given = {
        word: os.environ.get(f"{scheme.variables}_{word}", "")
        for word in ("URL", "KEY", "MERCHANT_KEY", "MERCHANT_NAME", "MERCHANT_CITY")
    }
    if not given["URL"]:
        return simulated(scheme)
    merchant = Merchant(given["MERCHANT_KEY"], given["MERCHANT_NAME"], given["MERCHANT_CITY"])
    return client(
        Transport(given["URL"], {"authorization": f"Bearer {given['KEY']}"}), scheme, merchant
    )


__all__ = ["LocalInstantRail", "client", "fps", "pix", "promptpay", "simulated"]
