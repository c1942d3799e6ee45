"""The documented example of `usance ledger apply` gets all the codes."""

import asyncio
import json
import re
from pathlib import Path

import pytest
from tests.house.tree import ROOT

from usance.cli.ledger_apply import Answered, answered, apply_file, complained, printed
from usance.cli.ledger_file import read_lines
from usance.cli.refusing import REFUSED
from usance.ledger.errors import AccountResult, TransferResult

REFERENCE = ROOT / "docs" / "reference"
EXAMPLE = REFERENCE / "ledger-apply.example.jsonl"
EXPECTED = [
    ["created", "created", "created", "created", "created", "created", "created", "created"],
    [
        "linked_event_failed",
        "reserved_flag",
        "id_must_not_be_zero",
        "id_must_not_be_int_max",
        "exists_with_different_flags",
        "exists_with_different_currency",
        "exists_with_different_code",
        "exists",
        "flags_are_mutually_exclusive",
        "currency_must_not_be_empty",
        "code_must_not_be_zero",
        "linked_event_chain_open",
    ],
    [
        "created",
        "created",
        "created",
        "created",
        "created",
        "created",
        "created",
        "created",
        "exceeds_credits",
    ],
    [],
    [
        "linked_event_failed",
        "amount_must_be_positive",
        "reserved_flag",
        "id_must_not_be_zero",
        "id_must_not_be_int_max",
        "exists_with_different_flags",
        "exists_with_different_pending_id",
        "exists_with_different_timeout",
        "exists_with_different_debit_account_id",
        "exists_with_different_credit_account_id",
        "exists_with_different_amount",
        "exists_with_different_currency",
        "exists_with_different_code",
        "exists",
        "id_already_failed",
        "flags_are_mutually_exclusive",
        "debit_account_id_must_not_be_zero",
        "debit_account_id_must_not_be_int_max",
        "credit_account_id_must_not_be_zero",
        "credit_account_id_must_not_be_int_max",
        "accounts_must_be_different",
        "pending_id_must_be_zero",
        "pending_id_must_not_be_zero",
        "pending_id_must_not_be_int_max",
        "pending_id_must_be_different",
        "timeout_reserved_for_pending_transfer",
        "closing_transfer_must_be_pending",
        "currency_must_not_be_empty",
        "code_must_not_be_empty",
        "debit_account_not_found",
        "credit_account_not_found",
        "accounts_must_have_the_same_currency",
        "transfer_must_have_the_same_currency_as_accounts",
    ],
    [
        "pending_transfer_not_found",
        "pending_transfer_not_pending",
        "pending_transfer_has_different_debit_account_id",
        "pending_transfer_has_different_credit_account_id",
        "pending_transfer_has_different_currency",
        "pending_transfer_has_different_code",
        "exceeds_pending_transfer_amount",
        "pending_transfer_has_different_amount",
        "pending_transfer_already_posted",
        "pending_transfer_already_voided",
        "pending_transfer_expired",
        "debit_account_already_closed",
        "credit_account_already_closed",
    ],
    [
        "created",
        "created",
        "overflows_debits_pending",
        "overflows_debits_pending",
        "overflows_credits_pending",
        "overflows_debits_posted",
        "overflows_credits_posted",
        "overflows_debits",
        "overflows_credits",
        "overflows_timeout",
        "exceeds_debits",
    ],
    [
        "created",
        "created",
        "created",
        "debit_account_already_closed",
        "created",
        "created",
        "created",
    ],
    ["linked_event_chain_open"],
    ["value_date_in_closed_period", "exists"],
]


def answers_to(server_address, file: Path) -> list[Answered]:
    async def all_of_them() -> list[Answered]:
        return [each async for each in answered(server_address, file)]

    return asyncio.run(all_of_them())


