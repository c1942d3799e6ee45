"""Money that comes in by itself, and the account numbers that say whose it is."""

from datetime import date, datetime
from enum import StrEnum

from usance.kernel.ids import DecisionId, PartyId, PaymentId, ReceiptId, ReceivingAccountId
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record
from usance.payments.model.statements import Counterparty, References


class ReceivingAccount(Record, frozen=True):
    """An account number at a bank of ours under which transfers to one seller come in.

    number: an IBAN or, where the country has none, a number, in its one spelling. is_iban: which
    of the two. bank, bic: who keeps it. reference: a creditor reference (ISO 11649) that says the
    same in a transfer to another account of ours.
    """

    id: ReceivingAccountId
    seller_id: PartyId
    currency: Currency
    country: str
    number: str
    is_iban: bool
    bank: str
    bic: str | None
    reference: str
    opened_at: datetime


class ReceiptOutcome(StrEnum):
    """What a receipt became when it was booked; people may decide otherwise later."""

    AVAILABLE = "available"
    SETTLED = "settled"
    BLOCKED = "blocked"
    UNMATCHED = "unmatched"


class Receipt(Record, frozen=True):
    """A credit that a bank has booked on an account of ours.

    booking: our account and the bank's own reference, between them a blank: the same booking
    twice is one receipt. creditor_account: what the payer wrote. found_by: what told whose it is,
    "" where nothing did. fee: ours, taken of what the seller got.
    """

    id: ReceiptId
    booking: str
    amount: Money
    value_date: date
    creditor_account: str
    payer: Counterparty
    names: References
    outcome: ReceiptOutcome
    found_by: str
    seller_id: PartyId | None
    payment_id: PaymentId | None
    receiving_account_id: ReceivingAccountId | None
    decision_id: DecisionId | None
    fee: Money
    recorded_at: datetime
