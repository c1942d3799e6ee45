"""`usance payments import` and `usance reconcile`: exit codes, an object a file, once is enough."""

import gzip
import json
import zipfile
from datetime import UTC, datetime

import pytest
from tests.adapters.messages.asking import a_statement, a_transfer, an_entry, an_order
from typer.testing import CliRunner

from usance.cli.app import app

KEYS = {
    "file", "type", "version", "validated", "status", "entries", "matched", "suggested",
    "unmatched", "refused", "notes",
}  # fmt: skip
START = datetime(2026, 9, 9, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.xml").write_text(a_statement(an_entry("1.00"), an_entry("2.00")))
    (tmp_path / "b.xml").write_text(an_order(a_transfer()))
    (tmp_path / "c.txt").write_text("Dear Sir")
    return tmp_path


def asked(*arguments: object, stdin: bytes | None = None) -> tuple[int, list[dict]]:
    done = CliRunner().invoke(app, [str(each) for each in arguments], input=stdin)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    return done.exit_code, [json.loads(line) for line in lines]


@pytest.mark.parametrize("command", [("payments", "import"), ("reconcile",)])
def test_a_folder_is_read_file_by_file(folder, command):
    code, reports = asked(*command, folder, "--dry-run", "--json")

    assert code == 1
    assert [set(each) for each in reports] == [KEYS] * 3
    shown = [tuple(each[key] for key in ("type", "status", "entries", "unmatched"))
             for each in reports]  # fmt: skip
    assert shown == [
        ("camt.053", "read", 2, 2), ("pain.001", "read", 1, 0), ("", "refused", 0, 0)]  # fmt: skip
    [refused] = reports[2]["refused"]
    assert (refused["code"], refused["path"]) == ("not_a_message", "")
    assert refused["reason"].startswith("This is no message that can be read")


@pytest.mark.parametrize(
    ("_case", "arguments", "expected"),
    [
        ("all read", ("a.xml", "b.xml"), 0),
        ("one refused", ("a.xml", "c.txt"), 1),
        ("no such file", ("a.xml", "d.xml"), 2),
        ("no such mapping", ("a.xml", "--mapping", "d.toml"), 2),
        ("a mapping that is none", ("a.xml", "--mapping", "c.txt"), 2),
    ],
)
def test_the_exit_code(folder, monkeypatch, _case, arguments, expected):
    monkeypatch.chdir(folder)

    assert asked("reconcile", *arguments, "--dry-run")[0] == expected


def test_standard_input_and_archives_are_read(folder):
    packed = folder / "all.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(folder / "a.xml", "inside/a.xml")
        archive.write(folder / "b.xml", "b.xml")
    broken = folder / "broken.zip"
    broken.write_bytes(packed.read_bytes()[:80])

    code, reports = asked("reconcile", packed, broken, "--dry-run", "--json")
    piped = asked("reconcile", "-", "--dry-run", "--json", stdin=(folder / "a.xml").read_bytes())

    assert code == 1
    assert [(each["file"].removeprefix(f"{folder}/"), each["status"]) for each in reports] == [
        ("all.zip/inside/a.xml", "read"),
        ("all.zip/b.xml", "read"),
        ("broken.zip", "refused"),
    ]
    assert reports[2]["refused"][0]["code"] == "unpacked_badly"
    assert (piped[0], piped[1][0]["entries"]) == (0, 2)


def test_a_table_in_either_language_names_what_was_refused(folder):
    chinese = CliRunner().invoke(app, ["reconcile", str(folder), "--dry-run", "--language", "zh"])
    english = CliRunner().invoke(app, ["reconcile", str(folder), "--dry-run"])

    assert "已读取" in chinese.stdout
    assert "这不是可读取的报文" in chinese.stdout
    assert "c.txt: This is no message that can be read" in english.stdout


def test_what_was_taken_in_is_known_the_second_time(place, folder, monkeypatch):
    import asyncio

    from usance.worker.session import make_book

    asyncio.run(make_book(place, START, test_clock=True, anew=False))
    monkeypatch.setattr("usance.cli.messages.place", lambda _book: place)
    arguments = ("payments", "import", folder / "a.xml", folder / "b.xml", "--json")

    first, second = asked(*arguments), asked(*arguments)

    assert (first[0], second[0]) == (0, 0)
    assert [each["status"] for each in first[1]] == ["read", "read"]
    assert [each["status"] for each in second[1]] == ["known", "known"]
    assert [each["entries"] for each in second[1]] == [2, 1]
    tried = asked(*arguments, "--dry-run", "--book", "main")
    assert [each["status"] for each in tried[1]] == ["known", "known"]
    assert [each["status"] for each in asked(*arguments, "--dry-run")[1]] == ["read", "read"]
    (folder / "b.xml").write_text(an_order(a_transfer("99.00"), total="99.00"))
    code, [_, reused] = asked(*arguments)
    assert (code, reused["refused"][0]["code"]) == (1, "message_id_reused")


def test_a_file_that_cannot_be_unpacked_keeps_no_other_from_being_taken_in(
    place, folder, monkeypatch
):
    import asyncio

    from usance.worker.session import make_book

    asyncio.run(make_book(place, START, test_clock=True, anew=False))
    monkeypatch.setattr("usance.cli.messages.place", lambda _book: place)
    broken = folder / "broken.gz"
    broken.write_bytes(gzip.compress((folder / "a.xml").read_bytes())[:60])

    code, reports = asked("payments", "import", broken, folder / "a.xml", "--json")

    assert code == 1
    assert [each["status"] for each in reports] == ["refused", "read"]
    assert reports[0]["refused"][0]["code"] == "unpacked_badly"


def test_what_a_known_file_was_refused_for_is_said_again_and_is_no_failure(
    place, folder, monkeypatch, capsys
):
    import asyncio

    from usance.worker.session import make_book

    asyncio.run(make_book(place, START, test_clock=True, anew=False))
    monkeypatch.setattr("usance.cli.messages.place", lambda _book: place)
    file = folder / "half.xml"
    file.write_text(a_statement(an_entry("1.00"), an_entry("-3.00")))

    first = CliRunner().invoke(app, ["reconcile", str(file)])
    again = CliRunner().invoke(app, ["reconcile", str(file)])

    assert (first.exit_code, again.exit_code) == (1, 0)
    assert f"refused when it first came: {file}" in again.stdout
    assert "refused when it first came" not in first.stdout


def test_a_file_that_is_no_message_names_the_way_to_say_what_its_columns_are(folder):
    (folder / "own.csv").write_text("Tag;Wert\nx;y\n")

    done = CliRunner().invoke(app, ["reconcile", str(folder / "own.csv"), "--dry-run"])

    assert done.exit_code == 1
    assert "--mapping FILE" in done.stdout
