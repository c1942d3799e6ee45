"""An electronic wallet: the buyer is sent to it, says yes there, and comes back.

One acquirer's API, that of Alipay+ (Antom), opens the wallets of many countries. The buyer is
shown and pays our amount; in which currency the wallet takes it is between the two of them.
"""

import os

from usance.adapters.rails.e_wallet.client import Contract, EWalletRail
from usance.adapters.rails.e_wallet.simulator import simulated
from usance.adapters.rails.simulator import SimulatedRail
from usance.adapters.rails.transport import Transport
from usance.kernel.records import replace

PREFIX = "USANCE_RAIL_E_WALLET_"


def rail() -> EWalletRail | SimulatedRail:
    """Return the acquirer that the environment names, else a simulated one."""
    words = ("URL", "CLIENT_ID", "PRIVATE_KEY", "PUBLIC_KEY", "RETURN_URL", "HOOK_PATH")
    given = {word: os.environ.get(PREFIX + word, "") for word in words}
    reports = os.environ.get(f"{PREFIX}REPORTS_URL", "")
    if not given["URL"]:
        return simulated()
    contract = Contract(
        given["CLIENT_ID"], given["PRIVATE_KEY"], given["PUBLIC_KEY"], given["RETURN_URL"]
    )
    if given["HOOK_PATH"]:
        contract = replace(contract, hook_path=given["HOOK_PATH"])
    mailbox = Transport(reports, {}) if reports else None
    return EWalletRail(Transport(given["URL"], {}), contract, mailbox)


__all__ = ["Contract", "EWalletRail", "rail", "simulated"]
