"""What stands in a request at the place that a problem points to.

A refusal says what a rule has found: the payment there is, what is left, the limit. What was sent
is read here from the request itself, once for every problem, so that `value` and `pointer` cannot
say different things.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from fastapi import Request

from usance.api.faults import declares, parts_of, pointer, shown
from usance.kernel.errors import Invalid, Language
from usance.kernel.money import parse

Path = Sequence[str | int]
ABSENT: Final = object()
_ID: Final = re.compile(r"[a-z]{2,8}_[0-9a-z]{26}")
_MONEY: Final = {"amount", "currency"}
_UNSAID: Final = frozenset({"authorization", "cookie"})


def keep(request: Request, parts: list[bytes]) -> None:
    """Remember the parts of a body, which may still arrive, should a problem have to repeat it."""
    request.state.sent = parts


def place_of(request: Request, field: str, value: str = "", at: Path = ()) -> list[str | int]:
    """Return the path to what a refusal is about; none where it is about nothing that was sent.

    field: as a chapter says it, which knows of no request. value: what the refusal found; an id
    is looked for where its field is not. at: the part of the body that is asked about alone.
    """
    parts = [*at, *parts_of(field)]
    for path in _candidates(request, parts_of(field), at):
        if _stands(request, path) or declares(request.scope.get("route"), path):
            return path
    if value:
        found = next((path for path, each in _all(request, at) if each == value), None)
        if found is not None and (_ID.fullmatch(value) or _is_money(_in_body(request, found))):
            return found
    while len(parts) > len(at):
        if _stands(request, parts):
            return parts
        parts.pop()
    return list(at)


def place_of_id(request: Request, value: str, at: Path = ()) -> str:
    """Return the pointer to what was sent and is not there; "" where it was not sent."""
    return next((pointer(path) for path, each in _all(request, at) if each == value), "")


def value_at(request: Request, path: str, field: str, language: Language) -> str:
    """Return what stands at a pointer, in words; "" where nothing does, or it is the whole.

    field: with no pointer, the header that is meant, or `body`.
    """
    if path:
        parts = [part.replace("~1", "/").replace("~0", "~") for part in path[1:].split("/")]
        inside = _in_body(request, parts)
        if inside is ABSENT:
            return shown("", _address(request).get(parts[0], ""))
        return shown(parts[-1], said(inside, language))
    whole = {"method": request.method, "address": request.url.path}
    if field == "body":
        return shown("", said(_body(request), language))
    named = "" if field.lower() in _UNSAID else request.headers.get(field, "")
    return shown("", whole.get(field, named))


def said(value: object, language: Language) -> str:
    """Return a value of JSON in words: money and text as they are, the rest by what it is."""
    zh = language == "zh"
    match value:
        case dict() if _is_money(value):
            return f"{value['amount']} {value['currency']}"
        case dict():
            return "一个对象" if zh else "an object"
        case list():
            return f"{len(value)} 项的列表" if zh else f"a list of {len(value)}"
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case str():
            return value
    return ""


def _body(request: Request) -> Any:  # noqa: ANN401 - any JSON value
    """Return the body, its numbers as they were written; ABSENT where it is no JSON."""
    state = request.state
    if not hasattr(state, "body"):
        try:
            whole = b"".join(getattr(state, "sent", []))
            state.body = json.loads(whole, parse_int=str, parse_float=str, parse_constant=str)
        except (ValueError, RecursionError):
            state.body = ABSENT
    return state.body


def _candidates(request: Request, parts: list[str], at: Path) -> Iterator[list[str | int]]:
    """Yield where a field may stand: as it is called; as an id; further out or in than said."""
    if not parts:
        return
    yield [*at, *parts]
    yield [*at, *parts[:-1], f"{parts[-1]}_id"]
    for dropped in range(1, len(parts)):
        yield [*at, *parts[dropped:]]
    whole = _in_body(request, at)
    for name in whole if isinstance(whole, dict) else ():
        yield [*at, name, *parts]


def _in_body(request: Request, path: Path) -> Any:  # noqa: ANN401 - any JSON value
    """Return what stands at a path of the body."""
    value = _body(request)
    for part in path:
        match value:
            case dict() if part in value:
                value = value[part]
            case list() if str(part).isdecimal() and int(part) < len(value):
                value = value[int(part)]
            case _:
                value = ABSENT
    return value


def _stands(request: Request, path: Path) -> bool:
    if _in_body(request, path) is not ABSENT:
        return True
    return len(path) == 1 and path[0] in _address(request)


def _address(request: Request) -> Mapping[str, str]:
    """Return what the address names: its own parts, and what stands behind the question mark."""
    own = {name: str(value) for name, value in request.path_params.items()}
    return {**request.query_params, **own}


def _all(request: Request, at: Path) -> Iterator[tuple[list[str | int], str]]:
    """Yield each text that was sent, with its path."""
    for name, value in _address(request).items():
        yield [name], value
    yield from _texts(_in_body(request, at), list(at))


def _is_money(value: object) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == _MONEY
        and all(isinstance(each, str) for each in value.values())
    )


def _money_text(value: Mapping[str, str]) -> str:
    """Return money as the book writes it; as it was sent where it is none."""
    try:
        return str(parse(value["amount"], value["currency"]))
    except (Invalid, IndexError):
        return f"{value['amount']} {value['currency']}"


def _texts(value: object, path: list[str | int]) -> Iterator[tuple[list[str | int], str]]:
    match value:
        case str():
            yield path, value
        case dict() if _is_money(value):
            yield path, _money_text(value)
        case dict():
            for name, item in value.items():
                yield from _texts(item, [*path, name])
        case list():
            for index, item in enumerate(value):
                yield from _texts(item, [*path, index])
