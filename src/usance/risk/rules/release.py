"""Release: may this payment's money move?

The list at the end is the policy of the house, in the order in which reasons are told.
"""

from datetime import date
from typing import Final

from usance.kernel.decisions import Judgement, Verdict
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record
from usance.risk.rules.parties import PAYEE, PAYER, Screened, frozen, no_list, sanctions
from usance.risk.rules.verdicts import Facts, Finding, Rule, Rulebook, finding


class ReleaseThresholds(Record, frozen=True, array_like=True):
    """The policy rows that a release is judged by, as they are in force on its day.

    review_score, block_score: per mille. limit_currency: that of the two amount limits, the
    payment's own where policy has a row for it, else the book's. sum_limit_minor: in the book's
    currency, what all payments of one card or buyer may reach together within the window.
    A limit that is None is not set.
    """

    review_score: int
    block_score: int
    country_verdict: Verdict
    limit_currency: str
    amount_review_minor: int | None
    amount_block_minor: int | None
    sum_limit_minor: int | None
    card_hours: int
    card_review_count: int
    card_block_count: int
    buyer_hours: int
    buyer_review_count: int
    buyer_block_count: int


class ReleaseFacts(Facts, frozen=True):
    """Everything a release rule looks at.

    judged_minor: the payment in `limit_currency`. Counts and sums (in the book's currency)
    include the present payment.
    """

    limits: ReleaseThresholds
    lists: str
    payer_name: str
    payer_country: str
    payer_frozen: bool
    payer_score: int | None
    payer_listed: str | None
    payer_aligned: str | None
    payee_name: str
    payee_frozen: bool
    payee_score: int | None
    payee_listed: str | None
    payee_aligned: str | None
    judged_minor: int
    book_currency: str
    card_count: int
    card_sum_minor: int
    buyer_count: int
    buyer_sum_minor: int


def _no_list(facts: ReleaseFacts) -> Finding | None:
    return no_list(facts.lists)


def _payer_sanctioned(facts: ReleaseFacts) -> Finding | None:
    if facts.payer_score is None:
        return None
    seen = Screened(facts.payer_name, facts.payer_score, facts.payer_listed, facts.payer_aligned)
    return sanctions(PAYER, seen, facts.limits.review_score, facts.limits.block_score)


def _payee_sanctioned(facts: ReleaseFacts) -> Finding | None:
    if facts.payee_score is None:
        return None
    seen = Screened(facts.payee_name, facts.payee_score, facts.payee_listed, facts.payee_aligned)
    return sanctions(PAYEE, seen, facts.limits.review_score, facts.limits.block_score)


def _payer_frozen(facts: ReleaseFacts) -> Finding | None:
    return frozen(PAYER, facts.payer_name, is_frozen=facts.payer_frozen)


def _payee_frozen(facts: ReleaseFacts) -> Finding | None:
    return frozen(PAYEE, facts.payee_name, is_frozen=facts.payee_frozen)


def _country(facts: ReleaseFacts) -> Finding | None:
    verdict = facts.limits.country_verdict
    if verdict is Verdict.ALLOW:
        return None
    blocks = verdict is Verdict.BLOCK
    return finding(
        verdict,
        "country_blocked" if blocks else "country_review",
        f"Payments from {facts.payer_country} are {'not taken' if blocks else 'looked at first'}.",
        f"来自 {facts.payer_country} 的付款{'不予受理' if blocks else '须先经人工复核'}。",
    )


def _amount(facts: ReleaseFacts) -> Finding | None:
    for verdict, limit_minor, code in (
        (Verdict.BLOCK, facts.limits.amount_block_minor, "amount_over_limit"),
        (Verdict.REVIEW, facts.limits.amount_review_minor, "amount_review"),
    ):
        if limit_minor is not None and facts.judged_minor >= limit_minor:
            amount = _money(facts.judged_minor, facts.limits.limit_currency)
            limit = _money(limit_minor, facts.limits.limit_currency)
            blocks = verdict is Verdict.BLOCK
            return finding(
                verdict,
                code,
                f"The amount {amount} reaches {limit}, from which payments are"
                f" {'not taken' if blocks else 'looked at first'}.",
                f"金额 {amount} 达到 {limit},自该金额起"
                f"{'不予受理' if blocks else '须先经人工复核'}。",
            )
    return None


def _card_velocity(facts: ReleaseFacts) -> Finding | None:
    return _velocity(
        "card",
        "this card or account",
        "该卡或账户",
        facts.card_count,
        facts.limits.card_hours,
        facts.limits.card_review_count,
        facts.limits.card_block_count,
    )


def _buyer_velocity(facts: ReleaseFacts) -> Finding | None:
    return _velocity(
        "buyer",
        "this buyer",
        "该买方",
        facts.buyer_count,
        facts.limits.buyer_hours,
        facts.limits.buyer_review_count,
        facts.limits.buyer_block_count,
    )


def _velocity(
    code: str, en: str, zh: str, count: int, hours: int, review: int, block: int
) -> Finding | None:
    if count < min(review, block):
        return None
    blocks = count >= block
    limit = block if blocks else review
    return finding(
        Verdict.BLOCK if blocks else Verdict.REVIEW,
        f"velocity_{code}_{'block' if blocks else 'review'}",
        f"{count} payments by {en} within {hours} hours"
        f" ({'block' if blocks else 'review'} from {limit}).",
        f"{zh}在 {hours} 小时内付款 {count} 次({limit} 次起{'拦截' if blocks else '复核'})。",
    )


def _card_sum(facts: ReleaseFacts) -> Finding | None:
    return _sum(
        "card",
        "this card or account",
        "该卡或账户",
        facts.card_sum_minor,
        facts.limits.card_hours,
        facts,
    )


def _buyer_sum(facts: ReleaseFacts) -> Finding | None:
    return _sum(
        "buyer", "this buyer", "该买方", facts.buyer_sum_minor, facts.limits.buyer_hours, facts
    )


def _sum(
    code: str, en: str, zh: str, sum_minor: int, hours: int, facts: ReleaseFacts
) -> Finding | None:
    """Review payments that together reach what a single one may not: split to stay below."""
    if facts.limits.sum_limit_minor is None or sum_minor < facts.limits.sum_limit_minor:
        return None
    total = _money(sum_minor, facts.book_currency)
    limit = _money(facts.limits.sum_limit_minor, facts.book_currency)
    return finding(
        Verdict.REVIEW,
        f"sum_{code}",
        f"Payments by {en} within {hours} hours add up to {total} (review from {limit}).",
        f"{zh}在 {hours} 小时内付款合计 {total}({limit} 起复核)。",
    )


def _money(minor: int, currency: str) -> Money:
    return Money(minor, Currency(currency))


_SINCE: Final = date(2026, 1, 1)
RELEASE_RULES: Final = Rulebook[ReleaseFacts](
    "release",
    Rule(_no_list, _SINCE),
    Rule(_payer_sanctioned, _SINCE),
    Rule(_payee_sanctioned, _SINCE),
    Rule(_payer_frozen, _SINCE, clearable=False),
    Rule(_payee_frozen, _SINCE, clearable=False),
    Rule(_country, _SINCE),
    Rule(_amount, _SINCE),
    Rule(_card_velocity, _SINCE),
    Rule(_buyer_velocity, _SINCE),
    Rule(_card_sum, _SINCE),
    Rule(_buyer_sum, _SINCE),
)


def judge_release(facts: ReleaseFacts) -> Judgement:
    """Return whether the payment may move, by the rules of its day."""
    return RELEASE_RULES.judge(facts)
