"""A month is closed; what the rail tells of it afterwards, and what was wrong in it."""

from datetime import date

from tests.story.stage import SELLER, Stage, money
from tests.story.test_ledger_door import request

from usance.ledger.service import (
    ClosePeriod,
    CorrectTransfers,
    CreateTransfers,
    Repost,
    ReverseTransfers,
    account_statement,
    balance_as_of,
    verify_periods,
)
from usance.ledger.service import find_accounts as find
from usance.payments.service import PayOut, RecordSettlement

TUESDAY, WEDNESDAY = date(2026, 9, 8), date(2026, 9, 9)


async def account(stage: Stage, kind: str, currency: str = "CNY"):
    """The first account of a kind."""
    async with stage.session.pool.acquire() as connection:
        rows = await find.accounts(connection, kind=kind)
    return next(row.account for row in rows if row.account.currency == currency)


async def known(stage: Stage, kind: str, on: date | None = None, position: int | None = None):
    """What an account of a kind holds on its credit side, in minor units."""
    mine = await account(stage, kind, "GBP" if kind == "seller_pending" else "CNY")
    async with stage.session.pool.acquire() as connection:
        found = await balance_as_of(connection, mine, on, position)
    return found.balance.credits_posted - found.balance.debits_posted


async def verdicts(stage: Stage) -> list[str]:
    async with stage.session.pool.acquire() as connection:
        return [verdict.differs for verdict in await verify_periods(connection)]


async def position(stage: Stage) -> int:
    return (await stage.row("select position from engine.book"))["position"]


def test_what_the_rail_tells_late_does_not_reach_into_a_closed_month(play):
    async def journey(stage: Stage) -> None:
        # Given a sale that the rail settled on Wednesday, and that it has not told us of
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.until("2026-09-10 09:00")
        # When the books are closed up to Wednesday, and then its notice arrives
        await stage.accepted("close_period", ClosePeriod(WEDNESDAY))
        closed = await position(stage)
        notice = RecordSettlement(sale, "set-1", money("1,000.00 GBP"), money("5.00 GBP"))
        await stage.accepted("record_settlement", notice)
        await stage.works()
        # Then it is booked under Thursday
        assert await known(stage, "seller_pending", WEDNESDAY) == 100_000
        assert await known(stage, "seller_pending", date(2026, 9, 10)) == 0
        # And Wednesday is what it was, to whoever adds it up again
        assert await known(stage, "seller_pending", None, closed) == 100_000
        assert await verdicts(stage) == [""]

    play(journey)


def test_what_was_wrong_in_a_closed_month_is_corrected_in_the_open_one(play):
    async def journey(stage: Stage) -> None:
        # Given 90 pounds that came in unmatched and were entered as 900, in a month now closed
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        nostro = (await account(stage, "nostro")).number
        available = (await account(stage, "seller_available")).number
        made = await stage.accepted("create_transfers", entered(stage, nostro, available, 90_000))
        await stage.until("2026-09-10 09:00")
        await stage.accepted("close_period", ClosePeriod(TUESDAY))
        told_then = await position(stage)
        # When somebody reaches into the closed month, it is refused
        wrong = made.fact.position
        back = ReverseTransfers(TUESDAY, "ten times too much", wrong)
        assert await stage.refused("reverse_transfers", back) == "period_closed"
        # Then it is corrected on the open day, in one chain
        repost = (Repost(nostro, available, 9_000),)
        right = CorrectTransfers(stage.now.date(), "ten times too much", repost, wrong)
        before = await known(stage, "seller_available")
        await stage.accepted("correct_transfers", right)
        assert await known(stage, "seller_available") == before - 81_000
        assert await known(stage, "seller_available", TUESDAY) == before
        assert await known(stage, "seller_available", None, told_then) == before
        assert await verdicts(stage) == [""]
        # It is corrected once, and the statement says line by line what happened
        again = ReverseTransfers(stage.now.date(), "again", wrong)
        assert await stage.refused("reverse_transfers", again) == "already_reversed"
        async with stage.session.pool.acquire() as connection:
            told = await account_statement(
                connection, await account(stage, "seller_available"), TUESDAY, stage.now.date()
            )
        assert [line.code for line in told.lines][-2:] in (
            ["reversal", "correction"],
            ["correction", "reversal"],
        )

    play(journey)


def entered(stage: Stage, debit: int, credit: int, amount: int) -> CreateTransfers:
    return CreateTransfers((request(1, debit, credit, amount),), stage.now.date())


def test_a_reversal_takes_no_money_that_has_gone(play):
    async def journey(stage: Stage) -> None:
        # Given money entered by hand for the seller, who has drawn it
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        nostro = (await account(stage, "nostro")).number
        available = (await account(stage, "seller_available")).number
        made = await stage.accepted("create_transfers", entered(stage, nostro, available, 90_000))
        await stage.accepted("pay_out", PayOut(SELLER, money("900.00 CNY")))
        await stage.works()
        # When it is reversed, it is refused, and nothing of it is left
        back = ReverseTransfers(stage.now.date(), "nobody's", made.fact.position)
        assert await stage.refused("reverse_transfers", back) == "insufficient_balance"

    play(journey)
