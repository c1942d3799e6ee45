"""Our instructions into parcels to be paid at the door, and a carrier's words into ours. Pure."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from usance.adapters.rails.cash_on_delivery.wire import (
    COLLECTED,
    NOT_COLLECTED,
    ON_THE_WAY,
    Advice,
    AdviceLine,
    Parcel,
    Sum,
)
from usance.kernel.errors import Invalid
from usance.kernel.money import Money, decimal_text
from usance.kernel.money import parse as money
from usance.kernel.records import Record
from usance.payments.errors import MALFORMED_ADVICE
from usance.payments.model import Decline, Dispatch, InstructionKind
from usance.payments.ports import AnswerKind, NoticeKind, RailAnswer, RailNotice

UNKNOWN_STATUS: Final = "unknown_status"
_REFUSALS: Final[Mapping[str, Decline]] = {
    "amount_too_large": Decline.LIMIT_EXCEEDED,
    "currency_not_supported": Decline.CURRENCY_NOT_TAKEN,
    "service_not_available": Decline.KIND_NOT_TAKEN,
}
_COLUMNS: Final = ("remittance", "paid_on", "parcel", "reference", "collected", "fee", "currency")
_SHOWN: Final = 60
# A carrier pays for some thousands at once; more is no advice.
LINES_MAX: Final = 20_000


class Request(Record, frozen=True):
    """One call of the carrier's API."""

    method: str
    path: str
    body: bytes = b""


def request_of(dispatch: Dispatch) -> Request:
    """Return the call that carries an instruction out. Sent twice it is done once, by its key."""
    if dispatch.kind is InstructionKind.VOID:
        original = dispatch.original_id
        assert original is not None, "a parcel that is asked back was announced"
        return Request("POST", f"/v1/parcels/{original.hex}/cancel")
    body = {"reference": dispatch.id.hex, "collect": _sum(dispatch.amount)}
    return Request("POST", "/v1/parcels", msgspec.json.encode(body))


def question_of(dispatch: Dispatch) -> Request:
    """Return the call that asks what became of an instruction."""
    about = dispatch.original_id if dispatch.kind is InstructionKind.VOID else None
    return Request("GET", f"/v1/parcels/{(about or dispatch.id).hex}")


def answer_of(dispatch: Dispatch, status: int, body: bytes) -> RailAnswer:
    """Return what a reply says about an instruction; in doubt, that nobody knows."""
    if status in {400, 422}:
        return _refused(body)
    if status not in {200, 201}:
        return RailAnswer(AnswerKind.UNKNOWN, "no_answer", own_code=str(status))
    try:
        parcel = msgspec.json.decode(body, type=Parcel)
        return _of_void(parcel) if dispatch.kind is InstructionKind.VOID else _of_parcel(parcel)
    except (msgspec.DecodeError, Invalid, ValueError):
        return RailAnswer(AnswerKind.UNKNOWN, "unreadable")


def _of_parcel(parcel: Parcel) -> RailAnswer:
    about, own = UUID(parcel.reference), parcel.status
    if own == COLLECTED and parcel.collected is not None:
        paid = money(parcel.collected.amount, parcel.collected.currency)
        return RailAnswer(AnswerKind.CONFIRMED, "", parcel.id, own, about, paid)
    if own in NOT_COLLECTED:
        return RailAnswer(AnswerKind.REFUSED, Decline.NOT_DELIVERED, "", own, about)
    if own in ON_THE_WAY:
        return RailAnswer(
            AnswerKind.ACTION_REQUIRED, own_code=own, about=about, action=parcel.tracking_url
        )
    return RailAnswer(AnswerKind.UNKNOWN, UNKNOWN_STATUS, "", own, about)


def _of_void(parcel: Parcel) -> RailAnswer:
    """A parcel that was paid meanwhile is not given up; one still on its way may yet be."""
    if parcel.status in NOT_COLLECTED:
        return RailAnswer(AnswerKind.CONFIRMED, "", parcel.id, parcel.status)
    if parcel.status == COLLECTED:
        return RailAnswer(AnswerKind.REFUSED, Decline.DECLINED, "", parcel.status)
    return RailAnswer(AnswerKind.UNKNOWN, "in_progress", "", parcel.status)


def _refused(body: bytes) -> RailAnswer:
    try:
        code = msgspec.json.decode(body, type=dict[str, str]).get("code", "")
    except msgspec.DecodeError:
        code = ""
    return RailAnswer(AnswerKind.REFUSED, _REFUSALS.get(code, Decline.DECLINED), "", code)


