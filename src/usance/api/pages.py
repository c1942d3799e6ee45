"""Lists by cursor: a page ends where its last row stands, so rows added meanwhile do no harm."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final, TypeVar

from fastapi import Query

from usance.api.errors import MALFORMED_CURSOR
from usance.kernel.errors import Invalid
from usance.kernel.ids import Id
from usance.kernel.records import Record

I = TypeVar("I", bound=Id)  # noqa: E741 - an id
R = TypeVar("R", bound=Record)
LIMIT_MAX: Final = 100
Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX, description="How many at most.")]
Cursor = Annotated[str | None, Query(max_length=200, description="next_cursor of the page before.")]
_POSITION_MAX: Final = 2**63 - 1
_JOINT: Final = "/"


class PageOf(Record, frozen=True):
    """Rows of one page and where the next begins."""

    data: list[Any]
    has_more: bool
    next_cursor: str | None


def page(name: str, rows: Sequence[R], limit: int, key: Callable[[R], object]) -> PageOf:
    """Return a page of `rows`, of which one more than `limit` was read.

    name: of the list, so that a cursor of another list is refused. key: what its order is by.
    """
    shown = list(rows[:limit])
    has_more = len(rows) > limit
    return PageOf(shown, has_more, _written(name, key(shown[-1])) if has_more else None)


def after_id(name: str, cursor: str | None, kind: type[I]) -> I | None:
    """Return the id behind which a page begins, None at the beginning.

    Raises Invalid(malformed_cursor).
    """
    if cursor is None:
        return None
    text = _read(name, cursor)
    try:
        if text.startswith(f"{kind.prefix}_"):
            return kind(text)
    except Invalid as why:
        raise MALFORMED_CURSOR.invalid("cursor", cursor[:40]) from why
    raise MALFORMED_CURSOR.invalid("cursor", cursor[:40])


def after_position(name: str, cursor: str | None) -> int:
    """Return the number behind which a page begins, 0 at the beginning."""
    if cursor is None:
        return 0
    text = _read(name, cursor)
    if not (text.isascii() and text.isdecimal() and int(text) <= _POSITION_MAX):
        raise MALFORMED_CURSOR.invalid("cursor", cursor[:40])
    return int(text)


def after_place(name: str, cursor: str | None, kind: type[I]) -> tuple[int, I] | None:
    """Return the number and the id behind which a page begins, None at the beginning.

    Raises Invalid(malformed_cursor). Its `key` is `place`.
    """
    if cursor is None:
        return None
    number, _, text = _read(name, cursor).partition(_JOINT)
    try:
        if number.isascii() and number.isdecimal() and int(number) <= _POSITION_MAX:
            return int(number), kind(text)
    except Invalid as why:
        raise MALFORMED_CURSOR.invalid("cursor", cursor[:40]) from why
    raise MALFORMED_CURSOR.invalid("cursor", cursor[:40])


def place(number: int, identifier: Id) -> str:
    """Return what a list has as its key that is ordered by a number and then by ids."""
    return f"{number}{_JOINT}{identifier}"


def after_text(name: str, cursor: str | None) -> str:
    """Return the text behind which a page begins, "" at the beginning."""
    return "" if cursor is None else _read(name, cursor)


def _written(name: str, last: object) -> str:
    return base64.urlsafe_b64encode(f"{name}:{last}".encode()).decode().rstrip("=")


def _read(name: str, cursor: str) -> str:
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        told, _, last = base64.b64decode(padded, b"-_", validate=True).decode().partition(":")
    except (binascii.Error, UnicodeError) as why:
        raise MALFORMED_CURSOR.invalid("cursor", ascii(cursor)[:40]) from why
    if told != name or not last.isprintable():
        raise MALFORMED_CURSOR.invalid("cursor", ascii(cursor)[:40])
    return last


def whole(rows: Sequence[Record]) -> PageOf:
    """Return a list that is always short as its one page."""
    return PageOf(list(rows), has_more=False, next_cursor=None)
