"""Let time run: orders are paid when they were placed, goods come back, rails settle."""

from collections.abc import Callable
from datetime import date, datetime
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import UUID

from usance.cli.demo import stops
from usance.cli.demo.stage import BEGINS, ENDS, act, seller
from usance.kernel.ids import GoodsReturnId, OrderId
from usance.kernel.records import Record
from usance.parties.service import cast_user, invented_buyer
from usance.payments.service import Pay, RefundReturn
from usance.trade.model import ImportReport
from usance.worker.buyers import SEED
from usance.worker.imports import import_order_file
from usance.worker.loop import Worker
from usance.worker.session import Session

Progress = Callable[[str, float], None]


class Day(Record, frozen=True):
    """A day of the shop, and the recent day to which it is moved, by whole weeks."""

    file: str
    source: date
    played: date

    @property
    def shift_weeks(self) -> int:
        """By how many weeks the day moves."""
        weeks, rest = divmod((self.played - self.source).days, 7)
        assert rest == 0, f"{self.played} is another day of the week than {self.source}"
        return weeks


DAYS: Final = (
    Day("2010-12-01.csv", date(2010, 12, 1), date(2026, 9, 9)),
    Day("2011-03-15.csv", date(2011, 3, 15), date(2026, 9, 15)),
)


class _Event(Record, frozen=True):
    at: datetime
    order_id: UUID | None
    return_id: UUID | None
    card_token: str


async def play(session: Session, progress: Progress) -> list[ImportReport]:
    """Play the two days and the weeks after them; return what the imports said."""
    worker = session.worker()
    now = BEGINS
    reports = []
    for number, day in enumerate(DAYS):
        now = await _until(worker, now, _midnight(day.played), progress)
        reports.append(await import_day(session, day))
        if number == 0:
            reports.append(await stops.bring_in_strangers(session))
        await worker.quiet(now)
        for event in await _events_of(session, now):
            now = await _until(worker, now, event.at, progress)
            await _happen(session, event)
            await worker.quiet(now)
        await stops.try_the_gates(session, number)
        await worker.quiet(now)
    await _until(worker, now, ENDS, progress)
    await session.extend_log()
    return reports


async def import_day(session: Session, day: Day) -> ImportReport:
    """Import one shipped day. Its file of rejects goes where it disappears with us."""
    source = files("usance.adapters.marketplaces").joinpath("data", day.file)
    with as_file(source) as path, TemporaryDirectory() as folder:
        return await import_order_file(
            session,
            path,
            seller(),
            cast_user("operations"),
            shift_weeks=day.shift_weeks,
            rejects=Path(folder) / "rejects.csv",
        )


async def _until(worker: Worker, now: datetime, target: datetime, progress: Progress) -> datetime:
    """Let the book's time run, and report how far the whole play has got."""
    whole = (ENDS - BEGINS).total_seconds()

    def tell(at: datetime) -> None:
        progress(f"{at:%Y-%m-%d %H:%M}", (at - BEGINS).total_seconds() / whole)

    if target > now:
        await worker.advance(now, target, tell)
    return max(now, target)


async def _events_of(session: Session, since: datetime) -> list[_Event]:
    """Return what happens in the shop from a moment on, in order of time."""
    orders: list[Any] = await session.pool.fetch(
        "select o.id, o.placed_at, p.reference, p.country from trade.orders o"
        " join parties.parties p on p.id = o.buyer_id where o.placed_at >= $1",
        since,
    )
    returns: list[Any] = await session.pool.fetch(
        "select id, returned_at from trade.goods_returns"
        " where returned_at >= $1 and order_id is not null",
        since,
    )
    events = [
        _Event(row["placed_at"], row["id"], None, _card(row["reference"], row["country"]))
        for row in orders
    ]
    events += [_Event(row["returned_at"], None, row["id"], "") for row in returns]
    return sorted(events, key=lambda event: (event.at, event.return_id is not None, str(event)))


def _card(reference: str, country: str) -> str:
    """Return the token of the card that an invented buyer has, "" where there is none."""
    number = reference.partition(":")[2]
    return invented_buyer(SEED, number, country).card_token or ""


async def _happen(session: Session, event: _Event) -> None:
    if event.order_id is not None:
        pay = Pay(OrderId(event.order_id), card_token=event.card_token)
        await act(session, "house", "pay", pay, event.order_id)
    if event.return_id is not None:
        refund = RefundReturn(GoodsReturnId(event.return_id))
        await act(session, "seller", "refund_return", refund, event.return_id)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=BEGINS.tzinfo)
