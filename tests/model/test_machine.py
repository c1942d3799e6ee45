"""The real ledger and the plain one, asked the same questions for ever, never disagree.

The real side runs as the engine runs it, an overlay over the state, merged or dropped, with a
dictionary in the place of the tables. The other test of this folder has the real tables.
"""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.ledger.asking import Tables, apply, create, everything, prepare
from tests.model.reference import PASSING, Book, Request
from tests.model.script import CURRENCIES, RULES, Author

from usance.kernel.money import Currency
from usance.kernel.records import encode
from usance.ledger.model import Account, Balance, Limit
from usance.ledger.service import TransferRequest, TransferStage
from usance.ledger.tables import ACCOUNTS, BALANCES, HOLDS
from usance.runtime.draft import Overlay, State
from usance.runtime.rows import HOT_TABLES

NOW = datetime(2026, 9, 9, tzinfo=UTC)
LIMITS = {
    "": Limit.NONE,
    "debits": Limit.DEBITS_MUST_NOT_EXCEED_CREDITS,
    "credits": Limit.CREDITS_MUST_NOT_EXCEED_DEBITS,
}


def real(requests: list[Request]) -> list[TransferRequest]:
    """The same requests as the real ledger takes them."""
    return [
        TransferRequest(r.id, r.debit, r.credit, r.amount, r.code, r.flags, r.pending_id)
        for r in requests
    ]


def account_row(number: int, currency: str, rule: str) -> Account:
    return Account(
        number, "test", Currency(currency), UUID(int=number), None, None, LIMITS[rule], NOW
    )


class RealLedger:
    """The real rules over a state, and dictionaries for the tables that memory lets go of."""

    def __init__(self) -> None:
        self.state = State()
        self.tables = Tables()
        self.stage = TransferStage()

    def begin(self) -> Overlay:
        self.tables.overlay = Overlay(self.state, NOW)
        return self.tables.overlay

    def commit(self) -> None:
        self.tables.write()
        self.tables.overlay.merge()

    def bytes(self) -> bytes:
        """All that is kept or would be written, as bytes."""
        kept = {table.name: self.state.rows[table.slot] for table in HOT_TABLES}
        layers = [kept, everything(self.tables.overlay)]
        return encode(
            [
                {name: {str(key): row for key, row in rows.items()} for name, rows in layer.items()}
                for layer in layers
            ]
        )


class LedgerMachine(RuleBasedStateMachine):
    """Commands come in batches; a batch is committed or lost as a whole."""

    def __init__(self) -> None:
        super().__init__()
        self.book = Book()
        self.real = RealLedger()

    @initialize(random=st.randoms(use_true_random=False))
    def begin(self, random):
        self.author = Author(random, self.book)
        for _ in range(4):
            self.open_account(random.choice(CURRENCIES), random.choice(RULES))

    @rule(currency=st.sampled_from(CURRENCIES), limit=st.sampled_from(RULES))
    @precondition(lambda self: len(self.book.accounts) < 8)
    def open_account(self, currency, limit):
        number = self.book.open(currency, limit)
        overlay = self.real.begin()
        overlay.put(ACCOUNTS, account_row(number, currency, limit))
        overlay.put(BALANCES, Balance(number))
        self.real.commit()

    @rule(random=st.randoms(use_true_random=False), commands=st.integers(1, 4))
    def batch(self, random, commands):
        self.real.begin()
        self.agree(random, commands)
        self.real.commit()

    @rule(random=st.randoms(use_true_random=False))
    def lost_batch(self, random):
        """The transaction failed: nothing of it may stay, in memory either."""
        self.real.begin()
        before, created = self.real.bytes(), list(self.book.created)
        spent = set(self.book.spent)
        self.agree(random, 2)
        self.book.created, self.book.spent = created, spent
        self.real.begin()
        assert self.real.bytes() == before

    def agree(self, random, count):
        """A batch as the engine does it: prepared together, applied one after the other."""
        self.author.pen = random
        asked = [self.author.command() for _ in range(count)]
        commands = [create(number, real(each)) for number, each in enumerate(asked)]
        facts = prepare(self.real.stage, self.real.tables, commands)
        for command, requests in zip(commands, asked, strict=True):
            before, already = self.real.bytes(), len(self.book.created)
            results = apply(self.real.stage, self.real.tables, command, facts)
            assert results == self.book.ask(requests)
            digest = self.real.tables.overlay.transfers_digest()
            assert digest == self.book.digest(self.book.created[already:])
            if "created" not in results and not set(results) & set(PASSING):
                assert self.real.bytes() == before

    @invariant()
    def balances_follow_from_transfers(self):
        for number in self.book.accounts:
            balance = self.real.state.rows[BALANCES.slot][number]
            sums = self.book.sums(number)
            assert balance == Balance(
                number,
                sums.debits_pending,
                sums.debits_posted,
                sums.credits_pending,
                sums.credits_posted,
            )
            assert min(encode_numbers(balance)) >= 0

    @invariant()
    def nothing_is_made_or_lost(self):
        accounts = self.real.state.rows[ACCOUNTS.slot]
        balances = self.real.state.rows[BALANCES.slot]
        for currency in {account.currency for account in accounts.values()}:
            own = [balances[n] for n, account in accounts.items() if account.currency == currency]
            assert sum(b.debits_posted for b in own) == sum(b.credits_posted for b in own)
            assert sum(b.debits_pending for b in own) == sum(b.credits_pending for b in own)

    @invariant()
    def limits_hold_with_holds_counted(self):
        for number, account in self.real.state.rows[ACCOUNTS.slot].items():
            balance = self.real.state.rows[BALANCES.slot][number]
            debits = balance.debits_posted + balance.debits_pending
            credits_ = balance.credits_posted + balance.credits_pending
            if account.balance_limit is Limit.DEBITS_MUST_NOT_EXCEED_CREDITS:
                assert debits <= balance.credits_posted
            if account.balance_limit is Limit.CREDITS_MUST_NOT_EXCEED_DEBITS:
                assert credits_ <= balance.debits_posted

    @invariant()
    def pending_is_the_sum_of_open_holds(self):
        kept = self.real.state.rows[HOLDS.slot].values()
        pending = sum(b.debits_pending for b in self.real.state.rows[BALANCES.slot].values())
        assert pending == sum(hold.amount for hold in kept)
        assert {hold.id for hold in kept} == {hold.id for hold in self.book.open_holds()}


def encode_numbers(balance: Balance) -> tuple[int, ...]:
    return (
        balance.debits_pending,
        balance.debits_posted,
        balance.credits_pending,
        balance.credits_posted,
    )


TestLedgerMachine = LedgerMachine.TestCase
TestLedgerMachine.settings = settings(max_examples=60, stateful_step_count=20)


@pytest.mark.long
def test_many_more_scripts():
    LedgerMachine.TestCase.settings = settings(max_examples=3_000, stateful_step_count=50)
    LedgerMachine.TestCase().runTest()
