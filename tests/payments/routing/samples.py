"""Made-up rails, questions and configurations for the tests of routing."""

import random
from datetime import timedelta
from uuid import UUID

from usance.kernel.ids import PaymentId, derive
from usance.kernel.money import Currency, Money
from usance.payments.model import Condition, RouteQuestion, RouteRule, RoutingConfig, VolumeShare
from usance.payments.rules.routing import Breaker, CorridorTerms, Known, Learning, RailTerms, Score

RAILS = ("atlas", "birch", "coral")
COUNTRIES = ("GB", "DE", "JP", "BR")
CURRENCIES = ("GBP", "EUR", "JPY")
LEARNING = Learning(timedelta(hours=8), 300, 20, 900_000, 10_000, 40_000, 100)
BREAKER = Breaker(timedelta(minutes=4), 5, 500_000, 200_000, timedelta(minutes=10), 100_000, 3)


def payment(number: int) -> UUID:
    return PaymentId(derive(1_789_000_000_000 + number, "payment", number))


def terms(rail: str, **other) -> RailTerms:
    given = {
        "cannot": "", "pays_with": "", "method": "card", "amount_max": 0, "fee_bps": 100,
        "fee_fixed": 0, "spread_bps": 0, "funds_bps": 0, "delay_days": 2,
    }  # fmt: skip
    return RailTerms(rail, **(given | other))


def known(*several: RailTerms, scores=None, standings=None, owing=None) -> Known:
    expected = {rail: Score(one, one + more) for rail, (one, more) in (scores or {}).items()}
    return Known(
        CorridorTerms({each.rail: each for each in several}),
        lambda: {each.rail: expected.get(each.rail, Score(900_000, 900_000)) for each in several},
        standings or {},
        LEARNING,
        BREAKER.trial,
        owing or {},
    )


def question(amount: int = 10_000, currency: str = "GBP", **other) -> RouteQuestion:
    return RouteQuestion(Money(amount, Currency(currency)), **other)


def rule(name: str = "all", *when: Condition, **way) -> RouteRule:
    return RouteRule(name, when, **(way or {"order": ("atlas",)}))


def config(*rules: RouteRule) -> RoutingConfig:
    return RoutingConfig(rules)


def split(**percents: int) -> tuple[VolumeShare, ...]:
    return tuple(VolumeShare(rail, percent) for rail, percent in percents.items())


def any_condition(dice: random.Random) -> Condition:
    """A condition of any kind that is rightly written."""
    kind = dice.randrange(8)
    low, high = sorted(dice.sample(range(0, 500_00, 25_00), 2))
    currency = dice.choice(("GBP", "EUR"))
    hours = dice.sample(range(24), 2)
    match kind:
        case 0:
            low_text, high_text = f"{low / 100:.2f} {currency}", f"{high / 100:.2f} {currency}"
            ends = dice.choice([(low_text, ""), ("", high_text), (low_text, high_text)])
            return Condition("amount", (), (), *ends)
        case 1:
            return Condition("hour", (), (), str(hours[0]), str(hours[1]))
        case 2:
            return Condition(dice.choice(("bank_account", "card_token")), (dice.choice("yn"),))
        case 3:
            return Condition("currency", (), tuple(dice.sample(CURRENCIES, 1)))
        case 4:
            return Condition("metadata.channel", tuple(dice.sample(("web", "app", ""), 2)))
        case 5:
            return Condition("method", tuple(dice.sample(("card", "bank_transfer", ""), 2)))
        case 6:
            return Condition("buyer_country", (), tuple(dice.sample(COUNTRIES, 2)))
        case _:
            return Condition("buyer_country", tuple(dice.sample(COUNTRIES, 2)))


def any_config(dice: random.Random) -> RoutingConfig:
    """Up to forty rules of any kind; some are never reached, which matching does not mind."""
    rules = []
    for number in range(dice.randrange(1, 40)):
        when = [any_condition(dice) for _ in range(dice.randrange(4))]
        when = [
            Condition(each.fact, ({"y": "yes", "n": "no"}[each.is_in[0]],))
            if each.fact in {"bank_account", "card_token"}
            else each
            for each in when
        ]
        rules.append(RouteRule(f"rule {number}", tuple(when), ("atlas",)))
    return RoutingConfig(tuple(rules))


def any_question(dice: random.Random) -> RouteQuestion:
    """A question that lies on and beside the ends that `any_condition` uses."""
    return RouteQuestion(
        Money(max(dice.randrange(0, 500_00, 25_00) + dice.choice((-1, 0, 1)), 1),
              Currency(dice.choice((*CURRENCIES, "USD")))),
        dice.choice(("", "card", "bank_transfer", "wallet")),
        dice.random() < 0.5,
        dice.random() < 0.5,
        dice.choice((*COUNTRIES, "FR")),
        hour=dice.randrange(24),
        metadata=dice.choice(({}, {"channel": "web"}, {"channel": "app"}, {"channel": "x"})),
    )  # fmt: skip
