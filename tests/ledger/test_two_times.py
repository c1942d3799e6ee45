"""What the book said then, of which day: backdated entries, closed periods, statements."""

import asyncio
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from tests.ledger.histories import Happened, a_book

from usance.kernel.errors import Invalid
from usance.kernel.money import MINOR_MAX
from usance.ledger.events import (
    PeriodClosed,
    TransfersCreated,
    TransfersReversed,
    ValueDateMoved,
)
from usance.ledger.model import Flags
from usance.ledger.service import (
    ClosePeriod,
    CreateTransfers,
    ReverseTransfers,
    TransferRequest,
    account_statement,
    balance_as_of,
    verify_periods,
)
from usance.ledger.service import find_accounts as find

LAST = date.max
accounts = some.integers(0, 3)
backs = some.integers(-3, 12)
steps = some.lists(
    some.one_of(
        some.tuples(some.just("transfer"), accounts, some.integers(1, 3), backs),
        some.tuples(some.just("happened"), accounts, some.integers(1, 3), backs),
        some.tuples(some.just("hold"), accounts, some.integers(1, 3), backs),
        some.tuples(some.just("runs_out"), accounts, some.integers(1, 3), some.just(0)),
        some.tuples(some.just("ends"), accounts, some.booleans(), backs),
        some.tuples(some.just("reverses"), accounts, some.just(0), backs),
        some.tuples(some.just("closes"), some.just(0), some.just(0), some.integers(1, 9)),
        some.tuples(some.just("passes"), some.just(0), some.integers(1, 4), some.just(0)),
    ),
    min_size=12,
    max_size=30,
)


class History:
    """Steps carried out on a book, with what it said of itself on the way."""

    def __init__(self, book) -> None:
        self.book = book
        self.posted: list[tuple] = []
        self.holds: list[tuple] = []
        self.expiring: list[tuple] = []
        self.said: list[tuple] = []
        self.told: list[PeriodClosed] = []

    async def step(self, what: str, first: int, second, back: int) -> None:
        day = self.book.day(back)
        await getattr(self, what)(first, second, day)
        position = self.book.engine.position
        for seen in (LAST, day):
            number = self.book.numbers[first % 4]
            view = await sums(self.book, number, seen, position)
            self.said.append((number, seen, position, view))

    async def transfer(self, debit, step, day) -> None:
        made = await self.book.transfer(debit, (debit + step) % 4, 7 + debit, day)
        if day > self.book.recount.closed_until:
            left, right = (self.book.numbers[x] for x in (debit, (debit + step) % 4))
            self.posted.append((made, left, right, 7 + debit))

    async def happened(self, debit, step, day) -> None:
        credit, recount = (debit + step) % 4, self.book.recount
        outcome = await self.book.done("happened", Happened(debit, credit, 11, day))
        moved = outcome.fact.part(ValueDateMoved)
        if day <= recount.closed_until:
            booked = recount.closed_until + timedelta(days=1)
            assert moved == ValueDateMoved(day, booked)
            day = booked
        else:
            assert moved is None
        left, right = self.book.numbers[debit], self.book.numbers[credit]
        recount.move(outcome.fact.position, day, left, right, posted=11)

    async def hold(self, debit, step, day) -> None:
        if day > self.book.recount.closed_until:
            held = await self.book.hold(debit, (debit + step) % 4, 5, day)
            self.holds.append((held, day))

    async def runs_out(self, debit, step, day) -> None:
        held = await self.book.hold(debit, (debit + step) % 4, 3, day, seconds=86_400)
        self.expiring.append((held, day))

    async def ends(self, which, posts, day) -> None:
        if self.holds:
            held, begun = self.holds.pop(which % len(self.holds))
            how = Flags.POST_PENDING if posts else Flags.VOID_PENDING
            await self.book.ends(held, begun, how, day)

    async def reverses(self, which, _nothing, day) -> None:
        if not self.posted:
            return
        made, debit, credit, amount = self.posted.pop(which % len(self.posted))
        body = ReverseTransfers(day, "wrong", transfers=(made,))
        outcome = await self.book.ask("reverse_transfers", body)
        if day <= self.book.recount.closed_until:
            assert outcome.refusal.code == "period_closed"
            return
        [reversal] = outcome.part(TransfersReversed).reversals
        self.book.recount.move(outcome.fact.position, day, credit, debit, posted=amount)
        self.posted.append((reversal, credit, debit, amount))

    async def closes(self, _nothing, _neither, day) -> None:
        outcome = await self.book.ask("close_period", ClosePeriod(day))
        if day <= self.book.recount.closed_until:
            assert outcome.refusal.code == "period_closed"
            return
        told = outcome.part(PeriodClosed)
        self.book.recount.closed_until = told.day
        self.told.append(told)

    async def passes(self, _nothing, days, _day) -> None:
        waiting, self.expiring = self.expiring, []
        before = self.book.engine.position
        await self.book.ticks(days)
        # Every hold of these runs out a day after it was begun; the ticks tell one fact for each.
        for place, (held, begun) in enumerate(waiting, 1):
            sides = (held.debit, held.credit)
            ended = max(begun, self.book.today)
            self.book.recount.move(before + place, ended, *sides, pending=-held.amount)


