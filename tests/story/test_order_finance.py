"""An order financed before it is paid for, and again as a receivable, never twice."""

from tests.story.stage import FACILITIES, SELLER, Stage, money

from usance.financing import service as financing
from usance.kernel.ids import OfferId


async def order_finance(stage: Stage, limit: str = "50,000.00 CNY") -> None:
    """Funder one finances orders, funder two receivables; the seller takes what is offered."""
    await stage.funder("funder_one", "50,000.00 CNY", limit, "order")
    await stage.funder("funder_two", "50,000.00 CNY", "50,000.00 CNY")
    await stage.accepted("grant_mandate", financing.GrantMandate(SELLER, money("20,000.00 CNY")))


async def ask(stage: Stage, order, name: str = "funder_one") -> None:
    body = financing.RequestOrderOffer(order, FACILITIES[name])
    await stage.accepted("request_order_offer", body)
    await stage.works()


async def advances(stage: Stage):
    return await stage.session.pool.fetch("select * from financing.advances order by id")


def test_an_order_is_financed_and_then_its_receivable_without_double_exposure(play):
    async def journey(stage: Stage) -> None:
        await order_finance(stage)
        order = await stage.order("INV-1", "1,000.00 GBP")
        # An order of 1,000.00 GBP is worth 9,000.00 CNY, less 0.20 % of spread: 8,982.00.
        # Half of it is advanced to make the goods: 4,491.00, for 60 days at 1 % for 30: 89.82.
        await ask(stage, order)
        [first] = await advances(stage)
        assert (first["technique"], first["payment_id"]) == ("order", None)
        assert first["principal_minor"] == 449_100
        assert first["fee_minor"] == 8_982
        assert await stage.balance("advance_principal") == "4491.00"
        assert (await stage.facts("payout_initiated"))[-1]["amount"]["minor"] == 449_100

        # The buyer pays: 80 % of the receivable is 7,077.81. It repays the first, 4,580.82.
        sale = await stage.pays(order)
        await stage.works()
        earlier, later = await advances(stage)
        assert earlier["status"] == "repaid"
        assert (earlier["payment_id"], later["payment_id"]) == (sale, sale)
        assert (later["technique"], later["principal_minor"]) == ("receivable_purchase", 707_781)
        drawn = (await stage.facts("advance_drawn"))[-1]
        assert drawn["to_seller"]["minor"] == 707_781 - 449_100 - 8_982
        assert (await stage.facts("payout_initiated"))[-1]["amount"] == drawn["to_seller"]
        # Never more at risk than the larger of the two, and the first funder has its money back
        assert await stage.balance("advance_principal") == "7077.81"
        assert await stage.balance("headroom") == "92922.19"
        assert await stage.balance("funder_deployed") == "7077.81"
        legs = [code for code, _ in await stage.legs("advance_drawn")]
        assert legs.index("replaced_headroom") < legs.index("draw_headroom")
        assert legs.index("draw_principal") < legs.index("replaced_principal")

        # The rail settles: the second is repaid, and everything is closed
        await stage.until("2026-09-09")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        assert [each["status"] for each in await advances(stage)] == ["repaid", "repaid"]
        for kind in ("advance_principal", "advance_fee", "funder_deployed", "fee_unearned"):
            assert await stage.balance(kind) == "0.00", kind
        assert await stage.balance("headroom") == "100000.00"

    play(journey)


def test_an_order_without_a_second_programme_is_repaid_by_its_settlement(play):
    async def journey(stage: Stage) -> None:
        await stage.funder("funder_one", "50,000.00 CNY", "50,000.00 CNY", "order")
        mandate = financing.GrantMandate(SELLER, money("20,000.00 CNY"))
        await stage.accepted("grant_mandate", mandate)
        order = await stage.order("INV-1", "1,000.00 GBP")
        await ask(stage, order)
        sale = await stage.pays(order)
        await stage.works()
        assert await stage.facts("offer_not_made") == []
        await stage.until("2026-09-09")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        [repaid] = (await stage.facts("advance_repaid"))[-1]["lines"]
        assert (repaid["principal"]["minor"], repaid["outstanding"]["minor"]) == (449_100, 0)

    play(journey)


def test_an_order_that_is_paid_for_is_not_financed_as_an_order(play):
    async def journey(stage: Stage) -> None:
        # Given an order offer that nobody has taken when the buyer pays
        await stage.funder("funder_one", "50,000.00 CNY", "50,000.00 CNY", "order")
        order = await stage.order("INV-1", "1,000.00 GBP")
        await ask(stage, order)
        offered = await stage.row("select id from financing.offers")
        await stage.pays(order)
        await stage.works()
        [withdrawn] = await stage.facts("offer_withdrawn")
        assert withdrawn["reason"]["code"] == "sale_paid"
        accept = financing.AcceptOffer(OfferId(offered["id"]))
        assert await stage.refused("accept_offer", accept) == "offer_not_open"
        again = financing.RequestOrderOffer(order, FACILITIES["funder_one"])
        assert await stage.refused("request_order_offer", again) == "not_eligible"

    play(journey)


def test_an_order_is_not_financed_twice_as_an_order(play):
    async def journey(stage: Stage) -> None:
        for name in ("funder_one", "funder_two"):
            await stage.funder(name, "50,000.00 CNY", "50,000.00 CNY", "order")
        mandate = financing.GrantMandate(SELLER, money("20,000.00 CNY"))
        await stage.accepted("grant_mandate", mandate)
        order = await stage.order("INV-1", "1,000.00 GBP")
        await ask(stage, order)
        await ask(stage, order, "funder_two")
        [declined] = await stage.facts("offer_declined")
        assert declined["reasons"][0]["code"] == "invoice_financed_before"
        assert await stage.balance("advance_principal") == "4491.00"

    play(journey)


def test_one_funder_with_room_for_one_finances_the_order_and_its_receivable(play):
    async def journey(stage: Stage) -> None:
        # Given two programmes of one funder whose money suffices for the receivable alone
        await stage.funder("funder_one", "7,100.00 CNY", "7,100.00 CNY", "order")
        await stage.accepted(
            "open_facility",
            financing.OpenFacility(
                FACILITIES["funder_two"],
                (await stage.row("select funder_id from financing.facilities"))["funder_id"],
                SELLER,
                money("7,100.00 CNY"),
                "story",
            ),
        )
        mandate = financing.GrantMandate(SELLER, money("20,000.00 CNY"))
        await stage.accepted("grant_mandate", mandate)
        order = await stage.order("INV-1", "1,000.00 GBP")
        await ask(stage, order)
        await stage.pays(order)
        await stage.works()
        assert await stage.balance("advance_principal") == "7077.81"
        assert await stage.balance("funder_deployed") == "7077.81"

    play(journey)
