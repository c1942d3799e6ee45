"""All SQL of payments."""

from usance.payments.store.captures import authorisation, buyer_action, capture, captures
from usance.payments.store.instructions import (
    collected_on,
    instructions_by_id,
    mark_sent,
    to_be_sent,
)
from usance.payments.store.messages import (
    add_rows,
    complete_message,
    entry_states,
    lock_file,
    lock_message,
    message,
    message_named,
    messages,
    messages_of_file,
)
from usance.payments.store.payments import (
    R,
    dispute,
    disputes,
    payment,
    payments,
    payments_by_id,
    payout,
    payouts,
    refund,
    refunds,
)
from usance.payments.store.quotes import (
    fixings_since,
    locks_with_exposure,
    quote_lock,
    reservation,
    seller_volume,
    source_quotes,
)
from usance.payments.store.routing import Outcome, attempts_of, first_choices, healths, versions
from usance.payments.store.splits import escrow, escrows, split
from usance.payments.store.sweep import OWED_BY_SELLERS

__all__ = [
    "OWED_BY_SELLERS",
    "Outcome",
    "R",
    "add_rows",
    "attempts_of",
    "authorisation",
    "buyer_action",
    "capture",
    "captures",
    "collected_on",
    "complete_message",
    "dispute",
    "disputes",
    "entry_states",
    "escrow",
    "escrows",
    "first_choices",
    "fixings_since",
    "healths",
    "instructions_by_id",
    "lock_file",
    "lock_message",
    "locks_with_exposure",
    "mark_sent",
    "message",
    "message_named",
    "messages",
    "messages_of_file",
    "payment",
    "payments",
    "payments_by_id",
    "payout",
    "payouts",
    "quote_lock",
    "refund",
    "refunds",
    "reservation",
    "seller_volume",
    "source_quotes",
    "split",
    "to_be_sent",
    "versions",
]
