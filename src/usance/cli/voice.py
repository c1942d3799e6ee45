"""In which language the command line speaks, and whether to people or to programs.

It is decided once, from the words of the command line itself, before they are parsed: then a
command line that is wrong is told so in the language that it asks for. Every command takes its
`--language` and `--json` from options.py, and says no through refusing.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Final, NamedTuple

LANGUAGE: Final = "USANCE_LANGUAGE"
# As POSIX ranks them; the first that says anything counts.
_LOCALES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")


class Words(StrEnum):
    """The languages we speak."""

    EN = "en"
    ZH = "zh"


class Voice(NamedTuple):
    """How a command speaks. as_json: to programs, one JSON object and nothing else."""

    language: Words = Words.EN
    as_json: bool = False


_VOICE: ContextVar[Voice] = ContextVar("voice", default=Voice())  # noqa: B039 - it is frozen


def voice() -> Voice:
    """Return how the command that runs speaks; English to people where none runs."""
    return _VOICE.get()


@contextmanager
def speaking(arguments: Sequence[str], environment: Mapping[str, str]) -> Iterator[Voice]:
    """Speak within as a command line and its environment ask for."""
    token = _VOICE.set(voice_of(arguments, environment))
    try:
        yield voice()
    finally:
        _VOICE.reset(token)


def voice_of(arguments: Sequence[str], environment: Mapping[str, str]) -> Voice:
    """Return how a command line asks to be spoken to: --language, else what the system speaks."""
    asked = _value(arguments, "--language") or environment.get(LANGUAGE, "")
    locale = next((environment[name] for name in _LOCALES if environment.get(name)), "")
    is_json = "--json" in arguments or _value(arguments, "--format") == "json"
    if asked in list(Words):
        return Voice(Words(asked), is_json)
    return Voice(Words.ZH if locale.lower().startswith("zh") else Words.EN, is_json)


def _value(arguments: Sequence[str], option: str) -> str:
    """Return what stands behind an option, "" where it is not there; the last one counts."""
    found = ""
    for number, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument.startswith(f"{option}="):
            found = argument.partition("=")[2]
        elif argument == option:
            found = "".join(arguments[number + 1 : number + 2])
    return found


def says(en: str, zh: str, language: Words | None = None) -> str:
    """Return what is said in the language that is spoken."""
    return zh if (language or voice().language) is Words.ZH else en
