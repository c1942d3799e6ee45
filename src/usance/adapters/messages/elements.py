"""Reading the elements of ISO 20022 by their local names, whatever the version calls the rest.

What cannot be made sense of raises `Broken`, which knows the element, so that its path can be
told; nothing is computed for the many elements that are right.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Final

from lxml import etree

from usance.adapters.messages.errors import (
    MALFORMED_BIC,
    MALFORMED_DAY,
    MALFORMED_IBAN,
    MALFORMED_INDICATOR,
    MALFORMED_UETR,
    MISSING_ELEMENT,
    NO_CURRENCY,
)
from usance.adapters.messages.xml import path_of
from usance.kernel.errors import NEGATIVE_AMOUNT, Code, Invalid
from usance.kernel.money import Money, parse
from usance.payments.model import Remark

Element = etree._Element  # noqa: SLF001 - lxml gives the class no public name

_DAY: Final = re.compile(r"\s*(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2}|T.*)?\s*", re.DOTALL)
_MOMENT: Final = re.compile(
    r"\s*(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:\d{2})?\s*"
)
BIC: Final = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
UETR: Final = re.compile(
    r"[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}"
)  # SWIFT gpi: a UUID of version 4 in small letters
_IBAN: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_NOT_PROVIDED: Final = frozenset({"NOTPROVIDED", "NOT PROVIDED", "NONREF"})
_TEXT_MAX: Final = 2_000


class Broken(Exception):
    """An element cannot be read. below: what is missing in it, with its slash, or ""."""

    def __init__(self, code: Code, element: Element, value: str = "", below: str = "") -> None:
        super().__init__(code.code)
        self.code = code
        self.element = element
        self.value = (value or below.rpartition("/")[2])[:140]
        self.below = below

    def remark(self, base: str, root: Element | None, *, left_out: bool = True) -> Remark:
        """Return the remark. base: the path of `root`, below which the element stands."""
        path = base + path_of(self.element, root) + self.below
        return Remark(path, self.code.code, self.value, left_out)


def child(element: Element | None, *names: str) -> Element | None:
    """Return the first element that the names lead to, from one to the next; None if none."""
    for name in names:
        if element is None:
            return None
        element = next(element.iterchildren(f"{{*}}{name}"), None)
    return element


def parts(element: Element | None) -> dict[str, Element]:
    """Return the children of an element by name, the first of each.

    Where many are asked for it is one pass instead of one for each name.
    """
    found: dict[str, Element] = {}
    if element is not None:
        for each in element.iterchildren(etree.Element):
            found.setdefault(each.tag.rpartition("}")[2], each)
    return found


def children(element: Element | None, name: str) -> Iterator[Element]:
    """Yield the children of a name."""
    if element is not None:
        yield from element.iterchildren(f"{{*}}{name}")


def text(element: Element | None, *names: str) -> str:
    """Return the text of the element that the names lead to, without blanks around; else ""."""
    found = child(element, *names)
    return " ".join((found.text or "").split())[:_TEXT_MAX] if found is not None else ""


def first_text(element: Element | None, *paths: tuple[str, ...]) -> str:
    """Return the first text there is among several places."""
    for names in paths:
        found = text(element, *names)
        if found:
            return found
    return ""


def needed(element: Element, *names: str) -> Element:
    """Return the element that the names lead to. Raises Broken(missing_element)."""
    found = child(element, *names)
    if found is None:
        raise Broken(MISSING_ELEMENT, element, below="/" + "/".join(names))
    return found


def needed_of(own: Mapping[str, Element], element: Element, name: str) -> Element:
    """Return one of an element's parts. Raises Broken(missing_element)."""
    found = own.get(name)
    if found is None:
        raise Broken(MISSING_ELEMENT, element, below=f"/{name}")
    return found


def reference(element: Element | None, *names: str) -> str:
    """Return a reference, "" where there is none or it says that there is none."""
    found = text(element, *names)
    return "" if found.upper() in _NOT_PROVIDED else found


