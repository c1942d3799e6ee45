"""Is a reading the same statement as one that is there, of which not all could be read?"""

from collections import Counter

from usance.kernel.records import Record, replace
from usance.payments.model import BankStatement


class Apart(Record, frozen=True):
    """How a reading differs from a statement: entries it lacks, entries only it has, all it has."""

    missing: int
    more: int
    read: int


def completes(known: BankStatement, reading: BankStatement, apart: Apart) -> bool:
    """Return whether a reading is of the same statement: each lacks only what was not read of it.

    Where not even the name says so, they must have an entry in common, or the same number of lines.
    """
    before, now = Counter(known.balances), Counter(reading.balances)
    lacks = apart.missing + (before - now).total()
    adds = apart.more + (now - before).total()
    if lacks > reading.left_out or adds > known.left_out:
        return False
    lines = known.entries + known.left_out == reading.entries + reading.left_out
    return known.identity == reading.identity or lines or apart.more < apart.read


def completed(known: BankStatement, reading: BankStatement, more: int) -> BankStatement:
    """Return a statement with what a reading adds: `more` entries, balances, and its name.

    A whole reading says how it is known from now on. What several put together is not known by
    any one digest, so that the whole, when it comes, is recognised by its entries.
    """
    added = Counter(reading.balances) - Counter(known.balances)
    is_whole = reading.left_out == 0
    return replace(
        known,
        currency=known.currency or reading.currency,
        balances=reading.balances if is_whole else (*known.balances, *added.elements()),
        entries=known.entries + more,
        identity=reading.identity if is_whole else known.identity,
        digest=reading.digest if is_whole else "",
        left_out=0 if is_whole else known.left_out - more - added.total(),
    )
