"""The tables of payments, one noun a file."""

from usance.payments.tables import references as _references  # noqa: F401 - declares its view
from usance.payments.tables.actions import ACTIONS
from usance.payments.tables.banked import BANKED
from usance.payments.tables.captures import AUTHORISATIONS, CAPTURES
from usance.payments.tables.disputes import DISPUTE_BY_NOTICE, DISPUTE_EVIDENCE, DISPUTES
from usance.payments.tables.excesses import EXCESSES
from usance.payments.tables.fx_positions import FX_POSITIONS
from usance.payments.tables.hooks import HOOK_MARKS, HOOKS
from usance.payments.tables.instructions import DISPATCHES, INSTRUCTIONS
from usance.payments.tables.links import LINK_ATTEMPTS, LINKS
from usance.payments.tables.messages import (
    ENTRIES,
    ENTRY_DETAILS,
    MESSAGES,
    ORDER_TRANSFERS,
    STATEMENT_COMPLETIONS,
    STATEMENTS,
    STATUS_UPDATES,
    TRANSFER_ORDERS,
)
from usance.payments.tables.payments import OVER, PAYMENT_BY_ORDER, PAYMENTS
from usance.payments.tables.payout_batches import (
    PAID_REFERENCES,
    PAYOUT_BATCHES,
    PAYOUT_LINES,
)
from usance.payments.tables.payouts import (
    COOLING_PAID,
    HELD_PAYOUTS,
    PAID_BESIDES,
    PAYOUT_RETURNS,
    PAYOUTS,
)
from usance.payments.tables.quotes import QUOTE_LOCKS, RESERVATIONS, SOURCE_QUOTES
from usance.payments.tables.rates import FIXINGS
from usance.payments.tables.receipts import (
    RECEIPT_BY_BOOKING,
    RECEIPTS,
    RECEIVING_ACCOUNTS,
    RECEIVING_BY_NUMBER,
    RECEIVING_BY_PLACE,
    RECEIVING_BY_REFERENCE,
)
from usance.payments.tables.reconciliation import BREAKS, MATCHES, MOVEMENTS
from usance.payments.tables.refunds import REFUND_BY_RETURN, REFUNDS
from usance.payments.tables.remittances import REMITTANCES
from usance.payments.tables.routing import (
    CHOICES,
    RAIL_HEALTH,
    ROUTING_TIMELINES,
    ROUTING_VERSIONS,
    SEGMENT_SCORES,
)
from usance.payments.tables.settlements import RESERVES, SETTLEMENTS
from usance.payments.tables.splits import ESCROWS, SPLITS
from usance.payments.tables.steering import STEERINGS
from usance.payments.tables.suspense import SUSPENSE
from usance.payments.tables.tracking import RECALL_DISPATCHES, RECALLS, TRANSFER_UPDATES
from usance.payments.tables.volumes import VOLUMES

__all__ = [
    "ACTIONS",
    "AUTHORISATIONS",
    "BANKED",
    "BREAKS",
    "CAPTURES",
    "CHOICES",
    "COOLING_PAID",
    "DISPATCHES",
    "DISPUTES",
    "DISPUTE_BY_NOTICE",
    "DISPUTE_EVIDENCE",
    "ENTRIES",
    "ENTRY_DETAILS",
    "ESCROWS",
    "EXCESSES",
    "FIXINGS",
    "FX_POSITIONS",
    "HELD_PAYOUTS",
    "HOOKS",
    "HOOK_MARKS",
    "INSTRUCTIONS",
    "LINKS",
    "LINK_ATTEMPTS",
    "MATCHES",
    "MESSAGES",
    "MOVEMENTS",
    "ORDER_TRANSFERS",
    "OVER",
    "PAID_BESIDES",
    "PAID_REFERENCES",
    "PAYMENTS",
    "PAYMENT_BY_ORDER",
    "PAYOUTS",
    "PAYOUT_BATCHES",
    "PAYOUT_LINES",
    "PAYOUT_RETURNS",
    "QUOTE_LOCKS",
    "RAIL_HEALTH",
    "RECALLS",
    "RECALL_DISPATCHES",
    "RECEIPTS",
    "RECEIPT_BY_BOOKING",
    "RECEIVING_ACCOUNTS",
    "RECEIVING_BY_NUMBER",
    "RECEIVING_BY_PLACE",
    "RECEIVING_BY_REFERENCE",
    "REFUNDS",
    "REFUND_BY_RETURN",
    "REMITTANCES",
    "RESERVATIONS",
    "RESERVES",
    "ROUTING_TIMELINES",
    "ROUTING_VERSIONS",
    "SEGMENT_SCORES",
    "SETTLEMENTS",
    "SOURCE_QUOTES",
    "SPLITS",
    "STATEMENTS",
    "STATEMENT_COMPLETIONS",
    "STATUS_UPDATES",
    "STEERINGS",
    "SUSPENSE",
    "TRANSFER_ORDERS",
    "TRANSFER_UPDATES",
    "VOLUMES",
]
