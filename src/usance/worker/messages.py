"""Somebody – hands over – a file of messages: it is read, and taken into an open book."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog

from usance.adapters.messages.csv_mapping import StatementMapping
from usance.adapters.messages.reading import Source, read
from usance.kernel.errors import Code, Invalid, Language
from usance.kernel.ids import MessageId, UserId
from usance.kernel.records import Record
from usance.parties.model import HOUSE
from usance.payments.model import FileReport, FileStatus, Remark
from usance.payments.service import Match, TakeIn, match_messages, read_only, take_in
from usance.payments.service.find_messages import messages_of_file
from usance.payments.service.order_batches import batches_ordered
from usance.runtime.commands import Command
from usance.runtime.database import Connection
from usance.runtime.wire import Book

_log: Final = structlog.get_logger()


class TakenIn(Record, frozen=True):
    """What became of a file. digest: by which it is known, "" where nothing of it can be read."""

    report: FileReport
    digest: str = ""


def read_message_file(
    name: str,
    content: Path | bytes,
    mapping: StatementMapping | None = None,
    currency: str = "",
    *,
    largest: int | None = None,
) -> FileReport:
    """Return what a file says, without a book. largest: how many bytes it may have, unpacked."""
    try:
        return read_only(name, read(Source(name, content, largest=largest), mapping, currency))
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
    largest: int | None = None,
    rehearsed: bool = False,
) -> TakenIn:
    """Take a file in and return what became of it. Handing it over again is harmless.

    match: what compares its entries with the book; None for nothing. largest: how many bytes it
    may have, unpacked. rehearsed: say what would become of it, and keep nothing.
    connection: outside a transaction; the file is one of its own. A file of which nothing can be
    read leaves nothing behind and says why.
    """
    try:
        source = Source(name, content, largest=largest)
        command = TakeIn(name, source.digest, received_at, actor)
        items = read(source, mapping, currency)
        report = await take_in(connection, command, items, match, rehearsed=rehearsed)
        return TakenIn(report, source.digest)
    except Invalid as wrong:
        return TakenIn(refused_file(name, wrong))


async def hand_over_orders(connection: Connection, book: Book, digest: str) -> int:
    """Hand over the batches of payouts that a file taken in has ordered; return how many are new.

    digest: see TakenIn. Doing it again is harmless: a file that was taken in by somebody who then
    died is made up for.
    """
    ordered = await batches_ordered(connection, digest)
    if not ordered:
        return 0
    commands = [Command(each.id, "submit_payout_batch", HOUSE, each.body) for each in ordered]
    outcomes = await book.submit(commands)
    for each, outcome in zip(ordered, outcomes, strict=True):
        if outcome.refusal is not None:
            _log.warning(
                "ordered_batch_refused", reference=each.body.reference, code=outcome.refusal.code
            )
    return sum(each.refusal is None and not each.replayed for each in outcomes)


async def messages_in(connection: Connection, digest: str) -> list[MessageId]:
    """Return the messages that were taken in from a file, in their order. digest: see TakenIn.

    None where each was known already from another file.
    """
    return [each.id for each in await messages_of_file(connection, digest)]


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


def report_shown(
    report: FileReport, codes: Mapping[str, Code], language: Language
) -> dict[str, object]:
    """Return a report as every mouth shows it: each remark with its reason as a sentence."""
    plain: dict[str, object] = {
        name: getattr(report, name)
        for name in FileReport.__struct_fields__
        if name not in {"refused", "notes"}
    }
    return plain | {
        "refused": remarks_shown(report.refused, codes, language),
        "notes": remarks_shown(report.notes, codes, language),
    }


def remarks_shown(
    remarks: Sequence[Remark], codes: Mapping[str, Code], language: Language
) -> list[dict[str, str]]:
    """Return what was remarked of a file: where, under which code, and why."""
    return [
        {"path": each.path, "code": each.code, "reason": reason_of(each, codes, language)}
        for each in remarks
    ]


def reason_of(remark: Remark, codes: Mapping[str, Code], language: Language) -> str:
    """Return what is wrong as a sentence."""
    return codes[remark.code].title(language, remark.path, remark.value)
