"""`usance ledger reconcile`: with an engine and without one, what was tampered with is named."""

import asyncio
from datetime import UTC, datetime

import pytest
from tests.runtime.books import execute

from usance.cli.reconcile import reconcile
from usance.kernel.errors import NotFound
from usance.ledger.model import Ref
from usance.ledger.service import OpenAccounts
from usance.parties.model import OPERATOR
from usance.worker.session import make_book, opened

START = datetime(2026, 9, 9, tzinfo=UTC)
TAMPERED = "update ledger.balances set credits_posted = 5, debits_posted = 5 where number = 1"


def test_differences_are_sentences_and_the_exit_code_says_so(place, capsys):
    async def journey() -> None:
        with pytest.raises(NotFound):
            await reconcile(place, as_json=False)
        await make_book(place, START, test_clock=True, anew=False)
        async with opened(place, engine=True) as session:
            await session.do("open_accounts", OpenAccounts((Ref("nostro", "GBP", OPERATOR),)))
            assert await reconcile(place, as_json=False) == 0
            said = capsys.readouterr().out
            assert said.startswith("All agrees at position 1: the engine's memory and the tables")
            await execute(place.dsn, TAMPERED)
            assert await reconcile(place, as_json=False) == 1
            assert capsys.readouterr().out.splitlines()[:2] == [
                (
                    "ledger.balances 1: debits_posted is 0 in memory and 5 in the table;"
                    " credits_posted is 0 in memory and 5 in the table."
                ),
                (
                    "ledger balance of account 1: debits posted are 5, its transfers add up to 0;"
                    " credits posted are 5, its transfers add up to 0."
                ),
            ]
        assert await reconcile(place, as_json=True) == 1
        assert '"what":"ledger balance of account"' in capsys.readouterr().out

    asyncio.run(journey())
