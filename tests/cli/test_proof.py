"""A bundle is not checked before somebody has said whose log it must be."""

from pathlib import Path

import pytest

from usance.cli.proof import verify
from usance.cli.refusing import USAGE


@pytest.mark.parametrize(
    ("_case", "policy", "key", "said"),
    [
        ("neither", None, "", "which lies beside the bundle"),
        ("both", Path("policy.json"), "example+1+x", "not both"),
    ],
)
def test_a_policy_or_a_key_is_asked_for(capsys, _case, policy, key, said):
    assert verify(Path("bundle.json"), policy, key) == USAGE

    told = capsys.readouterr().err
    assert told.startswith("usance: --policy / --key is not said, or said twice.")
    assert said in told
    assert "usance_verify" not in told
