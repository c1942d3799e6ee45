"""Why a rail says no, in our words, and what may be done about it.

Every rail has words of its own; its `translate` maps them to these. Whether the same money may
be tried again, and where, is a property of the reason and not of the rail: the dated rows of
`payments.refusal` say it.
"""

from enum import StrEnum


class Retry(StrEnum):
    """What may follow a definite no.

    NEVER: the payer, the payee or the law says no; asking again harms. CORRECTED: only after
    what was sent is put right. LATER: the same may be tried later; elsewhere it would fare no
    better now. ELSEWHERE: this rail will not; another may at once.
    """

    NEVER = "never"
    CORRECTED = "corrected"
    LATER = "later"
    ELSEWHERE = "elsewhere"


class Decline(StrEnum):
    """Why a rail has refused an instruction."""

    INSUFFICIENT_FUNDS = "insufficient_funds"
    DECLINED = "declined"
    LIMIT_EXCEEDED = "limit_exceeded"
    EXPIRED_INSTRUMENT = "expired_instrument"
    INVALID_INSTRUMENT = "invalid_instrument"
    STOLEN_INSTRUMENT = "stolen_instrument"
    SUSPECTED_FRAUD = "suspected_fraud"
    AUTHENTICATION_FAILED = "authentication_failed"
    ABANDONED = "abandoned"
    INVALID_ACCOUNT = "invalid_account"
    ACCOUNT_CLOSED = "account_closed"
    ACCOUNT_BLOCKED = "account_blocked"
    NAME_MISMATCH = "name_mismatch"
    INVALID_BANK = "invalid_bank"
    INCOMPLETE_DETAILS = "incomplete_details"
    DUPLICATE = "duplicate"
    WRONG_AMOUNT = "wrong_amount"
    REGULATORY = "regulatory"
    RECALLED = "recalled"
    RETURNED_BY_PAYEE = "returned_by_payee"
    TIMED_OUT = "timed_out"
    RAIL_DOWN = "rail_down"
    NOT_DELIVERED = "not_delivered"
    # The house refuses these itself, before anything is sent.
    KIND_NOT_TAKEN = "rail_cannot"
    CURRENCY_NOT_TAKEN = "currency_not_taken"
    AMOUNT_NOT_TAKEN = "amount_not_taken"
    NOT_CONFIGURED = "rail_not_configured"
