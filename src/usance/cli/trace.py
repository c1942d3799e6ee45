"""`usance trace`: the whole life of one trade, each step with its amounts and its proof."""

import sys
from typing import cast

from usance.evidence.service import prove, written
from usance.kernel.errors import Language
from usance.reporting.service import trace, trace_json, trace_text
from usance.worker.session import Place, opened
from usance_verify import parse_json, verify


async def tell(place: Place, any_id: str, *, as_json: bool, language: str) -> None:
    """Print a trade's life; a fact is marked as proved once its proof was checked just now."""
    words = cast("Language", language if language == "zh" else "en")
    async with opened(place) as session:
        await session.extend_log()
        async with session.pool.acquire() as connection:
            told = await trace(connection, any_id)
            positions = [step.position for step in told.steps]
            bundle = await prove(connection, positions)
        verify(parse_json(written(bundle)), session.log.policy())
    if as_json:
        sys.stdout.write(trace_json(told, words) + "\n")
        return
    proved = "✓ 已验证" if words == "zh" else "✓ proved"
    marks = dict.fromkeys(positions, proved)
    sys.stdout.write(trace_text(told, words, marks) + "\n")
