"""The one place where saying no becomes HTTP: RFC 9457 problems, in English or Chinese.

`code` is stable and never translated; `title`, `detail` and `remedy` follow Accept-Language.
`errors` names every fault with a JSON pointer into what was sent.
"""

import traceback
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import asyncpg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from usance.bootstrap import catalogue
from usance.kernel.errors import (
    MALFORMED_INPUT,
    Code,
    Invalid,
    KeyReused,
    Language,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    Refusal,
    Unavailable,
    UsanceError,
)
from usance.runtime.commands import KEY_REUSED

NOT_FOUND: Final = Code(
    "not_found",
    404,
    "There is no {field} {value}.",
    "不存在 {field} {value}。",
    "Check the id; what another party owns is not shown to you.",
    "请检查标识;其他主体的数据对您不可见。",
)
NOT_ALLOWED: Final = Code(
    "not_allowed",
    403,
    "This needs the scope {value}.",
    "此操作需要权限 {value}。",
    "Use a key that carries this scope.",
    "请使用具有该权限的密钥。",
)
NOT_AUTHENTICATED: Final = Code(
    "not_authenticated",
    401,
    "Who is asking is not known.",
    "无法确认请求者身份。",
    "Send a key that is in force: Authorization: Bearer uk_test_…",
    "请发送有效密钥:Authorization: Bearer uk_test_…",
)
UNAVAILABLE: Final = Code(
    "unavailable",
    503,
    "The book does not answer now. {value}",
    "账簿暂时无法响应。{value}",
    "Try again in a moment with the same Idempotency-Key: that is harmless.",
    "请稍后使用相同的 Idempotency-Key 重试,不会重复执行。",
)
INTERNAL: Final = Code(
    "internal_error",
    500,
    "Something is wrong with us, not with the request.",
    "服务内部错误,与请求内容无关。",
    "Tell the operator the request_id; repeat with the same Idempotency-Key.",
    "请将 request_id 告知运营方,并可使用相同的 Idempotency-Key 重试。",
)
KEY_MISSING: Final = Code(
    "idempotency_key_missing",
    422,
    "The header Idempotency-Key is missing, empty or longer than 255 characters.",
    "缺少 Idempotency-Key 请求头,或其为空、超过 255 个字符。",
    "Send a fresh UUID for each new request, and the same one to repeat it.",
    "每个新请求使用新的 UUID;重试时使用同一个。",
)
TOO_LARGE: Final = Code(
    "body_too_large",
    413,
    "The body is larger than {value} bytes.",
    "请求体超过 {value} 字节。",
    "Split the request.",
    "请拆分请求。",
)
NOT_JSON: Final = Code(
    "not_json",
    400,
    "The body is not a JSON document in UTF-8.",
    "请求体不是 UTF-8 编码的 JSON 文档。",
    "Send Content-Type: application/json and a JSON object.",
    "请发送 Content-Type: application/json 及 JSON 对象。",
)
METHOD_NOT_ALLOWED: Final = Code(
    "method_not_allowed",
    405,
    "This address does not know the method {value}.",
    "该地址不支持方法 {value}。",
    "Compare with openapi.json.",
    "请对照 openapi.json。",
)
UNKNOWN_FIELD: Final = Code(
    "unknown_field",
    422,
    "{field} is not a field of this request.",
    "{field} 不是该请求的字段。",
    "Leave it out, or mend its spelling.",
    "请删除该字段或更正拼写。",
)
MISSING_FIELD: Final = Code(
    "missing_field",
    422,
    "{field} is missing.",
    "缺少 {field}。",
    "Send it; openapi.json says what it holds.",
    "请补充该字段,内容见 openapi.json。",
)
WRONG_TYPE: Final = Code(
    "wrong_type",
    422,
    "{field}: {value} has the wrong type.",
    "{field}:{value} 类型不正确。",
    "Send the type that openapi.json names.",
    "请使用 openapi.json 中规定的类型。",
)
OUT_OF_RANGE: Final = Code(
    "out_of_range",
    422,
    "{field}: {value} is out of range.",
    "{field}:{value} 超出允许范围。",
    "openapi.json names the least and the most.",
    "允许范围见 openapi.json。",
)
NOT_A_CHOICE: Final = Code(
    "not_a_choice",
    422,
    "{field}: {value} is none of the choices.",
    "{field}:{value} 不在可选值中。",
    "Choose one of those that openapi.json lists.",
    "请从 openapi.json 列出的值中选择。",
)
UNREADABLE_TEXT: Final = Code(
    "unreadable_text",
    422,
    "{field} holds characters that no text has.",
    "{field} 含有不允许的字符。",
    "Leave out control characters and lone surrogates.",
    "请去除控制字符和不成对的代理字符。",
)
MALFORMED_CURSOR: Final = Code(
    "malformed_cursor",
    422,
    "{field}: {value} is not a cursor of this list.",
    "{field}:{value} 不是该列表的游标。",
    "Send next_cursor of the page before, unchanged, or leave it out to begin.",
    "请原样发送上一页的 next_cursor,或省略以从头开始。",
)
CARD_NUMBER: Final = Code(
    "card_number_not_taken",
    422,
    "{field} looks like the number of a card.",
    "{field} 疑似银行卡号。",
    "Send the acquirer's token; never send us a card number.",
    "请发送收单机构的令牌,切勿发送卡号。",
)
CLOCK_RANGE: Final = Code(
    "clock_range",
    422,
    "{field}: the clock cannot be set to {value}.",
    "{field}:时钟不能设置为 {value}。",
    "Name a moment after the book's time, at most 400 days ahead.",
    "请选择晚于账簿当前时间且不超过 400 天的时刻。",
)
CURRENCY_DIFFERS: Final = Code(
    "currency_differs",
    422,
    "{field}: {value} is not the currency of both accounts.",
    "{field}:{value} 与两个账户的币种不一致。",
    "Name two accounts of one currency, and the amount in it.",
    "请使用同一币种的两个账户,并以该币种填写金额。",
)
CODES: Final = (
    CLOCK_RANGE,
    CURRENCY_DIFFERS,
    NOT_FOUND,
    NOT_ALLOWED,
    NOT_AUTHENTICATED,
    UNAVAILABLE,
    INTERNAL,
    KEY_MISSING,
    TOO_LARGE,
    NOT_JSON,
    METHOD_NOT_ALLOWED,
    UNKNOWN_FIELD,
    MISSING_FIELD,
    WRONG_TYPE,
    OUT_OF_RANGE,
    NOT_A_CHOICE,
    UNREADABLE_TEXT,
    MALFORMED_CURSOR,
    CARD_NUMBER,
)
MEDIA_TYPE: Final = "application/problem+json"
_SECRET_FIELDS: Final = frozenset({"card_token", "iban", "number", "authorization"})
RETRY_AFTER: Final = "2"
_log = structlog.get_logger()