async def sums(book, number, day, position):
    account = (await find.account(book.connection, number)).account
    found = (await balance_as_of(book.connection, account, day, position)).balance
    return (
        found.debits_pending,
        found.debits_posted,
        found.credits_pending,
        found.credits_posted,
    )


def play(dsn, journey):
    async def inside():
        async with a_book(dsn) as book:
            await journey(book)

    asyncio.run(inside())


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(steps)
def test_every_view_is_that_of_a_plain_recount_and_stays_as_it_was(dsn, asked):
    async def journey(book):
        history = History(book)
        for step in asked:
            await history.step(*step)
        # What was said then is said now, and it is what a recount says.
        for number, day, position, view in history.said:
            assert await sums(book, number, day, position) == view
            assert book.recount.sums(number, day, position) == view
        # So it is for every account on days and at positions that nobody asked about then.
        positions = sorted({position for *_, position, _ in history.said})[::4]
        for position in positions:
            for back in (-2, 0, 3):
                for number in book.numbers:
                    day = book.day(back)
                    seen = await sums(book, number, day, position)
                    assert seen == book.recount.sums(number, day, position)
        # Every close is what it was told to be, and can be reckoned by anybody.
        for told in history.told:
            assert told.digest == book.recount.digest(told.day, told.position)
        verdicts = await verify_periods(book.connection)
        assert [verdict.differs for verdict in verdicts] == [""] * len(history.told)
        await balances_are_what_transfers_add_up_to(book)
        await statements_add_up(book)

    play(dsn, journey)


async def balances_are_what_transfers_add_up_to(book):
    for number in book.numbers:
        kept = (await find.account(book.connection, number)).balance
        seen = await sums(book, number, LAST, book.engine.position)
        assert seen == (
            kept.debits_pending,
            kept.debits_posted,
            kept.credits_pending,
            kept.credits_posted,
        )


async def statements_add_up(book):
    for number in book.numbers:
        account = (await find.account(book.connection, number)).account
        for first, last in ((9, 3), (4, 4), (30, -30)):
            told = await account_statement(
                book.connection, account, book.day(first), book.day(last)
            )
            closing = await balance_as_of(book.connection, account, book.day(last))
            assert told.closing == closing.balance
            assert len(told.lines) == len(told.balances)
            days = [line.value_date for line in told.lines]
            assert days == sorted(days)
            assert all(book.day(first) <= day <= book.day(last) for day in days)


def test_backdating_changes_the_day_and_not_what_was_said_before(dsn):
    async def journey(book):
        number = book.numbers[0]
        await book.transfer(0, 1, 100, book.day(0))
        then = book.engine.position
        week_ago = book.day(7)
        assert await sums(book, number, week_ago, then) == (0, 0, 0, 0)
        # When an entry of last week is made today
        await book.transfer(0, 1, 5, week_ago)
        now = book.engine.position
        # Then last week has it, and what the book knew before has not
        assert await sums(book, number, week_ago, now) == (0, 5, 0, 0)
        assert await sums(book, number, week_ago, then) == (0, 0, 0, 0)
        assert await sums(book, number, LAST, then) == (0, 100, 0, 0)
        assert await sums(book, number, LAST, now) == (0, 105, 0, 0)
        # And neither has it when the week is closed
        await book.done("close_period", ClosePeriod(book.day(1)))
        assert await sums(book, number, week_ago, then) == (0, 0, 0, 0)
        assert await sums(book, number, week_ago, now) == (0, 5, 0, 0)

    play(dsn, journey)


