"""`usance remittances import` and `usance remittances list`."""

from usance.api.remittances import REMITTANCE
from usance.bootstrap import plugged
from usance.cli.listing import Column, Listing, print_rows
from usance.cli.refusing import REFUSED, refused
from usance.cli.voice import Words
from usance.payments.model import Remittance
from usance.payments.service.find_remittances import remittances
from usance.worker.advices import take_in_advice
from usance.worker.session import Place, Session, opened

_AT_ONCE = 500
REMITTANCES = Listing(
    REMITTANCE,
    (
        Column("remittance", "汇款", lambda row: row.id),
        Column("rail", "通道", lambda row: row.rail),
        Column("reference", "参考号", lambda row: row.reference),
        Column("payments", "付款笔数", lambda row: len(row.lines), right=True),
        Column("announced", "预告金额", lambda row: row.amount, right=True),
        Column(
            "differs by",
            "相差",
            lambda row: row.difference if row.difference.minor else None,
            right=True,
        ),
        Column("status", "状态", lambda row: row.status),
    ),
    ("No remittance is known.", "没有汇款。"),
)


async def bring_in(place: Place, raw: bytes, name: str, *, as_json: bool, language: Words) -> int:
    """Report an advice to the book, let the worker look for its money, and show what there is."""
    async with opened(place) as session:
        async with session.pool.acquire() as connection:
            taken = await take_in_advice(connection, session.book, plugged("rails"), name, raw)
        for refusal in taken.refused:
            refused(refusal, language)
        await session.worker().quiet(await session.now())
        known = await _known(session)
    print_rows(REMITTANCES, known, len(known), as_json=as_json, language=language)
    return REFUSED if taken.refused else 0


async def show(place: Place, *, as_json: bool, language: Words) -> None:
    """Print all remittances, the earliest first."""
    async with opened(place) as session:
        known = await _known(session)
    print_rows(REMITTANCES, known, len(known), as_json=as_json, language=language)


async def _known(session: Session) -> list[Remittance]:
    found: list[Remittance] = []
    async with session.pool.acquire() as connection:
        while True:
            after = found[-1].id if found else None
            more = await remittances(connection, None, after, _AT_ONCE)
            found += more
            if len(more) < _AT_ONCE:
                return sorted(found, key=lambda each: each.announced_at)
