"""Text that banks send: decoded whatever they call it, split into lines that keep their numbers."""

import codecs
import re
from typing import Final, NamedTuple

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ENDS: Final = re.compile(r"\r\n|\n|\r")
# What no table keeps and nobody can read; a tab and the line ends stay.
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


class Line(NamedTuple):
    """A line of a file. number: from 1."""

    number: int
    text: str


def decoded(raw: bytes, encoding: str = "") -> str:
    """Return the text of bytes: by their mark, else as `encoding`, else UTF-8, else Latin-1.

    Characters that cannot be seen are taken out. Raises UnicodeDecodeError or LookupError where
    `encoding` is named and wrong.
    """
    for mark, named in _BOMS:
        if raw.startswith(mark):
            return _seen(raw.decode(named, "replace"))
    if encoding:
        return _seen(raw.decode(encoding))
    try:
        return _seen(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return _seen(raw.decode("cp1252", "replace"))


def _seen(text: str) -> str:
    return _UNSEEN.sub("", text)


def lines_of(text: str) -> list[Line]:
    """Return the lines of a text, without their ends, numbered from 1."""
    return [Line(number, line) for number, line in enumerate(_ENDS.split(text), 1)]
