"""A shop's file becomes orders and returns: once, whole, and every line answered for."""

import asyncio
import itertools
from importlib.resources import files
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.trade.conftest import DerivedBuyers

from usance.adapters.marketplaces.files import CsvOrderFile
from usance.adapters.marketplaces.mapping import load
from usance.adapters.marketplaces.rejects_file import RejectsFile, rejects_path
from usance.kernel.errors import Invalid
from usance.kernel.ids import OrderId, PartyId, UserId
from usance.kernel.money import Currency, Money
from usance.kernel.records import decode
from usance.trade.events import GoodsReturned, OrderPlaced
from usance.trade.model import GoodsReturn, ImportReport, Order
from usance.trade.service import find_orders
from usance.trade.service import import_orders as module
from usance.trade.service.import_orders import ImportOrders, import_orders

UCI = load()
ACTOR = UserId.derived(0, "importer")
DAYS = Path(str(files("usance.adapters.marketplaces") / "data"))
HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
GBP = Currency("GBP")


def run(dsn, path, seller, shift_weeks=0, buyers=None, progress=lambda _done, _total: None):
    """Import a file and write its rejects; return the report."""

    async def go() -> ImportReport:
        connection = await asyncpg.connect(dsn)
        rejects = RejectsFile(path.name)
        try:
            report = await import_orders(
                connection,
                ImportOrders(seller, ACTOR, shift_weeks),
                CsvOrderFile(path, UCI),
                buyers or DerivedBuyers(),
                rejects.add,
                progress,
            )
        finally:
            await connection.close()
        rejects.write(rejects_path(path))
        return report

    report = asyncio.run(go())
    assert report.lines == (
        report.lines_added + report.lines_known + sum(report.rejected.values())
    ), report
    return report


def ask(dsn, question):
    async def go():
        connection = await asyncpg.connect(dsn)
        try:
            return await question(connection)
        finally:
            await connection.close()

    return asyncio.run(go())


def book(dsn, seller):
    """All that is kept of a seller, without the ids that contain the seller."""

    async def read(connection):
        lines = await connection.fetch(
            "select o.invoice_no, o.amount_minor, o.placed_at, o.source_date, o.country,"
            " o.line_count, l.ordinal, l.stock_code, l.quantity, l.unit_price, l.amount_minor"
            " from trade.orders o join trade.order_lines l on l.order_id = o.id"
            " where o.seller_id = $1 order by o.invoice_no, l.ordinal",
            seller,
        )
        returns = await connection.fetch(
            "select r.invoice_no, r.amount_minor, r.returned_at, o.invoice_no, l.ordinal,"
            " l.stock_code, l.quantity, l.amount_minor"
            " from trade.goods_returns r join trade.goods_return_lines l on l.return_id = r.id"
            " left join trade.orders o on o.id = r.order_id"
            " where r.seller_id = $1 order by r.invoice_no, l.ordinal",
            seller,
        )
        return [tuple(row) for row in lines], [tuple(row) for row in returns]

    return ask(dsn, read)


def facts(dsn, seller):
    async def read(connection):
        return await connection.fetch(
            "select thread, convert_from(parts, 'utf8')::json parts from engine.outbox_pending"
            " where convert_from(parts, 'utf8') like $1 order by id",
            f"%{UUID(int=seller.int)}%",
        )

    return ask(dsn, read)


def write(path, *lines):
    path.write_text("\n".join([HEADER, *lines]) + "\n", "utf-8")
    return path


def sale(invoice="1001", stock="A1", quantity=6, price="2.55", customer="7", day=1, land="EIRE"):
    at = f"2011-03-{day:02} 10:00:00"
    return f"{invoice},{stock},THING,{quantity},{at},{price},{customer}.0,{land}"


