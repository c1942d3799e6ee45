"""Take in a file of messages: statements, orders of transfers, reports.

One file is one transaction: it is taken in or it is not. Nothing of it moves money; what a
statement says is matched afterwards, by whoever is asked to. A file, an order of the same sender
with the same id, and a statement are taken in once; the second time nothing is created. Banks use
the ids of their messages again, so a statement is known by itself, whatever message it came in.
One of which not all could be read is completed by the next reading of it that can read more.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from typing import Final

from usance.kernel.ids import (
    BankEntryId,
    BankStatementId,
    MessageId,
    UserId,
    milliseconds_at,
)
from usance.kernel.records import Record
from usance.payments import store
from usance.payments.errors import (
    MESSAGE_ID_REPEATED,
    MESSAGE_ID_REUSED,
    STATEMENT_COMPLETED,
    STATEMENT_REUSED,
)
from usance.payments.events import MessageTaken
from usance.payments.model import (
    STATEMENT_TYPES,
    BankEntry,
    BankEntryDetail,
    BankStatement,
    EntryState,
    FileReport,
    Message,
    MessageHead,
    MessageItem,
    OrderedTransfer,
    Remark,
    Statement,
    StatementClosed,
    StatementCompletion,
    StatementEntry,
    StatementKind,
    StatementOpened,
    StatusReport,
    TakenOrder,
    TakenUpdate,
    TransferOrder,
)
from usance.payments.rules.messages import (
    Substance,
    detail_row,
    entries_in,
    entry_row,
    family_of,
    identity_of,
    statement_row,
)
from usance.payments.service.completing import Addition, prepare_addition
from usance.payments.service.file_reports import REMARKS_MAX, Ended, Report
from usance.runtime.database import Connection, Transaction
from usance.runtime.pending import tell_pending

VERB: Final = "take_in_message"
_CHUNK: Final = 5_000
_MESSAGE_ID: Final = "/Document/*/GrpHdr/MsgId"

# Looks for the movements of a message's entries, in the transaction that added them, and sets
# their states. The reconciliation gives it.
Match = Callable[[Connection, Sequence[MessageId]], Awaitable[None]]


class TakeIn(Record, frozen=True):
    """A file and who hands it over. digest: SHA-256 of its bytes, in hexadecimal."""

    file: str
    digest: str
    received_at: datetime
    actor: UserId


async def take_in(
    connection: Connection,
    command: TakeIn,
    items: Iterator[MessageItem],
    match: Match | None = None,
    *,
    rehearsed: bool = False,
) -> FileReport:
    """Take a file's messages in and return what became of them. Do it again whenever in doubt.

    items: what reading the file yields; it may raise Invalid, and then nothing is taken in.
    rehearsed: say what would become of them, and keep nothing.
    """
    moment = connection.transaction()
    await moment.start()
    try:
        report = await _taken_in(connection, command, items, match)
    except BaseException:
        await moment.rollback()
        raise
    await (moment.rollback() if rehearsed else moment.commit())
    return report


async def _taken_in(
    connection: Connection, command: TakeIn, items: Iterator[MessageItem], match: Match | None
) -> FileReport:
    await store.lock_file(connection, command.digest)
    known = await store.messages_of_file(connection, command.digest)
    if known:
        return await _known(connection, command.file, known)
    work = _Taking(connection, command)
    async for item in _slowly(items):
        await work.take(item)
    await work.finish_message()
    if match is not None and work.taken:
        await match(connection, [*work.taken, *work.completed])
    states = await store.entry_states(connection, work.shown, work.known_statements)
    return work.report.made(states)


def read_only(file: str, items: Iterator[MessageItem]) -> FileReport:
    """Return what a file would say, without a book to take it in: every entry is unmatched."""
    report = Report(file)
    unmatched = 0
    for item in items:
        report.see(item)
        unmatched += isinstance(item, StatementEntry)
    return report.made({EntryState.UNMATCHED: unmatched})


async def _slowly(items: Iterator[MessageItem]) -> AsyncIterator[MessageItem]:
    for number, item in enumerate(items, 1):
        yield item
        if number % _CHUNK == 0:
            # A server that reads a long statement must go on answering.
            await asyncio.sleep(0)


async def _known(connection: Connection, file: str, known: Sequence[Message]) -> FileReport:
    report = Report(file)
    for message in known:
        report.see_known(message)
    return report.made(await store.entry_states(connection, [each.id for each in known]))


class _Taking:
    """One file on its way into the tables."""

    def __init__(self, connection: Connection, command: TakeIn) -> None:
        self._connection = connection
        self._command = command
        self._at = milliseconds_at(command.received_at)
        self.report = Report(command.file)
        self.taken: list[MessageId] = []
        self.shown: list[MessageId] = []
        self.known_statements: list[BankStatementId] = []
        # Taken in before, and now with entries that are new: they are matched as well.
        self.completed: list[MessageId] = []
        self._message: _OneMessage | None = None
        self._is_known = False

    async def take(self, item: MessageItem) -> None:
        if isinstance(item, MessageHead):
            await self.finish_message()
            await self._begin_message(item)
            return
        if self._message is None:
            # Of a message that was taken in before, or whose id was. What is said of this reading
            # alone, such as that there is no schema for it, holds all the same.
            if self._is_known and isinstance(item, Remark) and not item.left_out:
                self.report.remark(item)
            return
        if isinstance(item, StatementClosed):
            ended = await self._message.close(item.statement)
            self.report.see_statement(ended)
            if ended.known is not None:
                self.known_statements.append(ended.known)
            if ended.completed is not None:
                self.completed.append(ended.completed)
            return
        if not isinstance(item, StatementOpened | StatementEntry):
            self.report.see(item)
        await self._message.take(item)

    async def _begin_message(self, head: MessageHead) -> None:
        names = (head.type, head.sender, head.message_id)
        await store.lock_message(self._connection, *names)
        known = await store.message_named(self._connection, *names, head.digest)
        self._is_known = known is not None and known.digest == head.digest
        if known is not None and self._is_known:
            self.report.see_known_again(known, head)
            self.shown.append(known.id)
            return
        self.report.see(head)
        is_reused, of_statements = known is not None, head.type in STATEMENT_TYPES
        if is_reused and not of_statements:
            self.report.deny(Remark(_MESSAGE_ID, MESSAGE_ID_REUSED.code, head.message_id))
            return
        identifier = MessageId.derived(self._at, *names, head.digest)
        self._message = _OneMessage(self._connection, self._command, head, identifier)
        if is_reused:
            code = MESSAGE_ID_REPEATED.code
            await self.take(Remark(_MESSAGE_ID, code, head.message_id, left_out=False))

    async def finish_message(self) -> None:
        message, self._message = self._message, None
        if message is not None and await message.finish():
            self.taken.append(message.id)
            self.shown.append(message.id)


async def _begin(connection: Connection) -> Transaction:
    """Return a moment to which the transaction can be taken back."""
    moment = connection.transaction()
    await moment.start()
    return moment


class _OneMessage:
    """One message on its way into the tables. Its row is there as soon as anything was read.

    A statement's rows are taken back where it turns out, at its end, that it was there already;
    the message's own, where that is all it has.
    """

    def __init__(
        self, connection: Connection, command: TakeIn, head: MessageHead, identifier: MessageId
    ) -> None:
        self.id = identifier
        self._connection = connection
        self._command = command
        self._at = milliseconds_at(command.received_at)
        self._head = head
        self._remarks: list[Remark] = []
        self._left_out = 0
        self._entries = 0
        self._is_there = False
        self._is_new = False
        self._before: Transaction | None = None
        self._before_statement: Transaction | None = None
        self._substance = Substance()
        self._statement: BankStatementId | None = None
        self._statements = 0
        self._in_statement = 0
        self._left_out_before = 0
        self._left_out_at_start = 0
        self._account = ""
        self._kind = StatementKind.STATEMENT
        self._orders = 0
        self._updates = 0
        self._waiting: list[BankEntry] = []
        self._details: list[BankEntryDetail] = []

    async def take(self, item: MessageItem) -> None:
        if isinstance(item, Remark):
            self._left_out += item.left_out
            if len(self._remarks) < REMARKS_MAX:
                self._remarks.append(item)
            return
        if not self._is_there:
            self._is_there = True
            self._before = await _begin(self._connection)
            await store.add_rows(self._connection, [self._row()])
        if isinstance(item, StatementEntry):
            await self._take_entry(item)
        elif isinstance(item, StatementOpened):
            self._open(item.statement)
        else:
            self._is_new = True
            self._entries += entries_in(item)
            if isinstance(item, TransferOrder):
                await self._take_order(item)
            elif isinstance(item, StatusReport):
                await self._take_updates(item)

    async def finish(self) -> bool:
        """Write what is known only at the end; say whether anything of it is new."""
        if self._before is None:
            return False
        if not self._is_new:
            await self._before.rollback()
            return False
        await self._before.commit()
        row = self._row()
        await store.complete_message(self._connection, row)
        told = MessageTaken(
            self.id,
            row.type,
            row.version,
            row.message_id,
            row.sender,
            row.digest,
            row.entries,
            self._left_out,
        )
        await tell_pending(self._connection, VERB, self._command.actor, [(None, told)])
        return True

    def _row(self) -> Message:
        head, command = self._head, self._command
        return Message(
            self.id,
            head.type,
            head.version,
            head.validated,
            head.message_id,
            head.sender,
            command.file,
            command.digest,
            head.digest,
            head.created_at,
            command.received_at,
            self._entries,
            tuple(self._remarks),
        )

    # ---- statements ----

    def _open(self, statement: Statement) -> None:
        self._statements += 1
        self._statement = BankStatementId.derived(self._at, self.id, self._statements)
        self._in_statement = 0
        self._left_out_at_start = self._left_out
        self._substance = Substance()
        self._account, self._kind = statement.account, statement.kind

    async def close(self, statement: Statement) -> Ended:
        """End a statement: keep it, or take it back where it, or a part of it, is there already."""
        assert self._statement is not None, "a statement ends that was never opened"
        # What was left out before it began belongs to it, too: nobody can tell.
        left_out = self._left_out - self._left_out_before
        self._left_out_before = self._left_out
        if self._in_statement == 0 and self._left_out > self._left_out_at_start:
            # Nothing of it could be read: it is not known, and may come again with what it lacks.
            await self._take_back()
            return Ended(0)
        row = self._reading(statement, left_out)
        relatives = await store.statement_relatives(
            self._connection, row.identity, row.family, is_whole=left_out == 0
        )
        same = relatives[0] if relatives and relatives[0].identity == row.identity else None
        if same is not None and same.digest == row.digest:
            await self._take_back()
            return Ended(row.entries, same.id)
        if relatives:
            await self._flush(undoable=True)
            addition = await prepare_addition(self._connection, relatives, row)
            if addition is not None:
                return await self._complete(addition, row)
            if same is not None:
                await self._take_back()
                remark = Remark(statement.place, STATEMENT_REUSED.code, statement.reference)
                await self.take(remark)
                self._left_out_before = self._left_out
                return Ended(0, refused=remark)
        self._is_new = True
        self._entries += row.entries
        await self._flush()
        await store.add_rows(self._connection, [row])
        before, self._before_statement = self._before_statement, None
        if before is not None:
            await before.commit()
        return Ended(row.entries)

    def _reading(self, statement: Statement, left_out: int) -> BankStatement:
        assert self._statement is not None, "a statement ends that was never opened"
        digest = self._substance.digest(statement)
        return statement_row(
            self._statement,
            self.id,
            self._statements,
            statement,
            entries=self._in_statement,
            identity=identity_of(statement, self._head, digest),
            digest=digest,
            family=family_of(statement, self._head),
            left_out=left_out,
        )

    async def _complete(self, addition: Addition, reading: BankStatement) -> Ended:
        """Add to a statement that is there what this reading of it knows beyond it."""
        await self._take_back()
        known, added = addition.statement, len(addition.entries)
        if not addition.is_new:
            return Ended(reading.entries, known.id)
        self._is_new = True
        self._entries += reading.entries
        await store.add_rows(self._connection, addition.entries)
        await store.add_rows(self._connection, addition.details)
        await store.put_statement(self._connection, known)
        completion = StatementCompletion(self.id, known.id, added)
        await store.add_rows(self._connection, [completion])
        note = Remark(reading.place, STATEMENT_COMPLETED.code, str(added), left_out=False)
        await self.take(note)
        return Ended(reading.entries, known.id, note=note, completed=known.message)

    async def _take_back(self) -> None:
        self._waiting, self._details = [], []
        before, self._before_statement = self._before_statement, None
        if before is not None:
            await before.rollback()

    async def _take_entry(self, entry: StatementEntry) -> None:
        assert self._statement is not None, "an entry stands in a statement"
        self._in_statement += 1
        self._substance.see(entry)
        identifier = BankEntryId.derived(self._at, self._statement, self._in_statement)
        self._waiting.append(
            entry_row(identifier, self._statement, self._kind, self._account, entry)
        )
        if len(entry.details) > 1:
            self._details += [
                detail_row(identifier, number, detail)
                for number, detail in enumerate(entry.details, 1)
            ]
        if len(self._waiting) + len(self._details) >= _CHUNK:
            await self._flush(undoable=True)

    async def _flush(self, *, undoable: bool = False) -> None:
        if undoable:
            self._before_statement = self._before_statement or await _begin(self._connection)
        waiting, self._waiting = self._waiting, []
        details, self._details = self._details, []
        await store.add_rows(self._connection, waiting)
        await store.add_rows(self._connection, details)

    # ---- orders and reports ----

    async def _take_order(self, order: TransferOrder) -> None:
        row = TakenOrder(
            self.id,
            order.kind,
            order.message_id,
            order.created_at,
            order.initiating_party,
            len(order.transfers),
        )
        transfers = [
            OrderedTransfer(
                self.id,
                number,
                transfer.references.uetr,
                transfer.references.end_to_end_id,
                transfer.amount,
                transfer.requested_on,
                transfer,
            )
            for number, transfer in enumerate(order.transfers, self._orders + 1)
        ]
        self._orders += len(transfers)
        await store.add_rows(self._connection, [row])
        await store.add_rows(self._connection, transfers)

    async def _take_updates(self, report: StatusReport) -> None:
        updates = [
            TakenUpdate(
                self.id,
                number,
                update.place,
                report.original_message,
                update.references.uetr,
                update.references.end_to_end_id,
                update.references.instruction_id,
                update.references.transaction_id,
                update.status,
                update.reasons,
                update.information,
                update.amount,
            )
            for number, update in enumerate(report.updates, self._updates + 1)
        ]
        self._updates += len(updates)
        await store.add_rows(self._connection, updates)
