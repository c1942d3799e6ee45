"""An audit that shares no code with the house: it reads the tables and reckons again.

Client money: what lies at our bank for others is what we owe them, our income that was not yet
swept, and nothing else. It follows from four pairs that must each be even: what funders have
lent is what is outstanding; fees charged are fees not yet earned; limits granted are in use or
free; no currency is left open. What is then left of debits = credits reads

    nostro + owed by rails = pending + settling + available + reserve (sellers)
                             + available (funders) + suspense + fees + spreads
"""

import hashlib
import json
from typing import Any

import usance_verify
from usance.evidence.service import prove, written

COVERED = (
    "seller_pending",
    "seller_settling",
    "seller_available",
    "seller_reserve",
    "funder_available",
    "funder_deployed",
    "headroom",
)
OWED_TO_OTHERS = (
    "seller_pending",
    "seller_settling",
    "seller_available",
    "seller_reserve",
    "funder_available",
    "suspense_blocked",
    "suspense_unmatched",
    "fee_income",
    "fx_spread_income",
)


async def audit(session: Any) -> None:
    """Every check, whatever the journey was."""
    pool = session.pool
    assert await pool.fetchval("select count(*) from engine.quarantine") == 0
    await transfers_make_the_balances(pool)
    await nobody_is_overdrawn(pool)
    await holds_are_what_is_pending(pool)
    await client_money_is_whole(pool)
    await sales_are_what_is_pending(pool)
    await advances_are_what_is_outstanding(pool)
    await facts_have_no_gap(pool)
    await facts_seal_their_transfers(pool)
    await every_fact_can_be_proved(session)


async def transfers_make_the_balances(pool: Any) -> None:
    accounts = await pool.fetch("select * from ledger.accounts")
    currency = {row["number"]: row["currency"] for row in accounts}
    holds = {row["id"]: row for row in await pool.fetch("select * from ledger.holds")}
    zero = {number: [0, 0, 0, 0] for number in currency}
    for t in await pool.fetch("select * from ledger.transfers order by position, id"):
        assert currency[t["debit"]] == currency[t["credit"]], t
        debit, credit, amount, flags = zero[t["debit"]], zero[t["credit"]], t["amount"], t["flags"]
        if flags & 2:  # reserves
            debit[0] += amount
            credit[2] += amount
            continue
        if flags & (4 | 8):  # posts or voids what was reserved
            reserved = holds[t["pending_id"]]["amount"]
            debit[0] -= reserved
            credit[2] -= reserved
        if not flags & 8:
            debit[1] += amount
            credit[3] += amount
    kept = {
        row["number"]: [
            row["debits_pending"],
            row["debits_posted"],
            row["credits_pending"],
            row["credits_posted"],
        ]
        for row in await pool.fetch("select * from ledger.balances")
    }
    assert kept == zero
    for each in set(currency.values()):
        numbers = [number for number, code in currency.items() if code == each]
        assert sum(zero[n][1] for n in numbers) == sum(zero[n][3] for n in numbers), each


async def nobody_is_overdrawn(pool: Any) -> None:
    overdrawn = await pool.fetch(
        "select * from ledger.accounts join ledger.balances using (number)"
        " where kind = any($1) and debits_posted + debits_pending > credits_posted",
        COVERED,
    )
    assert overdrawn == []


async def holds_are_what_is_pending(pool: Any) -> None:
    held = await pool.fetchval(
        "select coalesce(sum(amount), 0) from ledger.holds where state = 'open'"
    )
    pending = await pool.fetchrow(
        "select coalesce(sum(debits_pending), 0) as debits,"
        " coalesce(sum(credits_pending), 0) as credits from ledger.balances"
    )
    assert (pending["debits"], pending["credits"]) == (held, held)
    owed_an_answer = await pool.fetchval(
        "select (select count(*) from payments.payouts where status = 'pending')"
        " + (select count(*) from payments.refunds where status = 'pending' and hold is not null)"
    )
    assert owed_an_answer == await pool.fetchval(
        "select count(*) from ledger.holds where state = 'open'"
    )


async def net(pool: Any) -> dict[tuple[str, str], int]:
    """Debits less credits by kind of account and currency."""
    rows = await pool.fetch(
        "select kind, currency, sum(debits_posted - credits_posted)::bigint as net"
        " from ledger.accounts join ledger.balances using (number) group by 1, 2"
    )
    return {(row["kind"], row["currency"]): row["net"] for row in rows}


