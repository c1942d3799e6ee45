"""Our bank – shows – what a rail has announced to remit. Ordinary work outside the engine.

A credit is a remittance's where it bears the rail's reference of it: as a name, or as a word of
its text. Whose sum is another is said on the break of the entry, and people decide.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import combinations
from typing import Final

from usance.kernel.ids import BankEntryId, derive, milliseconds_of
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.parties.model import OPERATOR
from usance.parties.service.find_parties import bank_accounts_of
from usance.payments.model import BankEntry, Remittance, RemittanceStatus
from usance.payments.rules.announced import Announced
from usance.payments.rules.receiving import compact
from usance.payments.service.booking import reference_of
from usance.payments.service.matching import match_again
from usance.payments.service.notices import Report
from usance.payments.service.remittances import ReceiveRemittance
from usance.payments.store import remittances as store
from usance.runtime.database import Connection
from usance.runtime.reading import answered_among

# For so long money that was remitted may be remitted once more.
_MAY_COME_TWICE: Final = timedelta(days=60)
# So many lines left out are looked for by themselves; more is for people to find.
_LEFT_OUT_MAX: Final = 2
_LOOKED_AMONG: Final = 200


class Arrivals(Record, frozen=True):
    """What is to be told to the book, and the entries it is about: they are nobody else's."""

    reports: tuple[Report, ...] = ()
    entries: frozenset[BankEntryId] = frozenset()


async def remittances_arrived(connection: Connection, now: datetime) -> Arrivals:
    """Return which remittances our bank shows, as commands. Told twice they are booked once."""
    known = await store.remittances_known(connection, now - _MAY_COME_TWICE)
    if not known:
        return Arrivals()
    await store.forget_others(connection)
    if await store.some_are_settled(connection):
        await match_again(connection, now)
    accounts = await bank_accounts_of(connection, OPERATOR)
    ours = [each.iban or each.number or "" for each in accounts]
    announced = Announced(known)
    reports: list[Report] = []
    entries: set[BankEntryId] = set()
    for entry in await store.unexplained_credits(connection, ours):
        remittance = announced.of(entry)
        if remittance is None or remittance.status is RemittanceStatus.DISMISSED:
            continue
        reports.append(_report(entry, remittance))
        if remittance.status is RemittanceStatus.ANNOUNCED:
            entries.add(entry.id)
            if entry.amount != remittance.amount:
                difference = entry.amount.minor - remittance.amount.minor
                await store.say_difference(connection, entry.id, difference, why(entry, remittance))
    answered = await answered_among(connection, [each.id for each in reports])
    new = [each for each in reports if each.id.int not in answered]
    return Arrivals(tuple(new), frozenset(entries))


def why(entry: BankEntry, remittance: Remittance) -> str:
    """Return in words how a sum differs from its advice, with the lines that would explain it."""
    lines = [line for line in remittance.lines if not line.left_out]
    said = f"{remittance.rail} announced {remittance.amount} for {len(lines)} payments"
    missing = _missing(remittance, remittance.amount.minor - entry.amount.minor)
    if not missing:
        return f"{said} under {remittance.reference}"
    without = ", ".join(missing)
    return f"{said} under {remittance.reference}; it adds up without {without}"


def _missing(remittance: Remittance, short: int) -> Sequence[str]:
    """Return the only lines, one or two, that come to what is missing; none where several do."""
    lines = [line for line in remittance.lines if not line.left_out][:_LOOKED_AMONG]
    for many in range(1, _LEFT_OUT_MAX + 1):
        found = [
            several
            for several in combinations(lines, many)
            if sum(line.net for line in several) == short
        ]
        if len(found) == 1:
            return [line.notice for line in found[0]]
        if found:
            return []
    return []


def _report(entry: BankEntry, remittance: Remittance) -> Report:
    booking = f"{compact(entry.account)} {reference_of(entry)}"
    amount = Money(entry.amount.minor, entry.amount.currency)
    body = ReceiveRemittance(remittance.id, booking, amount)
    command = derive(milliseconds_of(entry.id), "remitted", entry.id.hex, remittance.id.hex)
    return Report(command, "receive_remittance", body)
