"""A bank, or whoever mended the file – completes – a statement of which not all could be read."""

from collections.abc import Sequence

from usance.kernel.records import Record
from usance.payments import store
from usance.payments.model import BankEntry, BankEntryDetail, BankStatement
from usance.payments.rules.completing import Apart, completed, completes
from usance.runtime.database import Connection


class Addition(Record, frozen=True):
    """What a reading adds to a statement that is there. Empty where it knows nothing new."""

    statement: BankStatement
    entries: tuple[BankEntry, ...]
    details: tuple[BankEntryDetail, ...]
    is_new: bool


async def prepare_addition(
    connection: Connection, relatives: Sequence[BankStatement], reading: BankStatement
) -> Addition | None:
    """Return what a reading adds to the first of its relatives that it is, None where it is none.

    The reading's entries must be in their table; whoever calls takes them back and adds these.
    """
    for known in relatives:
        apart = await store.entries_apart(connection, known.id, reading.id)
        more = len(apart.more)
        if not completes(known, reading, Apart(apart.missing, more, apart.read)):
            continue
        whole = completed(known, reading, more)
        is_new = more > 0 or whole.balances != known.balances
        entries, details = await store.entries_moved(connection, apart.more, known.id)
        return Addition(whole, tuple(entries), tuple(details), is_new)
    return None
