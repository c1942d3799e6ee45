"""How payments say no, one subject a file."""

from typing import Final

from usance.payments.errors import (
    captures,
    cbpr,
    disputes,
    hooks,
    income,
    messages,
    payments,
    quotes,
    rates,
    refunds,
    routing,
    splits,
    steps,
)
from usance.payments.errors.captures import (
    AUTHORISATION_EXPIRED,
    AUTHORISATION_USED_UP,
    AUTHORISATION_VOIDED,
    CAPTURE_UNANSWERED,
    EXCEEDS_AUTHORISATION,
    NOT_AUTHORISED,
    RAIL_CANNOT,
)
from usance.payments.errors.disputes import (
    DISPUTE_NOT_OPEN,
    EVIDENCE_EMPTY,
    EVIDENCE_UNDER_WAY,
    MALFORMED_DIGEST,
    UNKNOWN_DISPUTE,
)
from usance.payments.errors.hooks import (
    FOREIGN_INSTRUCTION,
    FORGED_SIGNATURE,
    MALFORMED_HOOK,
    NO_HOOK_SECRET,
    OVERTAKEN_HOOK,
    REPEATED_HOOK,
    REPLAYED_WEBHOOK,
    UNKNOWN_RAIL,
)
from usance.payments.errors.income import EXCEEDS_INCOME
from usance.payments.errors.messages import MESSAGE_ID_REUSED, UNKNOWN_MESSAGE
from usance.payments.errors.payments import (
    NO_RAIL,
    NO_RATE,
    ORDER_ALREADY_PAID,
    UNKNOWN_ORDER,
    UNKNOWN_PAYMENT,
)
from usance.payments.errors.quotes import (
    QUOTE_CURRENCY_MISMATCH,
    QUOTE_EXHAUSTED,
    QUOTE_EXPIRED,
    QUOTE_LIFETIME,
    SAME_CURRENCY,
    UNKNOWN_QUOTE,
)
from usance.payments.errors.rates import FIXINGS_IN_FUTURE, FIXINGS_KNOWN, FIXINGS_MALFORMED
from usance.payments.errors.refunds import (
    ALREADY_REFUNDED,
    CURRENCY_MISMATCH,
    EXCEEDS_REMAINDER,
    NOTHING_PAID,
    UNKNOWN_RETURN,
)
from usance.payments.errors.routing import ROUTING_FAULTY, ROUTING_IN_THE_PAST, UNKNOWN_ROUTING
from usance.payments.errors.splits import (
    ESCROW_WITHOUT_END,
    EXCEEDS_ESCROW,
    EXCEEDS_SHARE,
    NOT_A_SIDE,
    NOT_SPLIT,
    SHARES_EXCEED_PROCEEDS,
    SPLIT_REPEATED,
    SPLIT_UNCLEAR,
    TOO_MANY_SHARES,
    UNKNOWN_ESCROW,
)
from usance.payments.errors.steps import (
    NOT_THIS_PAYMENT,
    NOTHING_DUE,
    UNKNOWN_INSTRUCTION,
    WRONG_STATE,
)

CODES: Final = (
    *payments.CODES,
    *steps.CODES,
    *refunds.CODES,
    *splits.CODES,
    *income.CODES,
    *messages.CODES,
    *captures.CODES,
    *quotes.CODES,
    *rates.CODES,
    *routing.CODES,
    *cbpr.CODES,
    *hooks.CODES,
    *disputes.CODES,
)


__all__ = [
    "ALREADY_REFUNDED",
    "AUTHORISATION_EXPIRED",
    "AUTHORISATION_USED_UP",
    "AUTHORISATION_VOIDED",
    "CAPTURE_UNANSWERED",
    "CODES",
    "CURRENCY_MISMATCH",
    "DISPUTE_NOT_OPEN",
    "ESCROW_WITHOUT_END",
    "EVIDENCE_EMPTY",
    "EVIDENCE_UNDER_WAY",
    "EXCEEDS_AUTHORISATION",
    "EXCEEDS_ESCROW",
    "EXCEEDS_INCOME",
    "EXCEEDS_REMAINDER",
    "EXCEEDS_SHARE",
    "FIXINGS_IN_FUTURE",
    "FIXINGS_KNOWN",
    "FIXINGS_MALFORMED",
    "FOREIGN_INSTRUCTION",
    "FORGED_SIGNATURE",
    "MALFORMED_DIGEST",
    "MALFORMED_HOOK",
    "MESSAGE_ID_REUSED",
    "NOTHING_DUE",
    "NOTHING_PAID",
    "NOT_AUTHORISED",
    "NOT_A_SIDE",
    "NOT_SPLIT",
    "NOT_THIS_PAYMENT",
    "NO_HOOK_SECRET",
    "NO_RAIL",
    "NO_RATE",
    "ORDER_ALREADY_PAID",
    "OVERTAKEN_HOOK",
    "QUOTE_CURRENCY_MISMATCH",
    "QUOTE_EXHAUSTED",
    "QUOTE_EXPIRED",
    "QUOTE_LIFETIME",
    "RAIL_CANNOT",
    "REPEATED_HOOK",
    "REPLAYED_WEBHOOK",
    "ROUTING_FAULTY",
    "ROUTING_IN_THE_PAST",
    "SAME_CURRENCY",
    "SHARES_EXCEED_PROCEEDS",
    "SPLIT_REPEATED",
    "SPLIT_UNCLEAR",
    "TOO_MANY_SHARES",
    "UNKNOWN_DISPUTE",
    "UNKNOWN_ESCROW",
    "UNKNOWN_INSTRUCTION",
    "UNKNOWN_MESSAGE",
    "UNKNOWN_ORDER",
    "UNKNOWN_PAYMENT",
    "UNKNOWN_QUOTE",
    "UNKNOWN_RAIL",
    "UNKNOWN_RETURN",
    "UNKNOWN_ROUTING",
    "WRONG_STATE",
]