@pytest.mark.parametrize(
    ("_case", "how", "posted"),
    [("posted", Flags.POST_PENDING, 49), ("voided", Flags.VOID_PENDING, 0)],
)
def test_nothing_is_free_before_it_was_reserved(dsn, _case, how, posted):
    async def journey(book):
        number, now = book.numbers[0], LAST
        held = await book.hold(0, 1, 50, book.day(3))
        await book.ends(held, book.day(3), how, book.day(6))
        position = book.engine.position
        # The end takes effect before the beginning: what was posted counts, nothing is negative
        for back, seen in ((7, (0, 0)), (6, (0, posted)), (4, (0, posted)), (3, (0, posted))):
            assert await sums(book, number, book.day(back), position) == (*seen, 0, 0)
        assert await sums(book, number, now, position - 1) == (50, 0, 0, 0)

    play(dsn, journey)


def test_what_runs_out_is_reserved_until_the_day_on_which_it_did(dsn):
    async def journey(book):
        number = book.numbers[0]
        await book.hold(0, 1, 50, book.day(0), seconds=86_400)
        held_at = book.engine.position
        await book.ticks(2)
        freed_at = book.engine.position
        for back, position, pending in ((2, freed_at, 50), (1, freed_at, 50), (0, freed_at, 0)):
            seen = await sums(book, number, book.day(back), position)
            assert seen == (pending, 0, 0, 0)
        assert await sums(book, number, LAST, held_at) == (50, 0, 0, 0)

    play(dsn, journey)


def test_an_entry_dated_ahead_is_found_after_closes_that_it_lies_behind(dsn):
    async def journey(book):
        number = book.numbers[0]
        await book.transfer(0, 1, 3, book.day(-2))
        for _ in range(2):
            await book.done("close_period", ClosePeriod(book.day(1)))
            await book.ticks(1)
        await book.transfer(0, 1, 5, book.day(0))
        position = book.engine.position
        assert await sums(book, number, book.day(1), position) == (0, 0, 0, 0)
        assert await sums(book, number, book.day(0), position) == (0, 8, 0, 0)
        # What was known before a close is read although the close lies behind it.
        assert await sums(book, number, LAST, 2) == (0, 3, 0, 0)
        await book.ticks(1)
        await book.done("close_period", ClosePeriod(book.day(1)))
        assert [verdict.differs for verdict in await verify_periods(book.connection)] == [""] * 3

    play(dsn, journey)


@pytest.mark.parametrize(
    ("_case", "back", "said"),
    [
        ("today is not over", 0, "period_not_over"),
        ("nor is tomorrow", -1, "period_not_over"),
        ("closed before", 2, "period_closed"),
        ("within what is closed", 5, "period_closed"),
        ("the day after the last", 1, ""),
    ],
)
def test_what_may_be_closed(dsn, _case, back, said):
    async def journey(book):
        await book.done("close_period", ClosePeriod(book.day(2)))
        outcome = await book.ask("close_period", ClosePeriod(book.day(back)))
        assert (outcome.refusal.code if outcome.refusal else "") == said
        periods = await find.periods(book.connection)
        assert (
            [period.day for period in periods] == [book.day(2)]
            if said
            else [
                book.day(1),
                book.day(2),
            ]
        )

    play(dsn, journey)


def test_what_has_happened_is_booked_on_the_first_open_day_and_says_when_it_was(dsn):
    async def journey(book):
        await book.done("close_period", ClosePeriod(book.day(3)))
        for back, booked in ((9, 2), (3, 2), (2, 2), (1, 1)):
            asked = Happened(0, 1, 11, book.day(back))
            fact = (await book.done("happened", asked)).fact
            moved = ValueDateMoved(asked.value_date, book.day(booked)) if back > 2 else None
            assert fact.part(ValueDateMoved) == moved
            made = await book.connection.fetchval(
                "select value_date from ledger.transfers where position = $1", fact.position
            )
            assert made == book.day(booked)

    play(dsn, journey)


