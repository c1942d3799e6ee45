"""`usance proof`: export the proof of a trade; verify one, without a book."""

import json
import sys
from pathlib import Path

import usance_verify
from usance.cli.errors import SAY_WHAT
from usance.cli.refusing import USAGE, no
from usance.cli.voice import Words, says
from usance.evidence.service import prove, written
from usance.kernel.records import encode
from usance.reporting.service import trace
from usance.worker.session import Place, opened


async def export(
    place: Place, any_id: str, out: Path | None, *, as_json: bool, language: Words
) -> None:
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
    if as_json:
        written_to = {"bundle": str(file), "policy": str(policy_file), "facts": len(bundle.facts)}
        sys.stdout.write(json.dumps(written_to, ensure_ascii=False) + "\n")
        return
    said = says(
        "{0}: {1} facts.\nCheck it anywhere: usance proof verify {0} --policy {2}\n"
        "Give a stranger the policy by another way than the bundle.\n",
        "{0}:{1} 条事实。\n可在任何地方验证:usance proof verify {0} --policy {2}\n"
        "请通过不同渠道分别交付证明与策略文件。\n",
        language,
    )
    sys.stdout.write(said.format(file, len(bundle.facts), policy_file))


def verify(file: Path, policy: Path | None, key: str) -> int:
    """Check a bundle with the strangers' own verifier; return its exit code."""
    if (policy is None) is not bool(key):
        one = says(
            "--policy FILE, which lies beside the bundle where it was exported, or --key with the"
            " log's public key, and not both: it says whose log it must be",
            "--policy 文件(导出时与证明放在一起),或 --key 日志公钥,二者择一,以指明所信任的日志",
        )
        return no(SAY_WHAT, "--policy / --key", allowed=one, ends=USAGE).exit_code
    arguments = [str(file)]
    if policy is not None:
        arguments += ["--policy", str(policy)]
    if key:
        arguments += ["--key", key]
    return usance_verify.main(arguments)


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
