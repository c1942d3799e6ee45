"""The real engine with its tables against the plain ledger: same answers, same rows."""

import asyncio
import os
from random import Random

import pytest
from tests.ledger.asking import create
from tests.model.reference import Book, Request
from tests.model.script import CURRENCIES, RULES, Author
from tests.model.test_machine import real
from tests.runtime.books import START, ask, book, command, running

from usance.ledger.events import TransfersCreated
from usance.ledger.model import Limit
from usance.runtime import writing

LIMITS = {
    "": Limit.NONE,
    "debits": Limit.DEBITS_MUST_NOT_EXCEED_CREDITS,
    "credits": Limit.CREDITS_MUST_NOT_EXCEED_DEBITS,
}


async def open_accounts(dsn: str, model: Book, random: Random) -> None:
    """Accounts of every limit, laid into the tables before the engine loads them."""
    for _ in range(8):
        currency, rule = random.choice(CURRENCIES), random.choice(RULES)
        number = model.open(currency, rule)
        await ask(
            dsn,
            "insert into ledger.accounts (number, kind, currency, owner, balance_limit, opened_at)"
            " values ($1, 'test', $2, gen_random_uuid(), $3, $4)",
            number,
            currency,
            LIMITS[rule],
            START,
        )
        await ask(dsn, "insert into ledger.balances values ($1, 0, 0, 0, 0)", number)


async def converse(engine, model: Book, author: Author, first: int, rounds: int) -> None:
    """Commands in batches of several callers; answers are compared one by one."""
    for number in range(first, first + rounds):
        asked = [author.command() for _ in range(5)]
        commands = [
            command(number * 10 + index, "create_transfers", create(0, real(requests)).body)
            for index, requests in enumerate(asked)
        ]
        answers = await asyncio.gather(*(engine.submit([each]) for each in commands))
        for requests, [outcome] in zip(asked, answers, strict=True):
            before = len(model.created)
            assert list(outcome.part(TransfersCreated).results) == model.ask(requests), requests
            assert outcome.fact.transfers == model.digest(model.created[before:])


async def tables_agree(dsn: str, model: Book) -> None:
    rows = await ask(
        dsn,
        "select id, debit, credit, amount, flags, pending_id, code from ledger.transfers"
        " order by position, id",
    )
    stored = {row["id"]: Request(**{**row, "id": row["id"]}) for row in rows}
    assert stored == {each.id: each for each in model.created}
    for row in await ask(dsn, "select * from ledger.balances"):
        sums = model.sums(row["number"])
        assert {"number": row["number"], **vars(sums)} == dict(row)
    holds = {row["id"]: row["state"] for row in await ask(dsn, "select * from ledger.holds")}
    ended = model.ends()
    assert holds == {each.id: ended.get(each.id, "open") for each in model.holds()}
    [gaps] = await ask(
        dsn,
        "select count(*) as told, max(position) as last, min(position) as first from engine.outbox",
    )
    assert (gaps["first"], gaps["last"]) == (1, gaps["told"])
    [one] = await ask(dsn, "select position from engine.book")
    assert one["position"] == gaps["last"]
    assert not await ask(dsn, "select 1 from engine.quarantine")


def run(server_address, seed: int, rounds: int) -> None:
    print(f"seed {seed}")
    random = Random(seed)

    async def story():
        model = Book()
        author = Author(random, model, int(START.timestamp() * 1000))
        async with book(server_address) as dsn:
            await open_accounts(dsn, model, random)
            for life in range(2):
                async with running(dsn) as engine:
                    await converse(engine, model, author, 1 + life * rounds, rounds)
                await tables_agree(dsn, model)

    asyncio.run(story())


def write_by(way: str, monkeypatch) -> None:
    """Have batches written as few rows are, or as many are, however small they be."""
    if way == "COPY":
        monkeypatch.setattr(writing, "FEW_ROWS", -1)


@pytest.mark.parametrize(("seed", "way"), [(1, "one statement"), (2, "COPY")])
def test_engine_and_tables_agree_with_the_plain_ledger(server_address, monkeypatch, seed, way):
    write_by(way, monkeypatch)
    run(server_address, seed, rounds=12)


@pytest.mark.long
@pytest.mark.parametrize("way", ["one statement", "COPY"])
@pytest.mark.parametrize("_round", range(10))
def test_many_more_conversations(server_address, monkeypatch, _round, way):
    write_by(way, monkeypatch)
    run(server_address, int.from_bytes(os.urandom(4)), rounds=60)
