"""`usance payouts import`: a file is known by what it says; one of which nothing was paid again."""

import json
from contextlib import asynccontextmanager

import pytest
import typer
from tests.api import conftest
from tests.api.conftest import SELLER

from usance.cli import payouts
from usance.cli.payouts import Wanted
from usance.cli.voice import Words

furnished, house = conftest.furnished, conftest.house
HEAD = "reference,amount,account\n"
LINES = HEAD + "r1,10.00,6222020200112201\nr2,20.00,\nr3,1.00,DE89370400440532013001\n"


@pytest.fixture
def hand_over(house, monkeypatch, capsys, tmp_path):
    """Hands a file over to the open book; returns the exit code and what was printed."""

    @asynccontextmanager
    async def opened(_place):
        yield house.session

    monkeypatch.setattr(payouts, "opened", opened)

    def run(text: str, currency: str = "CNY", reference: str = "", count: int = -1):
        file = tmp_path / "payouts.csv"
        file.write_text(text)
        wanted = Wanted(file, currency, str(SELLER), reference, count, "")
        capsys.readouterr()
        code: list[int] = []

        async def work() -> None:
            try:
                code.append(await payouts.bring_in(None, wanted, as_json=True, language=Words.EN))  # type: ignore[arg-type]
            except typer.Exit as ended:
                code.append(ended.exit_code)

        house.run(work())
        said = capsys.readouterr()
        return code[0], json.loads(said.out) if said.out else said.err

    return run


def test_each_line_names_the_field_that_is_wrong(hand_over):
    code, told = hand_over(LINES)

    assert code == 1
    assert [(each["line"], each["code"]) for each in told["refused"]] == [
        (1, "unknown_beneficiary"),
        (2, "payout_payee_missing"),
        (3, "wrong_check_digit"),
    ]
    assert all(each["reason"].startswith("account") for each in told["refused"])


def test_a_file_of_which_nothing_was_paid_may_come_again(hand_over):
    first, second = hand_over(LINES)[1], hand_over(LINES)[1]

    assert (first["known"], second["known"]) == (False, False)
    assert first["batch"]["id"] != second["batch"]["id"]


@pytest.mark.parametrize(
    ("_case", "again", "code"),
    [
        ("another number of lines", {"count": 7}, "payout_batch_count_differs"),
        ("other lines under the same name", {"text": HEAD + "r9,1.00,7\n"}, "payout_batch_exists"),
        ("another currency under the same name", {"currency": "USD"}, "payout_batch_exists"),
    ],
)
def test_what_is_not_the_known_file_is_not_called_known(hand_over, _case, again, code):
    hand_over(LINES, reference="June")

    exit_code, said = hand_over(**{"text": LINES, "reference": "June", **again})

    assert (exit_code, code in said) == (1, True), said


def test_the_same_file_in_another_currency_is_another_one(hand_over):
    yuan, dollars = hand_over(LINES)[1], hand_over(LINES, currency="USD")[1]

    assert dollars["known"] is False
    assert yuan["batch"]["id"] != dollars["batch"]["id"]


def test_under_one_name_the_same_file_is_known(hand_over):
    hand_over(LINES, reference="May")

    assert hand_over(LINES, reference="May")[1]["known"] is True