def test_the_example_gets_every_code(server_address):
    applied = answers_to(server_address, EXAMPLE)
    assert [line for line in applied if line.mistakes] == []
    answers = [line for line in applied if line.op.startswith("create_")]
    assert [list(line.results) for line in answers] == [codes for codes in EXPECTED if codes]
    for op, codes in (("create_accounts", AccountResult), ("create_transfers", TransferResult)):
        given = {code for line in answers if line.op == op for code in line.results}
        assert given == {code.value for code in codes}
    accounts, transfers = (line.found for line in applied if line.found)
    assert [row["id"] for row in accounts] == ["1", "2", "3"]
    assert accounts[2]["debits_posted"] == accounts[2]["credits_posted"] == 30
    assert [(row["id"], row["amount"], row["flags"]) for row in transfers] == [
        ("104", 20, ["post_pending_transfer"]),
        ("141", 30, ["balancing_debit"]),
    ]
    assert printed(applied[0]).startswith("1.0 created\n1.1 created\n")


def test_the_page_lists_the_codes_of_accounts_in_their_order():
    page = (REFERENCE / "ledger-apply.md").read_text().split("## Result codes of accounts")[1]
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == [
        code.value for code in AccountResult
    ]


ID = 'Write a number below 2^128 in decimal digits, as a string: "17".'
OBJECT = "Write one JSON object on the line."


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", [f"{{. {OBJECT}"]),
        ("[1]", [f"[1]. {OBJECT}"]),
        ('{"op": "delete"}', ['op: "delete". Write one of create_accounts, create_transfers,']),
        ("{}", ["op: nothing. Write one of create_accounts,"]),
        (
            '{"op": "clock", "seconds": 1, "x": 2}',
            ["x: 2. Leave it out, or mend its name; there are seconds."],
        ),
        ('{"op": "clock"}', ["seconds: nothing. Write it: a line clock has seconds."]),
        (
            '{"op": "clock", "seconds": -1}',
            ["seconds: -1. Write a whole number from 0 and below 2^32, without quotes."],
        ),
        ('{"op": "lookup_accounts", "ids": ["1", "one"]}', [f'ids[1]: "one". {ID}']),
        (f'{{"op": "lookup_accounts", "ids": ["{2**128}"]}}', [f'ids[0]: "{2**128}". {ID}']),
        ('{"op": "lookup_accounts", "ids": "1"}', ['ids: "1". Write a list: ["1", "2"].']),
        ('{"op": "create_accounts", "events": {}}', ["events: {}. Write a list of objects"]),
        ('{"op": "create_accounts", "events": ["1"]}', ['event 0: "1". Write an object']),
        ('{"op": "create_accounts", "events": [{"id": 1}]}', [f"event 0, id: 1. {ID}"]),
        ('{"op": "create_accounts", "events": [{}]}', [f"event 0, id: nothing. {ID}"]),
        (
            (
                '{"op": "create_transfers", "value_date": "soon", "events": [{"id": "1"},'
                ' {"id": 5, "amount": "7", "flags": ["post_pending"], "note": "x"}]}'
            ),
            [
                'value_date: "soon". Write a day of the calendar: "2026-01-31".',
                f"event 1, id: 5. {ID}",
                'event 1, amount: "7". Write a whole number from 0 and below 2^128, without',
                'event 1, note: "x". Leave it out, or mend its name; there are amount, code,',
                'event 1, flags: "post_pending". Write one of linked, pending, post_pending_tr',
            ],
        ),
        ('{"op": "close_period", "day": "2026-02-30"}', ['day: "2026-02-30". Write a day']),
        (
            '{"op": "create_transfers", "events": [{"id": "1", "code": true, "flags": ""}]}',
            ["event 0, code: true. Write a whole", 'event 0, flags: "". Write a list'],
        ),
    ],
)
def test_every_mistake_of_a_line_is_named_with_its_remedy(line, said, tmp_path: Path):
    file = tmp_path / "asked.jsonl"
    file.write_text('{"op": "clock", "seconds": 1}\n\n' + line + "\n")

    first, wrong = read_lines(file)

    assert (first.number, first.mistakes) == (1, ())
    assert (wrong.number, wrong.step) == (3, None)
    found = [complained(each) for each in wrong.mistakes]
    assert len(found) == len(said), found
    for sentence, beginning in zip(found, said, strict=True):
        assert sentence.startswith(beginning)


