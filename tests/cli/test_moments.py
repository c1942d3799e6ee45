"""What a day and a moment mean on the command line."""

from datetime import UTC, datetime

import pytest

from usance.cli.moments import day_of, end_of, moment_of
from usance.kernel.errors import Invalid

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("_case", "text", "last"),
    [
        ("a day means its end", "2026-11-22", datetime(2026, 11, 22, 23, 59, 59, 999999, UTC)),
        ("a moment is itself", "2026-11-22T12:00:00+00:00", NOON),
        ("elsewhere", "2026-11-22T20:00:00+08:00", NOON),
        ("without a zone it is UTC", "2026-11-22T12:00", NOON),
    ],
)
def test_by_then(_case, text, last):
    assert end_of("--at", text) == last


@pytest.mark.parametrize("read", [day_of, moment_of, end_of])
@pytest.mark.parametrize("text", ["soon", "2026-02-30", "22.11.2026", ""])
def test_what_is_neither_is_named_by_its_option(read, text):
    with pytest.raises(Invalid, match=r"^--at: .* is no day or moment\. Write it as"):
        read("--at", text)
