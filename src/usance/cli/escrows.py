"""`usance escrows …`: money that is held back, who agrees or objects, what two people decide."""

from usance.api.splits import ESCROW
from usance.cli.acting import act, propose
from usance.cli.listing import Column, Listing, print_row, print_rows
from usance.cli.naming import named
from usance.cli.payment_steps import money_of
from usance.cli.refusing import option
from usance.cli.voice import Words
from usance.kernel.ids import EscrowId, PartyId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.payments import service
from usance.payments.model import Escrow, EscrowStatus, EscrowTerms
from usance.payments.service import find_payments as find
from usance.worker.session import Place, Session, opened


def _terms(terms: EscrowTerms) -> str:
    said = [f"{terms.days} d"] if terms.days else []
    said += ["delivery"] if terms.delivery else []
    said += ["both agree"] if terms.both_agree else []
    return " / ".join(said)


ESCROWS = Listing(
    ESCROW,
    (
        Column("escrow", "托管", lambda row: row.id),
        Column("payment", "付款", lambda row: row.payment_id),
        Column("payee", "收款方", lambda row: row.payee_id),
        Column("status", "状态", lambda row: row.status),
        Column("held", "托管中", lambda row: row.held, right=True),
        Column("released", "已释放", lambda row: Money(row.released, row.currency), right=True),
        Column("returned", "已退回", lambda row: Money(row.returned, row.currency), right=True),
        Column("freed by", "释放条件", lambda row: _terms(row.terms)),
        Column("on", "释放日", lambda row: row.release_on),
    ),
    ("Nothing is held in escrow.", "没有托管资金。"),
)


async def list_escrows(
    place: Place, payment: str, status: str, limit: int, *, as_json: bool, language: Words
) -> None:
    """Print money in escrow, that of the newest payments first."""
    with option("--payment"):
        payment_id = PaymentId(payment) if payment else None
    wanted = EscrowStatus(status) if status else None
    async with opened(place) as session, session.pool.acquire() as connection:
        rows = await find.escrows(connection, payment_id=payment_id, status=wanted, limit=limit + 1)
    print_rows(ESCROWS, rows, limit, as_json=as_json, language=language)


async def show_escrow(place: Place, escrow: str, *, as_json: bool, language: Words) -> None:
    """Print what is held, for whom and until when."""
    async with opened(place) as session:
        found = await _named(session, escrow)
    print_row(ESCROWS, found, as_json=as_json, language=language)


async def agree(
    place: Place, escrow: str, party: str, key: str, *, as_json: bool, language: Words
) -> None:
    """Take down that the payee or the buyer agrees to the release."""
    with option("--party"):
        party_id = PartyId(party)
    async with opened(place) as session:
        found = await _named(session, escrow)
        body = service.AgreeToRelease(found.id, party_id)
        await act(session, "agree_to_release", body, key, language)
        found = await _named(session, escrow)
    print_row(ESCROWS, found, as_json=as_json, language=language)


async def object_to(
    place: Place, escrow: str, reason: str, key: str, *, as_json: bool, language: Words
) -> None:
    """Object to a release: nothing moves until two people have decided."""
    async with opened(place) as session:
        found = await _named(session, escrow)
        body = service.DisputeEscrow(found.id, reason)
        await act(session, "dispute_escrow", body, key, language)
        found = await _named(session, escrow)
    print_row(ESCROWS, found, as_json=as_json, language=language)


async def release(
    place: Place, escrow: str, amount: str, by: str, reason: str, *, as_json: bool, language: Words
) -> None:
    """Propose to release what is held, all of it where no amount is said."""
    async with opened(place) as session:
        found = await _named(session, escrow)
        money = money_of(amount, str(found.currency)) if amount else found.held
        body: Record = service.ReleaseEscrow(found.id, money)
        await propose(
            session, by, "release_escrow", body, reason, as_json=as_json, language=language
        )


async def resolve(
    place: Place,
    escrow: str,
    to_payee: str,
    to_seller: str,
    by: str,
    reason: str,
    *,
    as_json: bool,
    language: Words,
) -> None:
    """Propose how a dispute ends; what is in neither amount stays held."""
    async with opened(place) as session:
        found = await _named(session, escrow)
        currency = str(found.currency)
        body = service.ResolveEscrow(
            found.id, money_of(to_payee, currency), money_of(to_seller, currency), reason
        )
        await propose(
            session, by, "resolve_escrow", body, reason, as_json=as_json, language=language
        )


async def _named(session: Session, escrow: str) -> Escrow:
    async with session.pool.acquire() as connection:
        return await named(connection, "escrow", escrow, EscrowId, find.escrow)