def notices_of(advice: Advice) -> list[RailNotice]:
    """Return what an advice announces, one settlement a parcel. Raises Invalid.

    Its total must be what its lines come to: an advice that contradicts itself announces nothing.
    One without a reference neither, for no sum at our bank can be known to be it.
    """
    if not advice.id.strip() or not advice.id.isprintable():
        raise MALFORMED_ADVICE.invalid("id", ascii(advice.id[:_SHOWN]))
    if len(advice.lines) > LINES_MAX:
        raise MALFORMED_ADVICE.invalid("lines", len(advice.lines))
    notices = [
        _notice(advice, line, f"lines[{number}]") for number, line in enumerate(advice.lines)
    ]
    announced = sum(each.amount.minor - each.fee.minor for each in notices)
    if money(advice.total, advice.currency, "total").minor != announced:
        raise MALFORMED_ADVICE.invalid("total", advice.total[:_SHOWN])
    return notices


def _notice(advice: Advice, line: AdviceLine, place: str) -> RailNotice:
    try:
        about, on = UUID(line.reference), date.fromisoformat(advice.paid_on)
    except ValueError as broken:
        shown = f"{line.reference} {advice.paid_on}"
        raise MALFORMED_ADVICE.invalid(place, shown[:_SHOWN]) from broken
    gross = money(line.collected, advice.currency, f"{place}.collected")
    fee = money(line.fee, advice.currency, f"{place}.fee")
    if not line.parcel.strip() or not line.parcel.isprintable():
        raise MALFORMED_ADVICE.invalid(f"{place}.parcel", ascii(line.parcel[:_SHOWN]))
    if gross.minor <= 0 or not 0 <= fee.minor <= gross.minor:
        raise MALFORMED_ADVICE.invalid(place, f"{line.collected} {line.fee}"[:_SHOWN])
    reference = f"{advice.id}/{line.parcel}"
    return RailNotice(NoticeKind.SETTLED, reference, about, gross, fee, on, batch=advice.id)


def advices_in(raw: bytes) -> list[Advice]:
    """Return the advices of a file, JSON or CSV. Raises Invalid.

    JSON: one advice, or `{"data": […]}`. CSV: a heading line of `remittance, paid_on, parcel,
    reference, collected, fee, currency` in any order; the total is what the lines come to.
    """
    text = raw.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:1] not in {b"{", b"["}:
        return list(_from_csv(text))
    try:
        if b'"data"' in text:
            return list(msgspec.json.decode(text, type=dict[str, tuple[Advice, ...]])["data"])
        return [msgspec.json.decode(text, type=Advice)]
    except (msgspec.DecodeError, KeyError, RecursionError) as broken:
        raise MALFORMED_ADVICE.invalid("file", str(broken)[:_SHOWN]) from broken


def _from_csv(text: bytes) -> Iterator[Advice]:
    try:
        reader = csv.DictReader(io.StringIO(text.decode()), strict=True)
        rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as broken:
        raise MALFORMED_ADVICE.invalid("file", str(broken)[:_SHOWN]) from broken
    missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
    if missing or not rows:
        raise MALFORMED_ADVICE.invalid("header", missing[0] if missing else "no lines")
    grouped: dict[tuple[str, str, str], list[AdviceLine]] = {}
    for number, row in enumerate(rows, 2):
        if any(not isinstance(row[name], str) or not row[name].strip() for name in _COLUMNS):
            raise MALFORMED_ADVICE.invalid(f"line {number}", "a column is empty")
        said = {name: row[name].strip() for name in _COLUMNS}
        key = (said["remittance"], said["currency"], said["paid_on"])
        line = AdviceLine(said["parcel"], said["reference"], said["collected"], said["fee"])
        grouped.setdefault(key, []).append(line)
    for (reference, currency, paid_on), lines in grouped.items():
        total = _total(lines, currency)
        yield Advice(reference, currency, total, paid_on, tuple(lines))


def _total(lines: Sequence[AdviceLine], currency: str) -> str:
    nets = [
        money(line.collected, currency, "collected") - money(line.fee, currency, "fee")
        for line in lines
    ]
    return decimal_text(Money(sum(each.minor for each in nets), nets[0].currency))


def _sum(amount: Money) -> Sum:
    return Sum(decimal_text(amount), str(amount.currency))
