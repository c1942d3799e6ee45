"""`usance suspense …`: money that waits for an owner, and what people decide on it."""

from usance.api.suspense import SUSPENSE
from usance.cli.acting import act, propose
from usance.cli.listing import Column, Listing, print_row, print_rows
from usance.cli.naming import named
from usance.cli.orders import seller_of
from usance.cli.payment_steps import money_of
from usance.cli.refusing import option
from usance.cli.voice import Words
from usance.kernel.ids import PaymentId, SuspenseId, UserId
from usance.kernel.money import Money
from usance.payments import service
from usance.payments.model import SuspenseItem
from usance.payments.service import find_receipts as find
from usance.worker.session import Place, Session, opened

ITEMS = Listing(
    SUSPENSE,
    (
        Column("suspense", "暂收款", lambda row: row.id),
        Column("account", "类别", lambda row: row.account),
        Column("reason", "原因", lambda row: row.reason),
        Column("amount", "金额", lambda row: row.amount, right=True),
        Column("waiting", "待处理", lambda row: row.waiting, right=True),
        Column(
            "going back",
            "退回中",
            lambda row: Money(row.going_back, row.amount.currency),
            right=True,
        ),
        Column("source", "来源", lambda row: row.source),
        Column("seller", "疑似卖家", lambda row: row.seller_id),
        Column("payment", "疑似付款", lambda row: row.payment_id),
        Column("owner", "负责人", lambda row: row.assignee),
        Column("since", "起始时间", lambda row: row.opened_at),
    ),
    ("Nothing waits for an owner.", "没有待认领的款项。"),
)


async def list_items(
    place: Place, limit: int, *, closed: bool, as_json: bool, language: Words
) -> None:
    """Print what waits for an owner, the oldest first; closed: what no longer waits instead."""
    async with opened(place) as session, session.pool.acquire() as connection:
        rows = await find.suspense(connection, None, limit + 1, closed=closed)
    print_rows(ITEMS, rows, limit, as_json=as_json, language=language)


async def show_item(place: Place, item: str, *, as_json: bool, language: Words) -> None:
    """Print money that waits or waited."""
    async with opened(place) as session:
        found = await _named(session, item)
    print_row(ITEMS, found, as_json=as_json, language=language)


async def attribute(
    place: Place,
    item: str,
    seller: str,
    payment: str,
    amount: str,
    by: str,
    reason: str,
    *,
    as_json: bool,
    language: Words,
) -> None:
    """Propose whose money it is, all of it where no amount is said."""
    with option("--payment"):
        payment_id = PaymentId(payment) if payment else None
    async with opened(place) as session:
        found = await _named(session, item)
        seller_id = await seller_of(session, seller) if seller else None
        body = service.AttributeSuspense(found.id, seller_id, payment_id, _part(amount, found))
        await propose(
            session, by, "attribute_suspense", body, reason, as_json=as_json, language=language
        )


async def send_back(
    place: Place, item: str, amount: str, by: str, reason: str, *, as_json: bool, language: Words
) -> None:
    """Propose to send money back to its sender, all of it where no amount is said."""
    async with opened(place) as session:
        found = await _named(session, item)
        body = service.ReturnSuspense(found.id, _part(amount, found))
        await propose(
            session, by, "return_suspense", body, reason, as_json=as_json, language=language
        )


async def assign(
    place: Place, item: str, user: str, key: str, *, as_json: bool, language: Words
) -> None:
    """Say who looks after it."""
    with option("USER"):
        assignee = UserId(user)
    async with opened(place) as session:
        found = await _named(session, item)
        body = service.AssignSuspense(found.id, assignee)
        await act(session, "assign_suspense", body, key, language)
        found = await _named(session, item)
    print_row(ITEMS, found, as_json=as_json, language=language)


def _part(amount: str, item: SuspenseItem) -> Money | None:
    return money_of(amount, str(item.amount.currency)) if amount else None


async def _named(session: Session, item: str) -> SuspenseItem:
    async with session.pool.acquire() as connection:
        return await named(connection, "suspense", item, SuspenseId, find.suspense_item)
