"""Funders compete by price; where one takes only a part, others join and are paid side by side."""

from tests.story.stage import FACILITIES, Stage

from usance.financing import service as financing


async def wants(stage: Stage, name: str, **what: object) -> None:
    body = financing.SetAppetite(FACILITIES[name], **what)
    await stage.accepted("set_appetite", body)


async def parts(stage: Stage):
    return await stage.session.pool.fetch(
        "select a.*, p.legal_name from financing.advances a"
        " join parties.parties p on p.id = a.funder_id order by a.id"
    )


def test_the_cheaper_of_two_funders_makes_the_offer(play):
    async def journey(stage: Stage) -> None:
        await stage.advances_money()
        await wants(stage, "funder_two", fee_bps_per_30_days=90)
        await stage.sale("INV-1", "1,000.00 GBP")
        [made] = await stage.facts("offer_made")
        # 0.90 % of 7,077.81 for 30 days: 63.70; funder one would ask 70.78
        assert made["fee"]["minor"] == 6_370
        assert made["fee_rule"].startswith("90 bps")
        [drawn] = await parts(stage)
        assert drawn["facility_id"] == FACILITIES["funder_two"]

    play(journey)


def test_a_funder_that_does_not_want_the_country_is_passed_over(play):
    async def journey(stage: Stage) -> None:
        await stage.advances_money()
        await wants(stage, "funder_one", countries=("DE",))
        await wants(stage, "funder_two", grades=("A",))
        await stage.sale("INV-1", "1,000.00 GBP")
        [told] = await stage.facts("offer_not_made")
        assert [reason["code"] for reason in told["reasons"]] == ["not_wanted"]
        await stage.sale("INV-2", "1,000.00 EUR", "bruno")
        [drawn] = await parts(stage)
        assert drawn["facility_id"] == FACILITIES["funder_one"]

    play(journey)


def test_two_funders_share_one_advance_and_its_repayment(play):
    async def journey(stage: Stage) -> None:
        # Given a funder that is cheaper and takes at most 60 % of any advance
        await stage.advances_money()
        await wants(stage, "funder_one", fee_bps_per_30_days=80, share_bps=6000)
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        # Then of 7,077.81 it takes 4,246.68 at 0.80 %, the other 2,831.13 at 1 %
        first, second = await parts(stage)
        assert first["offer_id"] == second["offer_id"]
        assert (first["principal_minor"], first["fee_minor"]) == (424_668, 3_397)
        assert (second["principal_minor"], second["fee_minor"]) == (283_113, 2_831)
        drawn = (await stage.facts("advance_drawn"))[-1]
        assert len(drawn["joined"]) == 1
        assert (await stage.facts("payout_initiated"))[-1]["amount"]["minor"] == 707_781
        assert await stage.balance("advance_principal") == "7077.81"
        # When the rail settles a third of the sale
        await stage.until("2026-09-09")
        await stage.settles(sale, "333.00 GBP", "5.00 GBP")
        lines = (await stage.facts("advance_repaid"))[-1]["lines"]
        # Then the fees are paid first, and the rest goes to both by what they have out
        assert [line["fee"]["minor"] for line in lines] == [3_397, 2_831]
        paid = [line["principal"]["minor"] for line in lines]
        assert abs(paid[0] * 283_113 - paid[1] * 424_668) < 707_781
        # What is lacking is first claim on the next sale, and that serves both again
        other = await stage.sale("INV-2", "1,000.00 GBP")
        await stage.until("2026-09-12")
        await stage.settles(other, "1,000.00 GBP", "5.00 GBP")
        assert {each["status"] for each in (await parts(stage))[:2]} == {"repaid"}

    play(journey)


def test_a_sale_too_large_for_one_room_is_shared_by_two(play):
    async def journey(stage: Stage) -> None:
        await stage.advances_money("5,000.00 CNY")
        await stage.sale("INV-1", "1,000.00 GBP")
        assert [each["principal_minor"] for each in await parts(stage)] == [500_000, 207_781]
        assert await stage.balance("funder_available") == "2922.19"

    play(journey)


def test_a_refund_shrinks_both_parts_alike(play):
    async def journey(stage: Stage) -> None:
        await stage.advances_money()
        await wants(stage, "funder_one", fee_bps_per_30_days=80, share_bps=5000)
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        await stage.refunds(sale, "500.00 GBP")
        await stage.works()
        lines = (await stage.facts("advance_recalled"))[-1]["lines"]
        assert len(lines) == 2
        first, second = await parts(stage)
        assert abs(first["claimed"] - second["claimed"]) <= 1
        assert first["claimed"] > 0

    play(journey)


def test_where_one_part_is_judged_no_nothing_is_drawn(play):
    async def journey(stage: Stage) -> None:
        # Given offers shared by two, of whom one may have only so much out on one buyer
        await stage.funder("funder_one", "50,000.00 CNY", "50,000.00 CNY")
        await stage.funder("funder_two", "50,000.00 CNY", "7,100.00 CNY")
        await wants(stage, "funder_one", share_bps=5000)
        sales = [await stage.sale(f"INV-{n}", "1,000.00 GBP") for n in (1, 2)]
        first, second = [financing.AcceptOffer(await stage.offer(sale)) for sale in sales]
        await stage.accepted("accept_offer", first)
        await stage.accepted("accept_offer", second)
        await stage.works()
        [declined] = await stage.facts("offer_declined")
        assert "obligor_concentration" in [reason["code"] for reason in declined["reasons"]]
        assert await stage.balance("advance_principal") == "7077.81"
        # Then its invoice is free to be financed once there is room
        open_now = await stage.row("select count(*) as n from risk.financed_invoices")
        assert open_now["n"] == 1

    play(journey)


def test_an_appetite_that_is_no_share_is_refused(play):
    async def journey(stage: Stage) -> None:
        await stage.advances_money()
        for what in ({"share_bps": 0}, {"share_bps": 10_001}, {"fee_bps_per_30_days": -1}):
            body = financing.SetAppetite(FACILITIES["funder_one"], **what)
            assert await stage.refused("set_appetite", body) == "appetite_outside"

    play(journey)
