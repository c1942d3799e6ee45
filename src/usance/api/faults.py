"""What is wrong with the form of a request, in our words: pydantic's own are English only.

The same request is told its choices, bounds and forms, so that nobody has to look them up.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Final, NamedTuple, Union, get_args, get_origin

from fastapi.exceptions import RequestValidationError

from usance.api.errors import (
    CONTENT_TYPE,
    KEY_MISSING,
    MISSING_FIELD,
    NOT_A_CHOICE,
    NOT_JSON,
    OUT_OF_RANGE,
    UNKNOWN_FIELD,
    UNREADABLE_TEXT,
    WRONG_FORMAT,
    WRONG_TYPE,
    all_codes,
)
from usance.kernel.errors import MALFORMED_INPUT, Code, Language

_SHORT_NUMBER: Final = 4
NOT_SHOWN: Final = "(not shown)"
_PASSWORD: Final = re.compile(r"://[^/?#]*@")
_CARD: Final = re.compile(r"[0-9](?:[ -]?[0-9]){12,18}")
_SECRET_FIELDS: Final = frozenset({"card_token", "iban", "number", "authorization"})
_BY_KIND: Final[Mapping[str, Code]] = {
    "missing": MISSING_FIELD,
    "extra_forbidden": UNKNOWN_FIELD,
    "enum": NOT_A_CHOICE,
    "literal_error": NOT_A_CHOICE,
    "json_invalid": NOT_JSON,
    "string_unicode": UNREADABLE_TEXT,
}
_MOMENT: Final = (
    "a moment with its zone, as in 2026-09-09T12:00:00Z",
    "带时区的时刻,例如 2026-09-09T12:00:00Z",
)
_OBJECT: Final = ("a JSON object", " JSON 对象")
_JSON_LIST: Final = ("a JSON list", " JSON 列表")
# What would have been right, by how pydantic's kinds of error begin.
_FORMS: Final[Mapping[str, tuple[str, str]]] = {
    "bool": ("true or false", " true 或 false"),
    "date": ("a day, as in 2026-09-09", "日期,例如 2026-09-09"),
    "datetime": _MOMENT,
    "dict": _OBJECT,
    "int": ("a whole number", "整数"),
    "list": _JSON_LIST,
    "model": _OBJECT,
    "string": ("text in quotation marks", "带引号的文本"),
    "timezone": _MOMENT,
    "tuple": _JSON_LIST,
    "uuid": (
        "a UUID: 32 hexadecimal digits, as in 0199a0e5-7c00-7000-8000-000000000001",
        " UUID(32 位十六进制),例如 0199a0e5-7c00-7000-8000-000000000001",
    ),
}
_ANY_FORM: Final = ("the type that openapi.json names", " openapi.json 中规定的类型")
_LEAST: Final = ("at least {bound}", "不小于 {bound} 的值")
_MOST: Final = ("at most {bound}", "不大于 {bound} 的值")
_BOUNDS: Final[Mapping[str, tuple[str, str]]] = {
    "ge": _LEAST,
    "gt": ("more than {bound}", "大于 {bound} 的值"),
    "le": _MOST,
    "lt": ("less than {bound}", "小于 {bound} 的值"),
    "min_length": ("{kind} with a length of at least {bound}", "长度至少为 {bound} 的{kind}"),
    "max_length": ("{kind} with a length of at most {bound}", "长度至多为 {bound} 的{kind}"),
}
_LIST: Final = ("a list", "列表")
_TEXT: Final = ("text", "文本")
# Why there is a bound where nothing of the field itself explains it.
_SLIP: Final = (
    "; a day beyond 1990 to 2200 is taken for a slip of the pen",
    ";1990 年至 2200 年以外的日期视为笔误",
)


class Found(NamedTuple):
    """One fault: where it is, what stands there, and what would have been right.

    pointer: RFC 6901. field: the same for people, "" where no field is to blame.
    """

    code: Code
    pointer: str = ""
    field: str = ""
    value: str = ""
    allowed: str = ""


def pointer(path: Sequence[str | int]) -> str:
    """Return the JSON pointer (RFC 6901) of a path; "" is the whole."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def parts_of(field: str) -> list[str]:
    """Return the parts of a field path: of `lines[0].amount` they are lines, 0 and amount."""
    return [part for part in field.replace("[", ".").replace("]", "").split(".") if part]


def shown(field: str, value: object) -> str:
    """Return a value fit to be repeated to whoever sent it: short, and never a secret."""
    text = value if isinstance(value, str) else ascii(value)
    name = field.rpartition(".")[2]
    # Versions have numbers too, and short ones; no bank account has.
    short = name == "number" and len(text) <= _SHORT_NUMBER
    if (name in _SECRET_FIELDS and not short) or _is_card_number(text) or _PASSWORD.search(text):
        return NOT_SHOWN
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:80])


