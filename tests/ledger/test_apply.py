"""The documented example of `usance ledger apply` gets all the codes."""

import asyncio
import json
import re
from pathlib import Path

import pytest
from tests.house.tree import ROOT

from usance.cli.ledger_apply import applied_file, printed
from usance.cli.ledger_file import read_steps
from usance.kernel.errors import Invalid
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


def test_the_example_gets_every_code(server_address):
    applied = asyncio.run(applied_file(server_address, EXAMPLE))
    answers = [line for line in applied.lines if line.op.startswith("create_")]
    assert [list(line.results) for line in answers] == [codes for codes in EXPECTED if codes]
    for op, codes in (("create_accounts", AccountResult), ("create_transfers", TransferResult)):
        given = {code for line in answers if line.op == op for code in line.results}
        assert given == {code.value for code in codes}
    accounts, transfers = (line.found for line in applied.lines if line.found)
    assert [row["id"] for row in accounts] == ["1", "2", "3"]
    assert accounts[2]["debits_posted"] == accounts[2]["credits_posted"] == 30
    assert [(row["id"], row["amount"], row["flags"]) for row in transfers] == [
        ("104", 20, ["post_pending_transfer"]),
        ("141", 30, ["balancing_debit"]),
    ]
    assert printed(applied).startswith("1.0 created\n1.1 created\n")


def test_the_page_lists_the_codes_of_accounts_in_their_order():
    page = (REFERENCE / "ledger-apply.md").read_text().split("## Result codes of accounts")[1]
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == [
        code.value for code in AccountResult
    ]


def account(**second) -> str:
    return json.dumps({"op": "create_accounts", "events": [{"id": "1"}, {"id": "2", **second}]})


def transfer(**second) -> str:
    return json.dumps({"op": "create_transfers", "events": [{"id": "1"}, {"id": "2", **second}]})


@pytest.mark.parametrize(
    ("_case", "line", "said"),
    [
        ("no JSON", "{", "truncated"),
        ("no such op", '{"op": "delete"}', "delete"),
        ("no such field", '{"op": "clock", "seconds": 1, "x": 1}', "x"),
        ("no id", '{"op": "lookup_accounts", "ids": ["1", "one"]}', "'one' is no 128-bit id"),
        ("where it is", '{"op": "lookup_accounts", "ids": ["1", "one"]}', "at `$.ids[1]`"),
        ("too large an id", f'{{"op": "lookup_accounts", "ids": ["{2**128}"]}}', "128-bit"),
        ("no flag", '{"op": "create_accounts", "events": [{"id": "1", "flags": ["x"]}]}', "'x'"),
        ("a transfer's flag", account(flags=["pending"]), "linked, debits_must_not_exceed_credits"),
        ("where the flag is", account(flags=["x"]), "at `$.events[1].flags`"),
        ("too large a code", account(code=2**16), "65536 is not between 0 and 65535"),
        ("negative", transfer(amount=-1), "-1 is not between 0 and"),
        ("where the amount is", transfer(amount=-1), "at `$.events[1].amount`"),
        ("no account", transfer(debit_account_id="x"), "at `$.events[1].debit_account_id`"),
        ("no hold", transfer(pending_id=""), "at `$.events[1].pending_id`"),
        ("too long a timeout", transfer(timeout=2**63), "at `$.events[1].timeout`"),
        ("no day", '{"op": "close_period", "day": "soon"}', "RFC3339"),
        ("backwards", '{"op": "clock", "seconds": -1}', "seconds"),
    ],
)
def test_a_line_of_another_form_is_named(_case, line, said, tmp_path: Path):
    file = tmp_path / "asked.jsonl"
    file.write_text('{"op": "clock", "seconds": 1}\n\n' + line + "\n")
    with pytest.raises(Invalid) as refused:
        list(read_steps(file))
    assert refused.value.field == "asked.jsonl:3"
    assert said in refused.value.value
