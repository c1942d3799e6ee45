"""Payout: may this payee be paid?

Screened are the holder of the account and whose money it is; of the bank, its country. The list
at the end is the policy of the house, in the order in which reasons are told.
"""

from datetime import date
from typing import Final

from usance.kernel.decisions import Judgement, Verdict
from usance.kernel.records import Record
from usance.risk.rules.parties import PAYEE, SELLER, Screened, no_list, sanctions
from usance.risk.rules.verdicts import Facts, Finding, Rule, Rulebook, finding


class PayoutThresholds(Record, frozen=True, array_like=True):
    """The policy rows that a payout is judged by. Scores are per mille."""

    review_score: int
    block_score: int
    country_verdict: Verdict
    bank_verdict: Verdict


class PayoutFacts(Facts, frozen=True):
    """Everything a payout rule looks at. country: of the account; bank: its BIC, "" if unknown."""

    limits: PayoutThresholds
    lists: str
    payee_name: str
    payee_score: int | None
    payee_listed: str | None
    payee_aligned: str | None
    owner_name: str
    owner_score: int | None
    owner_listed: str | None
    owner_aligned: str | None
    country: str
    bank: str


def _no_list(facts: PayoutFacts) -> Finding | None:
    return no_list(facts.lists)


def _payee(facts: PayoutFacts) -> Finding | None:
    seen = Screened(facts.payee_name, facts.payee_score, facts.payee_listed, facts.payee_aligned)
    return sanctions(PAYEE, seen, facts.limits.review_score, facts.limits.block_score)


def _owner(facts: PayoutFacts) -> Finding | None:
    seen = Screened(facts.owner_name, facts.owner_score, facts.owner_listed, facts.owner_aligned)
    return sanctions(SELLER, seen, facts.limits.review_score, facts.limits.block_score)


def _country(facts: PayoutFacts) -> Finding | None:
    return _where(facts.limits.country_verdict, "payee_country", facts.country, "accounts", "账户")


def _bank(facts: PayoutFacts) -> Finding | None:
    return _where(facts.limits.bank_verdict, "payee_bank", facts.bank, "banks", "银行")


def _where(verdict: Verdict, code: str, place: str, en: str, zh: str) -> Finding | None:
    if verdict is Verdict.ALLOW:
        return None
    blocks = verdict is Verdict.BLOCK
    return finding(
        verdict,
        code,
        f"Payouts to {en} such as {place} are {'not made' if blocks else 'looked at first'}.",
        f"向 {place} 一类{zh}出款{'不予办理' if blocks else '须先经人工复核'}。",
    )


_SINCE: Final = date(2026, 1, 1)
PAYOUT_RULES: Final = Rulebook[PayoutFacts](
    "payout",
    Rule(_no_list, _SINCE),
    Rule(_payee, _SINCE),
    Rule(_owner, _SINCE),
    Rule(_country, _SINCE),
    Rule(_bank, _SINCE),
)


def judge_payout(facts: PayoutFacts) -> Judgement:
    """Return whether a payee may be paid, by the rules of its day."""
    return PAYOUT_RULES.judge(facts)