async def client_money_is_whole(pool: Any) -> None:
    sums = await net(pool)
    for currency in {code for _, code in sums}:

        def on(kind: str, code: str = currency) -> int:
            return sums.get((kind, code), 0)

        assert on("fx_position") == 0, "a currency is left open"
        assert on("seller_settling") == 0, "a settlement is left half way"
        assert on("advance_principal") + on("funder_deployed") == 0
        assert on("advance_fee") + on("fee_unearned") == 0
        assert on("limit_granted") + on("headroom") == 0
        # Our own account bears what sellers owe us and what covering lost or won.
        assert on("nostro_own") + on("owed_by_seller") + on("fx_result") == 0
        owed = -sum(on(kind) for kind in OWED_TO_OTHERS)
        assert on("nostro") + on("rail_receivable") == owed, currency


async def sales_are_what_is_pending(pool: Any) -> None:
    """What lies on seller_pending and rail_receivable is, sale by sale, what payments say."""
    sums = await net(pool)
    rows = await pool.fetch(
        "select gross_currency as currency, sum(unsettled)::bigint as unsettled,"
        " sum(receivable)::bigint as receivable from payments.payments group by 1"
    )
    held = await pool.fetch(
        "select amount_currency as currency, sum(amount_minor)::bigint as held"
        " from payments.refunds where status = 'pending' and hold is not null group by 1"
    )
    on_hold = {row["currency"]: row["held"] for row in held}
    for row in rows:
        pending = -sums.get(("seller_pending", row["currency"]), 0)
        assert pending == row["unsettled"] + on_hold.get(row["currency"], 0), row
        assert sums.get(("rail_receivable", row["currency"]), 0) == row["receivable"], row


async def advances_are_what_is_outstanding(pool: Any) -> None:
    sums = await net(pool)
    rows = await pool.fetch(
        "select principal_currency as currency, sum(principal_outstanding)::bigint as principal,"
        " sum(fee_outstanding)::bigint as fee from financing.advances group by 1"
    )
    for row in rows:
        assert sums[("advance_principal", row["currency"])] == row["principal"]
        assert sums.get(("advance_fee", row["currency"]), 0) == row["fee"]
    limits = await pool.fetch(
        "select limit_currency as currency, sum(limit_minor)::bigint as granted"
        " from financing.facilities group by 1"
    )
    for row in limits:
        out = sums.get(("advance_principal", row["currency"]), 0)
        assert -sums[("headroom", row["currency"])] + out == row["granted"]


async def facts_have_no_gap(pool: Any) -> None:
    positions = [
        row["position"]
        for row in await pool.fetch("select position from engine.outbox order by position")
    ]
    assert positions == list(range(1, len(positions) + 1))
    assert await pool.fetchval("select position from engine.book") == len(positions)


async def facts_seal_their_transfers(pool: Any) -> None:
    sealed: dict[int, Any] = {}
    rows = await pool.fetch("select * from ledger.transfers order by position, id")
    for t in rows:
        digest = sealed.setdefault(t["position"], hashlib.sha256())
        digest.update(
            t["id"].bytes
            + t["debit"].to_bytes(8, "big")
            + t["credit"].to_bytes(8, "big")
            + t["amount"].to_bytes(8, "big")
            + t["flags"].to_bytes(2, "big")
            + (t["pending_id"].bytes if t["pending_id"] else b"")
        )
    told = {
        row["position"]: json.loads(row["payload"])["transfers"]
        for row in await pool.fetch("select position, payload from engine.outbox")
    }
    assert set(sealed) <= set(told)
    for position, digest in told.items():
        expected = sealed[position].hexdigest() if position in sealed else ""
        assert digest == expected, f"fact {position} seals other transfers than there are"


async def every_fact_can_be_proved(session: Any) -> None:
    checkpoint = await session.extend_log()
    size = checkpoint.checkpoint.size
    async with session.pool.acquire() as connection:
        bundle = json.loads(written(await prove(connection, range(1, size + 1))))
    proved = usance_verify.verify(bundle, session.log.policy())
    assert len(proved) == size + 1
