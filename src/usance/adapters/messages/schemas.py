"""The schemas of ISO 20022 that ship: loaded when first needed, once."""

from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from lxml import etree

from usance.adapters.messages.xml import NAMESPACE, Found, local, path_of, space

_FOLDER: Final = "xsd"
REASONS_MAX: Final = 20


class Violation(NamedTuple):
    """Where a document does not keep to its schema. line: in the file, from 1."""

    path: str
    line: int
    reason: str


@cache
def schema_of(type_: str, version: str) -> etree.XMLSchema | None:
    """Return the schema of a message, None where none ships."""
    source = files("usance.adapters.messages").joinpath(_FOLDER, f"{type_}.{version}.xsd")
    if not version or not source.is_file():
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.XMLSchema(etree.fromstring(source.read_bytes(), parser))


def violations(found: Found) -> list[Violation] | None:
    """Return where a message violates its schema; None where there is no schema for it.

    A message without the namespace of its version, or with an old one, is judged as if it had it.
    """
    schema = schema_of(found.type, found.version)
    if schema is None:
        return None
    document = found.document
    if space(document) != f"{NAMESPACE}{found.type}.{found.version}":
        document = _renamed(document, f"{NAMESPACE}{found.type}.{found.version}")
    elif document.getparent() is not None:
        document = _alone(document)
    schema.validate(document)
    return _reasons(document, schema)


def _renamed(document: etree._Element, official: str) -> etree._Element:
    copied = _alone(document)
    for element in copied.iter(etree.Element):
        element.tag = f"{{{official}}}{local(element)}"
    if local(copied) != "Document":
        whole = etree.Element(f"{{{official}}}Document")
        whole.append(copied)
        return whole
    return copied


def _alone(document: etree._Element) -> etree._Element:
    """Return a document as a tree of its own: the schema knows nothing of envelopes."""
    copied: etree._Element = etree.fromstring(etree.tostring(document, with_tail=False))
    return copied


def _reasons(document: etree._Element, schema: etree.XMLSchema) -> list[Violation]:
    found: list[Violation] = []
    log: Any = schema.error_log
    for error in log:
        if len(found) == REASONS_MAX:
            break
        path = _named_path(document, error.path or "")
        found.append(Violation(path, error.line, shortened(error.message)))
    return found


def shortened(reason: str) -> str:
    """Return libxml2's reason without the long half of its namespaces."""
    return " ".join(reason.replace(f"{{{NAMESPACE}", "{").split())[:300]


def _named_path(document: etree._Element, path: str) -> str:
    """Return libxml2's path to an element, which counts instead of naming, with its names."""
    spaces = {prefix: space for prefix, space in document.nsmap.items() if prefix}
    try:
        hits: Any = document.getroottree().xpath(path, namespaces=spaces)
    except etree.XPathError:
        return path
    return path_of(hits[0]) if isinstance(hits, list) and hits else path


def validate(document: etree._Element, type_: str, version: str) -> list[Violation] | None:
    """Return where a document that we made violates its schema; None where there is none."""
    schema = schema_of(type_, version)
    if schema is None:
        return None
    schema.validate(document)
    return _reasons(document, schema)
