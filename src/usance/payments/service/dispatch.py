"""A worker – sends – instructions to rails, and fetches what rails have to say.

Ordinary work outside the engine: what comes of it reaches the book as engine verbs. The ids of
those follow from what they report, so telling the book twice is the same as once.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from usance.kernel.ids import CaptureId, derive, milliseconds_of
from usance.kernel.records import Record
from usance.payments import store
from usance.payments.errors import RAIL_CANNOT
from usance.payments.model import Instruction, InstructionKind
from usance.payments.ports import AnswerKind, NoticeKind, Rail, RailAnswer, RailNotice
from usance.payments.service.answers import RecordAnswer
from usance.payments.service.chargebacks import RecordChargeback
from usance.payments.service.collected_twice import RecordCollectedTwice
from usance.payments.service.disputes import RecordDispute
from usance.payments.service.settle import RecordSettlement
from usance.runtime.database import Connection

AT_ONCE: Final = 500
_log = structlog.get_logger()
# A rail's notices may concern payments as old as a chargeback may be late.
_LOOK_BACK: Final = timedelta(days=200)


class Report(Record, frozen=True):
    """A command that reports what a rail said."""

    id: UUID
    verb: str
    body: Record


async def dispatch(connection: Connection, rails: Mapping[str, Rail], at: datetime) -> list[Report]:
    """Send or ask what is open, at most 500 at once; return the answers as commands.

    An instruction is marked as sent after the rail was called: a crash in between sends it
    again, which a rail takes as the same.
    """
    reports = []
    instructions = []
    for instruction, sent in await store.to_be_sent(connection, AT_ONCE):
        answer = await _asked(rails, instruction, at, sent=sent)
        instructions.append(instruction)
        command = derive(
            milliseconds_of(instruction.id), "answer", instruction.id.hex, instruction.asks
        )
        reports.append(Report(command, "record_answer", RecordAnswer(instruction.id, answer)))
    await store.mark_sent(connection, instructions, at)
    return reports


async def _asked(
    rails: Mapping[str, Rail], instruction: Instruction, at: datetime, *, sent: bool
) -> RailAnswer:
    """Return what the rail answers; one that breaks or is not plugged in has not answered.

    Nobody knows then whether the money moved: the repair loop asks again, and the other rails
    are not kept waiting. What a rail cannot do is not sent, and has certainly not been done.
    """
    try:
        rail = rails[instruction.rail]
        if instruction.kind not in rail.capabilities:
            return RailAnswer(AnswerKind.REFUSED, RAIL_CANNOT.code)
        return await (rail.ask if sent else rail.send)(instruction, at)
    except Exception as broken:  # noqa: BLE001 - whatever a plug-in raises
        _log.error("rail_broke", rail=instruction.rail, exc_info=broken)
        return RailAnswer(AnswerKind.UNKNOWN, "rail_broke")


async def listen(
    connection: Connection, rails: Mapping[str, Rail], since: datetime, until: datetime
) -> list[Report]:
    """Return what rails have noticed after `since`, up to `until`, as commands.

    A rail may speak of an instruction it has refused, or has not answered. What it says of one
    that was never given is no money of ours: it is logged for people, and the others are heard.
    """
    reports: list[Report] = []
    for rail in rails.values():
        known = await store.collected_on(connection, rail.name, until - _LOOK_BACK)
        heard = await rail.notices(known, since, until)
        by_id = {each.id.int: each for each in known}
        strange = [each.instruction for each in heard if each.instruction.int not in by_id]
        found = await store.instructions_by_id(connection, strange)
        by_id |= {each.id.int: each for each in found if each.payment_id is not None}
        for notice in heard:
            instruction = by_id.get(notice.instruction.int)
            if instruction is None:
                _log.error("notice_unattributed", rail=rail.name, reference=notice.reference)
                continue
            reports.append(report_of(notice, instruction))
    return reports


def report_of(notice: RailNotice, instruction: Instruction) -> Report:
    """Return the command that reports a notice: the same, however we came to hear of it."""
    assert instruction.payment_id is not None, "only collections get notices"
    is_capture = instruction.kind is InstructionKind.CAPTURE
    capture_id = CaptureId(instruction.subject) if is_capture else None
    command = derive(milliseconds_of(instruction.id), "notice", notice.reference)
    payment_id, moved = instruction.payment_id, (notice.amount, notice.fee)
    body: Record
    if notice.kind is NoticeKind.SETTLED:
        verb = "record_settlement"
        body = RecordSettlement(payment_id, notice.reference, *moved, instruction.id, capture_id)
    elif notice.kind is NoticeKind.COLLECTED_TWICE:
        verb = "record_collected_twice"
        body = RecordCollectedTwice(instruction.id, notice.reference, notice.amount)
    elif notice.kind is NoticeKind.CHARGEBACK:
        verb = "record_chargeback"
        body = RecordChargeback(
            payment_id,
            notice.reference,
            *moved,
            instruction.id,
            notice.dispute,
            notice.reason,
            notice.respond_by,
        )
    else:
        verb = "record_dispute"
        body = RecordDispute(
            payment_id,
            notice.dispute or notice.reference,
            notice.kind,
            *moved,
            notice.reason,
            notice.respond_by,
            instruction.id,
        )
    return Report(command, verb, body)
