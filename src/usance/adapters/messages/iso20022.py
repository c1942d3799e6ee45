"""A document of ISO 20022: found, validated, and read into records."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Final

from usance.adapters.messages.camt import CONTAINERS, StatementReader
from usance.adapters.messages.elements import Element, bic, child, first_text, moment, text
from usance.adapters.messages.errors import (
    MISSING_ELEMENT,
    NO_SCHEMA,
    SCHEMA_VIOLATED,
    UNSUPPORTED_MESSAGE,
)
from usance.adapters.messages.orders import read_order
from usance.adapters.messages.schemas import Violation, violations
from usance.adapters.messages.status import read_status
from usance.adapters.messages.xml import Found, find_messages, local, named, parse
from usance.kernel.errors import Invalid
from usance.kernel.records import encode
from usance.payments.model import (
    MessageHead,
    MessageItem,
    Remark,
    StatementClosed,
    StatementEntry,
    StatusReport,
    TransferOrder,
)

_ORDERS: Final = frozenset({"pain.001", "pacs.008", "pacs.009"})
_REPORTS: Final = frozenset({"pacs.002", "pacs.004", "pain.002"})
READ_HERE: Final = frozenset(CONTAINERS) | _ORDERS | _REPORTS
_PROLOG_BYTES: Final = 1 << 16


def read_document(raw: bytes) -> Iterator[MessageItem]:
    """Yield what stands in a document. Raises Invalid where it is no message at all."""
    return read_root(parse(raw))


def read_root(root: Element) -> Iterator[MessageItem]:
    """Yield what stands in a document that has been parsed."""
    try:
        messages = find_messages(root)
    except Invalid as other:
        if other.code is not UNSUPPORTED_MESSAGE:
            raise
        yield from _unsupported(other.value)
        return
    for found in messages:
        if found.type in READ_HERE:
            yield from _read(found)
        else:
            yield from _unsupported(f"{found.type}.{found.version}".rstrip("."))


def _unsupported(name: str) -> Iterator[MessageItem]:
    kind, version = named(name) or (name, "")
    yield MessageHead(
        kind, version, validated=False, message_id="", sender="", created_at=None, digest=""
    )
    yield Remark("/Document", UNSUPPORTED_MESSAGE.code, name)


def _read(found: Found) -> Iterator[MessageItem]:
    header = child(found.body, "GrpHdr")
    message_id = text(header, "MsgId") or _assignment(found.body)
    judged = violations(found)
    if message_id:
        items = list(_content(found))
    else:
        items = [Remark(f"{found.path}/GrpHdr", MISSING_ELEMENT.code, "MsgId")]
    yield MessageHead(
        found.type,
        found.version,
        judged == [],
        message_id,
        _sender(found),
        moment(header, "CreDtTm"),
        substance(items),
    )
    yield from schema_remarks(found, judged)
    yield from items


def _content(found: Found) -> Iterator[MessageItem]:
    if found.type in _ORDERS:
        return read_order(found)
    return read_status(found) if found.type in _REPORTS else _statements(found)


def substance(items: Iterable[MessageItem]) -> str:
    """Return the SHA-256 of what a message is about: amounts, accounts and references.

    An order says the same in two versions of its format, in XML and in JSON, in any envelope.
    """
    whole = hashlib.sha256()
    for item in items:
        said: object = None
        if isinstance(item, StatementEntry):
            names = [item.references.servicer]
            names += [each.references.end_to_end_id for each in item.details]
            said = (
                item.amount,
                item.is_credit,
                item.status,
                item.booked_on,
                item.value_date,
                names,
            )
        elif isinstance(item, TransferOrder):
            said = [
                (
                    each.amount,
                    each.references.end_to_end_id,
                    each.debtor.account,
                    each.creditor.account,
                )
                for each in item.transfers
            ]
        elif isinstance(item, StatusReport):
            said = [
                (each.status, each.reasons, each.amount, each.references.end_to_end_id,
                 each.references.transaction_id, each.references.uetr)
                for each in item.updates
            ]  # fmt: skip
        elif isinstance(item, StatementClosed):
            said = (item.statement.account, item.statement.balances)
        elif isinstance(item, Remark) and item.left_out:
            said = (item.code, item.value)
        if said is not None:
            whole.update(encode(said) + b"\n")
    return whole.hexdigest()


def _assignment(body: Element) -> str:
    """Return the message id where the very first versions kept it: beside the group header."""
    return first_text(body, ("MsgId", "Id"))


def schema_remarks(found: Found, judged: list[Violation] | None) -> Iterator[Remark]:
    """Yield the reservations about a message that violates its schema, or has none here."""
    if judged is None:
        name = f"{found.type}.{found.version}".rstrip(".")
        yield Remark("/Document", NO_SCHEMA.code, name, left_out=False)
    for violation in judged or ():
        yield Remark(violation.path, SCHEMA_VIOLATED.code, violation.reason, left_out=False)


def _sender(found: Found) -> str:
    """Return who sent a message: by its header, else by what the message says of itself."""
    sender = bic(child(found.head, "Fr", "FIId")) or text(
        found.head, "Fr", "OrgId", "Id", "OrgId", "AnyBIC"
    )
    header = child(found.body, "GrpHdr")
    if sender:
        return sender
    if found.type in CONTAINERS:
        first = child(found.body, CONTAINERS[found.type][0])
        return statement_sender(first)
    return bic(child(header, "InstgAgt")) or first_text(
        header,
        ("InitgPty", "Id", "OrgId", "AnyBIC"),
        ("InitgPty", "Id", "OrgId", "BICOrBEI"),
        ("InitgPty", "Id", "OrgId", "LEI"),
        ("InitgPty", "Nm"),
    )


def statement_sender(statement: Element | None) -> str:
    """Return the bank that keeps the account of a statement, as far as it is told."""
    servicer = child(statement, "Acct", "Svcr")
    return bic(servicer) or text(servicer, "FinInstnId", "Nm")


def _statements(found: Found) -> Iterator[MessageItem]:
    name, kind = CONTAINERS[found.type]
    elements = [each for each in found.body if local(each) == name]
    for number, element in enumerate(elements, 1):
        path = f"{found.path}/{name}" + (f"[{number}]" if len(elements) > 1 else "")
        reader = StatementReader(element, kind, path)
        for entry in element.iterchildren("{*}Ntry"):
            yield from reader.entry(entry)
        yield from reader.close()
    if not elements:
        yield Remark(found.path, MISSING_ELEMENT.code, name)
