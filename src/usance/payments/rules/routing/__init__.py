"""Which rail takes a payment: rules, shares, and what each rail is expected to bring."""

from usance.payments.rules.routing.choosing import TRIAL, Known, choose, drawn, explained
from usance.payments.rules.routing.defaults import BANK_TRANSFER, CARD, DEFAULT
from usance.payments.rules.routing.facts import holds
from usance.payments.rules.routing.health import WELL, Breaker, Standing, after, standing
from usance.payments.rules.routing.learning import (
    EVERYWHERE,
    MILLION,
    Learning,
    Score,
    learnt,
    means,
    scores,
    scores_within,
)
from usance.payments.rules.routing.matching import Router, Scanned, compiled
from usance.payments.rules.routing.offers import Dropped, Offer, dropped, reached
from usance.payments.rules.routing.refusing import why_no_rail
from usance.payments.rules.routing.slate import CorridorTerms
from usance.payments.rules.routing.validation import (
    Fault,
    faults_of,
    faults_together,
    idle_rails,
)
from usance.payments.rules.routing.value import RailTerms, in_debt, net_of, why_not

__all__ = [
    "BANK_TRANSFER",
    "CARD",
    "DEFAULT",
    "EVERYWHERE",
    "MILLION",
    "TRIAL",
    "WELL",
    "Breaker",
    "CorridorTerms",
    "Dropped",
    "Fault",
    "Known",
    "Learning",
    "Offer",
    "RailTerms",
    "Router",
    "Scanned",
    "Score",
    "Standing",
    "after",
    "choose",
    "compiled",
    "drawn",
    "dropped",
    "explained",
    "faults_of",
    "faults_together",
    "holds",
    "idle_rails",
    "in_debt",
    "learnt",
    "means",
    "net_of",
    "reached",
    "scores",
    "scores_within",
    "standing",
    "why_no_rail",
    "why_not",
]
