"""A sale from the order to the last penny, every amount reckoned by hand."""

from tests.story.stage import Stage


def test_a_sale_is_financed_settled_repaid_and_paid_out(play):
    async def journey(stage: Stage) -> None:
        # Given two funders with money, and a seller who has given a mandate
        await stage.advances_money()
        # When Alice pays 1,000.00 GBP and the rail has the money
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        # Then the sale will bring:  gross 1,000.00 − rail 5.00 − ours 10.00 = 985.00 GBP
        #   × 9 = 8,865.00 CNY − spread 0.20 % (17.73) = 8,847.27 CNY
        [captured] = await stage.facts("payment_captured")
        assert captured["net"] == {"currency": "CNY", "minor": 884_727}
        # and 80 % of it is advanced at once, for a fee of 1 %, rounded half to even
        advance = await stage.advance(sale)
        assert advance["principal_minor"] == 707_781  # 7,077.816, down
        assert advance["fee_minor"] == 7_078  # 70.7781
        assert await stage.legs("advance_drawn") == [
            ("draw_headroom", "7077.81 CNY"),
            ("draw_deployed", "7077.81 CNY"),
            ("draw_principal", "7077.81 CNY"),
            ("draw_fee", "70.78 CNY"),
            ("payout", "7077.81 CNY"),
        ]
        assert await stage.balance("headroom") == "92922.19"
        assert await stage.balance("nostro") == "192922.19"

        # When two days later the pound has risen to 9.10 and the rail settles
        stage.rates.rates = {**stage.rates.rates, "CNY": "7.28"}
        await stage.until("2026-09-09 06:00")
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        # Then the seller has the locked 9.00; what covering won is ours alone
        assert await stage.legs("payment_settled") == [
            ("settlement_net", "995.00 GBP"),
            ("rail_fee", "5.00 GBP"),
            ("our_fee", "10.00 GBP"),
            ("conversion_sold", "985.00 GBP"),
            ("conversion_bought", "8865.00 CNY"),
            ("spread", "17.73 CNY"),
            ("cover_sold", "985.00 GBP"),
            ("cover_bought", "8963.50 CNY"),
            ("fx_drift", "98.50 CNY"),
            ("fx_drift_own", "98.50 CNY"),
            ("fee_repaid", "70.78 CNY"),
            ("fee_earned_funder", "56.63 CNY"),  # 70.78 less a fifth, 14.15
            ("fee_earned_operator", "14.15 CNY"),
            ("principal_repaid", "7077.81 CNY"),
            ("principal_returned", "7077.81 CNY"),
            ("headroom_restored", "7077.81 CNY"),
            ("reserve", "84.93 CNY"),  # 5 % of 1,698.68, down
            ("rest", "1613.75 CNY"),
            ("payout", "1613.75 CNY"),
        ]
        assert (await stage.advance(sale))["status"] == "repaid"
        assert await stage.balance("headroom") == "100000.00"
        assert await stage.balance("funder_available") == "200056.63"
        assert await stage.balance("seller_available") == "0.00"
        assert await stage.balance("seller_reserve") == "84.93"

        # When ten days have passed, the reserve is the seller's
        await stage.until("2026-09-18 23:00")
        assert await stage.balance("seller_reserve") == "84.93"
        await stage.until("2026-09-19 01:00")
        assert await stage.balance("seller_reserve") == "0.00"
        assert await stage.balance("seller_available") == "84.93"

    play(journey)
