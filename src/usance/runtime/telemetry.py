"""What the house says of itself while it works: structured lines on standard error.

Quiet unless something is wrong; `USANCE_LOG=info` or `debug` says more. One JSON object a line
where standard error is no terminal.
"""

import logging
import sys
from collections.abc import Mapping

import structlog

_LEVELS = logging.getLevelNamesMapping()


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
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
