"""What banks say of transfers: pain.002, pacs.002, pacs.004, camt.029, camt.054, as records.

Elements are found by their names whatever the version says; what is not there is "". Pure.
Raises Invalid where the text is no message at all.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from lxml import etree

from usance.adapters.messages.camt import entry_of
from usance.adapters.messages.elements import Broken
from usance.adapters.messages.xml import find_messages, local, parse
from usance.adapters.rails.iso20022.wire import Said
from usance.kernel.errors import Invalid
from usance.kernel.money import Money
from usance.kernel.money import parse as money
from usance.payments.model import EntryStatus

Element = etree._Element  # noqa: SLF001 - lxml publishes the type of its elements by this name
# Message: the element of one transfer in it, its status, its reason.
_SHAPES: Final = {
    "pain.002": ("TxInfAndSts", "TxSts", "StsRsnInf"),
    "pacs.002": ("TxInfAndSts", "TxSts", "StsRsnInf"),
    "pacs.004": ("TxInf", "", "RtrRsnInf"),
    "camt.029": ("TxInfAndSts", "", "CxlStsRsnInf"),
}
RETURNED: Final = "RTND"
NOTIFICATION: Final = "camt.054"
# A bank that has debited us has settled the transfer with us.
_SETTLED: Final = "ACSC"


def said_in(raw: bytes) -> list[Said]:
    """Return what a message says of each transfer; nothing where it is of another type."""
    found = []
    for message in find_messages(parse(raw)):
        shape = _SHAPES.get(message.type)
        if message.type == NOTIFICATION:
            found += list(_booked(message.document))
        elif shape is not None:
            whole = message.document
            header = _first(whole, "MsgId") or _first(whole, "Id")
            confirmation = _first(whole, "Conf")
            found += [
                _said(message.type, header, confirmation, each, shape)
                for each in whole.iter(f"{{*}}{shape[0]}")
            ]
    return found


def _booked(notification: Element) -> Iterator[Said]:
    """Yield what booked entries say: a debit, that a transfer was made; a return, that it is back.

    Any other credit is nobody's answer: it is heard of by its statement. An entry that cannot be
    read is left to the statement, too.
    """
    header = _first(notification, "MsgId")
    for holder in notification.iter("{*}Ntfctn"):
        currency = _first(holder, "Ccy")
        for number, written in enumerate(holder.iter("{*}Ntry"), 1):
            try:
                entry = entry_of(written, number, f"Ntry[{number}]", currency)
            except Broken:
                continue
            if entry.status is not EntryStatus.BOOKED or entry.is_reversal:
                continue
            for detail in entry.details:
                is_return = detail.is_credit and detail.return_reason != ""
                if detail.is_credit and not is_return:
                    continue
                yield Said(
                    NOTIFICATION,
                    header,
                    detail.references.servicer or entry.references.servicer,
                    detail.references.uetr,
                    detail.references.end_to_end_id,
                    RETURNED if is_return else _SETTLED,
                    detail.return_reason,
                    detail.amount,
                    entry.value_date or entry.booked_on,
                )


def _said(
    kind: str, header: str, confirmation: str, written: Element, shape: tuple[str, str, str]
) -> Said:
    _, status, reason = shape
    word = _first(written, status) if status else ""
    if kind == "camt.029":
        word = _first(written, "TxCxlSts") or confirmation
    reasons = next(iter(written.iter(f"{{*}}{reason}")), None)
    returned = written.find("{*}RtrdIntrBkSttlmAmt")
    moved = returned if returned is not None else next(written.iter("{*}InstdAmt"), None)
    if moved is None and kind == "pacs.002":
        moved = next(written.iter("{*}IntrBkSttlmAmt"), None)
    return Said(
        kind,
        header,
        _first(written, "RtrId") or _first(written, "StsId"),
        _first(written, "OrgnlUETR"),
        _first(written, "OrgnlEndToEndId"),
        RETURNED if kind == "pacs.004" else word,
        "" if reasons is None else _first(reasons, "Cd") or _first(reasons, "Prtry"),
        _amount(moved),
        _day(_first(written, "IntrBkSttlmDt") or _first(written, "AccptncDtTm")),
    )


def _first(written: Element, tag: str) -> str:
    for each in written.iter(f"{{*}}{tag}"):
        if local(each) == tag and each.text:
            return each.text.strip()
    return ""


def _amount(written: Element | None) -> Money | None:
    if written is None or written.text is None:
        return None
    return money(written.text.strip(), written.get("Ccy") or "", local(written))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


__all__ = ["NOTIFICATION", "RETURNED", "Invalid", "said_in"]
