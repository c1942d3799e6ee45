"""The page docs/reference/postings.md: the accounting of the house, printed from its entries."""

from collections.abc import Iterable, Sequence
from typing import Final

from usance.ledger.model import CHART, Entry, Kind, LegRule, Limit

_HEAD: Final = """\
# What is posted 记账规则

Printed by `make docs` from the code; do not edit it here.
由 `make docs` 根据代码生成,请勿在此修改。

A leg is one transfer: it debits one account and credits another with one amount. All legs of an
entry are posted together or not at all; a leg whose amount is zero is left out, and a negative
amount is posted the other way round. **P** is the buyer's currency, **S** the currency in which
the seller settles. *reserved* means that the leg only holds the money until the rail has
answered: yes posts the hold, no gives it back.

每条分录为一笔转账:一借一贷、金额相同。同一组分录要么全部入账,要么全部不入账;金额为零的不入账,
金额为负的反向入账。**P** 为买家币种,**S** 为卖家结算币种。
reserved 表示仅预留,待通道答复后入账或撤销。
"""
_LIMITS: Final = {
    Limit.NONE: "",
    Limit.DEBITS_MUST_NOT_EXCEED_CREDITS: "never overdrawn 不得透支",
    Limit.CREDITS_MUST_NOT_EXCEED_DEBITS: "never over-credited 不得贷超",
}
# An account of one of these kinds tells the currency of the leg; of the others (`nostro`,
# `fx_position`) there is one in each.
_SIDE_OF_KIND: Final = {
    "rail_receivable": "P",
    "seller_pending": "P",
    "suspense_unmatched": "P",
    "suspense_blocked": "P",
    "bank_losses": "P",
    "fee_income": "P",
    "seller_settling": "S",
    "seller_available": "S",
    "seller_reserve": "S",
    "escrow": "S",
    "owed_by_seller": "S",
    "fx_spread_income": "S",
    "fx_result": "S",
    "advance_principal": "S",
    "advance_fee": "S",
    "funder_available": "S",
    "funder_deployed": "S",
    "fee_unearned": "S",
    "fee_accrued": "S",
    "limit_granted": "S",
    "headroom": "S",
    "fx_locked": "P",
    "fx_promised": "S",
}
_SIDE_OF_LEG: Final = {
    "cover_sold": "P",
    "cover_bought": "S",
    "unconverted": "P = S",
    "fx_drift_own": "S",
    "owed_swept": "S",
    "fee_earned_operator": "S",
    "replaced_fee_operator": "S",
    "unwind_own_money": "S",
    "reinstated_received": "P",
    "reinstated_sold": "P",
    "reinstated_bought": "S",
    "late_payout_own_money": "S",
    "unwind_cover_bought": "P",
    "unwind_cover_sold": "S",
    "share_of_platform": "S",
    "escrow_of_platform": "S",
    "income_swept": "P or S",
    "borne_own_money": "P",
    "attributed": "P = S",
    "attributed_fee": "P = S",
    "released": "P = S",
    "receipt": "P = S",
    "receipt_fee": "P = S",
    "borne_available": "P = S",
    "borne_reserve": "P = S",
    "borne_owed": "P = S",
}


def side_of(leg: LegRule) -> str:
    """Return the currency of a leg, `P` or `S`, "" where neither its accounts nor we can tell.

    Our fee on a sale is taken in P; financing's income is in S with the money it comes from.
    """
    known = _SIDE_OF_LEG.get(leg.code)
    if known is not None:
        return known
    sides = {
        side
        for kind in (leg.debit, leg.credit)
        if kind != "fee_income" and (side := _SIDE_OF_KIND.get(kind)) is not None
    }
    return sides.pop() if len(sides) == 1 else ""


def postings_page(entries: Sequence[Entry]) -> str:
    """Return the whole page: the chart of accounts, then for every fact what it posts."""
    facts: dict[str, list[Entry]] = {}
    for entry in entries:
        for fact in entry.event.split(", "):
            facts.setdefault(fact, []).append(entry)
    parts = [
        _HEAD,
        "## Accounts 会计科目\n",
        *_table(
            ("Account", "Class", "Owner", "One for each", "Limit", "Meaning", "含义"),
            (_account_cells(kind) for kind in CHART.values()),
        ),
        "",
        "## Which fact posts what 事实与分录\n",
        *_table(
            ("Fact", "Entries"),
            (
                (f"`{fact}`", ", ".join(f"[{e.name}](#{e.name})" for e in posted))
                for fact, posted in facts.items()
            ),
        ),
        "",
        "## Entries 分录\n",
        *(line for entry in entries for line in _entry(entry)),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _account_cells(kind: Kind) -> tuple[str, ...]:
    each = [kind.owner if kind.owner != "operator" else ""]
    each += ["obligor"] * kind.by_obligor + ["facility"] * kind.by_facility
    return (
        f"`{kind.name}`",
        str(kind.account_class),
        kind.owner,
        ", ".join([*filter(None, each), "currency"]),
        _LIMITS[kind.balance_limit],
        kind.en,
        kind.zh,
    )


def _entry(entry: Entry) -> list[str]:
    return [
        f"### {entry.name}\n",
        f"{entry.en}\n{entry.zh}\n",
        "Told as " + ", ".join(f"`{fact}`" for fact in entry.event.split(", ")) + ".\n",
        *_table(
            ("Leg", "Debit", "Credit", "Amount", "In", "How"),
            (_leg_cells(leg) for leg in entry.legs),
        ),
        "",
    ]


def _leg_cells(leg: LegRule) -> tuple[str, ...]:
    how = "reserved" if leg.pending else "resolves the hold" if leg.resolves else "posted"
    return (
        f"`{leg.code}`",
        f"`{leg.debit}`",
        f"`{leg.credit}`",
        f"`{leg.amount}`",
        side_of(leg),
        how,
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    rule = "|" + "|".join(" --- " for _ in head) + "|"
    return ["| " + " | ".join(head) + " |", rule, *("| " + " | ".join(r) + " |" for r in rows)]
