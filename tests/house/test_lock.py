"""The lock: made from today's dependencies, with hashes, and without anybody's addresses."""

import importlib.util
import re

import pytest
from tests.house.tree import ROOT

LOCK = (ROOT / "requirements.lock").read_text()
PYPROJECT = (ROOT / "pyproject.toml").read_text()


@pytest.fixture(scope="module")
def lock_inputs():
    spec = importlib.util.spec_from_file_location("lock_inputs", ROOT / ".ci" / "lock_inputs.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_lock_is_fresh(lock_inputs):
    assert lock_inputs.recorded_digest(LOCK) == lock_inputs.inputs_digest(PYPROJECT)


@pytest.mark.parametrize(
    ("_case", "old", "new", "same"),
    [
        ("dependency added", '    "alembic', '    "attrs",\n    "alembic', False),
        ("bound moved", '"pytest>=9"', '"pytest>=10"', False),
        ("Python moved", 'requires-python = ">=3.11"', 'requires-python = ">=3.12"', False),
        ("style only", "line-length = 100", "line-length = 99", True),
    ],
)
def test_the_digest_follows_what_the_resolver_is_told(lock_inputs, _case, old, new, same):
    assert old in PYPROJECT
    changed = lock_inputs.inputs_digest(PYPROJECT.replace(old, new))

    assert (changed == lock_inputs.inputs_digest(PYPROJECT)) is same


def test_every_locked_package_has_a_hash_and_none_an_address():
    packages = re.split(r"\n(?=[a-zA-Z0-9])", LOCK)[1:]

    assert len(packages) > 40
    assert [text.split(" ")[0] for text in packages if "--hash=sha256:" not in text] == []
    assert "://" not in LOCK