@pytest.mark.parametrize(
    ("_day", "expected"),
    [
        (
            "2010-12-01.csv",
            ImportReport(
                lines=3108,
                orders=121,
                orders_known=0,
                returns_linked=1,
                returns_unlinked=4,
                returns_known=0,
                lines_added=1961,
                lines_known=0,
                rejected={"adjustment": 1, "no_customer": 1128, "not_goods": 9, "zero_price": 9},
            ),
        ),
    ],
)
def test_a_real_day_goes_in_and_running_it_again_changes_nothing(
    _day, expected, trade_book, seller, tmp_path
):
    path = tmp_path / _day
    path.write_bytes((DAYS / _day).read_bytes())
    first = run(trade_book, path, seller)
    rejects, kept = rejects_path(path).read_bytes(), book(trade_book, seller)
    again = run(trade_book, path, seller)

    assert first == expected
    assert (again.orders, again.lines_added, again.returns_linked) == (0, 0, 0)
    assert (again.orders_known, again.lines_known, again.returns_known) == (121, 1961, 5)
    assert rejects_path(path).read_bytes() == rejects
    assert book(trade_book, seller) == kept
    assert len(facts(trade_book, seller)) == 121 + 5


GOLDEN = """\
file,line,reason,reason_en,reason_zh,text
shop.csv,3,not_goods,"POST is postage, a fee, a voucher or a manual entry, not goods.",\
"POST 是邮费、手续费、礼券或手工条目,不是货物。",\
"1001,POST,THING,1,2011-03-01 10:00:00,2.55,7.0,EIRE"
shop.csv,4,malformed_quantity,Quantity: x is not a whole number of at most nine digits.,\
Quantity:x 不是九位以内的整数。,"1001,A1,THING,x,2011-03-01 10:00:00,2.55,7.0,EIRE"
shop.csv,5,two_buyers,customer_no: 8 is not what the invoice's first line says.,\
customer_no:8 与该发票首行不一致。,"1001,A1,THING,6,2011-03-01 10:00:00,2.55,8.0,EIRE"
shop.csv,6,wrong_field_count,"The line has 1 fields, not as many as the header.",\
"该行有 1 个字段,与表头不一致。",rubbish
"""


def test_every_line_left_out_is_told_with_its_reason(trade_book, seller, tmp_path):
    path = write(
        tmp_path / "shop.csv",
        sale(),
        sale(stock="POST", quantity=1),
        sale(quantity="x"),
        sale(customer="8"),
        "rubbish",
        sale(),
    )
    report = run(trade_book, path, seller)
    lines, _ = book(trade_book, seller)

    assert rejects_path(path).read_text("utf-8") == GOLDEN
    assert (report.orders, report.lines_added) == (1, 2)
    assert [line[6] for line in lines] == [1, 5]
    assert {line[1] for line in lines} == {3060}


def test_an_order_can_be_found_every_way(trade_book, seller, tmp_path):
    path = write(tmp_path / "a.csv", sale(), sale(stock="B1", price="0.335"), sale("1002", day=2))
    run(trade_book, path, seller, shift_weeks=800)

    async def find(connection):
        order = await find_orders.order_of_invoice(connection, seller, "1001")
        assert order is not None
        return (
            order,
            await find_orders.lines_of_order(connection, order.id),
            await find_orders.orders_by_id(connection, [order.id, OrderId.derived(0, "none")]),
            await find_orders.orders(connection, seller, None, 10),
            await find_orders.orders(connection, seller, order.id, 10),
        )

    order, lines, by_id, all_orders, after = ask(trade_book, find)
    assert order.amount == Money(1530 + 201, GBP)
    assert order.placed_at.isoformat() == "2026-06-30T10:00:00+00:00"
    assert order.source_date.isoformat() == "2011-03-01"
    assert order.country == "IE"
    assert order.buyer_id == PartyId.derived(0, seller, "7")
    assert [line.amount.minor for line in lines] == [1530, 201]
    assert by_id == {order.id: order}
    assert [found.invoice_no for found in all_orders] == ["1001", "1002"]
    assert [found.invoice_no for found in after] == ["1002"]


