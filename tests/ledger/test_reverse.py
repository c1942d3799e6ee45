"""Reversals: what may be reversed and what may not, and what is linked to what."""

import asyncio
from datetime import date

import pytest
from tests.ledger.histories import REFS, a_book

from usance.kernel.errors import Invalid
from usance.ledger.events import AccountsOpened, TransfersCreated, TransfersReversed
from usance.ledger.model import Flags, Ref
from usance.ledger.service import (
    ClosePeriod,
    CorrectTransfers,
    CreateTransfers,
    OpenAccounts,
    Repost,
    ReversalStage,
    ReverseTransfers,
    TransferRequest,
)
from usance.ledger.service import find_accounts as find
from usance.parties.model import OPERATOR

DAY = date(2026, 9, 9)
CLOSED = date(2026, 9, 1)
NOSTRO, BLOCKED, COVERED = range(3)
EACH_WAY = [(NOSTRO, COVERED, 100), (COVERED, BLOCKED, 70)]


class Desk:
    """A book with a nostro, a suspense account, and one that is never overdrawn."""

    def __init__(self, book) -> None:
        self.book = book
        self.numbers: tuple[int, ...] = ()

    async def open(self) -> None:
        refs = (*REFS[:2], Ref("seller_available", REFS[0].currency, OPERATOR))
        outcome = await self.book.done("open_accounts", OpenAccounts(refs))
        self.numbers = outcome.part(AccountsOpened).numbers

    async def posts(self, *legs, flags=0, pending_id=None):
        """Post legs in one command; the ids of its transfers and its position."""
        requests = tuple(
            TransferRequest(
                self.book.new_id(),
                self.numbers[debit],
                self.numbers[credit],
                amount,
                flags=flags,
                pending_id=pending_id,
            )
            for debit, credit, amount in legs
        )
        outcome = await self.book.done("create_transfers", CreateTransfers(requests, DAY))
        assert set(outcome.part(TransfersCreated).results) == {"created"}
        return [request.id for request in requests], outcome.fact.position

    async def reverses(self, day=DAY, **named):
        return await self.book.ask("reverse_transfers", ReverseTransfers(day, "wrong", **named))

    async def balances(self):
        """What is on the three accounts, seen from the debit side."""
        found = [(await find.account(self.book.connection, n)).balance for n in self.numbers]
        return [balance.debits_posted - balance.credits_posted for balance in found]

    async def rows(self, table):
        return await self.book.connection.fetchval(f"select count(*) from ledger.{table}")


def at_desk(dsn, journey):
    async def inside():
        async with a_book(dsn) as book:
            desk = Desk(book)
            await desk.open()
            await journey(desk)

    asyncio.run(inside())


@pytest.mark.parametrize("by_position", [True, False])
def test_a_chain_is_reversed_whole_and_linked(dsn, by_position):
    async def journey(desk):
        ids, position = await desk.posts(*EACH_WAY)
        named = {"position": position} if by_position else {"transfers": tuple(ids)}
        told = (await desk.reverses(**named)).part(TransfersReversed)
        assert await desk.balances() == [0, 0, 0]
        assert sorted(told.transfers) == sorted(ids)
        for original, reversal in zip(told.transfers, told.reversals, strict=True):
            [link] = await find.corrections(desk.book.connection, original)
            assert (link.corrects, link.transfer_id, link.reason) == (original, reversal, "wrong")
            was = await find.transfer(desk.book.connection, original)
            now = await find.transfer(desk.book.connection, reversal)
            assert (now.debit, now.credit, now.amount) == (was.credit, was.debit, was.amount)
            assert now.position == link.position > was.position

    at_desk(dsn, journey)


def test_a_reversal_is_reversed_and_the_first_one_stays_reversed(dsn):
    async def journey(desk):
        [original], _ = await desk.posts((NOSTRO, BLOCKED, 5))
        [first] = (await desk.reverses(transfers=(original,))).part(TransfersReversed).reversals
        [second] = (await desk.reverses(transfers=(first,))).part(TransfersReversed).reversals
        assert await desk.balances() == [5, -5, 0]
        for done in (original, first):
            assert (await desk.reverses(transfers=(done,))).refusal.code == "already_reversed"
        links = await find.corrections(desk.book.connection, first)
        assert {(link.corrects, link.transfer_id) for link in links} == {
            (original, first),
            (first, second),
        }

    at_desk(dsn, journey)


def test_two_reversals_of_one_transfer_at_once_make_one(dsn):
    async def journey(desk):
        ids, _ = await desk.posts((NOSTRO, BLOCKED, 5))
        both = await asyncio.gather(*(desk.reverses(transfers=tuple(ids)) for _ in range(2)))
        assert [outcome.refusal and outcome.refusal.code for outcome in both] == [
            None,
            "already_reversed",
        ]
        assert await desk.balances() == [0, 0, 0]

    at_desk(dsn, journey)


