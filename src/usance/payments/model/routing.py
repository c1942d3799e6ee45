"""How a payment finds its rail: the configuration, what is asked of it, what it answered."""

from datetime import datetime
from enum import StrEnum

import msgspec

from usance.kernel.ids import InstructionId, PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record


class Condition(Record, frozen=True, omit_defaults=True):
    """What one fact of a payment must be. All that is said of it must hold.

    fact: `amount`, `currency`, `buyer_country`, `seller_country`, `method`, `card_brand`,
    `issuer_country`, `risk_grade` (the buyer's), `hour` (UTC), `bank_account` and `card_token`
    (`yes` or `no`: does the buyer have one), `metadata.<key>`. at_least and below: of `amount`
    (`100.00 GBP`; a payment in another currency never fits) and of `hour`.
    """

    fact: str
    is_in: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()
    at_least: str = ""
    below: str = ""


class VolumeShare(Record, frozen=True):
    """The part of the payments that a rail gets, in whole percent."""

    rail: str
    percent: int


class RouteRule(Record, frozen=True, omit_defaults=True):
    """Which rails take the payments that fit. Exactly one of `order`, `split`, `by_value`.

    name: stands in the reason of every choice. order: the first that can. split: by percent.
    by_value: the one that is expected to bring most, all costs counted. attempts: how many rails
    may be tried in turn, the first included; another one only after a definite refusal.
    """

    name: str
    when: tuple[Condition, ...] = ()
    order: tuple[str, ...] = ()
    split: tuple[VolumeShare, ...] = ()
    by_value: tuple[str, ...] = ()
    attempts: int = 1


class RoutingConfig(Record, frozen=True):
    """A list of rules; the first that fits a payment decides."""

    rules: tuple[RouteRule, ...]


class RoutingVersion(Record, frozen=True):
    """A configuration as it was adopted. Versions are never changed and never taken away.

    restores: the version that this one brings back, None where it is a new one.
    """

    number: int
    config: RoutingConfig
    effective_at: datetime
    adopted_at: datetime
    reason: str
    restores: int | None
    position: int


class RoutingBegin(Record, frozen=True):
    """From when on a version holds, unless a version of a higher number has begun."""

    number: int
    effective_at: datetime


class RoutingTimeline(Record, frozen=True):
    """All versions of a book, the first first. id: always `routing`."""

    id: str
    begins: tuple[RoutingBegin, ...]


class RouteQuestion(Record, frozen=True, omit_defaults=True):
    """Everything a choice may depend on, but for what is known of rails.

    method: what the caller asked for, "" for whatever fits. hour: of the book's time, UTC.
    spread_bps: what the conversion into the seller's currency costs.
    """

    amount: Money
    method: str = ""
    bank_account: bool = False
    card_token: bool = False
    buyer_country: str = ""
    seller_country: str = ""
    card_brand: str = ""
    issuer_country: str = ""
    risk_grade: str = ""
    hour: int = 0
    spread_bps: int = 0
    metadata: dict[str, str] = msgspec.field(default_factory=dict)


class Considered(Record, frozen=True, omit_defaults=True):
    """A rail in the order considered. Amounts are minor units of the payment's currency.

    probability, success: in millionths. value: success × (amount − fee − spread − funds).
    delay_days: until its money is here. cannot: why it was left out, "" where it was not.
    """

    rail: str
    probability: int = 0
    success: int = 0
    fee: int = 0
    spread: int = 0
    funds: int = 0
    delay_days: int = 0
    value: int = 0
    cannot: str = ""


class Choice(Record, frozen=True):
    """The rail that was chosen, how likely it was, and what else was considered.

    rule: its number in the list, from 0. fallback: which rails may be tried next, in this order.
    """

    rail: str
    probability: int
    reason: str
    rule: int
    considered: tuple[Considered, ...]
    fallback: tuple[str, ...] = ()


class ChoiceRow(Record, frozen=True):
    """A choice as it is kept: one attempt of a payment.

    attempt: from 1. version: of the configuration. question: None from the second attempt on,
    which follows from the first. probability: in millionths.
    """

    payment_id: PaymentId
    attempt: int
    version: int
    rule: int
    rail: str
    probability: int
    reason: str
    question: RouteQuestion | None
    considered: tuple[Considered, ...]
    chosen_at: datetime


class Attempt(Record, frozen=True):
    """One rail that a payment tried, with what came of it. counts: the payment stands with it.

    outcome: the state of its instruction, `not_sent` where risk has stopped the payment.
    """

    attempt: int
    rail: str
    probability: int
    reason: str
    instruction_id: InstructionId | None
    outcome: str
    code: str
    counts: bool
    chosen_at: datetime
    answered_at: datetime | None


class Tally(Record, frozen=True):
    """How a rail did of late: millionths of outcomes, the older the less they count."""

    rail: str
    good: int
    bad: int


class SegmentScore(Record, frozen=True):
    """How rails did in a segment (`GBP/GB`), or in all (`*`). at: to when they are discounted."""

    segment: str
    at: datetime
    tallies: tuple[Tally, ...]


class BreakerState(StrEnum):
    """Whether payments are sent to a rail: all, none, or a few to see whether it works again."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class RailHealth(Record, frozen=True):
    """What a rail's breaker knows. good, bad: millionths of recent answers, discounted to `at`.

    since: when `state` began. trials: answers that came while it was half open.
    """

    rail: str
    at: datetime
    good: int
    bad: int
    state: BreakerState
    since: datetime
    trials: int = 0
