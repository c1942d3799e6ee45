"""ISO 20022 in JSON: the same elements, written as objects; read as the XML they stand for."""

import re
from typing import Any, Final

import msgspec
from lxml import etree

from usance.adapters.messages.errors import MALFORMED_XML

# What JSON dialects call the text of an element that has attributes.
_TEXTS: Final = frozenset({"amt", "value", "#text", "$", "Value", "_"})
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9._]{0,60}")
_DEPTH_MAX: Final = 60


def looks_like_json(raw: bytes) -> bool:
    """Return whether bytes begin as a message in JSON."""
    return raw[:1] == b"{" and not raw.startswith(b"{1:") and b'"' in raw[:200]


def as_element(raw: bytes) -> etree._Element:
    """Return the element that a document in JSON stands for.

    Raises Invalid(malformed_xml) for what is no JSON, or has names that no element may have.
    """
    try:
        said = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as broken:
        raise MALFORMED_XML.invalid("", str(broken)[:160]) from broken
    root = etree.Element("Json")
    _fill(root, said, 0)
    return root


def _fill(element: etree._Element, said: Any, depth: int) -> None:  # noqa: ANN401 - any JSON
    if depth > _DEPTH_MAX:
        raise MALFORMED_XML.invalid("", "it is nested too deeply")
    if not isinstance(said, dict):
        element.text = _text(said)
        return
    for name, value in said.items():
        if name in _TEXTS and not isinstance(value, dict | list):
            element.text = _text(value)
        elif name.lstrip("@") == "Ccy":
            element.set("Ccy", _text(value))
        elif name.startswith("@") or name == "xmlns":
            continue
        elif _NAME.fullmatch(name):
            for each in value if isinstance(value, list) else [value]:
                _fill(etree.SubElement(element, name), each, depth + 1)
        else:
            raise MALFORMED_XML.invalid("", f"{name[:40]!r} is no name of an element")


def _text(said: Any) -> str:  # noqa: ANN401 - any JSON
    if isinstance(said, bool):
        return "true" if said else "false"
    text = "" if said is None or isinstance(said, list | dict) else str(said)
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
