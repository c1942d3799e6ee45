"""How every command says no: sentence, remedy and code, in the language that is spoken.

To people one line on standard error; with --json the problem there as one object, with the members
that the API gives it. Exit codes: 0 done · 1 refused, or a proof does not fit · 2 the command line
is wrong, or names a book that is not there · 3 the book cannot be reached; try again.
"""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, Final

import typer

from usance.cli import errors
from usance.cli.voice import Words, says, voice
from usance.kernel.errors import (
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

REFUSED: Final = 1
USAGE: Final = 2
UNREACHABLE: Final = 3
# What the command line's parser raises; typer names the family by this member of it alone.
WrongUsage: Final[type[Exception]] = typer.BadParameter.__mro__[1]


def no(
    code: Code,
    field: str = "",
    value: object = "",
    *,
    allowed: str = "",
    ends: int = REFUSED,
    language: Words | None = None,
) -> typer.Exit:
    """Say no; return the exit to raise. allowed: what would have been right."""
    tongue: Language = "zh" if (language or voice().language) is Words.ZH else "en"
    title = code.title(tongue, field, str(value))
    remedy = remedy_of(code, tongue == "zh", allowed)
    if voice().as_json:
        fault = {"field": field, "value": str(value), "code": code.code,
                 "detail": title, "remedy": remedy}  # fmt: skip
        problem = {
            "type": f"urn:usance:problem:{code.code}",
            "title": title,
            "status": code.status,
            "detail": f"{title} {remedy}".strip(),
            "code": code.code,
            "remedy": remedy,
            "errors": [fault] if field else [],
        }
        sys.stderr.write(json.dumps(problem, ensure_ascii=False) + "\n")
    else:
        gap = "" if tongue == "zh" else " "
        sys.stderr.write(f"usance: {f'{title}{gap}{remedy}'.strip()} ({code.code})\n")
    return typer.Exit(ends)


def remedy_of(code: Code, zh: bool, allowed: str = "") -> str:
    """Return what to do about a code where a command line is typed."""
    own = errors.REMEDIES.get(code.code)
    if own is None:
        return code.remedy("zh" if zh else "en", allowed)
    return own[zh].replace("{allowed}", allowed)


def refused(refusal: Refusal, language: Words | None = None) -> typer.Exit:
    """Say why the book said no, and what to do; return the exit to raise."""
    # The catalogue knows every chapter: it is loaded only where somebody is refused.
    from usance.api.errors import INTERNAL, all_codes  # noqa: PLC0415

    code = all_codes().get(refusal.code, INTERNAL)
    return no(code, refusal.field, refusal.value, language=language)


@contextmanager
def option(name: str, *fields: str) -> Iterator[None]:
    """Let an input that is malformed go by the name it has on the command line.

    fields: which inputs are meant; none for whatever there is.
    """
    try:
        yield
    except Invalid as wrong:
        if fields and wrong.field not in fields:
            raise
        raise Invalid(wrong.code, name, wrong.value) from wrong


@contextmanager
def heeding() -> Iterator[None]:
    """End an input that is wrong as a wrong usage: it goes by the name of its option."""
    try:
        yield
    except Invalid as wrong:
        name = wrong.field if wrong.field.startswith("--") else f"--{wrong.field}"
        raise no(wrong.code, name.replace("_", "-"), wrong.value, ends=USAGE) from wrong


def choice(name: str, value: str, choices: type[StrEnum]) -> None:
    """End as a wrong usage, which names the choices, for a value that is none of them; "" is."""
    if value and value not in list(choices):
        raise not_a_choice(name, value, *choices)


def not_a_choice(name: str, value: str, *choices: str) -> typer.Exit:
    """Say that a value is none of the choices; return the exit to raise."""
    from usance.api.errors import NOT_A_CHOICE  # noqa: PLC0415 - as above

    return no(NOT_A_CHOICE, name, value, allowed=", ".join(choices), ends=USAGE)


@contextmanager
def saying() -> Iterator[None]:
    """Say what went wrong within, and exit accordingly. What is no error of ours goes through."""
    try:
        yield
    except UsanceError as error:
        raise _of(error) from error
    except UnicodeDecodeError as error:
        raise no(errors.NOT_UTF_8, error.encoding, "") from error
    except OSError as error:
        if error.filename is None:
            raise
        raise no(errors.FILE_TROUBLE, str(error.filename), error.strerror) from error


def _of(error: UsanceError) -> typer.Exit:
    from usance.api import errors as api  # noqa: PLC0415 - as above
    from usance.parties.service import roles_with  # noqa: PLC0415
    from usance.runtime.commands import KEY_REUSED  # noqa: PLC0415

    match error:
        case Invalid():
            return no(error.code, error.field, error.value)
        case NotFound():
            return no(api.NOT_FOUND, api.noun(error.what, voice().language.value), error.value)
        case NotAllowed():
            roles = ", ".join(roles_with(error.scope)) or "-"
            return no(api.NOT_ALLOWED, "", error.scope, allowed=roles)
        case NotAuthenticated():
            return no(api.NOT_AUTHENTICATED)
        case KeyReused():
            return no(KEY_REUSED, "--idempotency-key")
        case Unavailable():
            return no(errors.AWAY, "", error, ends=UNREACHABLE)
        case _:
            return no(api.INTERNAL, "", error)


def ended(error: Exception) -> int:
    """Say what the parser found wrong with the command line; return the exit code."""
    said: Any = error
    if type(error).__name__ == "NoArgsIsHelpError":
        said.show()
        return USAGE
    context = getattr(said, "ctx", None)
    path = context.command_path if context is not None else "usance"
    helps = says(f"{path} --help says what there is.", f"用 {path} --help 查看用法。")
    name, value = _named(said), str(getattr(said, "message", "") or said)
    match type(error).__name__:
        case "NoSuchOption":
            near = ", ".join(getattr(said, "possibilities", None) or ())
            meant = says(f"Did you mean {near}? ", f"是否指 {near}?") if near else ""
            code, value, allowed = errors.UNKNOWN_OPTION, "", f"{meant}{helps}"
            name = said.option_name
        case "MissingParameter":
            code, value, allowed = errors.MISSING_ARGUMENT, "", helps
        case "BadOptionUsage":
            code, name, value, allowed = errors.NO_VALUE, said.option_name, "", helps
        case "BadParameter":
            code, value, allowed = _bad(said, value)
        case _:
            code, value, allowed = _other(value, helps)
    return no(code, name, value, allowed=allowed, ends=USAGE).exit_code


def _named(said: Any) -> str:  # noqa: ANN401 - the parser's own, of which no type is public
    """Return the option or the argument an error of the parser is about."""
    if hint := getattr(said, "param_hint", None):
        return hint if isinstance(hint, str) else " / ".join(hint)
    parameter = getattr(said, "param", None)
    if parameter is None:
        return ""
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.metavar or parameter.name).upper()