def money(
    element: Element, currency: str = "", *, above_zero: bool = False, past: bool = False
) -> Money:
    """Return the amount in an element. currency: where it names none of its own.

    past: see `parse`. Raises Broken: no_currency, unknown_currency, currency_withdrawn,
    malformed_amount, too_many_decimals, negative_amount, amount_too_large.
    """
    named = (element.get("Ccy") or "").strip() or currency
    if not named:
        raise Broken(NO_CURRENCY, element, below="/@Ccy")
    written = (element.text or "").strip().removeprefix("+")
    if written.startswith("."):
        written = f"0{written}"
    try:
        amount = parse(written or "?", named, past=past)
    except Invalid as wrong:
        below = "/@Ccy" if wrong.field.endswith("currency") else ""
        raise Broken(wrong.code, element, wrong.value, below) from wrong
    if amount.minor < 0 or (above_zero and amount.minor == 0):
        raise Broken(NEGATIVE_AMOUNT, element, written)
    return amount


def is_credit(element: Element) -> bool:
    """Return whether an element's CdtDbtInd is CRDT. Raises Broken(malformed_indicator)."""
    return credit_said(needed(element, "CdtDbtInd"))


def credit_said(indicator: Element) -> bool:
    """Return whether a CdtDbtInd is CRDT. Raises Broken(malformed_indicator)."""
    said = text(indicator)
    if said not in {"CRDT", "DBIT"}:
        raise Broken(MALFORMED_INDICATOR, indicator, said)
    return said == "CRDT"


def is_true(said: str) -> bool:
    """Return what an xs:boolean says; "" is false."""
    return said in {"true", "1"}


def day(element: Element | None) -> date | None:
    """Return the day in an element: its own text, or that of its Dt or DtTm. Broken if it is none.

    The day is the one that is written: the sender's own, whatever the time zone.
    """
    if element is None:
        return None
    if len(element):
        for name in ("Dt", "DtTm"):
            inner = child(element, name)
            if inner is not None:
                return day(inner)
    said = text(element)
    hit = _DAY.fullmatch(said)
    try:
        return date.fromisoformat(hit[1] if hit else "")
    except ValueError as wrong:
        raise Broken(MALFORMED_DAY, element, said) from wrong


def moment(element: Element | None, *names: str) -> datetime | None:
    """Return the moment that the names lead to, None where there is none that can be read.

    Without an offset it is taken as UTC: it is for show and for order, no money hangs on it.
    """
    hit = _MOMENT.fullmatch(text(element, *names))
    if hit is None:
        return None
    fraction = (hit[2] or "0")[:6].ljust(6, "0")
    offset = "+00:00" if hit[3] in {None, "Z"} else hit[3]
    try:
        return datetime.fromisoformat(f"{hit[1]}.{fraction}{offset}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def account(element: Element | None) -> str:
    """Return the number of an account element: its IBAN, or whatever other id it has."""
    found = first_text(
        element,
        ("Id", "IBAN"),
        ("Id", "Othr", "Id"),
        ("Id", "BBAN"),
        ("Id", "PrtryAcct", "Id"),
        ("Id", "UPIC"),
        ("Prxy", "Id"),
    )
    return "".join(found.split())


def bic(agent: Element | None) -> str:
    """Return the BIC of an agent element, "" where it has none."""
    institution = child(agent, "FinInstnId")
    return first_text(
        institution, ("BICFI",), ("BIC",), ("BICOrBEI",), ("CmbndId", "BIC"), ("CmbndId", "BICFI")
    )


def is_iban(written: str) -> bool:
    """Return whether a number has the form and the check digits of an IBAN (ISO 13616)."""
    if not _IBAN.fullmatch(written):
        return False
    return int("".join(str(int(each, 36)) for each in written[4:] + written[:4])) % 97 == 1


def require_iban(element: Element | None) -> None:
    """Raise Broken(malformed_iban) where an account gives an IBAN that is none."""
    iban = child(element, "Id", "IBAN")
    if iban is not None and not is_iban("".join(text(iban).split())):
        raise Broken(MALFORMED_IBAN, iban, text(iban))


def require_bic(agent: Element | None) -> None:
    """Raise Broken(malformed_bic) where an agent gives a BIC that does not have the form."""
    for name in ("BICFI", "BIC"):
        element = child(agent, "FinInstnId", name)
        if element is not None and not BIC.fullmatch(text(element)):
            raise Broken(MALFORMED_BIC, element, text(element))


def require_uetr(element: Element | None) -> None:
    """Raise Broken(malformed_uetr) where there is a UETR that is none."""
    if element is not None and not UETR.fullmatch(text(element)):
        raise Broken(MALFORMED_UETR, element, text(element))
