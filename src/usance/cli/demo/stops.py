"""What must not pass: a sanctioned buyer, an invoice financed twice, an advance over the limit."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from usance.cli.demo.stage import BEGINS, FUNDERS, act, facility_of, seller
from usance.financing.events import OfferMade
from usance.financing.service import AcceptOffer, RequestOffer
from usance.kernel.ids import FacilityId, PaymentId
from usance.parties.model import PartyKind
from usance.parties.service import RegisterParty, buyer_id, cast_user
from usance.trade.model import ImportReport
from usance.worker.imports import import_order_file
from usance.worker.session import Session

# A name of the UN Security Council's consolidated list, in the sample that ships with us.
_LISTED: Final = ("99001", "Doku Khamatovich Umarov", "DE")
_LARGE: Final = ("99002", "Grandtown Department Stores Ltd", "GB")
_HEADER: Final = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
_LINES: Final = (
    ("900001", "85123A", "WHITE HANGING HEART T-LIGHT HOLDER", 120, 9, "2.55", _LISTED, "Germany"),
    ("900002", "22423", "REGENCY CAKESTAND 3 TIER", 500, 10, "12.75", _LARGE, "United Kingdom"),
    ("900003", "22423", "REGENCY CAKESTAND 3 TIER", 500, 11, "12.75", _LARGE, "United Kingdom"),
)


async def bring_in_strangers(session: Session) -> ImportReport:
    """Place three invented orders among the real ones: a listed buyer's, and two large ones."""
    for number, name, country in (_LISTED, _LARGE):
        stranger = RegisterParty(
            buyer_id("uci", number), PartyKind.BUYER, name, country, reference=f"uci:{number}"
        )
        await act(session, "house", "register_party", stranger, number)
    day = BEGINS.date()
    lines = [_HEADER]
    for invoice, stock, text, quantity, hour, price, (customer, _, _), country in _LINES:
        at = f"{day} {hour:02}:30:00"
        lines.append(f"{invoice},{stock},{text},{quantity},{at},{price},{customer},{country}")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "strangers.csv"
        _write(path, lines)
        return await import_order_file(session, path, seller(), cast_user("operations"))


def _write(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


async def try_the_gates(session: Session, day: int) -> None:
    """On the first evening, ask the other funder to finance an invoice that is financed."""
    if day != 0:
        return
    financed: Any = await session.pool.fetchrow(
        "select payment_id, facility_id from financing.advances"
        " where drawn_at < $1 order by drawn_at, id limit 1",
        BEGINS + timedelta(days=1),
    )
    other = next(f for f in FUNDERS if facility_of(f) != FacilityId(financed["facility_id"]))
    payment_id = PaymentId(financed["payment_id"])
    made = await act(
        session,
        "seller",
        "request_offer",
        RequestOffer(payment_id, facility_of(other)),
        payment_id,
    )
    offer = made.part(OfferMade)
    await act(session, "seller", "accept_offer", AcceptOffer(offer.offer_id), offer.offer_id)
