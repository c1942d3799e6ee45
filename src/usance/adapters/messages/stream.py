"""A long statement, read as a stream.

It is validated in one pass, then read entry by entry, each forgotten when it has been told: what
is in memory does not grow with the statement.
"""

from collections.abc import Callable, Iterator
from typing import IO, Any, Final

from lxml import etree

from usance.adapters.messages.camt import CONTAINERS, StatementReader
from usance.adapters.messages.elements import Element, bic, child, moment, text
from usance.adapters.messages.errors import MISSING_ELEMENT, NOT_A_MESSAGE
from usance.adapters.messages.iso20022 import schema_remarks, statement_sender
from usance.adapters.messages.schemas import REASONS_MAX, Violation, schema_of, shortened
from usance.adapters.messages.xml import (
    BODIES,
    Found,
    fault_of,
    local,
    named,
    refuse_declared,
    refuse_doctype,
    space,
)
from usance.payments.model import MessageHead, MessageItem, Remark

_PROLOG_BYTES: Final = 1 << 16
# Nothing is fetched, no entity is resolved, and libxml2's own limits hold.
_SAFE: Final[dict[str, Any]] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}

Open = Callable[[], IO[bytes]]


def streams(start: bytes) -> bool:
    """Return whether the beginning of a document is that of a statement alone in its file."""
    plain = start.replace(b"\0", b"")
    return any(
        name.encode() in plain for name, kind in BODIES.items() if kind in CONTAINERS
    ) and not any(mark in plain for mark in (b"<![CDATA[", b"&lt;"))


def read_stream(open_: Open, digest: str) -> Iterator[MessageItem]:
    """Yield what stands in a long statement. digest: of the file, which stands for its content.

    Raises Invalid where it is not well-formed, maybe after much has been told.
    """
    with open_() as source:
        refuse_doctype(source.read(_PROLOG_BYTES))
    told = _Told()
    with open_() as source:
        try:
            yield from told.read(source, open_, digest)
        except etree.XMLSyntaxError as broken:
            raise fault_of(broken) from broken
    if not told.messages:
        raise NOT_A_MESSAGE.invalid("", "<Document>")


class _Told:
    """What has been told of a stream so far."""

    def __init__(self) -> None:
        self.messages = 0
        self._body: Element | None = None
        self._kind = ""
        self._version = ""
        self._header: Element | None = None
        self._head: Element | None = None
        self._reader: StatementReader | None = None
        self._statements = 0

    def read(self, source: IO[bytes], open_: Open, digest: str) -> Iterator[MessageItem]:
        names = [*(name for name, _ in CONTAINERS.values()), "Ntry", "GrpHdr", "AppHdr"]
        tags = [f"{{*}}{name}" for name in names]
        events: Any = etree.iterparse(
            source,
            events=("end",),
            tag=tags,
            **_SAFE,
        )
        is_checked = False
        for _, element in events:
            if not is_checked:
                refuse_declared(element)
                is_checked = True
            yield from self._see(element, local(element), open_, digest)

    def _see(self, element: Element, name: str, open_: Open, digest: str) -> Iterator[MessageItem]:
        if name == "AppHdr":
            self._head = element
        elif name == "Ntry":
            yield from self._entry(element, open_, digest)
        elif self._is_in_body(element.getparent()):
            if name == "GrpHdr":
                self._header = element
            else:
                yield from self._statement_ends(element, open_, digest)

    def _is_in_body(self, above: Element | None) -> bool:
        """Return whether an element is the body of a statement; another one begins with it."""
        if above is None or above is self._body:
            return above is not None
        kind = BODIES.get(local(above), "")
        if kind in CONTAINERS:
            self._begin(above, kind)
        return kind in CONTAINERS

    def _begin(self, element: Element, kind: str) -> None:
        self._body, self._kind, self._header = element, kind, None
        said = named(space(element))
        self._version = said[1] if said and said[0] == kind else ""
        self._statements = 0

    def _entry(self, element: Element, open_: Open, digest: str) -> Iterator[MessageItem]:
        statement = element.getparent()
        if statement is None or not self._is_in_body(statement.getparent()):
            return
        yield from self._reader_of(statement, open_, digest)
        assert self._reader is not None
        yield from self._reader.entry(element)
        forget(element)

    def _reader_of(self, statement: Element, open_: Open, digest: str) -> Iterator[MessageItem]:
        if self._reader is not None:
            return
        if self._statements == 0:
            yield from self._message_head(statement, open_, digest)
        self._statements += 1
        name, kind = CONTAINERS[self._kind]
        assert self._body is not None
        body = local(self._body)
        self._reader = StatementReader(
            statement, kind, f"/Document/{body}/{name}[{self._statements}]"
        )

    def _message_head(self, statement: Element, open_: Open, digest: str) -> Iterator[MessageItem]:
        self.messages += 1
        message_id = text(self._header, "MsgId")
        judged = _validated_in_passing(open_, self._kind, self._version)
        sender = bic(child(self._head, "Fr", "FIId")) or statement_sender(statement)
        yield MessageHead(
            self._kind,
            self._version,
            judged == [],
            message_id or digest,
            sender,
            moment(self._header, "CreDtTm"),
            digest,
        )
        assert self._body is not None
        found = Found(self._kind, self._version, self._body, self._head)
        yield from schema_remarks(found, judged)
        if not message_id:
            yield Remark(f"{found.path}/GrpHdr", MISSING_ELEMENT.code, "MsgId", left_out=False)

    def _statement_ends(
        self, statement: Element, open_: Open, digest: str
    ) -> Iterator[MessageItem]:
        yield from self._reader_of(statement, open_, digest)
        assert self._reader is not None
        yield from self._reader.close()
        self._reader = None
        statement.clear()


def forget(entry: Element) -> None:
    """Let go of an entry that has been told, and of the one before it."""
    entry.clear()
    before, above = entry.getprevious(), entry.getparent()
    if before is not None and above is not None and local(before) == "Ntry":
        above.remove(before)


def _validated_in_passing(open_: Open, kind: str, version: str) -> list[Violation] | None:
    """Return where a stream violates its schema, without keeping it; None without a schema."""
    schema = schema_of(kind, version)
    if schema is None:
        return None
    with open_() as source:
        events: Any = etree.iterparse(
            source, events=("end",), tag="{*}Ntry", schema=schema, **_SAFE
        )
        try:
            for _, entry in events:
                forget(entry)
        except etree.XMLSyntaxError:
            # Raised at the end, about a document that is well-formed and violates its schema.
            said = [each for each in events.error_log if each.domain_name == "SCHEMASV"]
            if not said:
                raise
            return [
                Violation("/Document", each.line, shortened(each.message))
                for each in said[:REASONS_MAX]
            ]
    return []
