"""References in one spelling, so that the same name is found however a bank has written it."""

import re
from typing import Final

from usance.kernel.errors import Invalid
from usance.kernel.ids import parse_any

_MARKS: Final = re.compile(r"[\s\-./_:]+")
_HEX: Final = re.compile(r"[0-9A-F]{32}")
# What banks write where there is no reference.
_NOTHING: Final = frozenset({"", "NOTPROVIDED", "NOTAVAILABLE", "NONREF", "NOREF", "NA", "NONE"})
_PRINTED: Final = 30


def name_key(text: str) -> str:
    """Return a reference in one spelling, "" where it names nothing.

    An id of ours is its 32 hexadecimal digits, whether it was printed or written as a UUID.
    """
    if not text:
        return ""
    if text[3:4] == "_" and len(text) == _PRINTED:
        try:
            return parse_any(text.lower()).hex.upper()
        except Invalid:
            pass
    key = _MARKS.sub("", text).upper()
    return "" if key in _NOTHING else key


def words_of(text: str) -> str:
    """Return a name of a party as it is compared: capitals, single blanks, no marks."""
    return " ".join(re.sub(r"[^\w]+", " ", text.upper()).split())
