"""`usance payments …`: what there is, and what is done with one: captured, voided, refunded."""

import sys
from collections.abc import Sequence

from usance.adapters.rails.emv import read
from usance.api.captures import ACTION, AUTHORISATION, CAPTURE
from usance.api.payments import PAYMENT, REFUND
from usance.api.splits import SPLIT, ShareShown, shares_of
from usance.cli.acting import act, propose
from usance.cli.listing import Column, Listing, print_row, print_rows, text
from usance.cli.naming import named
from usance.cli.refusing import option
from usance.cli.voice import Words, says
from usance.kernel.errors import NotFound
from usance.kernel.ids import OrderId, PartyId, PaymentId
from usance.kernel.money import Money, parse
from usance.kernel.records import Record
from usance.payments import service
from usance.payments.events import CaptureInitiated, RefundInitiated
from usance.payments.model import BuyerAction, Payment, PaymentStatus
from usance.payments.service import find_payments as find
from usance.runtime.database import Connection
from usance.worker.session import Place, opened

PAYMENTS = Listing(
    PAYMENT,
    (
        Column("payment", "付款", lambda row: row.id),
        Column("invoice", "发票", lambda row: row.invoice_no),
        Column("status", "状态", lambda row: row.status),
        Column("amount", "金额", lambda row: row.gross, right=True),
        Column("captured", "已收", lambda row: row.sold, right=True),
        Column(
            "refunded",
            "已退",
            lambda row: row.gone_back,
            right=True,
        ),
        Column("rail", "通道", lambda row: row.rail),
        Column("made", "创建时间", lambda row: row.created_at),
    ),
    ("There is no payment.", "没有付款。"),
)
CAPTURES = Listing(
    CAPTURE,
    (
        Column("capture", "请款", lambda row: row.id),
        Column("status", "状态", lambda row: row.status),
        Column("amount", "金额", lambda row: row.amount, right=True),
        Column("final", "最终", lambda row: row.final),
        Column("made", "创建时间", lambda row: row.created_at),
    ),
    ("Nothing was captured by hand.", "没有手工请款。"),
)
REFUNDS = Listing(
    REFUND,
    (
        Column("refund", "退款", lambda row: row.id),
        Column("status", "状态", lambda row: row.status),
        Column("amount", "金额", lambda row: row.amount, right=True),
        Column("reason", "原因", lambda row: row.reason),
        Column("made", "创建时间", lambda row: row.created_at),
    ),
    ("Nothing was refunded.", "没有退款。"),
)
AUTHORISATIONS = Listing(
    AUTHORISATION,
    (
        Column("payment", "付款", lambda row: row.payment_id),
        Column("status", "状态", lambda row: row.status),
        Column("amount", "金额", lambda row: row.amount, right=True),
        Column(
            "capturing",
            "请款中",
            lambda row: Money(row.capturing, row.amount.currency),
            right=True,
        ),
        Column("until", "有效至", lambda row: row.expires_at),
    ),
    ("Nothing was authorised apart.", "没有单独授权。"),
)
ACTIONS = Listing(ACTION, (), ("", ""))
SHARES = Listing(
    None,
    (
        Column("payee", "收款方", lambda row: row.payee_id),
        Column("purpose", "用途", lambda row: row.purpose),
        Column("share", "份额", lambda row: row.amount, right=True),
        Column("paid", "已付", lambda row: row.paid, right=True),
        Column("taken back", "已收回", lambda row: row.reversed, right=True),
        Column("the rest", "余额份", lambda row: row.is_rest),
        Column("escrow", "托管", lambda row: row.escrow is not None),
    ),
    ("The payment is not shared: all is the seller's.", "该付款未分账:全部归卖家。"),
)


async def list_payments(
    place: Place, order: str, status: str, limit: int, *, as_json: bool, language: Words
) -> None:
    """Print payments, the newest first."""
    with option("--order"):
        order_id = OrderId(order) if order else None
    wanted = PaymentStatus(status) if status else None
    async with opened(place) as session, session.pool.acquire() as connection:
        rows = await find.payments(connection, order_id=order_id, status=wanted, limit=limit + 1)
    print_rows(PAYMENTS, rows, limit, as_json=as_json, language=language)


async def show_payment(place: Place, payment: str, *, as_json: bool, language: Words) -> None:
    """Print one payment, and what its buyer has to do where the rail waits for that."""
    async with opened(place) as session, session.pool.acquire() as connection:
        found = await payment_named(connection, payment)
        action = await find.buyer_action(connection, found.id)
    print_row(PAYMENTS, found, as_json=as_json, language=language)
    if action is not None and not action.done and not as_json:
        _print_action(action, language)


async def show_action(place: Place, payment: str, *, as_json: bool, language: Words) -> None:
    """Print what the buyer has to do: where to go, or the code to scan, which is drawn."""
    async with opened(place) as session, session.pool.acquire() as connection:
        found = await payment_named(connection, payment)
        action = await find.buyer_action(connection, found.id)
    if action is None:
        raise NotFound("buyer action", payment)
    if as_json:
        print_row(ACTIONS, action, as_json=True, language=language)
        return
    _print_action(action, language)
    if read(action.action) is not None:
        # Needed for a picture alone.
        import segno  # noqa: PLC0415

        segno.make_qr(action.action, error="m").terminal(out=sys.stdout, compact=True)


