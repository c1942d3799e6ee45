"""A card acquirer with an API in the shape of Stripe's: intents, refunds, disputes, webhooks.

Cards are known by the acquirer's tokens alone; a card number never comes here.
"""

import os

from usance.adapters.rails.card.client import CardRail
from usance.adapters.rails.card.simulator import simulated
from usance.adapters.rails.simulator import SimulatedRail
from usance.adapters.rails.transport import Transport

URL_VARIABLE = "USANCE_RAIL_CARD_URL"
KEY_VARIABLE = "USANCE_RAIL_CARD_KEY"


def rail() -> CardRail | SimulatedRail:
    """Return the acquirer that the environment names, else a simulated one."""
    url, key = os.environ.get(URL_VARIABLE, ""), os.environ.get(KEY_VARIABLE, "")
    if not url:
        return simulated()
    return CardRail(Transport(url, {"authorization": f"Bearer {key}"}))


__all__ = ["CardRail", "rail", "simulated"]