def test_every_order_and_return_tells_a_fact_on_the_orders_thread(trade_book, seller, tmp_path):
    path = write(
        tmp_path / "a.csv", sale(), sale("C2", quantity=-6, day=2), sale("C3", quantity=-1, day=3)
    )
    run(trade_book, path, seller)
    placed, returned, unlinked = (
        (row["thread"], row["parts"]) for row in facts(trade_book, seller)
    )
    order_id = OrderId(placed[0])

    assert '"order_placed"' in placed[1]
    order = decode(placed[1], dict[str, OrderPlaced])["order_placed"]
    assert (order.order_id, order.amount) == (order_id, Money(1530, GBP))
    goods = decode(returned[1], dict[str, GoodsReturned])["goods_returned"]
    assert (returned[0], goods.order_id, goods.amount) == (placed[0], order_id, Money(1530, GBP))
    alone = decode(unlinked[1], dict[str, GoodsReturned])["goods_returned"]
    assert (unlinked[0], alone.order_id) == (None, None)


@pytest.mark.parametrize(
    ("_case", "lines", "linked"),
    [
        ("to its order", [sale("1"), sale("C9", quantity=-6, day=9)], ["1"]),
        ("a part", [sale("1"), sale("C9", quantity=-2, day=9)], ["1"]),
        ("to the latest", [sale("1"), sale("2", day=2), sale("C9", quantity=-6, day=9)], ["2"]),
        (
            "to the latest with enough",
            [sale("1"), sale("2", quantity=5, day=2), sale("C9", quantity=-6, day=9)],
            ["1"],
        ),
        (
            "not to one placed later",
            [sale("1"), sale("2", day=12), sale("C9", quantity=-6, day=9)],
            ["1"],
        ),
        ("the order stands below", [sale("C9", quantity=-6, day=9), sale("1")], ["1"]),
        ("more than bought", [sale("1"), sale("C9", quantity=-7, day=9)], [None]),
        ("other goods", [sale("1"), sale("C9", stock="B1", quantity=-6, day=9)], [None]),
        ("another buyer", [sale("1"), sale("C9", quantity=-6, customer="8", day=9)], [None]),
        ("a higher price", [sale("1"), sale("C9", quantity=-6, price="2.56", day=9)], [None]),
        (
            "twice the same goods",
            [sale("1"), sale("C8", quantity=-6, day=8), sale("C9", quantity=-6, day=9)],
            ["1", None],
        ),
        (
            "two orders' goods",
            [
                sale("1"),
                sale("2", stock="B1", day=2),
                sale("C9", quantity=-6, day=9),
                sale("C9", stock="B1", quantity=-6, day=9),
            ],
            ["1", "2"],
        ),
        ("two lines of one order", [sale("1"), sale("1"), sale("C9", quantity=-12, day=9)], ["1"]),
    ],
)
def test_goods_go_back_to_the_order_they_came_from(
    _case, lines, linked, trade_book, seller, tmp_path
):
    report = run(trade_book, write(tmp_path / "a.csv", *lines), seller)
    _, returns = book(trade_book, seller)

    assert [line[3] for line in returns] == linked
    assert report.returns_unlinked == linked.count(None)


def test_goods_come_back_in_a_later_file(trade_book, seller, tmp_path):
    run(trade_book, write(tmp_path / "march.csv", sale("1")), seller)
    run(trade_book, write(tmp_path / "april.csv", sale("C9", quantity=-4, day=9)), seller)
    run(trade_book, write(tmp_path / "may.csv", sale("C10", quantity=-4, day=10)), seller)
    _, returns = book(trade_book, seller)

    assert [(line[0], line[3]) for line in returns] == [("C10", None), ("C9", "1")]