ACCOUNTS = '{"op": "create_accounts", "events": [{"id": "1", "ledger": 1, "code": 1}]}'
WITH_MISTAKES = f"""
{ACCOUNTS}
not JSON
{{"op": "close_period", "day": "2026-01-01"}}
{{"op": "create_accounts", "events": [{{"id": "2", "ledger": 1, "code": 1}}, {{"id": 3}}]}}
{{"op": "create_accounts", "events": [{{"id": "4", "ledger": 1, "code": 1, "flags": ["closed"]}}]}}
{{"op": "close_period", "day": "2025-12-31"}}
{{"op": "close_period", "day": "2025-12-31"}}
{{"op": "lookup_accounts", "ids": ["1", "2", "4"]}}
"""
ANSWERS = """\
2.0 created
4.0 period_not_over: day: 2026-01-01 is not over yet. Close up to yesterday, by the book's own\
 time, at the latest.
6.0 created
7.0 closed
8.0 period_closed: day: 2025-12-31 lies in a closed period. Use a day after the last one that is\
 closed; the list of periods names it.
9 id=1 debits_pending=0 debits_posted=0 credits_pending=0 credits_posted=0 closed=no
9 id=4 debits_pending=0 debits_posted=0 credits_pending=0 credits_posted=0 closed=yes
"""


def test_a_line_with_mistakes_is_passed_over_whole_and_the_others_are_answered(
    server_address, monkeypatch, tmp_path, capsys
):
    monkeypatch.setenv("USANCE_DATABASE_URL", server_address.url)
    file = tmp_path / "asked.jsonl"
    file.write_text(WITH_MISTAKES)

    assert apply_file(file, as_json=False) == REFUSED

    told = capsys.readouterr()
    assert told.out == ANSWERS
    assert told.err.splitlines() == [
        f"usance: asked.jsonl:3: not JSON. {OBJECT}",
        f"usance: asked.jsonl:5: event 1, id: 3. {ID}",
        (
            "usance: asked.jsonl: 2 of 8 lines passed over."
            " The format is in docs/reference/ledger-apply.md. (lines_passed_over)"
        ),
    ]
    assert apply_file(file, as_json=True) == REFUSED
    lines = json.loads(capsys.readouterr().out)["lines"]
    assert [line["line"] for line in lines if line["mistakes"]] == [3, 5]


@pytest.mark.parametrize(
    ("_case", "content", "code", "said"),
    [
        ("all is well", ACCOUNTS, 0, ""),
        ("nothing", "", REFUSED, "no line to apply"),
        ("empty lines", "\n \n", REFUSED, "no line to apply"),
        (
            "more ledgers than currencies",
            json.dumps(
                {
                    "op": "create_accounts",
                    "events": [{"id": str(n), "ledger": n, "code": 1} for n in range(1, 500)],
                }
            ),
            REFUSED,
            "ledger: ",
        ),
        (
            "beyond the calendar",
            '{"op": "clock", "seconds": 4294967295}\n' * 60,
            REFUSED,
            "no further than the year 9999",
        ),
    ],
)
def test_the_exit_code_says_whether_all_was_carried_out(
    server_address, monkeypatch, tmp_path, capsys, _case, content, code, said
):
    monkeypatch.setenv("USANCE_DATABASE_URL", server_address.url)
    file = tmp_path / "asked.jsonl"
    file.write_text(content)

    assert apply_file(file, as_json=False) == code

    told = capsys.readouterr().err
    assert said in told
    assert bool(told) == bool(code)
