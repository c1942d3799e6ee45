"""The ledger reckoned again, transfer by transfer."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from tests.sim.auditor.tables import Row, Tables

PENDING, POST, VOID = 2, 4, 8
# Debits pending, debits posted, credits pending, credits posted.
Four = list[int]
_EARNED = ("fee_income", "fx_spread_income")
_OWED_TO_OTHERS = (
    "seller_pending",
    "seller_settling",
    "seller_available",
    "seller_reserve",
    "escrow",
    "funder_available",
    "suspense_blocked",
    "suspense_unmatched",
    *_EARNED,
)


class Sums:
    """What transfers add up to, and the holds that are open, at some position."""

    def __init__(self, tables: Tables) -> None:
        self._account = tables.account
        self.by_account: dict[int, Four] = {number: [0, 0, 0, 0] for number in tables.account}
        self.open: dict[UUID, Row] = {}
        self.ended: dict[UUID, str] = {}
        self.wrong: list[str] = []

    def take(self, transfer: Row) -> None:
        """Add one transfer."""
        name = f"transfer {transfer['id']} at {transfer['position']}"
        debit, credit = self._account.get(transfer["debit"]), self._account.get(transfer["credit"])
        if debit is None or credit is None or debit["currency"] != credit["currency"]:
            self.wrong.append(f"{name} is not between two accounts of one currency")
            return
        flags, amount = transfer["flags"], transfer["amount"]
        left, right = self.by_account[debit["number"]], self.by_account[credit["number"]]
        if flags & PENDING:
            left[0] += amount
            right[2] += amount
            self.open[transfer["id"]] = transfer
            return
        if flags & (POST | VOID):
            held = self.open.pop(transfer["pending_id"], None)
            if held is None:
                self.wrong.append(f"{name} ends a hold that is not open")
                return
            self._end(held, "posted" if flags & POST else "voided")
            if amount > held["amount"] or (held["debit"], held["credit"]) != (
                transfer["debit"],
                transfer["credit"],
            ):
                self.wrong.append(f"{name} ends another hold than it was")
        if not flags & VOID:
            left[1] += amount
            right[3] += amount

    def expire(self, hold: UUID) -> None:
        """Free a hold whose time is over."""
        held = self.open.pop(hold, None)
        if held is None:
            self.wrong.append(f"hold {hold} ran out and was not open")
        else:
            self._end(held, "expired")

    def _end(self, held: Row, state: str) -> None:
        self.ended[held["id"]] = state
        self.by_account[held["debit"]][0] -= held["amount"]
        self.by_account[held["credit"]][2] -= held["amount"]


def replayed(tables: Tables) -> tuple[Sums, list[str]]:
    """Return the sums after the last fact, and what was wrong at any fact on the way."""
    sums, found = Sums(tables), []
    for fact in tables.facts:
        legs = tables.legs.get(fact["position"], [])
        for transfer in legs:
            sums.take(transfer)
        expired = fact["parts"].get("hold_expired")
        if expired is not None:
            sums.expire(UUID(expired["hold"]))
        for number in {row[side] for row in legs for side in ("debit", "credit")}:
            over = beyond(tables.account[number], sums.by_account[number])
            if over:
                found.append(f"at {fact['position']} {over}")
    return sums, sums.wrong + found


def beyond(account: Row, four: Four) -> str:
    """Say that an account is beyond its limit, "" where it is not."""
    name = f"account {account['number']} ({account['kind']} {account['currency']}): {four}"
    if min(four) < 0:
        return f"{name} is negative"
    limit = account["balance_limit"]
    if limit == "debits_must_not_exceed_credits" and four[0] + four[1] > four[3]:
        return f"{name} has more debits than credits"
    if limit == "credits_must_not_exceed_debits" and four[2] + four[3] > four[1]:
        return f"{name} has more credits than debits"
    return ""


def transfers_make_the_balances(tables: Tables) -> Iterator[str]:
    """Balances are what the transfers add up to; no limit was passed at any fact."""
    sums, found = replayed(tables)
    yield from found
    kept = {row["number"]: [*row.values()][1:5] for row in tables.balances}
    for number, four in sums.by_account.items():
        if kept.get(number) != four:
            yield f"account {number} stands at {kept.get(number)}, its transfers make {four}"
    if set(kept) != set(sums.by_account):
        yield "there are balances without accounts"


def debits_are_credits(tables: Tables) -> Iterator[str]:
    """In each currency what is debited is credited, posted and held, by what balances say."""
    totals: dict[str, Four] = defaultdict(lambda: [0, 0, 0, 0])
    for row in tables.balances:
        four = totals[tables.account[row["number"]]["currency"]]
        for at, amount in enumerate([*row.values()][1:5]):
            four[at] += amount
    for currency, four in totals.items():
        if four[0] != four[2] or four[1] != four[3]:
            yield f"{currency} does not balance: {four}"


def holds_are_what_is_pending(tables: Tables) -> Iterator[str]:
    """Every hold is a pending transfer, in the state in which the transfers leave it."""
    sums, _ = replayed(tables)
    made = {row["id"]: row for row in tables.transfers if row["flags"] & PENDING}
    if set(made) != {row["id"] for row in tables.holds}:
        yield "holds and pending transfers are not the same"
        return
    for hold in tables.holds:
        state = sums.ended.get(hold["id"], "open")
        if hold["state"] != state or hold["amount"] != made[hold["id"]]["amount"]:
            yield f"hold {hold['id']} is {hold['state']}, its transfers leave it {state}"
    held = sum(row["amount"] for row in tables.holds if row["state"] == "open")
    pending = sum(row["debits_pending"] for row in tables.balances)
    if pending != held:
        yield f"{pending} is pending, open holds are {held}"
    waiting = sum(row["status"] in {"pending", "held"} for row in tables.payouts)
    waiting += sum(row["status"] == "pending" and bool(row["hold"]) for row in tables.refunds)
    held = sum(row["code"] in {"payout", "refund"} for row in sums.open.values())
    if waiting != held:
        yield f"{held} holds are open for the {waiting} payouts and refunds that wait"


def net_by_kind(tables: Tables) -> dict[tuple[str, str], int]:
    """Debits less credits by kind of account and currency, as balances have them."""
    net: dict[tuple[str, str], int] = defaultdict(int)
    for row in tables.balances:
        account = tables.account[row["number"]]
        net[account["kind"], account["currency"]] += row["debits_posted"] - row["credits_posted"]
    return net


def client_money_is_whole(tables: Tables) -> Iterator[str]:
    """What lies at our bank for others is what we owe them, and our income not yet swept.

    It follows from pairs that must each be even: what funders have lent is outstanding; fees
    owed are those not yet earned and those accrued; limits granted are in use or free; each
    rate that is locked stands against its contra; no currency is left open;
    our own account bears what sellers owe us and what covering lost or won, and has what was
    swept of our income.
    """
    net = net_by_kind(tables)
    swept: dict[str, int] = defaultdict(int)
    for legs in tables.legs.values():
        for row in legs:
            if row["code"] == "income_swept":
                swept[tables.account[row["debit"]]["currency"]] += row["amount"]
    for currency in {code for _, code in net}:

        def on(*kinds: str, code: str = currency) -> int:
            return sum(net.get((kind, code), 0) for kind in kinds)

        pairs = {
            "a currency is left open": on("fx_position"),
            "a settlement is left half way": on("seller_settling"),
            "what is lent is not what is out": on("advance_principal", "funder_deployed"),
            "fees owed are not fees unpaid": on("advance_fee", "fee_unearned", "fee_accrued"),
            "limits do not add up": on("limit_granted", "headroom"),
            "our own money": on("nostro_own", "owed_by_seller", "fx_result", "bank_losses")
            - swept[currency],
            "more is swept than was earned": max(0, swept[currency] + on(*_EARNED)),
            "client money": on("nostro", "rail_receivable", *_OWED_TO_OTHERS) + swept[currency],
            "locked rates do not add up": on("fx_locked", "fx_promised", "fx_lock_contra"),
        }
        yield from (f"{currency}: {what}: {rest}" for what, rest in pairs.items() if rest)


def facts_pass_nothing_on(tables: Tables) -> Iterator[str]:
    """No fact leaves money on the accounts through which a settlement passes."""
    for position, legs in tables.legs.items():
        through: dict[tuple[Any, ...], int] = defaultdict(int)
        for row in legs:
            for side, sign in (("debit", 1), ("credit", -1)):
                account = tables.account[row[side]]
                if account["kind"] in {"seller_settling", "fx_position"}:
                    through[account["kind"], account["currency"]] += sign * row["amount"]
        yield from (
            f"fact {position} leaves {rest} on {kind} {currency}"
            for (kind, currency), rest in through.items()
            if rest
        )


CHECKS = (
    transfers_make_the_balances,
    debits_are_credits,
    holds_are_what_is_pending,
    client_money_is_whole,
    facts_pass_nothing_on,
)
