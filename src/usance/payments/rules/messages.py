"""What a message becomes when it is kept: the rows of its statements and entries."""

import hashlib
from typing import Final

from usance.kernel.ids import BankEntryId, BankStatementId, MessageId
from usance.kernel.records import encode
from usance.payments.model import (
    BankEntry,
    BankEntryDetail,
    BankStatement,
    Counterparty,
    EntryDetail,
    Message,
    MessageHead,
    MessageItem,
    References,
    Statement,
    StatementEntry,
    StatementKind,
    StatusReport,
    TransferOrder,
)


def entries_in(item: MessageItem) -> int:
    """Return how many entries an item is: a line, or the transfers or updates it holds."""
    if isinstance(item, StatementEntry):
        return 1
    if isinstance(item, TransferOrder):
        return len(item.transfers)
    return len(item.updates) if isinstance(item, StatusReport) else 0


def head_of(message: Message) -> MessageHead:
    """Return what a message said of itself when it was read."""
    return MessageHead(
        message.type,
        message.version,
        message.validated,
        message.message_id,
        message.sender,
        message.created_at,
        message.digest,
    )


class Substance:
    """What a statement says, hashed entry by entry: amounts, days and references.

    The same statement in another version of its format, or in another file, says the same.
    """

    def __init__(self) -> None:
        self._whole: Final = hashlib.sha256()

    def see(self, entry: StatementEntry) -> None:
        """Take an entry in."""
        names = [entry.references.servicer]
        names += [each.references.end_to_end_id for each in entry.details]
        said = (
            entry.amount,
            entry.is_credit,
            entry.status,
            entry.booked_on,
            entry.value_date,
            names,
        )
        self._whole.update(encode(said))

    def digest(self, statement: Statement) -> str:
        """Return the SHA-256 of all that was seen, and of the statement's balances."""
        whole = self._whole.copy()
        whole.update(encode(statement.balances))
        return whole.hexdigest()


def identity_of(statement: Statement, head: MessageHead, digest: str) -> str:
    """Return what tells a statement from every other one, as a SHA-256.

    Its bank and account, kind, reference, number and page, and the time it is about: where that
    is not said, the days of its balances. Where it bears no name of its own, only what it says
    tells it from others: the reference of an MT message is often the same word for ever, and a
    number of 0 is none.
    """
    days = sorted({(each.code, each.on.isoformat()) for each in statement.balances})
    names = (
        head.sender,
        statement.account,
        statement.currency,
        statement.kind,
        statement.reference,
        statement.sequence,
        statement.page,
        statement.from_time,
        statement.to_time,
        days,
    )
    is_named = statement.sequence or (statement.reference and head.type.startswith("camt."))
    return hashlib.sha256(encode((names, "" if is_named else digest))).hexdigest()


def family_of(statement: Statement, head: MessageHead) -> str:
    """Return what all readings of a statement share, as a SHA-256.

    Its identity without what may stand where nothing could be read: days, currency, what it says.
    """
    names = (
        head.sender,
        statement.account,
        statement.kind,
        statement.reference,
        statement.sequence,
        statement.page,
        statement.from_time,
        statement.to_time,
    )
    return hashlib.sha256(encode(names)).hexdigest()


def statement_row(
    identifier: BankStatementId,
    message: MessageId,
    number: int,
    statement: Statement,
    *,
    entries: int,
    identity: str,
    digest: str,
    family: str,
    left_out: int,
) -> BankStatement:
    """Return the row of a statement that was read; what the names mean, see BankStatement."""
    return BankStatement(
        identifier,
        message,
        number,
        statement.kind,
        statement.reference,
        statement.place,
        statement.account,
        statement.servicer,
        statement.owner,
        statement.currency or "",
        statement.sequence,
        statement.page,
        statement.from_time,
        statement.to_time,
        statement.created_at,
        statement.balances,
        entries,
        identity,
        digest,
        family,
        left_out,
    )


def entry_row(
    identifier: BankEntryId,
    statement: BankStatementId,
    kind: StatementKind,
    account: str,
    entry: StatementEntry,
) -> BankEntry:
    only = entry.details[0] if len(entry.details) == 1 else None
    other = only.counterparty if only else Counterparty()
    refs = combined(entry.references, only.references) if only else entry.references
    return BankEntry(
        identifier,
        statement,
        entry.number,
        kind,
        entry.place,
        account,
        entry.amount,
        entry.is_credit,
        entry.status,
        entry.booked_on,
        entry.value_date,
        refs.uetr,
        refs.end_to_end_id,
        refs.instruction_id,
        refs.transaction_id,
        refs.message_id,
        refs.servicer,
        refs.structured,
        refs.remittance,
        other.name,
        other.account,
        other.agent,
        other.country,
        only.return_reason if only else "",
        only.purpose if only else "",
        entry.is_reversal,
        entry.code,
        entry.information,
        len(entry.details),
    )


def combined(entry: References, detail: References) -> References:
    """Return the references of an entry's one transaction, and the entry's where it has none."""
    return References(
        *(getattr(detail, name) or getattr(entry, name) for name in References.__struct_fields__)
    )


def detail_row(entry: BankEntryId, number: int, detail: EntryDetail) -> BankEntryDetail:
    refs, other = detail.references, detail.counterparty
    return BankEntryDetail(
        entry,
        number,
        detail.amount,
        detail.is_credit,
        refs.uetr,
        refs.end_to_end_id,
        refs.instruction_id,
        refs.transaction_id,
        refs.message_id,
        refs.servicer,
        refs.structured,
        refs.remittance,
        other.name,
        other.account,
        other.agent,
        other.country,
        detail.return_reason,
        detail.purpose,
    )
