"""What `usance routing check` says of files that are no configuration."""

import pytest

from usance.cli.routing import _read


@pytest.mark.parametrize(
    ("_case", "text", "path"),
    [
        ("no JSON", "rules: []", "$"),
        ("no UTF-8", b"\xff\xfe", "$"),
        ("no rules", "{}", "$"),
        ("a rule without a name", '{"rules": [{"order": ["card"]}]}', "rules[0]"),
        ("a word for a number", '{"rules": [{"name": "x", "attempts": "two"}]}',
         "rules[0].attempts"),
        ("an unknown field", '{"rules": [{"name": "x", "ordre": []}]}', "rules[0]"),
    ],
)  # fmt: skip
def test_a_file_of_the_wrong_form_is_told_where(tmp_path, _case, text, path):
    file = tmp_path / "routing.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    config, [fault] = _read(file)

    assert config is None
    assert fault.path == path
