"""Goods in a warehouse: received, partly released, valued anew, gone; by the keeper's word."""

from datetime import date, timedelta

from tests.story.stage import FUNDERS, MONDAY, SELLER, Stage, money

from usance.kernel.ids import PartyId, WarehouseReceiptId
from usance.kernel.records import replace
from usance.parties.model import PartyKind
from usance.parties.service import RegisterParty
from usance.trade.events import WarehouseReceiptIssued
from usance.trade.model import StockMove
from usance.trade.service import IssueWarehouseReceipt, MoveStock, RevalueStock
from usance.trade.service.find_papers import warehouse_receipt

KEEPER = PartyId.derived(0, "story", "keeper")
TODAY = MONDAY.date()
RECEIPT = IssueWarehouseReceipt(
    "W-0017", KEEPER, SELLER, "ceramic cake stands", "piece", 400, money("12.50 CNY"), TODAY
)
UNKNOWN = WarehouseReceiptId.derived(0, "?")
ADDED, RELEASED = StockMove.ADDED, StockMove.RELEASED


async def keeper(stage: Stage) -> None:
    party = RegisterParty(KEEPER, PartyKind.WAREHOUSE_KEEPER, "Ningbo Stores Ltd", "CN")
    await stage.accepted("register_party", party)


async def issued(stage: Stage, **other: object) -> WarehouseReceiptId:
    outcome = await stage.accepted("issue_warehouse_receipt", replace(RECEIPT, **other))
    return outcome.part(WarehouseReceiptIssued).warehouse_receipt_id


async def shown(stage: Stage, receipt_id: WarehouseReceiptId) -> tuple[str, int, str, int]:
    async with stage.session.pool.acquire() as connection:
        found = await warehouse_receipt(connection, receipt_id)
    assert found is not None
    return found.status, found.quantity, str(found.value), found.age_days(stage.now.date())


def test_goods_grow_old_leave_and_are_worth_less(play):
    async def journey(stage: Stage) -> None:
        await keeper(stage)
        receipt = await issued(stage, stored_on=TODAY - timedelta(30))
        assert await shown(stage, receipt) == ("held", 400, "5000.00 CNY", 30)

        await stage.until("2026-09-17")
        await stage.accepted("move_stock", MoveStock(receipt, RELEASED, 150, "out 1"))
        await stage.accepted("move_stock", MoveStock(receipt, ADDED, 50, "in 2"))
        # What was added is counted as old as what was there.
        assert await shown(stage, receipt) == ("held", 300, "3750.00 CNY", 40)

        lower = RevalueStock(receipt, money("10.00 CNY"), "an appraiser's letter")
        await stage.accepted("revalue_stock", lower)
        assert await shown(stage, receipt) == ("held", 300, "3000.00 CNY", 40)

        await stage.accepted("move_stock", MoveStock(receipt, RELEASED, 300, "out 3"))
        assert await shown(stage, receipt) == ("released", 0, "0.00 CNY", 40)
        for verb, body in (
            ("move_stock", MoveStock(receipt, ADDED, 1, "in 4")),
            ("revalue_stock", RevalueStock(receipt, money("9.00 CNY"), "again")),
        ):
            assert await stage.refused(verb, body) == "stock_is_released"
        moves = await stage.facts("stock_moved")
        assert [(told["move"], told["left"]) for told in moves] == [
            ("released", 250),
            ("added", 300),
            ("released", 0),
        ]

    play(journey)


def test_what_no_keeper_can_have_said_is_refused(play):
    async def journey(stage: Stage) -> None:
        await keeper(stage)
        receipt = await issued(stage)
        nobody = PartyId.derived(0, "?")
        for change, code in (
            ({"receipt_no": "//", "quantity": 0}, "malformed_text"),
            ({"goods": "", "quantity": 0}, "malformed_text"),
            ({"unit": "\u0007"}, "malformed_text"),
            ({"quantity": 0, "unit_value": money("0.00 CNY")}, "quantity_not_positive"),
            ({"unit_value": money("0.00 CNY"), "stored_on": date(2027, 1, 1)}, "negative_amount"),
            ({"stored_on": TODAY + timedelta(1), "quantity": 2**62}, "in_the_future"),
            ({"quantity": 2**62, "keeper_id": nobody}, "amount_too_large"),
            ({"keeper_id": nobody}, "unknown_party"),
            ({"keeper_id": SELLER}, "party_of_another_kind"),
            ({"owner_id": FUNDERS["funder_one"]}, "party_of_another_kind"),
            ({"receipt_no": "w17", "owner_id": SELLER}, "number_taken"),
        ):
            body = replace(RECEIPT, **({"receipt_no": "W-2"} | change))
            assert await stage.refused("issue_warehouse_receipt", body) == code, change
        for verb, body, code in (
            ("move_stock", MoveStock(UNKNOWN, ADDED, 0, ""), "malformed_text"),
            ("move_stock", MoveStock(UNKNOWN, ADDED, 0, "x"), "quantity_not_positive"),
            ("move_stock", MoveStock(UNKNOWN, ADDED, 1, "x"), "unknown_warehouse_receipt"),
            ("move_stock", MoveStock(receipt, RELEASED, 401, "x"), "exceeds_stock"),
            ("move_stock", MoveStock(receipt, ADDED, 2**62, "x"), "amount_too_large"),
            ("revalue_stock", RevalueStock(UNKNOWN, money("0.00 CNY"), " "), "malformed_text"),
            ("revalue_stock", RevalueStock(UNKNOWN, money("0.00 CNY"), "x"), "negative_amount"),
            (
                "revalue_stock",
                RevalueStock(UNKNOWN, money("1.00 CNY"), "x"),
                "unknown_warehouse_receipt",
            ),
            ("revalue_stock", RevalueStock(receipt, money("1.00 GBP"), "x"), "other_currency"),
            (
                "revalue_stock",
                RevalueStock(receipt, money("92233720368547758.06 CNY"), "x"),
                "amount_too_large",
            ),
        ):
            assert await stage.refused(verb, body) == code, body

    play(journey)


def test_two_who_take_the_same_goods_at_once_do_not_both_get_them(play):
    async def journey(stage: Stage) -> None:
        await keeper(stage)
        receipt = await issued(stage)
        taken = [("move_stock", MoveStock(receipt, RELEASED, 300, f"out {n}")) for n in (1, 2)]
        outcomes = await stage.at_once(*taken)
        codes = [each.refusal and each.refusal.code for each in outcomes]
        assert codes == [None, "exceeds_stock"]
        assert (await shown(stage, receipt))[1] == 100

    play(journey)