def test_what_is_known_is_never_overwritten(trade_book, seller, tmp_path):
    run(trade_book, write(tmp_path / "a.csv", sale("1"), sale("1", stock="B1"), sale("2")), seller)
    kept = book(trade_book, seller)
    other = write(
        tmp_path / "b.csv",
        sale("1"),
        sale("1", stock="B1", price="9.99"),
        sale("1", stock="C"),
        sale("2", customer="8"),
        sale("3"),
    )
    report = run(trade_book, other, seller)
    lines, _ = book(trade_book, seller)

    assert report.rejected == {"differs_from_known": 3}
    assert (report.orders, report.lines_known) == (1, 1)
    assert [line for line in lines if line[0] != "3"] == kept[0]


class Killed(Exception):
    pass


class BreaksOff(CsvOrderFile):
    """A file whose reading fails after some lines, as when the process is killed."""

    after = 0

    def lines(self):
        yield from itertools.islice(super().lines(), self.after)
        raise Killed


@pytest.mark.parametrize("after", [0, 1, 700, 2000, 3107])
def test_an_import_that_broke_off_is_finished_by_the_next(
    after, trade_book, seller, tmp_path, monkeypatch
):
    monkeypatch.setattr(module, "CHUNK_LINES", 300)
    path = tmp_path / "day.csv"
    path.write_bytes((DAYS / "2010-12-01.csv").read_bytes())

    async def broken(connection):
        file = BreaksOff(path, UCI)
        file.after = after
        command = ImportOrders(seller, ACTOR)
        with pytest.raises(Killed):
            await import_orders(connection, command, file, DerivedBuyers(), lambda _reject: None)

    ask(trade_book, broken)
    finishing = run(trade_book, path, seller)
    in_one_go = PartyId.derived(1, seller)
    run(trade_book, path, in_one_go)

    assert finishing.orders + finishing.orders_known == 121
    assert book(trade_book, seller) == book(trade_book, in_one_go)
    assert len(facts(trade_book, seller)) == 121 + 5


def test_a_file_that_grows_while_it_is_read_is_one_clear_error(trade_book, seller, tmp_path):
    path = write(tmp_path / "a.csv", sale("1"), sale("2"))

    class Grows(CsvOrderFile):
        def lines(self):
            write(path, sale("1"), sale("2"), sale("3"))
            return super().lines()

    async def grown(connection):
        await import_orders(
            connection,
            ImportOrders(seller, ACTOR),
            Grows(path, UCI),
            DerivedBuyers(),
            lambda _reject: None,
        )

    with pytest.raises(Invalid, match="invoice_no 3 has other lines"):
        ask(trade_book, grown)


def test_two_imports_at_once_add_each_order_once(trade_book, seller, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "CHUNK_LINES", 100)
    path = tmp_path / "day.csv"
    path.write_bytes((DAYS / "2011-03-15.csv").read_bytes())

    async def one():
        connection = await asyncpg.connect(trade_book)
        command = ImportOrders(seller, ACTOR)
        try:
            return await import_orders(
                connection, command, CsvOrderFile(path, UCI), DerivedBuyers(), lambda _reject: None
            )
        finally:
            await connection.close()

    async def both():
        return await asyncio.gather(one(), one())

    first, second = asyncio.run(both())
    assert first.orders + second.orders == 41
    assert first.orders_known + second.orders_known == 41
    assert len(facts(trade_book, seller)) == 41 + 8


def test_progress_ends_where_it_should_and_buyers_are_met_once(trade_book, seller, tmp_path):
    seen: list[tuple[int, int]] = []
    buyers = DerivedBuyers()
    path = write(tmp_path / "a.csv", sale("1"), sale("2"), sale("3", customer="9"))
    run(trade_book, path, seller, buyers=buyers, progress=lambda *at: seen.append(at))

    assert seen[-1] == (2 * path.stat().st_size, 2 * path.stat().st_size)
    assert sorted(buyers.asked) == [("7", "IE"), ("9", "IE")]