@pytest.mark.parametrize(
    ("_case", "asks", "code"),
    [
        ("a closed day", lambda made: {"day": CLOSED, "transfers": made.plain}, "period_closed"),
        ("no such fact", lambda _made: {"position": 999}, "unknown_transfer"),
        ("a fact without transfers", lambda _made: {"position": 1}, "unknown_transfer"),
        ("no such transfer", lambda made: {"transfers": (made.unknown,)}, "unknown_transfer"),
        (
            "one of several unknown",
            lambda made: {"transfers": (*made.plain, made.unknown)},
            "unknown_transfer",
        ),
        ("an open hold", lambda made: {"transfers": made.held}, "hold_not_reversible"),
        ("a hold among others", lambda made: {"transfers": made.plain + made.held}, "hold_not_rev"),
        ("money that has gone", lambda made: {"transfers": made.paid_in}, "insufficient_balance"),
    ],
)
def test_what_is_refused_leaves_nothing(dsn, _case, asks, code):
    class Made:
        pass

    async def journey(desk):
        made = Made()
        made.unknown = desk.book.new_id()
        made.plain = tuple((await desk.posts((NOSTRO, BLOCKED, 5)))[0])
        made.held = tuple((await desk.posts((NOSTRO, BLOCKED, 6), flags=Flags.PENDING))[0])
        made.paid_in = tuple((await desk.posts((NOSTRO, COVERED, 100)))[0])
        await desk.posts((COVERED, BLOCKED, 70))
        await desk.book.done("close_period", ClosePeriod(CLOSED))
        before = [await desk.rows(table) for table in ("transfers", "corrections")]
        balances = await desk.balances()

        outcome = await desk.reverses(**asks(made))

        assert outcome.refusal.code.startswith(code)
        assert [await desk.rows(table) for table in ("transfers", "corrections")] == before
        assert await desk.balances() == balances

    at_desk(dsn, journey)


def test_the_chain_as_a_whole_must_be_covered_and_not_each_of_its_legs(dsn):
    async def journey(desk):
        # Given 100 paid in of which 70 were passed on, where it should have been 90
        [paid_in], _ = await desk.posts((NOSTRO, COVERED, 100))
        await desk.posts((COVERED, BLOCKED, 70))
        nostro, covered = desk.numbers[NOSTRO], desk.numbers[COVERED]
        assert (await desk.reverses(transfers=(paid_in,))).refusal.code == "insufficient_balance"

        def correct(amount):
            repost = (Repost(nostro, covered, amount),)
            body = CorrectTransfers(DAY, "a typing error", repost, transfers=(paid_in,))
            return desk.book.ask("correct_transfers", body)

        # Then it cannot be made 69, and can be made 90
        assert (await correct(69)).refusal.code == "insufficient_balance"
        told = (await correct(90)).part(TransfersReversed)
        assert await desk.balances() == [90, -70, -20]
        [reposted] = told.reposted
        found = await find.transfer(desk.book.connection, reposted)
        assert (found.amount, found.code) == (90, "correction")
        assert await desk.rows("corrections") == 1

    at_desk(dsn, journey)


def test_what_a_hold_posted_is_reversed_and_the_hold_stays_posted(dsn):
    async def journey(desk):
        [held], _ = await desk.posts((NOSTRO, BLOCKED, 6), flags=Flags.PENDING)
        [posted], _ = await desk.posts(
            (NOSTRO, BLOCKED, 4), flags=Flags.POST_PENDING, pending_id=held
        )
        told = (await desk.reverses(transfers=(posted,))).part(TransfersReversed)
        assert told.transfers == (posted,)
        assert await desk.balances() == [0, 0, 0]
        assert (await desk.reverses(transfers=(held,))).refusal.code == "hold_not_reversible"

    at_desk(dsn, journey)


def test_a_closed_account_takes_part_in_no_reversal(dsn):
    async def journey(desk):
        ids, _ = await desk.posts((NOSTRO, BLOCKED, 6))
        await desk.posts((NOSTRO, COVERED, 0), flags=Flags.PENDING | Flags.CLOSING_DEBIT)
        refusal = (await desk.reverses(transfers=tuple(ids))).refusal
        assert (refusal.code, refusal.value) == (
            "transfer_refused",
            "credit_account_already_closed",
        )

    at_desk(dsn, journey)


REPOST = (Repost(1, 2, 5),)
ID = REFS[0].owner


@pytest.mark.parametrize(
    ("_case", "body", "field"),
    [
        ("no reason", ReverseTransfers(DAY, " ", 1), "reason"),
        ("nothing named", ReverseTransfers(DAY, "x"), "transfers"),
        ("both named", ReverseTransfers(DAY, "x", 1, (ID,)), "transfers"),
        ("one twice", ReverseTransfers(DAY, "x", None, (ID, ID)), "transfers"),
        ("nothing in its stead", CorrectTransfers(DAY, "x", (), 1), "repost"),
        ("nothing at all", CorrectTransfers(DAY, "x", (Repost(1, 2, 0),), 1), "repost[0].amount"),
        (
            "less than nothing",
            CorrectTransfers(DAY, "x", (*REPOST, Repost(1, 2, -1)), 1),
            "repost[1].amount",
        ),
        ("no code", CorrectTransfers(DAY, "x", (Repost(1, 2, 1, ""),), 1), "repost[0].code"),
    ],
)
def test_a_request_of_another_form_is_refused_before_anything_is_looked_at(_case, body, field):
    with pytest.raises(Invalid) as refused:
        ReversalStage().apply(None, body, {})
    assert (refused.value.code.code, refused.value.field) == ("reversal_malformed", field)
