"""Offers taken and not taken, limits, two funders, and money that is not advanced twice."""

from uuid import UUID

from tests.story.stage import FACILITIES, SELLER, Stage, money

from usance.financing import service as financing
from usance.payments.model import InstructionKind
from usance.payments.ports import AnswerKind


def test_an_offer_nobody_takes_expires_and_moves_nothing(play):
    async def journey(stage: Stage) -> None:
        # Given funders, and a seller who has revoked the mandate before the capture
        await stage.advances_money()
        sale = await stage.pays(await stage.order("INV-1", "1,000.00 GBP"))
        await stage.accepted("revoke_mandate", financing.RevokeMandate(SELLER))
        await stage.works()
        offer = await stage.offer(sale)
        assert await stage.balance("advance_principal") == "0.00"
        # When its 24 hours are over
        await stage.until("2026-09-08 09:00")
        [expired] = await stage.facts("offer_expired")
        assert UUID(expired["payment_id"]) == sale
        accept = financing.AcceptOffer(offer)
        assert await stage.refused("accept_offer", accept) == "offer_not_open"
        # Then the sale is settled as if there had been no offer
        await stage.until("2026-09-09")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        assert (await stage.facts("payout_initiated"))[0]["amount"]["minor"] == 840_491

    play(journey)


def test_an_advance_above_the_mandate_waits_for_the_seller(play):
    async def journey(stage: Stage) -> None:
        await stage.advances_money()
        mandate = financing.GrantMandate(SELLER, money("7,077.80 CNY"))
        await stage.accepted("grant_mandate", mandate)
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        assert await stage.facts("advance_drawn") == []
        await stage.accepted("accept_offer", financing.AcceptOffer(await stage.offer(sale)))
        await stage.works()
        assert (await stage.advance(sale))["principal_minor"] == 707_781

    play(journey)


def test_the_same_invoice_is_stopped_at_the_second_funder(play):
    async def journey(stage: Stage) -> None:
        await stage.advances_money()
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        first = (await stage.advance(sale))["facility_id"]
        [second] = [each for each in FACILITIES.values() if each != first]
        before = await stage.balance("funder_deployed")
        await stage.accepted("request_offer", financing.RequestOffer(sale, second))
        await stage.accepted("accept_offer", financing.AcceptOffer(await stage.offer(sale)))
        [declined] = (await stage.facts("offer_declined"))[:1]
        assert declined["reasons"][0]["code"] == "invoice_financed_before"
        assert await stage.balance("funder_deployed") == before

    play(journey)


def test_an_advance_over_the_limit_is_not_offered_and_not_drawn(play):
    async def journey(stage: Stage) -> None:
        # Given a limit of a penny less than the advance
        await stage.funder("funder_one", "100,000.00 CNY", "7,077.80 CNY")
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        [told] = await stage.facts("offer_not_made")
        assert told["reasons"][0]["code"] == "no_room"
        # When the seller asks for it all the same, the draw is judged no
        asked = financing.RequestOffer(sale, FACILITIES["funder_one"])
        await stage.accepted("request_offer", asked)
        await stage.accepted("accept_offer", financing.AcceptOffer(await stage.offer(sale)))
        [declined] = await stage.facts("offer_declined")
        assert "limit_exceeded" in [reason["code"] for reason in declined["reasons"]]
        assert await stage.balance("headroom") == "7077.80"

    play(journey)


def test_a_hundred_sales_at_once_do_not_share_one_headroom(play):
    async def journey(stage: Stage) -> None:
        # Given room for two advances of 7,077.81 and offers on five sales
        await stage.funder("funder_one", "15,000.00 CNY", "15,000.00 CNY")
        sales = [await stage.pays(await stage.order(f"INV-{n}", "1,000.00 GBP")) for n in range(5)]
        await stage.works()
        for sale in sales:
            offer = await stage.offer(sale)
            await stage.accepted("accept_offer", financing.AcceptOffer(offer))
        await stage.works()
        assert len(await stage.facts("advance_drawn")) == 2
        assert len(await stage.facts("offer_declined")) == 3
        assert await stage.balance("headroom") == "844.38"

    play(journey)


def test_an_offer_is_withdrawn_when_its_sale_shrinks(play):
    async def journey(stage: Stage) -> None:
        await stage.funder("funder_one", "100,000.00 CNY", "50,000.00 CNY")
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        offer = financing.AcceptOffer(await stage.offer(sale))
        # While a refund is on its way the offer cannot be taken
        stage.rail.answers[InstructionKind.REFUND] = [AnswerKind.UNKNOWN]
        await stage.refunds(sale, "1.00 GBP")
        assert await stage.refused("accept_offer", offer) == "sale_changed"
        await stage.works()
        await stage.until("2026-09-07 09:00")
        assert await stage.refused("accept_offer", offer) == "offer_not_open"
        assert len(await stage.facts("offer_withdrawn")) == 1

    play(journey)


def test_an_overdue_advance_costs_more_and_is_repaid_with_the_charge(play):
    async def journey(stage: Stage) -> None:
        # Given an advance due on Wednesday, 7 October, with five days of grace
        await stage.advances_money()
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        due = (await stage.advance(sale))["due_date"].isoformat()
        await stage.until("2026-10-20")
        [overdue] = await stage.facts("advance_overdue")
        assert overdue["due_date"] == due
        # When it is settled on the 20th: 1.5 % for 30 days on 7,077.81 since the due date
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        days = 20 - int(due[-2:])
        first = int(overdue["charge"]["minor"])
        [repaid] = (await stage.facts("advance_repaid"))[0]["lines"]
        assert repaid["charge"]["minor"] >= first > 0
        # to the day, give or take the rounding of two steps
        assert abs(repaid["charge"]["minor"] - round(707_781 * 0.015 * days / 30)) <= 1
        assert (await stage.advance(sale))["status"] == "repaid"

    play(journey)
