"""Whoever is over a limit reads its figure in the problem, as the policy of the day has it."""

from datetime import timedelta

import pytest
from tests.api.conftest import OTHER_SELLER, SELLER, T0, order_id
from tests.api.test_repeated_values import batch, money, quote, shop_order, split

SHARE = {"payee_id": str(OTHER_SELLER)}
MANY = {"order_id": str(order_id(8)), "split": [
    {**SHARE, "purpose": f"part {n}", "bps": 1} for n in range(21)
]}  # fmt: skip
LATE = {"order_id": str(order_id(8)), "expires_at": (T0 + timedelta(days=4000)).isoformat()}
PAYOUT = {"seller_id": str(SELLER), "amount": money("9999999.00", "CNY")}


@pytest.mark.parametrize(
    ("_case", "path", "asked", "code", "figure"),
    [
        ("a link for years", "/v1/payment_links", LATE, "link_expiry", "2027-09-09T08:00"),
        ("escrow for years", "/v1/payments", split(**SHARE, bps=100, escrow={"days": 5000}),
            "escrow_without_end", "within 180 days"),
        ("an order of next year", "/v1/orders",
            shop_order(placed_at=(T0 + timedelta(days=365)).isoformat()),
            "order_ahead_of_time", "2026-09-10T08:00"),
        ("many shares", "/v1/payments", MANY, "too_many_shares", "at most 20 shares"),
        ("shares of more than all", "/v1/payments",
            split(**SHARE, amount=money("100000.00", "CNY")),
            "shares_exceed_proceeds", "100000.00 CNY > "),
        ("a lock for days", "/v1/fx/quotes", quote(lifetime_seconds=200000),
            "quote_lifetime", "86400"),
        ("a share of a yen", "/v1/fx/quotes", quote(amount=money("1.5", "JPY")),
            "too_many_decimals", "1.5 (JPY: 0)"),
        ("a share of a penny", "/v1/fx/quotes", quote(amount=money("1.555")),
            "too_many_decimals", "1.555 (GBP: 2)"),
        ("no lines", "/v1/payout_batches", batch(reference="none", count=0, lines=[]),
            "payout_batch_size", "10000"),
        ("a large payout", "/v1/payouts", PAYOUT, "payout_needs_approval", "9999999.00 CNY > "),
    ],
)  # fmt: skip
def test_a_limit_is_told_with_its_figure(house, _case, path, asked, code, figure):
    no = house.post(path, asked)

    assert no.json()["code"] == code, no.text
    assert figure in no.json()["detail"]
