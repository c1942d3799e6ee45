"""What a rail notices of its own accord – becomes – commands, however we came to hear of it."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final
from uuid import UUID

import structlog

from usance.kernel.ids import CaptureId, derive, milliseconds_of
from usance.kernel.records import Record
from usance.payments.model import Instruction, InstructionKind, RemittanceLine
from usance.payments.ports import REMITS, NoticeKind, Rail, RailNotice
from usance.payments.service.chargebacks import RecordChargeback
from usance.payments.service.collected_twice import RecordCollectedTwice
from usance.payments.service.disputes import RecordDispute
from usance.payments.service.payout_returns import RecordPayoutReturn
from usance.payments.service.remittances import RecordRemittance
from usance.payments.service.settle import RecordSettlement

Noticed = tuple[RailNotice, Instruction]
_COLLECTS: Final = frozenset(
    {InstructionKind.COLLECT, InstructionKind.AUTHORISE, InstructionKind.CAPTURE}
)
_log = structlog.get_logger()


class Report(Record, frozen=True):
    """A command that reports what a rail said."""

    id: UUID
    verb: str
    body: Record


def reports_of(rail: Rail, noticed: Sequence[Noticed]) -> list[Report]:
    """Return the commands that report what a rail has noticed.

    What a rail that remits says it has settled is announced money: nothing is booked until our
    bank shows it. Under no reference nothing can be announced: it is nobody's, and logged.
    """
    remits = REMITS in rail.capabilities
    if remits:
        noticed = [each for each in noticed if not _is_nameless(rail.name, each[0])]
    announced = [each for each in noticed if remits and _is_remitted(*each)]
    others = [each for each in noticed if not (remits and _is_remitted(*each))]
    return [*(report_of(*each) for each in others), *_announcements(rail.name, announced)]


def _is_nameless(rail: str, notice: RailNotice) -> bool:
    """Return whether a rail that remits names no reference under which its money comes."""
    is_nameless = notice.kind is NoticeKind.SETTLED and not notice.batch.strip()
    if is_nameless:
        _log.error("remittance_nameless", rail=rail, reference=notice.reference)
    return is_nameless


def _is_remitted(notice: RailNotice, instruction: Instruction) -> bool:
    """Return whether a notice is a line of a remittance.

    One in another currency is reported alone, and refused: it must not hold up the others.
    """
    same = notice.amount.currency == notice.fee.currency == instruction.amount.currency
    return notice.kind is NoticeKind.SETTLED and same


def _announcements(rail: str, announced: Sequence[Noticed]) -> list[Report]:
    """Return one command for each payment to us that an advice announces."""

    def by_batch(each: Noticed) -> tuple[str, str]:
        return each[0].batch, each[0].amount.currency

    reports = []
    for (batch, _), group in groupby(sorted(announced, key=by_batch), key=by_batch):
        several = {notice.reference: (notice, of) for notice, of in group}
        lines = tuple(_line(*several[reference]) for reference in sorted(several))
        first, currency = next(iter(several.values()))[1], lines[0].gross.currency
        command = derive(milliseconds_of(first.id), "remittance", rail, batch, *several)
        body = RecordRemittance(rail, batch, currency, lines)
        reports.append(Report(command, "record_remittance", body))
    return reports


def _line(notice: RailNotice, instruction: Instruction) -> RemittanceLine:
    assert instruction.payment_id is not None, "only collections are settled"
    return RemittanceLine(
        notice.reference,
        instruction.id,
        instruction.payment_id,
        notice.amount,
        notice.fee,
        _capture_of(instruction),
    )


def _capture_of(instruction: Instruction) -> CaptureId | None:
    """Return the capture that an instruction carries out, None where it is none."""
    is_capture = instruction.kind is InstructionKind.CAPTURE
    return CaptureId(instruction.subject) if is_capture else None


def fits(notice: RailNotice, instruction: Instruction) -> bool:
    """Whether a notice can be about this: payouts come back, payments settle and are disputed.

    One whose words no database takes is about nothing.
    """
    words = (notice.reference, notice.dispute, notice.reason, notice.code, notice.batch)
    if any("\x00" in word for word in words):
        return False
    if notice.kind is NoticeKind.RETURNED:
        paid = instruction.amount
        is_part = notice.amount.currency == paid.currency and notice.amount.minor <= paid.minor
        return instruction.kind is InstructionKind.PAYOUT and is_part
    return instruction.kind in _COLLECTS and instruction.payment_id is not None


def report_of(notice: RailNotice, instruction: Instruction) -> Report:
    """Return the command that reports a notice: the same, however we came to hear of it."""
    command = derive(milliseconds_of(instruction.id), "notice", instruction.id, notice.reference)
    if notice.kind is NoticeKind.RETURNED:
        back = RecordPayoutReturn(instruction.id, notice.reference, notice.amount, notice.code)
        return Report(command, "record_payout_return", back)
    assert instruction.payment_id is not None, "only collections get notices"
    capture_id = _capture_of(instruction)
    payment_id, moved = instruction.payment_id, (notice.amount, notice.fee)
    body: Record
    if notice.kind is NoticeKind.SETTLED:
        verb = "record_settlement"
        body = RecordSettlement(
            payment_id,
            notice.reference,
            *moved,
            instruction.id,
            capture_id,
            rail=instruction.rail,
        )
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
