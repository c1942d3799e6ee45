"""Import a shop's orders and returns from its file.

The file is read twice: first to learn where each invoice ends, for its lines need not stand
together, then to write each order as soon as it is whole. So memory holds the invoices that are
open, one chunk, and the cancellations, which come last: an order may stand below its return.

Each chunk is one transaction. Running an import again, after a crash or with another file of
the same invoices, adds what is missing and nothing twice; what is known is never overwritten.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import msgspec

from usance.kernel.ids import GoodsReturnId, OrderId, PartyId, UserId
from usance.kernel.money import MINOR_MAX, Money
from usance.kernel.records import Record
from usance.runtime.database import Connection
from usance.runtime.pending import tell_pending
from usance.trade import store
from usance.trade.errors import (
    DIFFERS_FROM_KNOWN,
    FILE_CHANGED,
    LINE_TOO_LARGE,
    SHIFT_TOO_FAR,
    UNKNOWN_CUSTOMER,
)
from usance.trade.events import GoodsReturned, OrderPlaced
from usance.trade.model import (
    GoodsReturn,
    GoodsReturnLine,
    ImportReport,
    Order,
    OrderLine,
    Reject,
    ShopLine,
)
from usance.trade.ports import Buyers, OrderFile
from usance.trade.rules import (
    GoodLine,
    Returnable,
    left_out,
    line_amount,
    link,
    of_one_buyer,
    reject,
)

VERB: Final = "import_orders"
CHUNK_LINES: Final = 10_000
_SHIFT_WEEKS_MAX: Final = 5200
_BREATHE_EVERY: Final = 256

Progress = Callable[[int, int], None]


class ImportOrders(Record, frozen=True):
    """Whose orders they are, and who imports them.

    shift_weeks: by how many whole weeks orders and returns move in time, to replay old ones;
    `source_date` keeps the day in the file.
    """

    seller_id: PartyId
    actor: UserId
    shift_weeks: int = 0


async def import_orders(
    connection: Connection,
    command: ImportOrders,
    file: OrderFile,
    buyers: Buyers,
    tell_reject: Callable[[Reject], None],
    progress: Progress = lambda _done, _total: None,
) -> ImportReport:
    """Import a file; return what became of its lines. Run it again whenever in doubt.

    connection: outside a transaction; each chunk is one of its own. tell_reject: gets every line
    that stays out, in no particular order. progress: gets the bytes read and their total.
    Raises Invalid: shift_too_far, file_changed, and what the file raises when it cannot be read.
    """
    if abs(command.shift_weeks) > _SHIFT_WEEKS_MAX:
        raise SHIFT_TOO_FAR.invalid("shift_weeks", command.shift_weeks)
    work = _Import(connection, command, file, buyers, tell_reject, progress)
    return await work.run()


class _Open(msgspec.Struct):
    """An invoice whose last line has not come yet."""

    count: int = 0
    sold: list[GoodLine] = msgspec.field(default_factory=list)
    sent_back: list[GoodLine] = msgspec.field(default_factory=list)


class _Whole(NamedTuple):
    """The lines of a whole invoice, or of the cancellation in it, all of one buyer."""

    invoice_no: str
    lines: list[GoodLine]
    at: datetime

    @property
    def first(self) -> ShopLine:
        return self.lines[0].line


class _Import:
    """One run: what is open, what waits to be written, what has been counted."""

    def __init__(
        self,
        connection: Connection,
        command: ImportOrders,
        file: OrderFile,
        buyers: Buyers,
        tell_reject: Callable[[Reject], None],
        progress: Progress,
    ) -> None:
        self._connection = connection
        self._command = command
        self._seller_id = command.seller_id
        self._seller_text = str(command.seller_id)
        self._shift = timedelta(weeks=command.shift_weeks)
        self._file = file
        self._buyers = buyers
        self._tell_reject = tell_reject
        self._progress = progress
        self._buyer_ids: dict[str, PartyId] = {}
        self._orders: list[_Whole] = []
        self._returns: list[_Whole] = []
        self._waiting = 0
        self._writing: asyncio.Task[None] | None = None
        self._counted: Counter[str] = Counter()
        self._rejected: Counter[str] = Counter()

    async def run(self) -> ImportReport:
        last_lines = await self._last_lines()
        try:
            await self._read(last_lines)
            await self._flush_orders()
        finally:
            await self._written()
        self._returns.sort(key=lambda whole: (whole.at, whole.invoice_no))
        for chunk in _chunks(self._returns):
            await self._write_returns(chunk)
        self._progress(self._file.bytes_total, self._file.bytes_total)
        counted = {name: self._counted[name] for name in ImportReport.__struct_fields__[:-1]}
        return ImportReport(**counted, rejected=dict(sorted(self._rejected.items())))

    # ---- reading ----

    async def _last_lines(self) -> dict[str, int]:
        """Return the number of each invoice's last line."""
        last_lines: dict[str, int] = {}
        for line, invoice_no in self._file.invoice_numbers():
            last_lines[invoice_no] = line
            if line % _BREATHE_EVERY == 0:
                await self._breathe()
        return last_lines

    async def _read(self, last_lines: Mapping[str, int]) -> None:
        opened: dict[str, _Open] = {}
        currency = self._file.currency
        for item in self._file.lines():
            self._counted["lines"] += 1
            invoice_no = item.invoice_no
            invoice = opened.get(invoice_no)
            if invoice is None:
                invoice = opened[invoice_no] = _Open()
            invoice.count += 1
            if isinstance(item, Reject):
                self._reject(item)
            else:
                amount = line_amount(abs(item.quantity), item.unit_price, currency)
                out = left_out(item, amount)
                if out is None:
                    kind = invoice.sent_back if item.cancels else invoice.sold
                    kind.append(GoodLine(invoice.count, item, amount))
                else:
                    self._reject(out)
            if last_lines.get(invoice_no) == item.line:
                self._close(invoice_no, opened.pop(invoice_no))
            if self._waiting >= CHUNK_LINES:
                await self._flush_orders()
            if item.line % _BREATHE_EVERY == 0:
                await self._breathe()
        if opened:
            raise FILE_CHANGED.invalid("invoice_no", next(iter(opened)))

    async def _breathe(self) -> None:
        # A server that imports must go on answering, and the chunk at work must go on.
        self._progress(self._file.bytes_read, self._file.bytes_total)
        await asyncio.sleep(0)

    def _close(self, invoice_no: str, invoice: _Open) -> None:
        """Take a whole invoice: what was sold is written soon, what was sent back at the end."""
        for lines, destination in (
            (invoice.sold, self._orders),
            (invoice.sent_back, self._returns),
        ):
            if not lines:
                continue
            kept, rejected = of_one_buyer(lines)
            for out in rejected:
                self._reject(out)
            if sum(good.amount.minor for good in kept) > MINOR_MAX:
                for good in kept:
                    self._reject(reject(good.line, LINE_TOO_LARGE, "invoice_no", invoice_no))
                continue
            at = min(good.line.placed_at for good in kept) + self._shift
            destination.append(_Whole(invoice_no, kept, at))
        self._waiting += len(invoice.sold)

    def _reject(self, out: Reject) -> None:
        self._rejected[out.code.code] += 1
        self._tell_reject(out)

    # ---- orders ----

    async def _flush_orders(self) -> None:
        """Begin to write a chunk; reading goes on while the database works."""
        await self._written()
        wholes, self._orders, self._waiting = self._orders, [], 0
        if wholes:
            self._writing = asyncio.create_task(self._write_orders(wholes))

    async def _written(self) -> None:
        """Wait until the chunk at work is written."""
        writing, self._writing = self._writing, None
        if writing is not None:
            await writing

    async def _write_orders(self, wholes: Sequence[_Whole]) -> None:
        wholes = await self._of_known_buyers(wholes)
        connection = self._connection
        async with connection.transaction():
            await store.lock_seller(connection, self._seller_id)
            known = await store.known_orders(
                connection, self._seller_id, [whole.invoice_no for whole in wholes]
            )
            known_lines = await store.known_order_lines(connection, known.values())
            orders: list[Order] = []
            lines: list[OrderLine] = []
            for whole in wholes:
                before = known.get(whole.invoice_no)
                order = self._order_of(whole)
                if before is None:
                    orders.append(order)
                    lines.extend(_order_lines(order.id, whole.lines))
                    continue
                self._counted["orders_known"] += 1
                difference = _difference(before, order)
                self._compare(whole, known_lines[whole.invoice_no], difference)
            await store.add_orders(connection, orders, lines)
            told = [(order.id, _placed(order)) for order in orders]
            await tell_pending(connection, VERB, self._command.actor, told)
        self._counted["orders"] += len(orders)
        self._counted["lines_added"] += len(lines)

    def _order_of(self, whole: _Whole) -> Order:
        first = whole.first
        total = sum(good.amount.minor for good in whole.lines)
        return Order(
            OrderId.derived(_milliseconds(whole.at), self._seller_text, whole.invoice_no),
            self._seller_id,
            self._buyer_ids[first.customer_no],
            whole.invoice_no,
            Money(total, self._file.currency),
            whole.at,
            first.source_date,
            first.country,
            len(whole.lines),
        )

    # ---- returns ----

    async def _write_returns(self, wholes: Sequence[_Whole]) -> None:
        wholes = await self._of_known_buyers(wholes)
        connection = self._connection
        async with connection.transaction():
            await store.lock_seller(connection, self._seller_id)
            known = await store.known_returns(
                connection, self._seller_id, [whole.invoice_no for whole in wholes]
            )
            known_lines = await store.known_return_lines(
                connection, [found for several in known.values() for found in several]
            )
            for whole in wholes:
                if whole.invoice_no in known:
                    self._counted["returns_known"] += len(known[whole.invoice_no])
                    before = known[whole.invoice_no][0]
                    now = self._return_of(whole, None, whole.lines)
                    self._compare(whole, known_lines[whole.invoice_no], _difference(before, now))
            new = [whole for whole in wholes if whole.invoice_no not in known]
            returns, lines = await self._link(new)
            await store.add_returns(connection, returns, lines)
            told = [(found.order_id, _returned(found)) for found in returns]
            await tell_pending(connection, VERB, self._command.actor, told)
        linked = sum(found.order_id is not None for found in returns)
        self._counted["returns_linked"] += linked
        self._counted["returns_unlinked"] += len(returns) - linked
        self._counted["lines_added"] += len(lines)

    async def _link(
        self, wholes: Sequence[_Whole]
    ) -> tuple[list[GoodsReturn], list[GoodsReturnLine]]:
        """Return the returns of new cancellations, each with the order it takes back from."""
        returns: list[GoodsReturn] = []
        lines: list[GoodsReturnLine] = []
        if not wholes:
            return returns, lines
        goods = {
            (self._buyer_ids[good.line.customer_no], good.line.stock_code)
            for whole in wholes
            for good in whole.lines
        }
        bought: dict[PartyId, list[Returnable]] = {}
        for found in await store.returnable(
            self._connection, self._seller_id, goods, max(whole.at for whole in wholes)
        ):
            bought.setdefault(found.buyer_id, []).append(found)
        for whole in wholes:
            buyer_id = self._buyer_ids[whole.first.customer_no]
            linked = link(whole.lines, whole.at, bought.get(buyer_id, ()))
            for order_id, taken in linked.items():
                goods_return = self._return_of(whole, order_id, taken)
                returns.append(goods_return)
                lines.extend(_return_lines(goods_return.id, taken))
        return returns, lines

    def _return_of(
        self, whole: _Whole, order_id: OrderId | None, lines: Sequence[GoodLine]
    ) -> GoodsReturn:
        first = whole.first
        total = sum(good.amount.minor for good in lines)
        return GoodsReturn(
            GoodsReturnId.derived(
                _milliseconds(whole.at), self._seller_text, whole.invoice_no, order_id or ""
            ),
            self._seller_id,
            self._buyer_ids[first.customer_no],
            order_id,
            whole.invoice_no,
            Money(total, self._file.currency),
            whole.at,
            first.source_date,
            len(lines),
        )

    # ---- both ----

    async def _of_known_buyers(self, wholes: Sequence[_Whole]) -> Sequence[_Whole]:
        """Return those whose buyers somebody can name; the lines of others are left out."""
        await self._meet_buyers(wholes)
        kept = [whole for whole in wholes if whole.first.customer_no in self._buyer_ids]
        for whole in wholes if len(kept) < len(wholes) else ():
            if whole.first.customer_no not in self._buyer_ids:
                for good in whole.lines:
                    line = good.line
                    self._reject(reject(line, UNKNOWN_CUSTOMER, "customer_no", line.customer_no))
        return kept

    async def _meet_buyers(self, wholes: Sequence[_Whole]) -> None:
        """Have the customers who have not been met in this run known as parties."""
        unmet = {
            whole.first.customer_no: whole.first.country
            for whole in reversed(wholes)
            if whole.first.customer_no not in self._buyer_ids
        }
        if unmet:
            customers = sorted(unmet.items())
            self._buyer_ids.update(await self._buyers.known(self._seller_id, customers))

    def _compare(
        self,
        whole: _Whole,
        known: Mapping[int, store.KnownLine],
        difference: tuple[str, object] | None,
    ) -> None:
        """Count the lines of a known invoice that say the same as before; reject the others."""
        for good in whole.lines:
            found = difference or _line_difference(good, known.get(good.ordinal))
            if found is None:
                self._counted["lines_known"] += 1
            else:
                self._reject(reject(good.line, DIFFERS_FROM_KNOWN, *found))


