"""However a command says no: in the language asked for, with a code and what to do, or as JSON."""

import json
import re

import pytest
from typer.testing import CliRunner

from usance.api.errors import all_codes
from usance.cli import errors
from usance.cli.app import app
from usance.cli.refusing import REFUSED, UNREACHABLE, USAGE, remedy_of, saying
from usance.cli.voice import Voice, Words, speaking, voice_of
from usance.kernel.errors import (
    KeyReused,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    Unavailable,
    UsanceError,
)
from usance.kernel.money import parse

ZH = {"LANG": "zh_CN.UTF-8"}
# A body or a header, of which a command line has none; and `unavailable`, said as errors.AWAY.
HTTP_ONLY = frozenset(
    {
        "body_too_large",
        "content_type_not_json",
        "idempotency_key_missing",
        "method_not_allowed",
        "not_json",
        "unavailable",
        "unknown_field",
    }
)


@pytest.mark.parametrize(
    ("_case", "line", "environment", "expected"),
    [
        ("nothing is said", "payments list", {}, Voice()),
        ("an option", "payments list --language zh", {}, Voice(Words.ZH)),
        ("an option and =", "payments list --language=zh --json", {}, Voice(Words.ZH, True)),
        ("the option before the system", "payments list --language en", ZH, Voice()),
        ("a language we do not speak", "payments list --language fr", ZH, Voice(Words.ZH)),
        ("the system's", "payments list", ZH, Voice(Words.ZH)),
        ("ours before the system's", "x", {**ZH, "USANCE_LANGUAGE": "en"}, Voice()),
        ("the first locale that says anything", "x", {**ZH, "LC_ALL": "C"}, Voice()),
        ("a form of a report", "report custody --format json", {}, Voice(as_json=True)),
        ("what stands behind -- is none", "trace -- --language zh", {}, Voice()),
    ],
)
def test_how_a_command_speaks_is_read_off_the_command_line(_case, line, environment, expected):
    assert voice_of(line.split(), environment) == expected


WRONG = [
    ("payments frobnicate", "unknown_command"),
    ("payments lst", "unknown_command"),
    ("payments show", "missing_argument"),
    ("payments show a b c", "one_too_many"),
    ("payments list --foo", "unknown_option"),
    ("payments list --limit", "no_value"),
    ("payments list --limit 0", "wrong_value"),
    ("payments list --limit a", "wrong_value"),
    ("payments list --status nope", "not_a_choice"),
    ("import orders nowhere.csv", "no_such_file"),
    ("reconcile", "say_what"),
    ("reconcile nowhere.xml", "no_such_file"),
    ("payouts pay 1 CNY --by usr_1", "proposal_needs_both"),
    ("disputes contest dsp_1 --paper x", "wrong_value"),
]


@pytest.mark.parametrize(("line", "code"), WRONG)
def test_a_wrong_command_line_is_answered_like_any_wrong_input(line, code):
    english = CliRunner().invoke(app, [*line.split()])
    chinese = CliRunner().invoke(app, [*line.split()], env=ZH)
    problem = CliRunner().invoke(app, [*line.split(), "--json"])

    assert (english.exit_code, chinese.exit_code) == (USAGE, USAGE)
    assert english.stderr.startswith("usance: ")
    assert english.stderr.endswith(f"({code})\n")
    assert english.stderr.isascii()
    assert re.search("[\u4e00-\u9fff]", chinese.stderr)
    assert chinese.stderr.endswith(f"({code})\n")
    if line != "payments list --limit":
        found = json.loads(problem.stderr)
        assert (found["code"], found["type"]) == (code, f"urn:usance:problem:{code}")
        assert found["remedy"]
    assert english.stdout == ""


def _malformed() -> None:
    parse("12,50", "GBP")


def _raised(error: Exception):
    def raise_it() -> None:
        raise error

    return raise_it


@pytest.mark.parametrize(
    ("_case", "work", "code", "exit_code"),
    [
        ("a wrong form", _malformed, "malformed_amount", REFUSED),
        ("nothing there", _raised(NotFound("payment", "pay_1")), "not_found", REFUSED),
        ("not allowed", _raised(NotAllowed("escrow:write")), "not_allowed", REFUSED),
        ("not known", _raised(NotAuthenticated("no key")), "not_authenticated", REFUSED),
        ("a key twice", _raised(KeyReused("k")), "idempotency_key_reused", REFUSED),
        ("away", _raised(Unavailable("No engine listens.")), "unavailable", UNREACHABLE),
        ("anything else", _raised(UsanceError("strange")), "internal_error", REFUSED),
        ("a file", _raised(FileNotFoundError(2, "No such file", "x")), "file_trouble", REFUSED),
        ("no text", b"\xff".decode, "not_utf_8", REFUSED),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_whatever_is_raised_has_a_code_a_remedy_and_one_language(
    capsys, _case, work, code, exit_code, language
):
    from typer import Exit

    for as_json in (False, True):
        line = ["--language", language, *(["--json"] * as_json)]
        with speaking(line, {}), pytest.raises(Exit) as ended, saying():
            work()
        assert ended.value.exit_code == exit_code
        said = capsys.readouterr().err
        assert code in said
        assert ("用" in said or "请" in said) is (language == "zh")
        if as_json:
            assert json.loads(said)["remedy"] in json.loads(said)["detail"]


def test_no_remedy_of_the_command_line_speaks_of_http():
    spoken = re.compile(
        r"/v1|\bPOST\b|\bGET\b|\bPUT\b|Idempotency-Key|openapi|Authorization|request_id|\{\""
    )
    for code in all_codes().values():
        if code.code in HTTP_ONLY:
            continue
        for zh in (False, True):
            assert not spoken.search(remedy_of(code, zh)), code.code


def test_every_remedy_of_our_own_is_for_a_code_that_there_is():
    assert set(errors.REMEDIES) <= set(all_codes())


def test_every_code_of_the_command_line_is_declared_once_in_both_languages():
    names = [code.code for code in errors.CODES]

    assert len(set(names)) == len(names)
    for code in errors.CODES:
        assert not code.zh.isascii() or code.zh == "{value}", code.code
