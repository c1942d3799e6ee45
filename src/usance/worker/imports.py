"""Somebody – imports – a shop's order file into an open book."""

from collections.abc import Callable
from pathlib import Path

from usance.adapters.marketplaces.files import CsvOrderFile
from usance.adapters.marketplaces.mapping import load
from usance.adapters.marketplaces.rejects_file import RejectsFile, rejects_path
from usance.kernel.ids import PartyId, UserId
from usance.trade.model import ImportReport
from usance.trade.service.import_orders import ImportOrders, import_orders
from usance.worker.buyers import InventedBuyers
from usance.worker.session import Session


async def import_order_file(
    session: Session,
    path: Path,
    seller_id: PartyId,
    actor: UserId,
    *,
    mapping: Path | None = None,
    currency: str = "",
    shop: str = "uci",
    shift_weeks: int = 0,
    rejects: Path | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> ImportReport:
    """Import a file and write beside it the file of the lines that were left out.

    rejects: where that file goes; by default `<file>.rejects.csv`. Running it again is harmless.
    """
    left_out = RejectsFile(path.name)
    file = CsvOrderFile(path, load(mapping, currency))
    command = ImportOrders(seller_id, actor, shift_weeks)
    async with session.pool.acquire() as connection:
        report = await import_orders(
            connection,
            command,
            file,
            InventedBuyers(session, shop),
            left_out.add,
            progress,
        )
    left_out.write(rejects or rejects_path(path))
    return report
