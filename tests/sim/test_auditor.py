"""The auditor sees what is wrong: a sound book is tampered with in one place at a time.

And it can, because it shares no code with the house.
"""

import ast
import asyncio
import copy
import json
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from tests.sim import auditor
from tests.sim.auditor.audit import findings
from tests.sim.auditor.tables import Tables, Witness
from tests.sim.plan import plan
from tests.sim.play import play

SEED = 43


@pytest.fixture(scope="module")
def sound(world) -> tuple[Tables, Witness]:
    played = asyncio.run(play(*world, plan(SEED, 40, kills=False)))
    return played.tables, played.witness


class Book:
    """A copy of a sound book, its rows as dictionaries, to be spoilt."""

    def __init__(self, tables: Tables, witness: Witness) -> None:
        for each in fields(tables):
            rows = [dict(row) for row in getattr(tables, each.name)]
            setattr(self, each.name, rows)
        self.witness = copy.deepcopy(witness)

    def __getattr__(self, name: str) -> list[dict[str, Any]]:
        raise AttributeError(name)

    def rows(self, table: str, **where: Any) -> list[dict[str, Any]]:
        found = [
            row
            for row in getattr(self, table)
            if all(row[name] == value for name, value in where.items())
        ]
        assert found, f"no {table} where {where}: choose another seed"
        return found

    def first(self, table: str, **where: Any) -> dict[str, Any]:
        return self.rows(table, **where)[0]

    def findings(self) -> list[str]:
        tables = Tables(**{each.name: getattr(self, each.name) for each in fields(Tables)})
        return findings(tables, self.witness)


def change(table: str, column: str, by: Any, **where: Any) -> Callable[[Book], None]:
    """Write another value into one row: a number is added, anything else stands instead."""

    def spoil(book: Book) -> None:
        row = book.first(table, **where)
        row[column] = row[column] + by if isinstance(by, int) else by

    return spoil


def lose(table: str, **where: Any) -> Callable[[Book], None]:
    return lambda book: getattr(book, table).remove(book.rows(table, **where)[-1])


def double(table: str, **where: Any) -> Callable[[Book], None]:
    return lambda book: getattr(book, table).append(dict(book.first(table, **where)))


def moves_more(book: Book) -> None:
    """A capture, the balances it makes and the payment all say one unit more."""
    row = book.first("transfers", code="capture")
    row["amount"] += 1
    book.first("balances", number=row["debit"])["debits_posted"] += 1
    book.first("balances", number=row["credit"])["credits_posted"] += 1


def waits(book: Book) -> None:
    """The queue has a unit open that no account of suspense holds."""
    kind = {"account": "suspense_unmatched", "amount_currency": "GBP"}
    book.suspense.append({"id": "sus", **kind, "open": 1, "going_back": 0, "closed_at": None})


def goes_back(book: Book) -> None:
    """A unit is on its way back to somebody, and no rail was asked to return it."""
    kind = {"account": "suspense_unmatched", "amount_currency": "GBP"}
    book.suspense.append({"id": "sus", **kind, "open": -1, "going_back": 1, "closed_at": None})


def other_answer(book: Book) -> None:
    told = next(each for each in book.witness.told.values() if each.fact)
    told.fact["recorded_at"] = "2026-01-01T00:00:00Z"


def other_inputs(book: Book) -> None:
    row = next(row for row in book.commands if row["id"] in book.witness.told)
    row["input_hash"] = b"0"


def forgotten(book: Book) -> None:
    book.witness.tried.clear()


def never_booked(book: Book) -> None:
    book.witness.notices.add("a notice of which nobody heard")


def told_twice(book: Book) -> None:
    rows = [row for row in book.rows("outbox") if b'"payment_settled"' in row["payload"]]
    notices = [json.loads(row["payload"])["parts"]["payment_settled"]["notice"] for row in rows]
    rows[0]["payload"] = rows[0]["payload"].replace(notices[0].encode(), notices[1].encode())


def limited(book: Book) -> None:
    for row in book.rows("accounts", kind="seller_available"):
        row["balance_limit"] = "credits_must_not_exceed_debits"


