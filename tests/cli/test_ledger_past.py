"""The ledger's past on the command line: one sentence for each close, and 1 where one differs."""

import asyncio
import json
import re

import asyncpg
import pytest
import typer
from tests.databases import place_for
from tests.ledger.histories import START

from usance.cli.ledger_past import (
    print_account_statement,
    print_balance,
    propose_close,
    propose_reversal,
    verify_close,
)
from usance.cli.places import run
from usance.cli.reports import print_trial_balance
from usance.kernel.ids import TransferId, derive
from usance.kernel.money import Currency
from usance.ledger.events import AccountsOpened
from usance.ledger.model import Ref
from usance.ledger.service import ClosePeriod, CreateTransfers, OpenAccounts, TransferRequest
from usance.parties import service as parties
from usance.parties.model import OPERATOR
from usance.worker.session import Place, make_book, opened

GBP = Currency("GBP")


@pytest.fixture(scope="module")
def place(server_address):
    """A book with a transfer of yesterday between accounts 1 and 2, and yesterday closed."""

    async def make(place: Place) -> None:
        await make_book(place, START, test_clock=True, anew=True)
        async with opened(place) as session:
            for verb, body in parties.cast():
                await session.do(verb, body, body.id)
            kinds = ("nostro", "suspense_unmatched")
            refs = tuple(Ref(kind, GBP, OPERATOR) for kind in kinds)
            told = (await session.do("open_accounts", OpenAccounts(refs))).part(AccountsOpened)
            asked = TransferRequest(derive(1, "cli"), *told.numbers, 1250)
            day = START.date().replace(day=START.day - 1)
            await session.do("create_transfers", CreateTransfers((asked,), day))
            assert (await session.do("close_period", ClosePeriod(day))).refusal is None

    with place_for(server_address, "cli_past") as place:
        asyncio.run(make(place))
        yield place


def test_a_balance_and_a_statement_are_printed(place, capsys):
    run(print_balance(place, 1, "", "", as_json=False))
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.startswith("Account 1, nostro GBP, as known at fact ")
    assert [line.split() for line in lines] == [
        ["debits", "posted", "12.50", "GBP"],
        ["credits", "posted", "0.00", "GBP"],
        ["debits", "pending", "0.00", "GBP"],
        ["credits", "pending", "0.00", "GBP"],
        ["net", "debit", "12.50", "GBP"],
        ["available", "12.50", "GBP"],
    ]
    run(print_balance(place, 1, "2026-09-07", "", as_json=False))
    assert "12.50" not in capsys.readouterr().out
    run(print_account_statement(place, 2, "2026-09-01", "", "", as_json=False))
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[2:]] == ["opening", "2026-09-08", "closing"]


def test_json_is_what_the_api_answers(place, capsys):
    run(print_balance(place, 1, "", "", as_json=True))
    balance = json.loads(capsys.readouterr().out)
    assert balance["object"] == "balance"
    assert balance["sums"]["debits_posted"] == {"amount": "12.50", "currency": "GBP"}
    run(print_account_statement(place, 2, "2026-09-01", "", "", as_json=True))
    [line] = json.loads(capsys.readouterr().out)["lines"]
    assert line["transfer"] == str(TransferId(derive(1, "cli")))
    assert line["change"]["credits_posted"] == {"amount": "12.50", "currency": "GBP"}


ADMIN = str(parties.cast_user("admin"))


@pytest.mark.parametrize(
    ("_case", "ask", "said"),
    [
        (
            "a fact that is yet to come",
            lambda place: print_balance(place, 1, "", "99999", as_json=False),
            r"--at: the book has no fact 99999; the last is \d+\.",
        ),
        (
            "no moment",
            lambda place: print_balance(place, 1, "", "soon", as_json=False),
            "--at: soon is no day or moment",
        ),
        (
            "backwards",
            lambda place: print_account_statement(
                place, 1, "2026-09-09", "2026-09-01", "", as_json=False
            ),
            "--until: ",
        ),
        (
            "nobody",
            lambda place: propose_close(place, "2026-09-08", "somebody", "why"),
            "--by: this is not an id of the kind that belongs here: somebody ≠ usr_",
        ),
        (
            "no transfer",
            lambda place: propose_reversal(place, ["x"], None, ADMIN, "", "why"),
            "TRANSFERS: this is not an id of the kind that belongs here: x ≠ trf_",
        ),
    ],
)
def test_what_is_wrong_is_named_as_it_stands_on_the_command_line(place, capsys, _case, ask, said):
    with pytest.raises(typer.Exit):
        run(ask(place))
    assert re.match(f"usance: {said}", capsys.readouterr().err)


def test_a_day_means_its_end(place, capsys):
    for at, amount in (("2026-09-08", "0.00"), ("2026-09-09", "12.50")):
        run(print_balance(place, 1, "", at, as_json=False))
        assert capsys.readouterr().out.splitlines()[1].split()[2] == amount
        run(print_trial_balance(place, at, "json", "en"))
        told = json.loads(capsys.readouterr().out)
        assert (told["position"] == 0) == (amount == "0.00")


def test_an_account_that_is_not_there_is_said_in_one_line(place, capsys):
    with pytest.raises(typer.Exit) as ended:
        run(print_balance(place, 99, "", "", as_json=False))
    assert ended.value.exit_code == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_reversal_waits_for_another_person(place, capsys):
    admin = str(parties.cast_user("admin"))
    transfer = str(TransferId(derive(1, "cli")))
    run(propose_reversal(place, [transfer], None, admin, "", "wrong"))
    assert capsys.readouterr().out.count("waits for another person") == 1


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-09-08", "period_closed"),
        ("2026-09-09", "period_not_over"),
        ("2027-01-01", "period_not_over"),
    ],
)
def test_a_close_that_cannot_be_is_not_proposed(place, capsys, day, said):
    with pytest.raises(typer.Exit) as ended:
        run(propose_close(place, day, str(parties.cast_user("admin")), "month's end"))
    told = capsys.readouterr()
    assert (ended.value.exit_code, told.out) == (1, "")
    assert said in told.err
    assert day in told.err


def test_whoever_edits_a_closed_month_is_named_with_exit_1(place, capsys):
    assert run(verify_close(place, as_json=False)) == 0
    assert "is as it was closed" in capsys.readouterr().out

    async def tamper():
        connection = await asyncpg.connect(place.dsn)
        await connection.execute("update ledger.transfers set amount = amount + 1")
        await connection.close()

    asyncio.run(tamper())
    assert run(verify_close(place, as_json=False)) == 1
    said = capsys.readouterr().out
    assert said == (
        "The period up to 2026-09-08 is not what was closed: account 1 does not add up to the"
        " balance it was closed with.\n"
    )
