"""Somebody – hands over – a file of messages: it is read, and taken into an open book."""

from datetime import datetime
from pathlib import Path

from usance.adapters.messages.csv_mapping import StatementMapping
from usance.adapters.messages.reading import Source, read
from usance.kernel.errors import Invalid
from usance.kernel.ids import UserId
from usance.payments.model import FileReport, FileStatus, Remark
from usance.payments.service import Match, TakeIn, match_messages, read_only, take_in
from usance.runtime.database import Connection


def read_message_file(
    name: str,
    content: Path | bytes,
    mapping: StatementMapping | None = None,
    currency: str = "",
) -> FileReport:
    """Return what a file says, without a book."""
    try:
        return read_only(name, read(Source(name, content), mapping, currency))
    except Invalid as wrong:
        return refused_file(name, wrong)


async def take_in_message_file(
    connection: Connection,
    name: str,
    content: Path | bytes,
    *,
    received_at: datetime,
    actor: UserId,
    mapping: StatementMapping | None = None,
    currency: str = "",
    match: Match | None = match_messages,
) -> FileReport:
    """Take a file in and return what became of it. Handing it over again is harmless.

    match: what compares its entries with the book; None for nothing.
    connection: outside a transaction; the file is one of its own. A file of which nothing can be
    read leaves nothing behind and says why.
    """
    try:
        source = Source(name, content)
        command = TakeIn(name, source.digest, received_at, actor)
        return await take_in(connection, command, read(source, mapping, currency), match)
    except Invalid as wrong:
        return refused_file(name, wrong)


def refused_file(name: str, wrong: Invalid) -> FileReport:
    """Return the report of a file of which nothing could be read."""
    remark = Remark(wrong.field, wrong.code.code, wrong.value)
    return FileReport(
        name,
        "",
        "",
        validated=False,
        status=FileStatus.REFUSED,
        entries=0,
        matched=0,
        suggested=0,
        unmatched=0,
        refused=(remark,),
        notes=(),
    )