def test_a_bulk_of_transfers_is_refused_on_a_closed_day_like_a_single_one(dsn):
    async def journey(book):
        await book.done("close_period", ClosePeriod(book.day(1)))
        for back, result in ((1, "value_date_in_closed_period"), (0, "created")):
            asked = tuple(
                TransferRequest(book.new_id(), book.numbers[0], book.numbers[1], 1)
                for _ in range(200)
            )
            outcome = await book.done("create_transfers", CreateTransfers(asked, book.day(back)))
            assert outcome.part(TransfersCreated).results == (result,) * 200

    play(dsn, journey)


def test_a_close_in_a_crowd_counts_all_that_was_taken_before_it(dsn):
    async def journey(book):
        day = book.day(1)
        asked = [book.transfer(0, 1, 10 + n, day) for n in range(5)]
        close = book.ask("close_period", ClosePeriod(day))
        *_, closed = await asyncio.gather(*asked, close)
        told = closed.part(PeriodClosed)
        assert told.digest == book.recount.digest(day, told.position)
        assert [verdict.differs for verdict in await verify_periods(book.connection)] == [""]

    play(dsn, journey)


def test_more_may_have_been_reserved_as_of_a_day_than_an_account_can_hold(dsn):
    """Each hold was freed before the next began, but with a later day of value."""

    async def journey(book):
        number = book.numbers[0]
        for _ in range(3):
            held = await book.hold(0, 1, MINOR_MAX - 1, book.day(1))
            await book.ends(held, book.day(1), Flags.VOID_PENDING, book.day(0))
        position = book.engine.position
        all_of_them = 3 * (MINOR_MAX - 1)
        assert await sums(book, number, book.day(1), position) == (all_of_them, 0, 0, 0)
        assert await sums(book, number, book.day(0), position) == (0, 0, 0, 0)
        closed = await book.done("close_period", ClosePeriod(book.day(1)))
        told = closed.part(PeriodClosed)
        assert told.digest == book.recount.digest(book.day(1), told.position)
        assert await sums(book, number, book.day(1), book.engine.position) == (all_of_them, 0, 0, 0)
        assert [verdict.differs for verdict in await verify_periods(book.connection)] == [""]

    play(dsn, journey)


@pytest.mark.parametrize(
    ("_case", "tamper", "said"),
    [
        (
            "an amount",
            "update ledger.transfers set amount = amount + 1",
            "account 1 does not add up to the balance it was closed with",
        ),
        (
            "a transfer and the balances",
            (
                "with changed as (update ledger.transfers set amount = 11 returning 1)"
                " update ledger.closing_balances set debits_posted = 11 * sign(debits_posted),"
                " credits_posted = 11 * sign(credits_posted)"
            ),
            "the trial balance has another digest than the one that is kept",
        ),
        (
            "the digest too",
            "update ledger.periods set digest = 'f'",
            "the trial balance has another digest than the one that is kept",
        ),
        (
            "a day slipped in afterwards",
            (
                "insert into ledger.transfers select gen_random_uuid(), position + 5, debit,"
                " credit, 1, code, flags, pending_id, value_date, recorded_at from ledger.transfers"
            ),
            "2 movements were added after it was closed",
        ),
        (
            "the fact",
            (
                "update engine.outbox set payload = convert_to(replace("
                "convert_from(payload, 'UTF8'), (select digest from ledger.periods),"
                " repeat('0', 64)), 'UTF8')"
            ),
            "the fact 3 tells another digest",
        ),
    ],
)
def test_whoever_edits_a_closed_period_is_found_out(dsn, _case, tamper, said):
    async def journey(book):
        await book.transfer(0, 1, 10, book.day(1))
        await book.done("close_period", ClosePeriod(book.day(1)))
        await book.connection.execute(tamper)
        [verdict] = await verify_periods(book.connection)
        assert verdict.differs == said

    play(dsn, journey)


def test_a_statement_of_days_that_run_backwards_is_refused(dsn):
    async def journey(book):
        account = (await find.account(book.connection, book.numbers[0])).account
        with pytest.raises(Invalid) as refused:
            await account_statement(book.connection, account, date(2026, 9, 2), date(2026, 9, 1))
        assert refused.value.code.code == "period_backwards"

    play(dsn, journey)
