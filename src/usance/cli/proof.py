"""`usance proof`: export the proof of a trade; verify one, without a book."""

import sys
from pathlib import Path
from uuid import UUID

import usance_verify
from usance.evidence.service import export as export_thread
from usance.evidence.service import prove, written
from usance.kernel.errors import NotFound
from usance.kernel.records import encode
from usance.reporting.service import thread_of
from usance.worker.session import Place, opened


async def export(place: Place, any_id: str, out: Path | None) -> None:
    """Write the bundle of a trade, and beside it the policy that names the log's key."""
    async with opened(place) as session:
        await session.extend_log()
        async with session.pool.acquire() as connection:
            thread: UUID | int | None = await thread_of(connection, any_id)
            if thread is None:
                raise NotFound("trade or fact", any_id)
            if isinstance(thread, int):
                bundle = await prove(connection, [thread])
            else:
                bundle = await export_thread(connection, thread)
        policy = encode(session.log.policy())
    file = out or Path(f"{any_id}.proof.json")
    policy_file = file.with_suffix(".policy.json")
    _write(file, written(bundle))
    _write(policy_file, policy)
    sys.stdout.write(
        f"{file}: {len(bundle.facts)} facts.\n"
        f"Check it anywhere: usance proof verify {file} --policy {policy_file}\n"
        "A stranger gets the policy from you by another way than the bundle.\n"
    )


def verify(file: Path, policy: Path | None, key: str) -> int:
    """Check a bundle with the strangers' own verifier; return its exit code."""
    arguments = [str(file)]
    if policy is not None:
        arguments += ["--policy", str(policy)]
    if key:
        arguments += ["--key", key]
    return usance_verify.main(arguments)


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
