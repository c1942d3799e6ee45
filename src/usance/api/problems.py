"""The one place where saying no becomes HTTP: RFC 9457 problems, in English or Chinese.

`code` is stable and never translated; `title`, `detail` and `remedy` follow Accept-Language.
`errors` names every fault: its field, a JSON pointer to it, the value found there, and the remedy.
"""

import traceback
from collections.abc import Sequence
from typing import Any, Final

import asyncpg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import Match

from usance.api.errors import (
    CARD_NUMBER,
    INTERNAL,
    METHOD_NOT_ALLOWED,
    NOT_ALLOWED,
    NOT_AUTHENTICATED,
    NOT_FOUND,
    NOT_JSON,
    TOO_LARGE,
    UNAVAILABLE,
    UNKNOWN_FIELD,
    UNREADABLE_TEXT,
    all_codes,
    noun,
)
from usance.api.faults import Found, found, names_within, pointer, shown
from usance.api.sent import Path, place_of, place_of_id, value_at
from usance.kernel.errors import (
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
from usance.parties.service import roles_with
from usance.runtime.commands import KEY_REUSED

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER: Final = "2"
_FAULTS_MAX: Final = 20
_NOT_TEXT: Final = ("it has bytes that are none of UTF-8", "含有无效的 UTF-8 字节")
_NESTED: Final = ("it is nested too deeply", "嵌套过深")
# Nobody is helped by reading such a value again, and it may be the number of a card.
_UNREPEATED: Final = frozenset({CARD_NUMBER.code, UNKNOWN_FIELD.code, UNREADABLE_TEXT.code})
_METHODS: Final = ("DELETE", "GET", "PATCH", "POST", "PUT")
_log = structlog.get_logger()


class Fault(BaseModel):
    """One thing that is wrong.

    pointer: RFC 6901, into the body, the query or the path; "" for a header and for the whole.
    value: what stands there in the request, "" where nothing does or repeating it says nothing.
    known: what the sentence says besides: the payment there is, what is left, the limit; "" where
    there is nothing of the kind.
    """

    pointer: str
    field: str
    value: str
    known: str
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


def problem(request: Request, faults: Sequence[Found], **headers: str) -> JSONResponse:
    """Return the answer that says no. faults: the main one first."""
    body = body_of(request, faults)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return JSONResponse(
        body.model_dump(),
        body.status,
        {**named, "Content-Language": language_of(request)},
        media_type=MEDIA_TYPE,
    )


def body_of(request: Request, faults: Sequence[Found]) -> Problem:
    """Return what an answer that says no holds. faults: the main one first."""
    language = language_of(request)
    code, _, field, value, allowed = faults[0]
    title, remedy = code.title(language, field, value), code.remedy(language, allowed)
    return Problem(
        type=f"urn:usance:problem:{code.code}",
        title=title,
        status=code.status,
        detail=f"{title} {remedy}",
        instance=request.url.path,
        code=code.code,
        remedy=remedy,
        request_id=getattr(request.state, "request_id", ""),
        errors=[_fault(request, each, language) for each in faults[:_FAULTS_MAX] if each.field],
    )


def _fault(request: Request, each: Found, language: Language) -> Fault:
    code = each.code
    address = code is NOT_FOUND and each.value == shown("", request.url.path)
    field = "address" if address else each.field
    unsaid = code.code in _UNREPEATED
    value = "" if unsaid else value_at(request, each.pointer, field, language)
    says = each.value if "{value}" in code.en else ""
    return Fault(
        pointer=each.pointer,
        field=each.field,
        value=value,
        known="" if says == value else says,
        code=code.code,
        detail=code.title(language, each.field, each.value),
        remedy=code.remedy(language, each.allowed),
    )


def of_refusal(
    request: Request, refusal: Refusal, *, replayed: bool = False, at: Path = ()
) -> JSONResponse:
    """Return the problem of a refusal. One whose code nobody declared is a bug of ours.

    at: the part of the body that it is about, where each is carried out by itself.
    """
    code = all_codes().get(refusal.code, INTERNAL)
    field = refusal.field
    place = pointer(place_of(request, field, refusal.value, at))
    faults = [Found(code, place, field, shown(field, refusal.value))]
    return problem(request, faults, **({"Idempotent_Replayed": "true"} if replayed else {}))


def words_of(language: Language, refusal: Refusal) -> tuple[str, str, str]:
    """Return what a refusal says: the value found, the sentence and the remedy."""
    code = all_codes().get(refusal.code, INTERNAL)
    value = shown(refusal.field, refusal.value)
    return value, code.title(language, refusal.field, value), code.remedy(language)


def fault_of(request: Request, refusal: Refusal, *at: str | int) -> Problem:
    """Return the problem of one refusal among many, as an object. at: where its item stands."""
    return Problem.model_validate_json(bytes(of_refusal(request, refusal, at=at).body))


def problem_of(request: Request, error: UsanceError, *at: str | int) -> Problem:
    """Return the problem of one error among many, as an object. at: where its item stands."""
    return Problem.model_validate_json(bytes(of_error(request, error, at).body))


def _of_http(request: Request, refused: HTTPException) -> JSONResponse:
    """Return the problem of what the framework itself refuses."""
    language = language_of(request)
    if refused.status_code == METHOD_NOT_ALLOWED.status:
        allowed = _methods_of(request)
        fault = Found(METHOD_NOT_ALLOWED, "", "method", request.method, allowed)
        return problem(request, [fault], Allow=allowed)
    if refused.status_code == TOO_LARGE.status:
        return problem(request, [Found(TOO_LARGE, "", "body", refused.detail)])
    if refused.status_code == NOT_FOUND.status:
        return _of_nothing(request, "address", request.url.path)
    why = _NESTED if isinstance(refused.__cause__, RecursionError) else _NOT_TEXT
    return problem(request, [Found(NOT_JSON, "", "body", why[1 if language == "zh" else 0])])


def _methods_of(request: Request) -> str:
    """Return what the address does know: each route of it knows only its own methods."""
    asked = {name: request.scope[name] for name in ("type", "path", "root_path")}
    return ", ".join(
        method
        for method in _METHODS
        if any(
            route.matches({**asked, "method": method, "path_params": {}})[0] is Match.FULL
            for route in request.app.router.routes
        )
    )


def _of_nothing(request: Request, what: str, value: str, at: Path = ()) -> JSONResponse:
    """Return the problem of what is not there; pointing to where it was named, if anywhere."""
    place = place_of_id(request, value, at)
    fault = Found(NOT_FOUND, place, noun(what, language_of(request)), shown("", value))
    return problem(request, [fault])


def _with_names(request: Request, fault: dict[str, Any]) -> dict[str, Any]:
    """Return a fault; of a field of the body that nobody knows, with those there are."""
    where, *path = fault["loc"]
    if fault["type"] != "extra_forbidden" or where != "body":
        return fault
    bodies = request.scope["route"].dependant.body_params
    if not bodies:
        return fault
    known = names_within(bodies[0].field_info.annotation, path[:-1])
    return {**fault, "ctx": {"known": known}}


def _of_form(request: Request, error: RequestValidationError) -> JSONResponse:
    language = language_of(request)
    content_type = request.headers.get("content-type", "")
    faults = [
        found(_with_names(request, fault), language, body=error.body, content_type=content_type)
        for fault in error.errors()[:_FAULTS_MAX]
    ]
    return problem(request, faults)


def of_error(request: Request, error: Exception, at: Path = ()) -> JSONResponse:
    """Return the problem of anything that was raised. What is no `UsanceError` is a bug."""
    match error:
        case Refused():
            return of_refusal(request, error.refusal, replayed=error.replayed, at=at)
        case Invalid():
            return of_refusal(request, Refusal(error.code.code, error.field, error.value), at=at)
        case NotFound():
            return _of_nothing(request, error.what, error.value, at)
        case NotAllowed():
            roles = ", ".join(roles_with(error.scope)) or "-"
            return problem(request, [Found(NOT_ALLOWED, value=error.scope, allowed=roles)])
        case NotAuthenticated():
            challenge = 'Bearer realm="usance", Basic realm="usance"'
            return problem(
                request, [Found(NOT_AUTHENTICATED, "", "Authorization")], WWW_Authenticate=challenge
            )
        case KeyReused():
            return problem(request, [Found(KEY_REUSED, "", "Idempotency-Key")])
        case Unavailable():
            fault = Found(UNAVAILABLE, value=str(error))
            return problem(request, [fault], Retry_After=RETRY_AFTER)
        case asyncpg.PostgresConnectionError() | asyncpg.InterfaceError() | OSError():
            return problem(request, [Found(UNAVAILABLE)], Retry_After=RETRY_AFTER)
        case RequestValidationError():
            return _of_form(request, error)
        case HTTPException():
            return _of_http(request, error)
        case _:
            # The calls alone: what stood in their variables may be somebody's secret.
            calls = "".join(traceback.format_exception(error))
            _log.error("request_failed", path=request.url.path, calls=calls)
            return problem(request, [Found(INTERNAL)])


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