def found(
    fault: Mapping[str, Any], language: Language, *, body: object = None, content_type: str = ""
) -> Found:
    """Return a fault of pydantic's as one of ours. body: what was sent, where it is text."""
    code = _code_of(fault)
    if code is NOT_JSON:
        return Found(code, "", "body", _place(str(body or ""), fault, language))
    if fault["loc"][-1] == "Idempotency-Key":
        return Found(KEY_MISSING, "", "Idempotency-Key")
    if isinstance(fault.get("input"), bytes):
        # The framework read the body as bytes because its Content-Type says it is not JSON.
        said = shown("", content_type) or ("没有" if language == "zh" else "missing")
        return Found(CONTENT_TYPE, "", "Content-Type", said)
    path = [part for part in fault["loc"][1:] if part != "[key]"]
    path += [part for part in (fault.get("ctx", {}).get("part"),) if part]
    field = shown("", field_of(path)) or str(fault["loc"][0])
    secret = "" if fault["loc"][0] in {"path", "query"} else field
    value = fault["msg"] if code is MALFORMED_INPUT else _value(fault, language)
    return Found(code, pointer(path), field, shown(secret, value), _allowed(code, fault, language))


def not_a_choice(
    where: str, field: str, value: str, choices: Iterable[str]
) -> RequestValidationError:
    """Return the error to raise for an input that is none of the choices, which it then names.

    where: `body`, `query` or `path`.
    """
    expected = ", ".join(f"'{each}'" for each in choices)
    fault = {"type": "enum", "loc": (where, field), "msg": "", "input": value}
    return RequestValidationError([{**fault, "ctx": {"expected": expected}}])


def field_of(path: Sequence[str | int]) -> str:
    """Return a path as people write it: `lines[0].amount`."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")


def declares(route: Any, path: Sequence[str | int]) -> bool:  # noqa: ANN401 - the framework's own
    """Return whether a route takes something at a path of its body, or under a name."""
    if route is None:
        return False
    takes = route.dependant
    if len(path) == 1 and any(path[0] == each.alias for each in takes.query_params):
        return True
    return bool(takes.body_params) and str(path[-1]) in names_within(
        takes.body_params[0].field_info.annotation, path[:-1]
    ).split(", ")


def names_within(kind: Any, path: Sequence[str | int]) -> str:  # noqa: ANN401 - any annotation
    """Return the fields that a model has at a path below it; "" where there is no model."""
    for part in path:
        kind = _unwrapped(kind)
        if isinstance(part, int) or part.isdecimal():
            kind = next(iter(get_args(kind)), None)
        else:
            fields = getattr(kind, "model_fields", {})
            kind = fields[part].annotation if part in fields else None
    return ", ".join(getattr(_unwrapped(kind), "model_fields", {}))


def _unwrapped(kind: Any) -> Any:  # noqa: ANN401 - any annotation
    """Return what an annotation is about: of `X | None` and of `Annotated[X, …]` it is X."""
    while get_origin(kind) in {Annotated, Union, UnionType}:
        kind = next(each for each in get_args(kind) if each is not NoneType)
    return kind


def _is_card_number(text: str) -> bool:
    """Return whether a text is digits that a card could bear: by their number and Luhn's sum."""
    if not _CARD.fullmatch(text):
        return False
    digits = [int(each) for each in reversed(text) if each.isdigit()]
    doubled = [sum(divmod(2 * each, 10)) for each in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _code_of(fault: Mapping[str, Any]) -> Code:
    kind = fault["type"]
    known = all_codes().get(kind) or _BY_KIND.get(kind)
    if known is not None:
        return known
    if _bound(fault) is not None:
        return OUT_OF_RANGE
    if not kind.endswith(("_type", "_parsing", "_inexact", "_aware", "_size", "_from_float")):
        return MALFORMED_INPUT
    written = isinstance(fault.get("input"), str) and kind.partition("_")[0] not in {
        "dict",
        "list",
        "model",
    }
    return WRONG_FORMAT if written else WRONG_TYPE


def _bound(fault: Mapping[str, Any]) -> tuple[str, object] | None:
    context = fault.get("ctx", {})
    return next(((name, context[name]) for name in _BOUNDS if name in context), None)


def _value(fault: Mapping[str, Any], language: Language) -> object:
    value = fault.get("ctx", {}).get("value", fault.get("input"))
    zh = language == "zh"
    if isinstance(value, dict):
        return "一个对象" if zh else "an object"
    if isinstance(value, list):
        return f"{len(value)} 项的列表" if zh else f"a list of {len(value)}"
    return value


def _allowed(code: Code, fault: Mapping[str, Any], language: Language) -> str:
    at = 1 if language == "zh" else 0
    context = fault.get("ctx", {})
    if code is NOT_A_CHOICE:
        return ", ".join(re.findall(r"'([^']*)'", str(context.get("expected", ""))))
    if code is UNKNOWN_FIELD:
        return str(context.get("known", "")) or ("见 openapi.json" if at else "see openapi.json")
    if code in {WRONG_TYPE, WRONG_FORMAT}:
        return _FORMS.get(fault["type"].partition("_")[0], _ANY_FORM)[at]
    bound = _bound(fault)
    if bound is None:
        return ""
    name, limit = bound
    kind = (_TEXT if fault["type"].startswith("string") else _LIST)[at]
    said = _BOUNDS[name][at].replace("{bound}", str(limit)).replace("{kind}", kind)
    # Of the bounds only those of days and moments are given as text.
    return said + (_SLIP[at] if isinstance(limit, str) else "")


def _place(body: str, fault: Mapping[str, Any], language: Language) -> str:
    """Return where the body is broken, and what was expected there."""
    before = body[: int(fault["loc"][-1])]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    if language == "zh":
        return f"第 {line} 行第 {column} 列"
    return f"line {line}, column {column}: {fault.get('ctx', {}).get('error', '')}"
