"""Drawdown: may this advance be drawn?

The list at the end is the policy of the house, in the order in which reasons are told.
"""

import hashlib
from datetime import date
from typing import Final

from usance.kernel.decisions import Judgement, Verdict
from usance.kernel.forms import normalised_number
from usance.kernel.ids import PartyId
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record
from usance.risk.rules.parties import OBLIGOR, SELLER, Screened, frozen, no_list, sanctions
from usance.risk.rules.verdicts import Facts, Finding, Rule, Rulebook, finding


class DrawdownThresholds(Record, frozen=True, array_like=True):
    """The policy rows that a drawdown is judged by.

    review_score, block_score: per mille. obligor_bps: how much of the facility's limit one
    obligor may make up.
    """

    review_score: int
    block_score: int
    obligor_bps: int


class DrawdownFacts(Facts, frozen=True):
    """Everything a drawdown rule looks at.

    headroom_minor, exposure_minor: before this draw; all amounts in `currency`.
    financed_by: the advance that has the same invoice already.
    """

    limits: DrawdownThresholds
    lists: str
    seller_name: str
    seller_frozen: bool
    seller_score: int | None
    seller_listed: str | None
    seller_aligned: str | None
    obligor_name: str
    obligor_frozen: bool
    obligor_score: int | None
    obligor_listed: str | None
    obligor_aligned: str | None
    invoice_no: str
    fingerprint: str
    financed_by: str | None
    currency: str
    amount_minor: int
    headroom_minor: int
    facility_limit_minor: int
    exposure_minor: int


def fingerprint(
    seller_id: PartyId, buyer_id: PartyId, invoice_no: str, issued: date, amount: Money
) -> str:
    """Return what two claims on the same invoice share: SHA-256, hexadecimal.

    Over seller|buyer|invoice number|issue date|currency|minor units. The number is reduced to
    its letters and digits without leading zeros, so that `INV-00123` and `inv 123` are one.
    """
    number = normalised_number(invoice_no)
    parts = (
        seller_id,
        buyer_id,
        number,
        issued.isoformat(),
        amount.currency,
        amount.minor,
    )
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


def _no_list(facts: DrawdownFacts) -> Finding | None:
    return no_list(facts.lists)


def _seller_sanctioned(facts: DrawdownFacts) -> Finding | None:
    if facts.seller_score is None:
        return None
    seen = Screened(
        facts.seller_name, facts.seller_score, facts.seller_listed, facts.seller_aligned
    )
    return sanctions(SELLER, seen, facts.limits.review_score, facts.limits.block_score)


def _obligor_sanctioned(facts: DrawdownFacts) -> Finding | None:
    if facts.obligor_score is None:
        return None
    seen = Screened(
        facts.obligor_name, facts.obligor_score, facts.obligor_listed, facts.obligor_aligned
    )
    return sanctions(OBLIGOR, seen, facts.limits.review_score, facts.limits.block_score)


def _seller_frozen(facts: DrawdownFacts) -> Finding | None:
    return frozen(SELLER, facts.seller_name, is_frozen=facts.seller_frozen)


def _obligor_frozen(facts: DrawdownFacts) -> Finding | None:
    return frozen(OBLIGOR, facts.obligor_name, is_frozen=facts.obligor_frozen)


def _financed_before(facts: DrawdownFacts) -> Finding | None:
    if facts.financed_by is None:
        return None
    return finding(
        Verdict.BLOCK,
        "invoice_financed_before",
        f"Invoice {facts.invoice_no} is financed by {facts.financed_by} already.",
        f"发票 {facts.invoice_no} 已由 {facts.financed_by} 融资。",
    )


def _limit(facts: DrawdownFacts) -> Finding | None:
    if facts.amount_minor <= facts.headroom_minor:
        return None
    amount = _money(facts, facts.amount_minor)
    headroom = _money(facts, facts.headroom_minor)
    limit = _money(facts, facts.facility_limit_minor)
    return finding(
        Verdict.BLOCK,
        "limit_exceeded",
        f"The advance of {amount} is over the head-room of {headroom} (limit {limit}).",
        f"预付金额 {amount} 超出可用额度 {headroom}(授信额度 {limit})。",
    )


def _concentration(facts: DrawdownFacts) -> Finding | None:
    after_minor = facts.exposure_minor + facts.amount_minor
    if after_minor * 10_000 <= facts.facility_limit_minor * facts.limits.obligor_bps:
        return None
    after, limit = _money(facts, after_minor), _money(facts, facts.facility_limit_minor)
    share = _bps(facts.limits.obligor_bps)
    return finding(
        Verdict.BLOCK,
        "obligor_concentration",
        f"With this advance {facts.obligor_name} would owe {after},"
        f" over {share} of the limit of {limit}.",
        f"本次预付后,{facts.obligor_name} 的敞口为 {after},超过额度 {limit} 的 {share}。",
    )


def _money(facts: DrawdownFacts, minor: int) -> Money:
    return Money(minor, Currency(facts.currency))


def _bps(bps: int) -> str:
    whole, rest = divmod(bps, 100)
    return f"{whole}.{rest:02d} %" if rest else f"{whole} %"


_SINCE: Final = date(2026, 1, 1)
DRAWDOWN_RULES: Final = Rulebook[DrawdownFacts](
    "drawdown",
    Rule(_no_list, _SINCE),
    Rule(_seller_sanctioned, _SINCE),
    Rule(_obligor_sanctioned, _SINCE),
    Rule(_seller_frozen, _SINCE, clearable=False),
    Rule(_obligor_frozen, _SINCE, clearable=False),
    Rule(_financed_before, _SINCE, clearable=False),
    Rule(_limit, _SINCE, clearable=False),
    Rule(_concentration, _SINCE, clearable=False),
)


def judge_drawdown(facts: DrawdownFacts) -> Judgement:
    """Return whether the advance may be drawn, by the rules of its day."""
    return DRAWDOWN_RULES.judge(facts)
