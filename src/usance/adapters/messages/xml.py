"""XML that strangers send: parsed without entities, network or document types; the message found.

A message may stand alone, in an envelope (SOAP, BizMsgEnvlp, DataPDU), beside its business
application header, or as text inside another element. Its type and version come from its
namespace, else from its header, else from the name of its first element.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from lxml import etree

from usance.adapters.messages.errors import (
    DOCTYPE_FORBIDDEN,
    MALFORMED_XML,
    NOT_A_MESSAGE,
    UNSUPPORTED_MESSAGE,
    WRONG_ENCODING,
)
from usance.kernel.errors import Invalid

# What a message's one element is called, whatever the version.
BODIES: Final = {
    "CstmrCdtTrfInitn": "pain.001",
    "CstmrPmtStsRpt": "pain.002",
    "FIToFIPmtStsRpt": "pacs.002",
    "PmtRtr": "pacs.004",
    "FIToFICstmrCdtTrf": "pacs.008",
    "FICdtTrf": "pacs.009",
    "FinInstnCdtTrf": "pacs.009",
    "BkToCstmrAcctRpt": "camt.052",
    "BkToCstmrStmt": "camt.053",
    "BkToCstmrDbtCdtNtfctn": "camt.054",
    "FIToFIPmtStsReq": "pacs.028",
    "CstmrPmtCxlReq": "camt.055",
    "FIToFIPmtCxlReq": "camt.056",
    "RsltnOfInvstgtn": "camt.029",
}
_KNOWN: Final = frozenset(BODIES.values())
NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:"
_NAME: Final = re.compile(
    r"\b(acmt|admi|auth|camt|head|pacs|pain|remt|tsin|tsmt|tsrv)\.(\d{3})\.(\d{3}\.\d{2})"
)
_HEADS: Final = frozenset({"AppHdr", "BusinessApplicationHeader", "BusinessApplicationHeaderV01"})
# What may stand before the first element. NUL bytes are taken out before: it is UTF-16 then.
_PROLOG: Final = re.compile(
    rb"(?:\xef\xbb\xbf|\xfe\xff|\xff\xfe)?(?:\s+|<\?.*?\?>|<!--.*?-->)*(<!DOCTYPE)?",
    re.DOTALL | re.IGNORECASE,
)
_DECLARED: Final = re.compile(rb"<\?xml[^>]*?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_PROLOG_BYTES: Final = 1 << 16
# A message in the text of another: how often one may be inside the other.
_NESTED_MAX: Final = 3
_BOMS: Final = (b"\xef\xbb\xbf", b"\xfe\xff", b"\xff\xfe")


class Found(NamedTuple):
    """A message in a file: its type (`camt.053`), its version (`001.02`, or "") and where it is.

    body: its one element below Document. head: the application header beside it, or None.
    """

    type: str
    version: str
    body: etree._Element
    head: etree._Element | None

    @property
    def document(self) -> etree._Element:
        """The element the schema is about: Document, or the body where there is none."""
        above = self.body.getparent()
        return above if above is not None and local(above) == "Document" else self.body

    @property
    def path(self) -> str:
        """Where the body stands: `/Document/BkToCstmrStmt`."""
        name = local(self.body)
        return f"/{name}" if self.document is self.body else f"/Document/{name}"


def parse(raw: bytes) -> etree._Element:
    """Return the root of a document.

    Raises Invalid: doctype_forbidden, malformed_xml, wrong_encoding. Entities are never resolved,
    nothing is fetched, and what is too deep or too long for libxml2's own limits is malformed.
    """
    text = raw.strip() if not raw.startswith(_BOMS) else raw
    refuse_doctype(text)
    try:
        root = etree.fromstring(text, _parser())
    except etree.XMLSyntaxError as broken:
        root = _in_utf_8(text, broken)
    except (LookupError, ValueError) as broken:
        raise WRONG_ENCODING.invalid("", _shown(broken)) from broken
    if root is None:
        raise MALFORMED_XML.invalid("", "there is no element in it")
    refuse_declared(root)
    return root


def _parser(encoding: str | None = None) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
        encoding=encoding,
    )


def _in_utf_8(text: bytes, broken: etree.XMLSyntaxError) -> etree._Element:
    """Return the root of a document that declares another encoding and is UTF-8 all the same.

    Programs that build a message as text of two-byte characters often leave `UTF-16` in its head.
    """
    declared = _DECLARED.match(text[:200])
    said = declared.group(1).decode().lower() if declared else ""
    if said in {"", "utf-8", "utf8"} or not _is_utf_8(text):
        raise fault_of(broken) from broken
    try:
        return etree.fromstring(text, _parser("utf-8"))
    except (etree.XMLSyntaxError, LookupError, ValueError) as again:
        raise fault_of(broken) from again


def _is_utf_8(text: bytes) -> bool:
    try:
        return "\0" not in text.decode("utf-8")
    except UnicodeDecodeError:
        return False


def fault_of(broken: etree.XMLSyntaxError) -> Invalid:
    """Return what to raise for a document that libxml2 could not parse."""
    said = str(broken.msg or "it is cut off")
    wrong_bytes = ("encod", "not proper UTF-8", "invalid character", "Invalid bytes")
    code = WRONG_ENCODING if any(word in said for word in wrong_bytes) else MALFORMED_XML
    return code.invalid("", _shown(said))


def _shown(said: object) -> str:
    return " ".join(str(said).split())[:160]


def refuse_doctype(start: bytes) -> None:
    """Raise Invalid(doctype_forbidden) where a document begins with a document type."""
    prolog = _PROLOG.match(start[:_PROLOG_BYTES].replace(b"\0", b""))
    if prolog is not None and prolog.group(1):
        raise DOCTYPE_FORBIDDEN.invalid()


def refuse_declared(root: etree._Element) -> None:
    """Raise Invalid(doctype_forbidden) where the parser has met a document type after all."""
    about = root.getroottree().docinfo
    if about.internalDTD is not None or about.doctype:
        raise DOCTYPE_FORBIDDEN.invalid()


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace."""
    tag = element.tag
    return str(tag).rpartition("}")[2]


