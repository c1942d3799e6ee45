"""Advances and facilities: what was drawn is repaid or outstanding, limits are used or free."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from tests.sim.auditor.tables import Tables

_DRAWN = {
    "draw_principal": 1,
    "principal_repaid": -1,
    "replaced_principal": -1,
    "recall_available": -1,
    "recall_reserve": -1,
}
_EARNED = {
    "fee_earned_funder",
    "accrued_paid_funder",
    "charge_repaid",
    "replaced_fee_funder",
    "replaced_accrued_funder",
    "replaced_charge",
}
_FEES = {"draw_fee": 1, "fee_repaid": -1, "replaced_fee": -1}


def advances_are_drawn_repaid_or_out(tables: Tables) -> Iterator[str]:
    """What is outstanding on an advance is what was drawn less what facts say came back."""
    principal: dict[str, int] = {}
    fee: dict[str, int] = {}
    for fact in tables.facts:
        parts = fact["parts"]
        if drawn := parts.get("advance_drawn"):
            principal[drawn["advance_id"]] = drawn["principal"]["minor"]
            fee[drawn["advance_id"]] = drawn["fee"]["minor"]
            for part in drawn["joined"]:
                principal[part["advance_id"]] = part["principal"]["minor"]
                fee[part["advance_id"]] = part["fee"]["minor"]
        for line in parts.get("advance_repaid", {}).get("lines", ()):
            principal[line["advance_id"]] -= line["principal"]["minor"]
            fee[line["advance_id"]] -= line["fee"]["minor"]
        for line in parts.get("advance_recalled", {}).get("lines", ()):
            taken = line["from_available"]["minor"] + line["from_reserve"]["minor"]
            principal[line["advance_id"]] -= taken
    for row in tables.advances:
        kept = (row["principal_outstanding"], row["fee_outstanding"])
        told = (principal.pop(str(row["id"]), None), fee.get(str(row["id"])))
        if kept != told:
            yield f"advance {row['id']}: outstanding {kept}, the facts make it {told}"
        owes = any((*kept, row["charge_outstanding"]))
        if (row["status"] == "repaid") == owes:
            yield f"advance {row['id']} is {row['status']} and owes {kept}"
    yield from (f"advance {key} was drawn and is not there" for key in principal)
    taken_up = [row["id"] for row in tables.offers if row["status"] == "accepted"]
    if sorted({row["offer_id"] for row in tables.advances}) != taken_up:
        yield "the offers taken up are not the advances drawn"


def exposures_are_what_is_out(tables: Tables) -> Iterator[str]:
    """By facility and buyer, the legs posted come to what the advances have outstanding."""
    legs: dict[tuple[Any, ...], int] = defaultdict(int)
    for row in tables.transfers:
        for kind, words in (("advance_principal", _DRAWN), ("advance_fee", _FEES)):
            for side in ("debit", "credit"):
                account = tables.account[row[side]]
                if account["kind"] == kind and row["code"] in words:
                    key = (kind, account["facility"], account["obligor"])
                    legs[key] += words[row["code"]] * row["amount"]
    rows: dict[tuple[Any, ...], int] = defaultdict(int)
    for row in tables.advances:
        place = (row["facility_id"], row["obligor_id"])
        rows["advance_principal", *place] += row["principal_outstanding"]
        rows["advance_fee", *place] += row["fee_outstanding"]
    for key in legs.keys() | rows.keys():
        if legs[key] != rows[key]:
            yield f"{key}: the legs leave {legs[key]}, the advances {rows[key]}"


def limits_are_used_or_free(tables: Tables) -> Iterator[str]:
    """A facility's headroom and what it has out add up to its limit."""
    free: dict[Any, int] = defaultdict(int)
    granted: dict[Any, int] = defaultdict(int)
    for row in tables.balances:
        account = tables.account[row["number"]]
        if account["kind"] == "headroom":
            free[account["facility"]] += row["credits_posted"] - row["debits_posted"]
        if account["kind"] == "limit_granted":
            granted[account["facility"]] += row["debits_posted"] - row["credits_posted"]
    out: dict[Any, int] = defaultdict(int)
    for row in tables.advances:
        out[row["facility_id"]] += row["principal_outstanding"]
    for row in tables.facilities:
        key, limit = row["id"], row["limit_minor"]
        if free[key] + out[key] != limit or granted[key] != free[key]:
            yield f"facility {key}: {free[key]} free, {out[key]} out, limit {limit}"


def funders_have_what_they_gave(tables: Tables) -> Iterator[str]:
    """A funder's money is what was paid in and what was earned, at hand or lent."""
    has: dict[tuple[str, str], int] = defaultdict(int)
    for row in tables.balances:
        account = tables.account[row["number"]]
        net = row["credits_posted"] - row["debits_posted"]
        if account["kind"] == "funder_available":
            has[str(account["owner"]), account["currency"]] += net
    gave: dict[tuple[str, str], int] = defaultdict(int)
    for fact in tables.facts:
        if paid := fact["parts"].get("funds_received"):
            gave[paid["funder_id"], paid["amount"]["currency"]] += paid["amount"]["minor"]
        for row in tables.legs.get(fact["position"], []):
            if row["code"] in _EARNED:
                credited = tables.account[row["credit"]]
                gave[str(credited["owner"]), credited["currency"]] += row["amount"]
    for row in tables.advances:
        gave[str(row["funder_id"]), row["principal_currency"]] -= row["principal_outstanding"]
    for key in has.keys() | gave.keys():
        if has[key] != gave[key]:
            yield f"funder {key} has {has[key]} at hand and should have {gave[key]}"


CHECKS = (
    advances_are_drawn_repaid_or_out,
    exposures_are_what_is_out,
    limits_are_used_or_free,
    funders_have_what_they_gave,
)
