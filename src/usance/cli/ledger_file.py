"""The lines of a file for `usance ledger apply`; docs/reference/ledger-apply.md describes them.

A line is looked at as a whole: every mistake in it is found, and named as the file's author sees
it. Only a line without any becomes a step.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec

from usance.kernel.records import Record
from usance.ledger.model import ACCOUNT_FLAGS, TRANSFER_FLAGS

ID_MAX: Final = 2**128 - 1
# Besides the ledger's own flags: one that no ledger has, and one that every account has.
_RESERVED: Final = {"reserved": 1 << 15}
ACCOUNT_WORDS: Final = {**ACCOUNT_FLAGS, "history": 0, **_RESERVED}
TRANSFER_WORDS: Final = {**TRANSFER_FLAGS, **_RESERVED}
_SHOWN_MAX: Final = 60


class AccountLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One account to be created."""

    id: str
    ledger: int = 0
    code: int = 0
    flags: tuple[str, ...] = ()


class TransferLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One transfer to be created."""

    id: str
    debit_account_id: str = "0"
    credit_account_id: str = "0"
    amount: int = 0
    pending_id: str = "0"
    timeout: int = 0
    ledger: int = 0
    code: int = 0
    flags: tuple[str, ...] = ()


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="op"):
    """One line of the file."""


class AccountsStep(Step, frozen=True, tag="create_accounts"):
    """Create accounts."""

    events: tuple[AccountLine, ...]


class TransfersStep(Step, frozen=True, tag="create_transfers"):
    """Create transfers. value_date: the book's today where none is given."""

    events: tuple[TransferLine, ...]
    value_date: date | None = None


class CloseStep(Step, frozen=True, tag="close_period"):
    """Close all value dates up to and with a day."""

    day: date


class LookupAccounts(Step, frozen=True, tag="lookup_accounts"):
    """Show accounts and what is on them."""

    ids: tuple[str, ...]


class LookupTransfers(Step, frozen=True, tag="lookup_transfers"):
    """Show transfers."""

    ids: tuple[str, ...]


class ClockStep(Step, frozen=True, tag="clock"):
    """Set the book's time forward; what is due by then happens."""

    seconds: int


AnyStep = AccountsStep | TransfersStep | CloseStep | LookupAccounts | LookupTransfers | ClockStep


class Mistake(Record, frozen=True):
    """What is wrong with a line: the event (from 0; None for the line), field, value, remedy."""

    event: int | None
    field: str
    value: str
    remedy: str


class Line(msgspec.Struct, frozen=True):
    """A line of a file: a step, or what is wrong with it."""

    number: int
    step: AnyStep | None
    mistakes: tuple[Mistake, ...] = ()


def read_lines(file: Path) -> Iterator[Line]:
    """Read a file's lines, numbered from 1. Empty lines are passed over."""
    for number, text in enumerate(file.read_bytes().splitlines(), 1):
        if text.strip():
            yield _line(number, text)


def _line(number: int, text: bytes) -> Line:
    try:
        said = msgspec.json.decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError):
        shown = text.decode(errors="replace").strip()[:_SHOWN_MAX]
        return Line(number, None, (Mistake(None, "", shown, "Write one JSON object on the line."),))
    mistakes = tuple(_mistakes(said))
    return Line(number, None if mistakes else msgspec.convert(said, AnyStep), mistakes)


def uuid_of(text: str) -> UUID:
    """Return a 128-bit id as the ledger takes it."""
    return UUID(int=int(text))


# What a field must be: returns what to write instead, "" where it is right.
_Rule = Callable[[Any], str]


def _id(value: Any) -> str:  # noqa: ANN401 - anything that JSON can say
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,39}", value) and int(value) <= ID_MAX:
        return ""
    return 'Write a number below 2^128 in decimal digits, as a string: "17".'


def _below(end: int, shown: str) -> _Rule:
    def rule(value: Any) -> str:  # noqa: ANN401
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < end:
            return ""
        return f"Write a whole number from 0 and below {shown}, without quotes."

    return rule