def space(element: etree._Element) -> str:
    """Return the namespace of an element, "" where it has none; lxml's own refuses odd ones."""
    return str(element.tag).rpartition("}")[0].removeprefix("{")


def path_of(element: etree._Element, root: etree._Element | None = None) -> str:
    """Return where an element stands: `/Document/BkToCstmrStmt/Stmt/Ntry[3]/Amt`.

    root: what the path begins below, and leaves out; None for the whole document. Elements that
    have sisters of the same name carry their number.
    """
    names: list[str] = []
    at: etree._Element | None = element
    while at is not None and at is not root:
        names.append(local(at) + _number(at))
        at = at.getparent()
    return "".join(f"/{name}" for name in reversed(names))


def _number(element: etree._Element) -> str:
    name = element.tag
    before = sum(1 for each in element.itersiblings(preceding=True) if each.tag == name)
    if before == 0 and all(each.tag != name for each in element.itersiblings()):
        return ""
    return f"[{before + 1}]"


def named(text: str) -> tuple[str, str] | None:
    """Return type and version of a message's full name in `text`: (`camt.053`, `001.02`)."""
    hit = _NAME.search(text)
    return (f"{hit[1]}.{hit[2]}", hit[3]) if hit else None


def find_messages(root: etree._Element) -> list[Found]:
    """Return every message in a document, in order.

    Raises Invalid: not_a_message where there is none, unsupported_message where there are only
    some of other types.
    """
    found = list(_found(root, 0))
    if not found:
        other = _other_type(root)
        if other:
            raise UNSUPPORTED_MESSAGE.invalid("", other)
        raise NOT_A_MESSAGE.invalid("", f"<{local(root)[:40]}>")
    return found


def _found(root: etree._Element, depth: int) -> Iterator[Found]:
    head: etree._Element | None = None
    inside: etree._Element | None = None
    for element in root.iter(etree.Element):
        if inside is not None and _is_below(element, inside):
            continue
        inside = None
        name = local(element)
        if name in _HEADS:
            head = inside = element
        elif _is_body(name):
            inside = element
            yield _identified(element, head)
            head = None
        elif depth < _NESTED_MAX and element.text and element.text.lstrip()[:1] == "<":
            yield from _in_text(element.text, depth)


def _is_below(element: etree._Element, above: etree._Element) -> bool:
    return any(parent is above for parent in element.iterancestors())


def _is_body(name: str) -> bool:
    if name in BODIES:
        return True
    # The first versions call the body by the message's own name.
    hit = named(name)
    return hit is not None and hit[0] in _KNOWN


def _in_text(text: str, depth: int) -> Iterator[Found]:
    """Yield the messages in the text of an element, whether in CDATA or escaped."""
    try:
        # What declared another encoding was decoded with the element it stands in.
        bare = re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1)
        inner = parse(bare.encode("utf-8"))
    except Invalid as broken:
        if broken.code is DOCTYPE_FORBIDDEN:
            raise
        return
    yield from _found(inner, depth + 1)


def _identified(body: etree._Element, head: etree._Element | None) -> Found:
    name = local(body)
    said = named(space(body)) or named(name)
    if head is not None and said is None:
        definition = next(head.iter("{*}MsgDefIdr"), None)
        said = named((definition.text or "") if definition is not None else "")
    kind = BODIES.get(name) or (said[0] if said else "")
    version = said[1] if said and said[0] == kind else ""
    return Found(kind, version, body, head)


def _other_type(root: etree._Element) -> str:
    """Return the full name of a message of another type, "" where there is none."""
    for element in root.iter(etree.Element):
        name = local(element)
        hit = named(space(element)) or named(name)
        if hit and not hit[0].startswith("head."):
            return f"{hit[0]}.{hit[1]}"
    return ""
