"""pacs.002, pain.002 and pacs.004 of every version: what became of transfers, what comes back."""

from collections.abc import Iterator
from typing import Final

from usance.adapters.messages.elements import (
    Broken,
    Element,
    child,
    children,
    first_text,
    moment,
    money,
    reference,
    text,
)
from usance.adapters.messages.errors import MISSING_ELEMENT, NUMBER_DIFFERS
from usance.adapters.messages.xml import Found
from usance.payments.model import (
    MessageItem,
    References,
    Remark,
    StatusReport,
    StatusUpdate,
)

RETURNED: Final = "RTND"
RETURNS: Final = "pacs.004"
# Where the transactions of each message stand: below the body, or below what groups them.
_GROUPS: Final = ("OrgnlPmtInfAndSts",)
_TRANSACTIONS: Final = ("TxInfAndSts", "TxInf")


def read_status(found: Found) -> Iterator[MessageItem]:
    """Yield what is wrong in a report, then the report with all updates that could be read.

    A report that speaks of the whole order alone is one update without a reference of its own.
    """
    body, base = found.body, found.path
    header = child(body, "GrpHdr")
    group = _first(body, "OrgnlGrpInfAndSts", "OrgnlGrpInf")
    updates: list[StatusUpdate] = []
    for element, above in _transactions(body):
        try:
            updates.append(_update(element, above, group, found))
        except Broken as broken:
            yield broken.remark(base, body)
    groups = [*children(body, "OrgnlPmtInfAndSts"), *([] if group is None else [group])]
    for above in groups:
        status = first_text(above, ("PmtInfSts",), ("GrpSts",))
        if status and not _holds_transactions(above, body):
            updates.append(_group_update(above, status, found))
    stated = text(header, "NbOfTxs")
    there = sum(1 for _ in _transactions(body))
    if found.type == RETURNS and stated.isdecimal() and int(stated[:15]) != there:
        # What came back has come back: it is read, and somebody looks for the rest.
        said = f"{stated[:15]}, there are {there}"
        yield Remark(f"{base}/GrpHdr/NbOfTxs", NUMBER_DIFFERS.code, said, left_out=False)
    if not updates:
        yield Remark(base, MISSING_ELEMENT.code, "TxInfAndSts")
        return
    original = text(group, "OrgnlMsgId") or next(
        (text(each, "OrgnlGrpInf", "OrgnlMsgId") for each, _ in _transactions(body)), ""
    )
    yield StatusReport(
        found.type,
        text(header, "MsgId"),
        moment(header, "CreDtTm"),
        original,
        text(group, "GrpSts"),
        tuple(updates),
    )


def _first(element: Element, *names: str) -> Element | None:
    return next((each for name in names for each in children(element, name)), None)


def _transactions(body: Element) -> Iterator[tuple[Element, Element]]:
    """Yield each transaction with what stands above it."""
    for above in [body, *(each for name in _GROUPS for each in children(body, name))]:
        for name in _TRANSACTIONS:
            for element in children(above, name):
                yield element, above


def _holds_transactions(element: Element, body: Element) -> bool:
    inside = any(next(children(element, name), None) is not None for name in _TRANSACTIONS)
    is_group = child(element, "GrpSts") is not None
    return inside or (is_group and next(_transactions(body), None) is not None)


def _update(element: Element, above: Element, group: Element | None, found: Found) -> StatusUpdate:
    original = child(element, "OrgnlTxRef")
    amount = _first(element, "RtrdIntrBkSttlmAmt", "RtrdInstdAmt")
    is_return = found.type == RETURNS
    if is_return and amount is None:
        raise Broken(MISSING_ELEMENT, element, below="/RtrdIntrBkSttlmAmt")
    status = RETURNED if is_return else first_text(element, ("TxSts",))
    status = status or first_text(above, ("PmtInfSts",)) or text(group, "GrpSts")
    if not status:
        raise Broken(MISSING_ELEMENT, element, below="/TxSts")
    return StatusUpdate(
        Broken(MISSING_ELEMENT, element).remark(found.path, found.body).path,
        References(
            uetr=text(element, "OrgnlUETR").lower(),
            end_to_end_id=reference(element, "OrgnlEndToEndId"),
            instruction_id=reference(element, "OrgnlInstrId"),
            transaction_id=reference(element, "OrgnlTxId"),
            message_id=first_text(element, ("OrgnlGrpInf", "OrgnlMsgId"))
            or text(group, "OrgnlMsgId"),
            servicer=reference(element, "AcctSvcrRef"),
            remittance=text(original, "RmtInf", "Ustrd"),
        ),
        status,
        _reasons(element) or _reasons(above),
        _information(element) or _information(above),
        money(amount, above_zero=True) if amount is not None else None,
    )


def _group_update(element: Element, status: str, found: Found) -> StatusUpdate:
    return StatusUpdate(
        Broken(MISSING_ELEMENT, element).remark(found.path, found.body).path,
        References(
            message_id=text(element, "OrgnlMsgId"),
            transaction_id=reference(element, "OrgnlPmtInfId"),
        ),
        status,
        _reasons(element),
        _information(element),
    )


def _reason_elements(element: Element) -> Iterator[Element]:
    for name in ("StsRsnInf", "RtrRsnInf"):
        yield from children(element, name)


def _reasons(element: Element) -> tuple[str, ...]:
    codes = (
        first_text(each, ("Rsn", "Cd"), ("Rsn", "Prtry"), ("StsRsn", "Cd"), ("RtrRsn", "Cd"))
        for each in _reason_elements(element)
    )
    return tuple(code for code in codes if code)


def _information(element: Element) -> str:
    return " ".join(
        text(line)
        for each in _reason_elements(element)
        for name in ("AddtlInf", "AddtlStsRsnInf", "AddtlRtrRsnInf")
        for line in children(each, name)
    )
