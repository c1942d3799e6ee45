"""What the house says of itself while it works: structured lines on standard error.

Quiet unless something is wrong; `USANCE_LOG=info` or `debug` says more. One JSON object a line
where standard error is no terminal. A line that cannot be written is lost: the disk that holds
the log may be the one that is full, and saying so must not break what is being said.
"""

import contextlib
import logging
import sys
from collections.abc import Mapping
from typing import Any

import structlog

_LEVELS = logging.getLevelNamesMapping()


class _Lines(structlog.PrintLogger):
    """Prints lines to a file for as long as it takes them."""

    def msg(self, message: str) -> None:
        """Print one line, or lose it."""
        # ValueError: the file is closed, or has no bytes for a character.
        with contextlib.suppress(OSError, ValueError):
            super().msg(message)

    log = debug = info = warn = warning = msg
    fatal = failure = err = error = critical = exception = msg


def _lines(*_names: Any) -> _Lines:  # noqa: ANN401 - whatever a logger is asked for by
    return _Lines(sys.stderr)


def speak(environ: Mapping[str, str]) -> None:
    """Set up the log once, at the start of a process."""
    level = _LEVELS.get(environ.get("USANCE_LOG", "warning").upper(), logging.WARNING)
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer()
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_lines,
        cache_logger_on_first_use=False,
    )