def test_a_shift_out_of_the_calendar_is_refused_before_anything_is_done(
    trade_book, seller, tmp_path
):
    with pytest.raises(Invalid, match="shift_weeks: 5201 weeks"):
        run(trade_book, write(tmp_path / "a.csv", sale()), seller, shift_weeks=5201)

    assert book(trade_book, seller) == ([], [])


def test_a_rejects_file_that_cannot_be_written_is_one_clear_error(tmp_path):
    with pytest.raises(Invalid, match="cannot be written"):
        RejectsFile("a.csv").write(tmp_path / "nowhere" / "a.rejects.csv")


LINES = st.lists(
    st.builds(
        sale,
        invoice=st.sampled_from(["1", "2", "C1", "C2", "A1", ""]),
        stock=st.sampled_from(["A", "B", "POST"]),
        quantity=st.integers(-6, 6),
        price=st.sampled_from(["0.335", "1.0", "0", "-1", "x"]),
        customer=st.sampled_from(["7", "8"]),
        day=st.integers(1, 9),
        land=st.sampled_from(["EIRE", "Unspecified"]),
    ),
    max_size=30,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, chunk=st.integers(1, 5))
def test_every_line_is_answered_for_and_never_more_comes_back_than_went_out(
    lines, chunk, trade_book, seller, tmp_path, monkeypatch
):
    monkeypatch.setattr(module, "CHUNK_LINES", chunk)
    seller = PartyId.derived(1, seller, chunk, *lines)
    path = write(tmp_path / "soup.csv", *lines)
    first = run(trade_book, path, seller)
    rejects = rejects_path(path).read_bytes()
    again = run(trade_book, path, seller)

    async def oversold(connection):
        return await connection.fetch(
            "select r.order_id from trade.goods_returns r join trade.orders o on o.id = r.order_id"
            " where r.seller_id = $1 group by r.order_id, o.amount_minor"
            " having sum(r.amount_minor) > o.amount_minor",
            seller,
        )

    assert first.lines == len(lines)
    assert again.lines_known == first.lines_added
    assert (again.lines_added, again.rejected) == (0, first.rejected)
    assert rejects_path(path).read_bytes() == rejects
    assert ask(trade_book, oversold) == []


def test_the_shapes_in_the_database_are_the_models(trade_book, seller, tmp_path):
    path = write(tmp_path / "a.csv", sale(), sale("C2", quantity=-6, day=2))
    run(trade_book, path, seller)

    async def find(connection):
        (order,) = await find_orders.orders(connection, seller, None, 10)
        (back,) = await find_orders.returns_of_order(connection, order.id)
        lines = await connection.fetch(
            "select quantity, amount_minor from trade.goods_return_lines where return_id = $1",
            back.id,
        )
        return order, back, lines, await find_orders.returns_by_id(connection, [back.id])

    order, back, (line,), by_id = ask(trade_book, find)
    assert isinstance(order, Order)
    assert isinstance(back, GoodsReturn)
    assert tuple(line) == (6, 1530)
    assert by_id == {back.id: back}


class SomeBuyers(DerivedBuyers):
    """Knows the customer 17850 alone."""

    async def known(self, seller_id, customers):
        everybody = await super().known(seller_id, customers)
        return {number: buyer for number, buyer in everybody.items() if number == "17850"}


def test_lines_of_a_customer_whom_nobody_can_name_stay_out(trade_book, seller, tmp_path):
    shop = tmp_path / "orders.csv"
    lines = [
        f"{invoice},22423,CAKE STAND,1,2026-09-09 10:00:00,12.75,{customer},United Kingdom"
        for invoice, customer in (("1", "17850"), ("2", "99"), ("C3", "99"))
    ]
    shop.write_text("\n".join([HEADER, *lines]).replace("C3,22423,CAKE STAND,1", "C3,22423,A,-1"))

    report = run(trade_book, shop, seller, buyers=SomeBuyers())

    assert (report.orders, report.rejected) == (1, {"unknown_customer": 2})