class Fault(BaseModel):
    """One thing that is wrong. pointer: RFC 6901, into the body, the query or the path."""

    pointer: str
    code: str
    detail: str
    remedy: str


class Problem(BaseModel):
    """Why the answer is no (RFC 9457). `code` is stable; words follow Accept-Language."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    remedy: str
    request_id: str
    errors: list[Fault]


class Refused(UsanceError):
    """The state of the book said no. replayed: it had said so before, under the same key."""

    def __init__(self, refusal: Refusal, *, replayed: bool = False) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal
        self.replayed = replayed


@lru_cache(maxsize=1)
def all_codes() -> Mapping[str, Code]:
    """Return every code that a problem may carry, by its name."""
    return {**catalogue(), **{code.code: code for code in CODES}}


def language_of(request: Request) -> Language:
    """Return the language of the caller that we speak: English where nothing else is asked."""
    best, weight = "en", 0.0
    for part in request.headers.get("accept-language", "")[:200].split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            wanted = float(quality) if quality else 1.0
        except ValueError:
            continue
        name = tag.lower().split("-")[0]
        if name in {"en", "zh"} and wanted > weight:
            best, weight = name, wanted
    return "zh" if best == "zh" else "en"


def pointer_of(field: str) -> str:
    """Return the JSON pointer of a field path: `lines[0].amount` gives `/lines/0/amount`."""
    return pointer([part for part in field.replace("[", ".").replace("]", "").split(".") if part])


def pointer(path: Sequence[str | int]) -> str:
    """Return the JSON pointer (RFC 6901) of a path; "" is the whole."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def problem(
    request: Request, found: Sequence[tuple[Code, str, str, str]], **headers: str
) -> JSONResponse:
    """Return the answer that says no. found: (code, pointer, field, value), the main one first."""
    language = language_of(request)
    code, _, field, value = found[0]
    faults = [
        Fault(
            pointer=where,
            code=each.code,
            detail=each.title(language, name, shown),
            remedy=each.remedy(language),
        )
        for each, where, name, shown in found
    ]
    title, remedy = code.title(language, field, value), code.remedy(language)
    body = Problem(
        type=f"urn:usance:problem:{code.code}",
        title=title,
        status=code.status,
        detail=f"{title} {remedy}",
        instance=request.url.path,
        code=code.code,
        remedy=remedy,
        request_id=getattr(request.state, "request_id", ""),
        errors=[fault for fault in faults if fault.pointer],
    )
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return JSONResponse(
        body.model_dump(),
        code.status,
        {**named, "Content-Language": language},
        media_type=MEDIA_TYPE,
    )


def of_refusal(request: Request, refusal: Refusal, *, replayed: bool = False) -> JSONResponse:
    """Return the problem of a refusal. One whose code nobody declared is a bug of ours."""
    code = all_codes().get(refusal.code, INTERNAL)
    found = [(code, pointer_of(refusal.field), refusal.field, _shown(refusal.field, refusal.value))]
    return problem(request, found, **({"Idempotent_Replayed": "true"} if replayed else {}))


def words_of(request: Request, refusal: Refusal) -> tuple[str, str, str]:
    """Return what a refusal says to the caller: the value found, the sentence and the remedy."""
    code, language = all_codes().get(refusal.code, INTERNAL), language_of(request)
    value = _shown(refusal.field, refusal.value)
    return value, code.title(language, refusal.field, value), code.remedy(language)


