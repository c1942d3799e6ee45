"""What payments post, entry by entry: debit > credit. The accounting of the house.

P is the buyer's currency, S the seller's settlement currency. The spread is a leg of its own;
client money never pays the operator's debts; what has happened outside is always booked.
docs/reference/postings.md is printed from these tables.
"""

from typing import Final

from usance.payments.rules.postings.disputes import (
    CHARGEBACK_EARLY,
    CHARGEBACK_UNMATCHED,
    REINSTATED,
    REINSTATED_EARLY,
)
from usance.payments.rules.postings.income import INCOME_SWEEP
from usance.payments.rules.postings.payouts import (
    LATE_PAYOUT,
    PAYOUT,
    PAYOUT_ANSWERED,
    PAYOUT_RETURN,
)
from usance.payments.rules.postings.quotes import FX_LOCK
from usance.payments.rules.postings.receipts import (
    ATTRIBUTION,
    BANK_DEBIT,
    BORNE,
    LATE_RETURN,
    RECEIPT,
    SUSPENSE_RETURN,
    SUSPENSE_RETURN_ANSWERED,
)
from usance.payments.rules.postings.refunds import (
    LATE_REFUND,
    NETTING,
    REFUND,
    REFUND_ANSWERED,
    UNWIND,
)
from usance.payments.rules.postings.sales import CAPTURE, OWED, RESERVE_RELEASE, REST, SETTLEMENT
from usance.payments.rules.postings.splits import (
    ESCROW_RELEASE,
    ESCROW_RETURN,
    SHARE,
    SHARE_REVERSAL,
)
from usance.payments.rules.postings.suspense import (
    EXCESS_RETURN,
    EXCESS_SETTLED,
    LATE_COLLECTION,
    UNMATCHED,
)

ENTRIES: Final = (
    CAPTURE,
    SETTLEMENT,
    OWED,
    REST,
    RESERVE_RELEASE,
    PAYOUT,
    PAYOUT_ANSWERED,
    REFUND,
    REFUND_ANSWERED,
    CHARGEBACK_EARLY,
    CHARGEBACK_UNMATCHED,
    UNWIND,
    NETTING,
    LATE_REFUND,
    LATE_COLLECTION,
    LATE_PAYOUT,
    PAYOUT_RETURN,
    UNMATCHED,
    SHARE,
    ESCROW_RELEASE,
    ESCROW_RETURN,
    SHARE_REVERSAL,
    INCOME_SWEEP,
    EXCESS_RETURN,
    EXCESS_SETTLED,
    FX_LOCK,
    REINSTATED_EARLY,
    REINSTATED,
    RECEIPT,
    ATTRIBUTION,
    BORNE,
    SUSPENSE_RETURN,
    SUSPENSE_RETURN_ANSWERED,
    LATE_RETURN,
    BANK_DEBIT,
)


__all__ = [
    "ATTRIBUTION",
    "BANK_DEBIT",
    "BORNE",
    "CAPTURE",
    "CHARGEBACK_EARLY",
    "CHARGEBACK_UNMATCHED",
    "ENTRIES",
    "ESCROW_RELEASE",
    "ESCROW_RETURN",
    "EXCESS_RETURN",
    "EXCESS_SETTLED",
    "FX_LOCK",
    "INCOME_SWEEP",
    "LATE_COLLECTION",
    "LATE_PAYOUT",
    "LATE_REFUND",
    "LATE_RETURN",
    "NETTING",
    "OWED",
    "PAYOUT",
    "PAYOUT_ANSWERED",
    "PAYOUT_RETURN",
    "RECEIPT",
    "REFUND",
    "REFUND_ANSWERED",
    "REINSTATED",
    "REINSTATED_EARLY",
    "RESERVE_RELEASE",
    "REST",
    "SETTLEMENT",
    "SHARE",
    "SHARE_REVERSAL",
    "SUSPENSE_RETURN",
    "SUSPENSE_RETURN_ANSWERED",
    "UNMATCHED",
    "UNWIND",
]
