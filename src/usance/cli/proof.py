"""`usance proof`: export the proof of a trade; verify one, without a book."""

import sys
from pathlib import Path

import usance_verify
from usance.cli.refusing import USAGE
from usance.evidence.service import prove, written
from usance.kernel.records import encode
from usance.reporting.service import trace
from usance.worker.session import Place, opened


async def export(place: Place, any_id: str, out: Path | None) -> None:
    """Write the bundle of a trade, and beside it the policy that names the log's key."""
    async with opened(place) as session:
        await session.extend_log()
        async with session.pool.acquire() as connection:
            told = await trace(connection, any_id)
            bundle = await prove(connection, [step.position for step in told.steps])
        policy = encode(session.log.policy())
    file = out or Path(f"{any_id}.proof.json")
    policy_file = file.with_name(f"{file.name.removesuffix('.json')}.policy.json")
    _write(file, written(bundle))
    _write(policy_file, policy)
    sys.stdout.write(
        f"{file}: {len(bundle.facts)} facts.\n"
        f"Check it anywhere: usance proof verify {file} --policy {policy_file}\n"
        "Give a stranger the policy by another way than the bundle.\n"
    )


def verify(file: Path, policy: Path | None, key: str) -> int:
    """Check a bundle with the strangers' own verifier; return its exit code."""
    if (policy is None) is not bool(key):
        both = "not both" if key else "which lies beside the bundle where it was exported"
        sys.stderr.write(
            "usance: Say whose log it must be: --policy FILE, or --key with the log's public key;"
            f" {both}.\n"
        )
        return USAGE
    arguments = [str(file)]
    if policy is not None:
        arguments += ["--policy", str(policy)]
    if key:
        arguments += ["--key", key]
    return usance_verify.main(arguments)


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