SPOILT = [
    ("a transfer is lost", lose("transfers", code="capture"), "transfers_make_the_balances"),
    ("a transfer is there twice", double("transfers", code="rest"), "facts_seal_their_transfers"),
    ("a balance is one more", change("balances", "debits_posted", 1), "debits_are_credits"),
    ("a balance of its own", change("balances", "credits_posted", 1), "transfers_make"),
    ("a limit was passed", limited, "transfers_make_the_balances"),
    ("a fact moves more than it sealed", moves_more, "facts_seal_their_transfers"),
    ("a fact moves more than it says", moves_more, "facts_say_what_was_posted"),
    ("a sale brings more than it is", moves_more, "payments_are_what_was_posted"),
    ("a hold is still open", change("holds", "state", "open"), "holds_are_what_is_pending"),
    ("a hold is lost", lose("holds"), "holds_are_what_is_pending"),
    ("a fact is lost", lose("outbox"), "positions_have_no_gap"),
    ("the book is further than its facts", change("book", "position", 1), "positions_have_no_gap"),
    ("a command has two facts", double("outbox", verb="pay"), "keys_have_one_answer"),
    ("a key is lost", lose("commands"), "keys_have_one_answer"),
    ("a key has other inputs", other_inputs, "keys_have_one_answer"),
    ("the answer was another", other_answer, "keys_have_one_answer"),
    ("nobody asked", forgotten, "nothing_was_done_unasked"),
    ("a notice is lost", never_booked, "what_rails_said_is_booked"),
    ("a notice is booked twice", double("settlements"), "what_rails_said_is_booked"),
    ("a settlement is told twice", told_twice, "what_rails_said_is_booked"),
    ("a dispute is lost", lose("disputes"), "what_rails_said_is_booked"),
    ("something never fell due", change("due", "fired_at", None), "what_rails_said_is_booked"),
    ("a salt was changed", change("outbox", "salt", b"0" * 16), "the_log_is_over_the_facts"),
    ("a root was changed", change("checkpoints", "root", b"0"), "the_log_is_over_the_facts"),
    ("a leaf was changed", change("tiles", "hashes", b"0" * 32), "the_log_is_over_the_facts"),
    ("another status", change("payments", "status", "voided"), "payments_are_what_was_posted"),
    ("more went back", change("payments", "returned", 1), "payments_are_what_was_posted"),
    ("a rail owes more", change("payments", "receivable", 1), "kinds_are_the_sum_of_payments"),
    ("a payout is not paid", change("payouts", "status", "refused"), "refunds_and_payouts"),
    ("a payout is lost", lose("payouts"), "instructions_are_what_is_carried_out"),
    ("a refund is confirmed", change("refunds", "status", "pending"), "refunds_and_payouts"),
    ("collected twice", double("instructions", kind="collect"), "instructions_are_what_is"),
    ("money waits that is not there", waits, "suspense_is_somebodys_task"),
    ("money goes back that nobody sent", goes_back, "suspense_is_somebodys_task"),
    ("an order is paid twice", double("payments", status="settled"), "no_order_is_paid_twice"),
    ("an advance owes less", change("advances", "principal_outstanding", -1), "advances_are"),
    ("an advance for nothing", change("advances", "fee_outstanding", 1), "exposures_are_what"),
    ("a limit is higher", change("facilities", "limit_minor", 1), "limits_are_used_or_free"),
    ("a funder lent it", change("advances", "principal_outstanding", -1), "funders_have_what"),
    ("client money is short", change("balances", "credits_posted", 1), "client_money_is_whole"),
]


def test_a_sound_book_gives_no_findings(sound):
    assert Book(*sound).findings() == []


@pytest.mark.parametrize(("_case", "spoil", "check"), SPOILT)
def test_the_auditor_sees(sound, _case, spoil, check):
    book = Book(*sound)
    spoil(book)

    assert [each for each in book.findings() if each.startswith(check)]


def test_something_set_aside_is_seen(sound):
    book = Book(*sound)
    book.quarantine.append({"id": "x", "verb": "pay", "error": "a bug"})

    assert book.findings() == ["nothing_is_set_aside: pay x was set aside: a bug"]


def test_the_auditor_shares_no_code_with_the_house():
    may_import = sys.stdlib_module_names | {"asyncpg"}
    [folder] = auditor.__path__
    for path in Path(folder).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [f"{'.' * node.level}{node.module or ''}"]
            strangers = [
                name
                for name in names
                if name.split(".")[0] not in may_import and not name.startswith("tests.sim.auditor")
            ]
            assert strangers == [], path.name
