"""A bank's entry as it is matched: few fields, since there may be a hundred thousand."""

from datetime import date
from uuid import UUID

from usance.kernel.records import Record
from usance.payments.model import BankEntry, BankEntryDetail
from usance.payments.rules.matching.names import name_key, words_of


class Line(Record, frozen=True):
    """An entry to be matched.

    names: in the order in which they are trusted: UETR, end-to-end id, the bank's own reference,
    instruction id, structured reference. parts: of a batch booked as one sum, the names of each
    transaction with its amount.
    """

    id: UUID
    currency: str
    minor: int
    is_credit: bool
    on: date
    names: tuple[str, ...]
    party: str
    text: str
    parts: tuple[tuple[tuple[str, ...], int], ...] = ()


def line_of(entry: BankEntry, details: tuple[BankEntryDetail, ...] = ()) -> Line:
    """Return an entry as it is matched. Without a day it is taken to be of the epoch."""
    day = entry.booked_on or entry.value_date or date.min
    parts = tuple((_names(each), each.amount.minor) for each in details)
    # What the house books of an entry without a reference bears the id of the entry.
    names = (*_names(entry), entry.id.hex.upper())
    return Line(
        entry.id,
        entry.amount.currency,
        entry.amount.minor,
        entry.is_credit,
        day,
        names,
        words_of(entry.counterparty_name),
        f"{entry.remittance} {entry.information}".strip().upper(),
        parts,
    )


def _names(entry: BankEntry | BankEntryDetail) -> tuple[str, ...]:
    given = (
        entry.uetr,
        entry.end_to_end_id,
        entry.servicer_reference,
        entry.instruction_id,
        entry.structured,
    )
    return tuple(dict.fromkeys(key for key in map(name_key, given) if key))
