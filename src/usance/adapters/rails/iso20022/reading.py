"""What banks answer about transfers: pain.002, pacs.002, pacs.004 and camt.029, read as records.

Elements are found by their names whatever the version says; what is not there is "". Pure.
Raises Invalid where the text is no message at all.
"""

from datetime import date
from typing import Final

from lxml import etree

from usance.adapters.messages.xml import find_messages, local, parse
from usance.adapters.rails.iso20022.wire import Said
from usance.kernel.errors import Invalid
from usance.kernel.money import Money
from usance.kernel.money import parse as money

Element = etree._Element  # noqa: SLF001 - lxml publishes the type of its elements by this name
# Message: the element of one transfer in it, its status, its reason.
_SHAPES: Final = {
    "pain.002": ("TxInfAndSts", "TxSts", "StsRsnInf"),
    "pacs.002": ("TxInfAndSts", "TxSts", "StsRsnInf"),
    "pacs.004": ("TxInf", "", "RtrRsnInf"),
    "camt.029": ("TxInfAndSts", "", "CxlStsRsnInf"),
}
RETURNED: Final = "RTND"


def said_in(raw: bytes) -> list[Said]:
    """Return what a message says of each transfer; nothing where it is of another type."""
    found = []
    for message in find_messages(parse(raw)):
        shape = _SHAPES.get(message.type)
        if shape is not None:
            whole = message.document
            header = _first(whole, "MsgId") or _first(whole, "Id")
            confirmation = _first(whole, "Conf")
            found += [
                _said(message.type, header, confirmation, each, shape)
                for each in whole.iter(f"{{*}}{shape[0]}")
            ]
    return found


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


__all__ = ["RETURNED", "Invalid", "said_in"]
