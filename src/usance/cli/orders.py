"""`usance import orders`: a progress bar, a report, and the file of what was left out."""

import sys
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from usance.adapters.marketplaces.rejects_file import rejects_path
from usance.cli.errors import NO_SELLER, SEVERAL_SELLERS
from usance.cli.voice import Words, says
from usance.kernel.ids import PartyId, UserId
from usance.kernel.records import encode
from usance.parties.model import HOUSE, PartyKind
from usance.parties.service.find_parties import parties_named
from usance.trade.model import ImportReport
from usance.worker.imports import import_order_file
from usance.worker.session import Place, Session, opened


@dataclass(frozen=True)
class Wanted:
    """What the command line asked for."""

    file: Path
    seller: str
    mapping: Path | None
    currency: str
    shop: str
    shift_weeks: int
    rejects: Path | None


async def bring_in(
    place: Place, wanted: Wanted, *, as_json: bool, language: Words = Words.EN
) -> None:
    """Import a file and report what became of its lines."""
    async with opened(place) as session:
        seller_id = await seller_of(session, wanted.seller)
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        ) as bar:
            task = bar.add_task(wanted.file.name, total=None)

            def tell(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total)

            report = await import_order_file(
                session,
                wanted.file,
                seller_id,
                UserId(HOUSE),
                mapping=wanted.mapping,
                currency=wanted.currency,
                shop=wanted.shop,
                shift_weeks=wanted.shift_weeks,
                rejects=wanted.rejects,
                progress=tell,
            )
        await session.worker().beat()
    left_out = wanted.rejects or rejects_path(wanted.file)
    _say(report, left_out, as_json=as_json, language=language)


async def seller_of(session: Session, named: str) -> PartyId:
    """Return the seller that an id or a reference names; the only seller where none is named.

    Raises Invalid(no_seller, several_sellers, malformed_id).
    """
    async with session.pool.acquire() as connection:
        sellers = await parties_named(connection, PartyKind.SELLER, named, 2)
    if not sellers:
        raise NO_SELLER.invalid("--seller", named)
    if len(sellers) > 1:
        raise SEVERAL_SELLERS.invalid("--seller")
    return sellers[0].id


def _say(report: ImportReport, left_out: Path, *, as_json: bool, language: Words) -> None:
    if as_json:
        body = {"rejects_file": str(left_out), "report": report}
        sys.stdout.write(encode(body).decode() + "\n")
        return
    said = says(
        "{0:,} lines: {1:,} added, {2:,} known, {3:,} left out\n"
        "{4:,} orders, {5:,} returns linked to their order, {6:,} not\n",
        "共 {0:,} 行:新增 {1:,},已有 {2:,},略去 {3:,}\n"
        "订单 {4:,} 个;已关联订单的退货 {5:,} 笔,未关联 {6:,} 笔\n",
        language,
    )
    sys.stdout.write(
        said.format(
            report.lines,
            report.lines_added,
            report.lines_known,
            sum(report.rejected.values()),
            report.orders,
            report.returns_linked,
            report.returns_unlinked,
        )
    )
    for reason, count in sorted(report.rejected.items(), key=lambda item: -item[1]):
        sys.stdout.write(f"  {count:>8,}  {reason}\n")
    if report.rejected:
        where = says("Lines left out, with their reasons: {0}\n", "略去的行及原因:{0}\n", language)
        sys.stdout.write(where.format(left_out))
