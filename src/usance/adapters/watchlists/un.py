"""The United Nations Security Council Consolidated List, as XML.

Publisher's description: https://main.un.org/securitycouncil/en/content/un-sc-consolidated-list.
The parser refuses document types, so no entity is ever expanded and nothing is fetched.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from importlib.resources import files as package_files
from typing import Any, Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from usance.risk.errors import UNREADABLE_LIST
from usance.risk.model import EntityKind, ListedEntity
from usance.risk.ports import Reading, Reject

_NAME_PARTS: Final = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
# "Jin Tiesan (金铁三)", "Abubakar (original script: Абубакар)": two names in one field.
_IN_BRACKETS: Final = re.compile(
    r"^(?P<name>[^(]*)\((?:original script:\s*)?(?P<original>[^)]*[^\x00-\u024f][^)]*)\)\s*$",
    re.IGNORECASE,
)
# "Safia Al-Hadad, born 1 Jan. 1953 (Oman passport no. …": a name and then a life.
_BIOGRAPHY: Final = re.compile(r"[,;(]?\s*\b(?:born|dob|passport|date of birth)\b", re.IGNORECASE)
_YEAR: Final = re.compile(r"\b(1[89]\d\d|20\d\d)\b")


class UnConsolidatedList:
    """Reads `un.xml`."""

    code = "un"
    source = "United Nations Security Council Consolidated List"
    files = ("un.xml",)

    def translate(self, files: Mapping[str, bytes]) -> Reading:
        """See risk.ports.Watchlist."""
        root = _parse(files["un.xml"])
        entities: list[ListedEntity] = []
        rejects: list[Reject] = []
        for element, kind in _entries(root):
            entry_id = _text(element, "REFERENCE_NUMBER") or _text(element, "DATAID")
            names = tuple(dict.fromkeys(_names(element)))
            if not entry_id or not names:
                missing = "name" if entry_id else "reference number"
                rejects.append(Reject(f"un.xml: {entry_id or 'an entry'}", f"It has no {missing}."))
                continue
            entities.append(
                ListedEntity(
                    self.code, entry_id, names, kind, _birth_years(element), _countries(element)
                )
            )
        return Reading(tuple(entities), tuple(rejects), _published_on(root))

    def shipped(self) -> Mapping[str, bytes]:
        """Return the sample that comes with the package, for `translate`."""
        data = package_files("usance.adapters.watchlists") / "data"
        return {"un.xml": (data / "un_sample.xml").read_bytes()}


def _parse(raw: bytes) -> Element:
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        parser.Parse(raw, True)
    except expat.ExpatError as broken:
        raise UNREADABLE_LIST.invalid("un.xml", str(broken)) from broken
    root: Element = builder.close()
    if root.tag != "CONSOLIDATED_LIST":
        raise UNREADABLE_LIST.invalid("un.xml", f"it begins with <{root.tag[:40]}>")
    return root


def _refuse_document_type(*_declaration: Any) -> None:  # noqa: ANN401 - expat's own signature
    raise UNREADABLE_LIST.invalid("un.xml", "it declares a document type")


def _entries(root: Element) -> Iterator[tuple[Element, EntityKind]]:
    for element in root.iterfind("INDIVIDUALS/INDIVIDUAL"):
        yield element, EntityKind.PERSON
    for element in root.iterfind("ENTITIES/ENTITY"):
        is_vessel = (_text(element, "FIRST_NAME") or "").upper().startswith(("M/V ", "MV "))
        yield element, EntityKind.VESSEL if is_vessel else EntityKind.ORGANISATION


def _text(element: Element, tag: str) -> str:
    return " ".join((element.findtext(tag) or "").split())


def _names(element: Element) -> Iterator[str]:
    """Yield the primary name, the one in its own script, then the aliases.

    An alias of low quality that is one word alone names too many people and stays out.
    """
    primary = " ".join(filter(None, (_text(element, part) for part in _NAME_PARTS)))
    yield from filter(None, (primary, _text(element, "NAME_ORIGINAL_SCRIPT")))
    for tag in ("INDIVIDUAL_ALIAS", "ENTITY_ALIAS"):
        for alias in element.iterfind(tag):
            name = _text(alias, "ALIAS_NAME")
            is_weak = _text(alias, "QUALITY").lower() == "low"
            for part in _split(name):
                if part and not (is_weak and " " not in part):
                    yield part


def _split(name: str) -> tuple[str, ...]:
    name = _BIOGRAPHY.split(name)[0].strip()
    both = _IN_BRACKETS.match(name)
    if both is None or not both["name"].strip():
        return (name,)
    return (both["name"].strip(), both["original"].strip())


def _birth_years(element: Element) -> tuple[int, ...]:
    years: set[int] = set()
    for birth in element.iterfind("INDIVIDUAL_DATE_OF_BIRTH"):
        for tag in ("YEAR", "DATE", "FROM_YEAR", "TO_YEAR"):
            years.update(int(year) for year in _YEAR.findall(_text(birth, tag)))
    return tuple(sorted(years))


def _countries(element: Element) -> tuple[str, ...]:
    found = [value.text or "" for value in element.iterfind("NATIONALITY/VALUE")]
    for tag in ("INDIVIDUAL_ADDRESS", "ENTITY_ADDRESS"):
        found.extend(_text(address, "COUNTRY") for address in element.iterfind(tag))
    return tuple(dict.fromkeys(" ".join(name.split()) for name in found if name.strip()))


def _published_on(root: Element) -> date | None:
    try:
        return date.fromisoformat(root.get("dateGenerated", "")[:10])
    except ValueError:
        return None