_QUOTED: Final = re.compile(r"['\"](.*?)['\"]")


def _bad(said: Any, message: str) -> tuple[Code, str, str]:  # noqa: ANN401 - as above
    """Return what is wrong with a value that the parser has not taken: code, value, what is right.

    Its sentences are English: what they are about is read off its cause and the parameter.
    """
    parameter = getattr(said, "param", None)
    quoted = _QUOTED.findall(message)
    if "does not exist" in message or "is a directory" in message:
        return errors.NO_SUCH_FILE, quoted[0] if quoted else "", ""
    if " is not one of " in message and quoted:
        from usance.api.errors import NOT_A_CHOICE  # noqa: PLC0415 - as above

        return NOT_A_CHOICE, quoted[0], ", ".join(quoted[1:])
    value = _given(said.__cause__) or (quoted[0] if quoted else message.partition(" is not ")[0])
    low, high = getattr(parameter, "min", None), getattr(parameter, "max", None)
    if low is not None or high is not None:
        least, most = "…" if low is None else low, "…" if high is None else high
        span = says(f"a whole number from {least} to {most}", f"从 {least} 到 {most} 的整数")
        return errors.WRONG_VALUE, value, span
    if "integer" in message:
        return errors.WRONG_VALUE, value, says("a whole number", "整数")
    return errors.WRONG_USAGE, message, ""


def _given(cause: object) -> str:
    """Return the value that a validator has refused."""
    faults = getattr(cause, "errors", None)
    found = faults() if callable(faults) else []
    return str(found[0].get("input", ""))[:40] if found else ""


def _other(message: str, helps: str) -> tuple[Code, str, str]:
    if message.startswith("No such command"):
        name, *near = _QUOTED.findall(message)
        meant = ", ".join(near)
        guess = says(f"Did you mean {meant}? ", f"是否指 {meant}?") if near else ""
        return errors.UNKNOWN_COMMAND, name, f"{guess}{helps}"
    extra = re.search(r"unexpected extra argument\S* \((.*)\)", message)
    if extra:
        return errors.ONE_TOO_MANY, extra[1], helps
    return errors.WRONG_USAGE, message, helps
