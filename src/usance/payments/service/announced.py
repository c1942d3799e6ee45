"""What our bank shows and a rail has announced is said to be known, before it is settled.

The book expects nothing of it until then: the worker receives the remittance, and what that
settles is what the entry is matched to.
"""

from datetime import datetime
from uuid import UUID

from usance.parties.model import OPERATOR
from usance.parties.service.find_parties import bank_accounts_of
from usance.payments.model import EntryState, RemittanceStatus
from usance.payments.rules.announced import Announced
from usance.payments.store import reconciliation
from usance.payments.store import remittances as store
from usance.runtime.database import Connection


async def prepare_announced(connection: Connection, now: datetime) -> None:
    """Say of unexplained credits that they are remittances, to the cent: suggested, with why."""
    known = await store.remittances_known(connection, now)
    awaited = [each for each in known if each.status is RemittanceStatus.ANNOUNCED]
    if not awaited:
        return
    announced = Announced(awaited)
    accounts = await bank_accounts_of(connection, OPERATOR)
    ours = [each.iban or each.number or "" for each in accounts]
    states: dict[UUID, EntryState] = {}
    for entry in await store.unexplained_credits(connection, ours):
        remittance = announced.of(entry)
        if remittance is not None and remittance.amount == entry.amount:
            states[entry.id] = EntryState.SUGGESTED
            said = f"{remittance.rail} announced it as {remittance.reference}"
            await store.say_announced(connection, entry.id, said)
    await reconciliation.set_entry_states(connection, states)
