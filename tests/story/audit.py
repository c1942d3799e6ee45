"""The audit that follows every journey: the auditor's own reckoning, and a proof of every fact."""

import json
from typing import Any

from tests.sim.auditor.audit import audit as audited

import usance_verify
from usance.evidence.service import prove, written
from usance.runtime.checks import CHECKS, failed


async def audit(session: Any) -> None:
    """Every check, whatever the journey was."""
    await every_fact_can_be_proved(session)
    async with session.pool.acquire() as connection:
        await audited(connection)
        differences, _ = await failed(connection, CHECKS)
    assert differences == []


async def every_fact_can_be_proved(session: Any) -> None:
    checkpoint = await session.extend_log()
    size = checkpoint.checkpoint.size
    async with session.pool.acquire() as connection:
        bundle = json.loads(written(await prove(connection, range(1, size + 1))))
    proved = usance_verify.verify(bundle, session.log.policy())
    assert len(proved) == size + 1