def _print_action(action: BuyerAction, language: Words) -> None:
    """Print what the buyer has to do: a code of EMVCo's is scanned, all else is opened."""
    said = (
        says("The buyer scans", "买家须扫码", language)
        if read(action.action) is not None
        else says("The buyer opens", "买家须打开", language)
    )
    until = text(action.expires_at, language)
    by = says("until {0}", "截止 {0}", language).format(until)
    if action.done:
        by = says("done: the rail waits no longer", "已完成:通道不再等待", language)
    sys.stdout.write(f"{said} ({by}):\n{action.action}\n")


async def list_parts(
    place: Place, payment: str, part: str, limit: int, *, as_json: bool, language: Words
) -> None:
    """Print the captures or the refunds of a payment, the newest first."""
    async with opened(place) as session, session.pool.acquire() as connection:
        found = await payment_named(connection, payment)
        rows: Sequence[Record]
        if part == "captures":
            rows = await find.captures(connection, found.id, limit=limit + 1)
        else:
            rows = await find.refunds(connection, found.id, limit=limit + 1)
    listing = CAPTURES if part == "captures" else REFUNDS
    print_rows(listing, rows, limit, as_json=as_json, language=language)


async def show_split(place: Place, payment: str, *, as_json: bool, language: Words) -> None:
    """Print how a payment is divided."""
    async with opened(place) as session, session.pool.acquire() as connection:
        found = await payment_named(connection, payment)
        split = await find.split(connection, found.id)
    if as_json and split is None:
        raise NotFound("split of payment", payment)
    if as_json:
        sys.stdout.write(SPLIT.model_validate(split).model_dump_json() + "\n")
        return
    rows: list[ShareShown] = [] if split is None else shares_of(split)
    print_rows(SHARES, rows, len(rows) or 1, as_json=False, language=language)


async def capture(
    place: Place,
    payment: str,
    amount: str,
    key: str,
    *,
    final: bool,
    as_json: bool,
    language: Words,
) -> None:
    """Capture what was authorised, all that is left where no amount is said."""
    async with opened(place) as session:
        async with session.pool.acquire() as connection:
            found = await payment_named(connection, payment)
        wanted = _amount(amount, found) if amount else None
        body = service.CapturePayment(found.id, wanted, final)
        outcome = await act(session, "capture", body, key, language)
        async with session.pool.acquire() as connection:
            made = await find.capture(connection, outcome.part(CaptureInitiated).capture_id)
    assert made is not None, "it was just begun"
    print_row(CAPTURES, made, as_json=as_json, language=language)


async def void(place: Place, payment: str, key: str, *, as_json: bool, language: Words) -> None:
    """Give back what was authorised and not captured."""
    async with opened(place) as session:
        async with session.pool.acquire() as connection:
            found = await payment_named(connection, payment)
        await act(session, "void", service.VoidPayment(found.id), key, language)
        async with session.pool.acquire() as connection:
            left = await find.authorisation(connection, found.id)
    assert left is not None, "it was just voided"
    print_row(AUTHORISATIONS, left, as_json=as_json, language=language)


async def refund(
    place: Place,
    payment: str,
    amount: str,
    reason: str,
    key: str,
    *,
    as_json: bool,
    language: Words,
) -> None:
    """Pay the buyer back, all that is left where no amount is said."""
    async with opened(place) as session:
        async with session.pool.acquire() as connection:
            found = await payment_named(connection, payment)
        wanted = _amount(amount, found) if amount else found.remaining
        body = service.RefundPayment(found.id, wanted, reason)
        outcome = await act(session, "refund", body, key, language)
        async with session.pool.acquire() as connection:
            made = await find.refund(connection, outcome.part(RefundInitiated).refund_id)
    assert made is not None, "it was just begun"
    print_row(REFUNDS, made, as_json=as_json, language=language)


async def deliver(
    place: Place, payment: str, evidence: str, key: str, *, as_json: bool, language: Words
) -> None:
    """Confirm that the goods have arrived, and print the shares."""
    async with opened(place) as session:
        async with session.pool.acquire() as connection:
            found = await payment_named(connection, payment)
        body = service.ConfirmDelivery(found.id, evidence)
        await act(session, "confirm_delivery", body, key, language)
    await show_split(place, payment, as_json=as_json, language=language)


async def reverse_share(
    place: Place,
    payment: str,
    payee: str,
    purpose: str,
    amount: tuple[str, str],
    by: str,
    reason: str,
    *,
    as_json: bool,
    language: Words,
) -> None:
    """Propose that a payee give back part of a share."""
    with option("PAYEE"):
        payee_id = PartyId(payee)
    money = money_of(*amount)
    async with opened(place) as session:
        async with session.pool.acquire() as connection:
            found = await payment_named(connection, payment)
        body = service.ReverseShare(found.id, payee_id, purpose, money, reason)
        await propose(
            session, by, "reverse_share", body, reason, as_json=as_json, language=language
        )


async def payment_named(connection: Connection, payment: str) -> Payment:
    """Return a payment. Raises NotFound, Invalid(malformed_id)."""
    return await named(connection, "payment", payment, PaymentId, find.payment)


def money_of(amount: str, currency: str) -> Money:
    """Return an amount of the command line. Raises Invalid."""
    with option("AMOUNT", "amount"), option("CURRENCY", "amount.currency"):
        return parse(amount, currency)


def _amount(amount: str, payment: Payment) -> Money:
    return money_of(amount, str(payment.gross.currency))