def _day(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            date.fromisoformat(value)
        except ValueError:
            pass
        else:
            return ""
    return 'Write a day of the calendar: "2026-01-31".'


_NUMBERS: Final[Mapping[str, _Rule]] = {
    "ledger": _below(2**32, "2^32"),
    "code": _below(2**16, "2^16"),
}
_ACCOUNT: Final[Mapping[str, _Rule]] = {"id": _id, **_NUMBERS}
_TRANSFER: Final[Mapping[str, _Rule]] = {
    "id": _id,
    "debit_account_id": _id,
    "credit_account_id": _id,
    "amount": _below(2**128, "2^128"),
    "pending_id": _id,
    "timeout": _below(2**63, "2^63"),
    **_NUMBERS,
}
# By op: what else a line has, and what it must have; the fields and the flags of its events.
_FIELDS: Final[Mapping[str, Mapping[str, _Rule]]] = {
    "create_accounts": {},
    "create_transfers": {"value_date": _day},
    "close_period": {"day": _day},
    "lookup_accounts": {},
    "lookup_transfers": {},
    "clock": {"seconds": _below(2**32, "2^32")},
}
_MUST: Final[Mapping[str, str]] = {
    "create_accounts": "events",
    "create_transfers": "events",
    "close_period": "day",
    "lookup_accounts": "ids",
    "lookup_transfers": "ids",
    "clock": "seconds",
}
_EVENTS: Final[Mapping[str, tuple[Mapping[str, _Rule], Mapping[str, int]]]] = {
    "create_accounts": (_ACCOUNT, ACCOUNT_WORDS),
    "create_transfers": (_TRANSFER, TRANSFER_WORDS),
}


def _mistakes(said: Any) -> Iterator[Mistake]:  # noqa: ANN401 - anything that JSON can say
    if not isinstance(said, dict):
        yield _mistake(None, "", said, "Write one JSON object on the line.")
        return
    op = said.get("op")
    if not isinstance(op, str) or op not in _FIELDS:
        yield _mistake(None, "op", op, f"Write one of {', '.join(_FIELDS)}.")
        return
    must = _MUST[op]
    lists = {must} - _FIELDS[op].keys()
    rest = {name: value for name, value in said.items() if name not in {"op", *lists}}
    yield from _wrong_fields(None, rest, _FIELDS[op], lists)
    if must not in said:
        yield _mistake(None, must, None, f"Write it: a line {op} has {must}.")
    elif must == "events":
        yield from _wrong_events(said[must], *_EVENTS[op])
    elif must == "ids":
        yield from _wrong_ids(said[must])


def _wrong_ids(ids: Any) -> Iterator[Mistake]:  # noqa: ANN401
    if not isinstance(ids, list):
        yield _mistake(None, "ids", ids, 'Write a list: ["1", "2"].')
        return
    for at, each in enumerate(ids):
        if remedy := _id(each):
            yield _mistake(None, f"ids[{at}]", each, remedy)


def _wrong_events(
    events: Any,  # noqa: ANN401
    fields: Mapping[str, _Rule],
    words: Mapping[str, int],
) -> Iterator[Mistake]:
    if not isinstance(events, list):
        yield _mistake(None, "events", events, 'Write a list of objects: [{"id": "1"}].')
        return
    for at, event in enumerate(events):
        if not isinstance(event, dict):
            yield _mistake(at, "", event, 'Write an object: {"id": "1"}.')
            continue
        rest = {name: value for name, value in event.items() if name != "flags"}
        if "id" not in event:
            yield _mistake(at, "id", None, _id(None))
        yield from _wrong_fields(at, rest, fields, {"flags"})
        yield from _wrong_flags(at, event.get("flags", []), words)


def _wrong_flags(at: int, flags: Any, words: Mapping[str, int]) -> Iterator[Mistake]:  # noqa: ANN401
    if not isinstance(flags, list):
        yield _mistake(at, "flags", flags, 'Write a list of names: ["linked"].')
        return
    for flag in flags:
        if not isinstance(flag, str) or flag not in words:
            yield _mistake(at, "flags", flag, f"Write one of {', '.join(words)}.")


def _wrong_fields(
    at: int | None, said: Mapping[str, Any], fields: Mapping[str, _Rule], others: set[str]
) -> Iterator[Mistake]:
    for name, value in said.items():
        if name not in fields:
            there = ", ".join(sorted({*fields, *others}))
            remedy = f"Leave it out, or mend its name; there are {there}."
            yield _mistake(at, name[:_SHOWN_MAX], value, remedy)
        elif remedy := fields[name](value):
            yield _mistake(at, name, value, remedy)


def _mistake(event: int | None, field: str, value: Any, remedy: str) -> Mistake:  # noqa: ANN401
    shown = "nothing" if value is None else json.dumps(value, ensure_ascii=False)[:_SHOWN_MAX]
    return Mistake(event, field, shown, remedy)