def _chunks(wholes: Sequence[_Whole]) -> Iterator[list[_Whole]]:
    """Yield cancellations in chunks of about a chunk's lines."""
    chunk: list[_Whole] = []
    count = 0
    for whole in wholes:
        chunk.append(whole)
        count += len(whole.lines)
        if count >= CHUNK_LINES:
            yield chunk
            chunk, count = [], 0
    if chunk:
        yield chunk


def _difference(known: Order | GoodsReturn, now: Order | GoodsReturn) -> tuple[str, object] | None:
    """Return in what a whole invoice differs from what is known of it: field and value."""
    if known.buyer_id != now.buyer_id:
        return "buyer_id", now.buyer_id
    if known.source_date != now.source_date:
        return "source_date", now.source_date
    if known.amount.currency != now.amount.currency:
        return "currency", now.amount.currency
    if isinstance(known, Order) and isinstance(now, Order) and known.country != now.country:
        return "country", now.country
    return None


def _line_difference(good: GoodLine, known: store.KnownLine | None) -> tuple[str, object] | None:
    """Return in what a line differs from the known one of its ordinal: field and value."""
    if known is None:
        return "line of the invoice", good.ordinal
    line = good.line
    if known.stock_code != line.stock_code:
        return "stock_code", line.stock_code
    if known.description != line.description:
        return "description", line.description
    if known.quantity != abs(line.quantity):
        return "quantity", line.quantity
    if known.unit_price != line.unit_price:
        return "unit_price", line.unit_price
    return None


def _order_lines(order_id: OrderId, lines: Sequence[GoodLine]) -> Iterator[OrderLine]:
    for ordinal, line, amount in lines:
        yield OrderLine(
            order_id,
            ordinal,
            line.stock_code,
            line.description,
            line.quantity,
            line.unit_price,
            amount,
        )


def _return_lines(return_id: GoodsReturnId, lines: Sequence[GoodLine]) -> Iterator[GoodsReturnLine]:
    for ordinal, line, amount in lines:
        yield GoodsReturnLine(
            return_id,
            ordinal,
            line.stock_code,
            line.description,
            -line.quantity,
            line.unit_price,
            amount,
        )


def _placed(order: Order) -> OrderPlaced:
    return OrderPlaced(
        order.id,
        order.seller_id,
        order.buyer_id,
        order.invoice_no,
        order.amount,
        order.placed_at,
        order.source_date,
        order.country,
        order.line_count,
    )


def _returned(goods_return: GoodsReturn) -> GoodsReturned:
    return GoodsReturned(
        goods_return.id,
        goods_return.seller_id,
        goods_return.buyer_id,
        goods_return.order_id,
        goods_return.invoice_no,
        goods_return.amount,
        goods_return.returned_at,
        goods_return.source_date,
    )


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
