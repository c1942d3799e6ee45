"""`usance clock advance`: set a test book's time forward."""

import re
import sys
from datetime import UTC, datetime, timedelta
from typing import Final

from usance.cli.listing import text
from usance.cli.voice import Words, says
from usance.cli.working import worker_of
from usance.kernel.errors import Code
from usance.kernel.records import encode
from usance.worker.session import Place, opened

MALFORMED_SPAN: Final = Code(
    "malformed_span",
    422,
    "{field}: {value} is no span of time.",
    "{field}:{value} 不是有效的时间跨度。",
    "Write 30d, 12h or 45m, or a moment after the book's present time, at most 400 days ahead.",
    "请写 30d、12h 或 45m,或晚于账簿当前时间且不超过 400 天的时刻。",
)
NOT_A_TEST_BOOK: Final = Code(
    "not_a_test_book",
    409,
    "{field}: {value} goes by the wall clock.",
    "{field}:{value} 使用真实时间。",
    "Only a test book's time can be set forward: usance migrate --test --book NAME makes one.",
    "只有测试账簿可以调整时间:usance migrate --test --book NAME 可新建测试账簿。",
)
_UNITS: Final = {"d": "days", "h": "hours", "m": "minutes"}
_AT_ONCE: Final = timedelta(days=400)


async def advance(
    place: Place, span: str, *, as_json: bool = False, language: Words = Words.EN
) -> None:
    """Let the time of a test book run."""
    async with opened(place) as session:
        if not await session.is_test():
            raise NOT_A_TEST_BOOK.invalid("--book", place.book)
        now = await session.now()
        target = moment_after(now, span)
        worker = worker_of(session)
        await worker.advance(now, target)
        await session.extend_log()
    if as_json:
        sys.stdout.write(encode({"book": place.book, "book_time": target}).decode() + "\n")
        return
    said = says("It is {0} in {1}.", "账簿 {1} 现为 {0}。", language)
    sys.stdout.write(said.format(text(target, language), place.book) + "\n")


def moment_after(now: datetime, span: str) -> datetime:
    """Return the moment a span names. Raises Invalid(malformed_span)."""
    match = re.fullmatch(r"(\d{1,5})([dhm])", span)
    try:
        moment = (
            now + timedelta(**{_UNITS[match[2]]: int(match[1])})
            if match
            else datetime.fromisoformat(span)
        )
    except ValueError as malformed:
        raise MALFORMED_SPAN.invalid("SPAN", span[:40]) from malformed
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if not now <= moment <= now + _AT_ONCE:
        raise MALFORMED_SPAN.invalid("SPAN", span[:40])
    return moment