def fault_of(request: Request, refusal: Refusal) -> Problem:
    """Return the problem of one refusal among many, as an object."""
    return Problem.model_validate_json(bytes(of_refusal(request, refusal).body))


def _shown(field: str, value: object) -> str:
    """Return a value fit to be repeated to whoever sent it: short, and never a secret."""
    if field.rpartition(".")[2] in _SECRET_FIELDS:
        return "(not shown)"
    text = value if isinstance(value, str) else ascii(value)
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:80])


# What pydantic finds, by the kind of its error; its own words are English only.
_BY_KIND: Final[Mapping[str, Code]] = {
    "missing": MISSING_FIELD,
    "extra_forbidden": UNKNOWN_FIELD,
    "enum": NOT_A_CHOICE,
    "literal_error": NOT_A_CHOICE,
    "json_invalid": NOT_JSON,
    "string_unicode": UNREADABLE_TEXT,
}
_RANGES: Final = ("too_long", "too_short", "greater_than", "less_than", "_equal")


def _code_of(fault: Mapping[str, Any]) -> Code:
    kind = fault["type"]
    known = all_codes().get(kind) or _BY_KIND.get(kind)
    if known is not None:
        return known
    if any(part in kind for part in _RANGES):
        return OUT_OF_RANGE
    return WRONG_TYPE if kind.endswith(("_type", "_parsing")) else MALFORMED_INPUT


def _found(fault: Mapping[str, Any]) -> tuple[Code, str, str, str]:
    code = _code_of(fault)
    if code is NOT_JSON:
        return code, "", "", ""
    if fault["loc"][-1] == "Idempotency-Key":
        return KEY_MISSING, "", "", ""
    path = [part for part in fault["loc"][1:] if part != "[key]"]
    field = ".".join(str(part) for part in path) or str(fault["loc"][0])
    value = fault.get("ctx", {}).get("value", fault.get("input"))
    if code is MALFORMED_INPUT:
        value = fault["msg"]
    elif isinstance(value, dict | list):
        value = "an object" if isinstance(value, dict) else "a list"
    elif isinstance(value, bytes):
        # The framework read the body as bytes because its Content-Type says it is not JSON.
        return NOT_JSON, "", "", ""
    field = _shown("", field)
    return code, pointer(path), field, _shown(field, value)


def _of_http(request: Request, refused: HTTPException) -> JSONResponse:
    """Return the problem of what the framework itself refuses."""
    if refused.status_code == METHOD_NOT_ALLOWED.status:
        allowed = (refused.headers or {}).get("Allow", "")
        return problem(request, [(METHOD_NOT_ALLOWED, "", "", request.method)], Allow=allowed)
    if refused.status_code == TOO_LARGE.status:
        return problem(request, [(TOO_LARGE, "", "", refused.detail)])
    code = NOT_FOUND if refused.status_code == NOT_FOUND.status else NOT_JSON
    return problem(request, [(code, "", "address", _shown("", request.url.path))])


def of_error(request: Request, error: Exception) -> JSONResponse:
    """Return the problem of anything that was raised. What is no `UsanceError` is a bug."""
    match error:
        case Refused():
            return of_refusal(request, error.refusal, replayed=error.replayed)
        case Invalid():
            return of_refusal(request, Refusal(error.code.code, error.field, error.value))
        case NotFound():
            return problem(request, [(NOT_FOUND, "", error.what, _shown("", error.value))])
        case NotAllowed():
            return problem(request, [(NOT_ALLOWED, "", "", error.scope)])
        case NotAuthenticated():
            challenge = 'Bearer realm="usance", Basic realm="usance"'
            return problem(request, [(NOT_AUTHENTICATED, "", "", "")], WWW_Authenticate=challenge)
        case KeyReused():
            return problem(request, [(KEY_REUSED, "", "", "")])
        case Unavailable():
            found = [(UNAVAILABLE, "", "", str(error))]
            return problem(request, found, Retry_After=RETRY_AFTER)
        case asyncpg.PostgresConnectionError() | asyncpg.InterfaceError() | OSError():
            found = [(UNAVAILABLE, "", "", "")]
            return problem(request, found, Retry_After=RETRY_AFTER)
        case RequestValidationError():
            return problem(request, [_found(fault) for fault in error.errors()][:20])
        case HTTPException():
            return _of_http(request, error)
        case _:
            # The calls alone: what stood in their variables may be somebody's secret.
            calls = "".join(traceback.format_exception(error))
            _log.error("request_failed", path=request.url.path, calls=calls)
            return problem(request, [(INTERNAL, "", "", "")])


def answer_with_problems(app: FastAPI) -> None:
    """Let every error of `app` become a problem."""
    for kind in (
        UsanceError,
        RequestValidationError,
        HTTPException,
        asyncpg.PostgresConnectionError,
        asyncpg.InterfaceError,
        OSError,
        Exception,
    ):
        app.add_exception_handler(kind, of_error)
