"""A worker – sends – instructions to rails, and fetches what rails have to say.

Ordinary work outside the engine: what comes of it reaches the book as engine verbs. The ids of
those follow from what they report, so telling the book twice is the same as once.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from usance.kernel.ids import derive, milliseconds_of
from usance.payments import store
from usance.payments.model import Decline, Dispatch, Instruction
from usance.payments.ports import (
    CBPR,
    RECALL,
    RETURNS,
    AnswerKind,
    Rail,
    RailAnswer,
    RailNotice,
    Recalls,
)
from usance.payments.rules.answers import believed, not_taken
from usance.payments.rules.cross_border import crosses_border, forbidden
from usance.payments.service import tracking
from usance.payments.service.answers import RecordAnswer
from usance.payments.service.dispatches import joined
from usance.payments.service.known_as import found_again, sent_of
from usance.payments.service.notices import Report, fits, reports_of
from usance.payments.service.recalls import RecordRecallAnswer
from usance.policy.service import row_in_force
from usance.runtime.database import Connection

AT_ONCE: Final = 500
_ADDRESS: Final = "payments.address"
_BY_CBPR: Final = "cbpr"
_log = structlog.get_logger()
# A rail's notices may concern payments as old as a chargeback may be late.
_LOOK_BACK: Final = timedelta(days=200)
# What was paid out comes back within weeks, if at all.
_MAY_RETURN: Final = timedelta(days=60)


async def dispatch(connection: Connection, rails: Mapping[str, Rail], at: datetime) -> list[Report]:
    """Send or ask what is open, at most 500 at once; return the answers as commands.

    An instruction is marked as sent after the rail was called: a crash in between sends it
    again, which a rail takes as the same.
    """
    reports = []
    sent = []
    heard: list[store.Heard] = []
    waiting = await store.to_be_sent(connection, AT_ONCE)
    dispatches = await joined(connection, rails, waiting)
    breaks = await _breaks(connection, rails, dispatches, at)
    for outgoing, (instruction, known_as) in zip(dispatches, waiting, strict=True):
        was_sent = known_as is not None
        answer = None if was_sent else breaks.get(outgoing.id)
        if answer is None:
            answer = await _asked(rails, outgoing, at, sent=was_sent)
        if tracking.is_tracked(rails.get(instruction.rail)):
            if known_as is None:
                heard += await tracking.sent(connection, [outgoing], at)
            heard += tracking.heard_of(instruction, answer, at)
        sent.append(sent_of(rails.get(instruction.rail), instruction, answer))
        command = derive(
            milliseconds_of(instruction.id), "answer", instruction.id.hex, instruction.asks
        )
        reports.append(Report(command, "record_answer", RecordAnswer(instruction.id, answer)))
    await store.mark_sent(connection, sent, at)
    if heard:
        await store.keep_updates(connection, heard)
    return reports


async def _breaks(
    connection: Connection, rails: Mapping[str, Rail], dispatches: Sequence[Dispatch], at: datetime
) -> dict[UUID, RailAnswer]:
    """Return the refusals of transfers that may not go across a border as they are."""
    judged = [
        each
        for each in dispatches
        if (rail := rails.get(each.rail)) is not None
        and CBPR in rail.capabilities
        and crosses_border(each)
    ]
    if not judged:
        return {}
    row = await row_in_force(connection, _ADDRESS, _BY_CBPR, at.date())
    takes = row is None or row.integer("takes_unstructured") == 1
    found = {each.id: forbidden(each, takes_unstructured=takes) for each in judged}
    return {identifier: refusal for identifier, refusal in found.items() if refusal is not None}


async def recall(connection: Connection, rails: Mapping[str, Rail], at: datetime) -> list[Report]:
    """Ask rails to bring back what is wanted back; return their answers as commands."""
    reports = []
    waiting = await store.recalls_to_ask(connection, AT_ONCE)
    if not waiting:
        return []
    outgoing = await joined(connection, rails, [(each, "") for each, _ in waiting])
    for dispatched, (_, recalled) in zip(outgoing, waiting, strict=True):
        answer = await _recalled(rails, dispatched, recalled.reason, at)
        command = derive(milliseconds_of(dispatched.id), "recall", dispatched.id.hex, recalled.asks)
        body = RecordRecallAnswer(dispatched.id, answer.kind, answer.code)
        if answer.kind is not AnswerKind.UNKNOWN:
            reports.append(Report(command, "record_recall_answer", body))
    await store.mark_recalled(connection, [each for _, each in waiting])
    return reports


async def _recalled(
    rails: Mapping[str, Rail], dispatched: Dispatch, reason: str, at: datetime
) -> RailAnswer:
    """Return what the rail says to a recall; one that cannot recall has said no."""
    rail = rails.get(dispatched.rail)
    if rail is None:
        return RailAnswer(AnswerKind.UNKNOWN, "rail_broke")
    if RECALL not in rail.capabilities or not isinstance(rail, Recalls):
        return RailAnswer(AnswerKind.REFUSED, Decline.KIND_NOT_TAKEN)
    try:
        return believed(dispatched, await rail.recall(dispatched, reason, at))
    except Exception as broken:  # noqa: BLE001 - whatever a plug-in raises
        _log.error("rail_broke", rail=dispatched.rail, exc_info=broken)
        return RailAnswer(AnswerKind.UNKNOWN, "rail_broke")


async def _asked(
    rails: Mapping[str, Rail], instruction: Dispatch, at: datetime, *, sent: bool
) -> RailAnswer:
    """Return what the rail answers; one that breaks or is not plugged in has not answered.

    Nobody knows then whether the money moved: the repair loop asks again, and the other rails
    are not kept waiting. What a rail cannot do it is not asked.
    """
    try:
        rail = rails[instruction.rail]
        if not sent:
            refused = not_taken(rail.capabilities, rail.limits, instruction)
            if refused is not None:
                return refused
        answer = await (rail.ask if sent else rail.send)(instruction, at)
    except Exception as broken:  # noqa: BLE001 - whatever a plug-in raises
        _log.error("rail_broke", rail=instruction.rail, exc_info=broken)
        return RailAnswer(AnswerKind.UNKNOWN, "rail_broke")
    credible = believed(instruction, answer, rail.capabilities)
    if credible is not answer:
        _log.error("rail_contradicts", rail=instruction.rail, why=credible.code, answer=answer)
    return credible


async def listen(
    connection: Connection, rails: Mapping[str, Rail], since: datetime, until: datetime
) -> list[Report]:
    """Return what rails have noticed after `since`, up to `until`, as commands.

    A rail may speak of an instruction it has refused, or has not answered. What it says of one
    that was never given is no money of ours: it is logged for people, and the others are heard.
    """
    reports: list[Report] = []
    returned: list[store.Heard] = []
    for rail in rails.values():
        known = await store.collected_on(connection, rail.name, until - _LOOK_BACK)
        if RETURNS in rail.capabilities:
            known += await store.paid_out_since(connection, rail.name, until - _MAY_RETURN)
        told = await rail.notices(known, since, until)
        heard = await found_again(connection, rail.name, told)
        by_id = {each.id.int: each for each in known}
        strange = [each.instruction for each in heard if each.instruction.int not in by_id]
        found = await store.instructions_by_id(connection, strange)
        by_id |= {each.id.int: each for each in found}
        noticed: list[tuple[RailNotice, Instruction]] = []
        for notice in heard:
            instruction = by_id.get(notice.instruction.int)
            is_own = instruction is not None and instruction.rail == rail.name
            if instruction is None or not is_own or not fits(notice, instruction):
                _log.error("notice_unattributed", rail=rail.name, reference=notice.reference)
                continue
            noticed.append((notice, instruction))
            returned += tracking.returned(notice, until) if tracking.is_tracked(rail) else []
        reports += reports_of(rail, noticed)
    if returned:
        await store.keep_updates(connection, returned)
    return reports
