"""The house – books – what a bank has booked and nobody expected.

A credit becomes a receipt, by a worker and as soon as policy says that no rail's notice will
explain it any more. A debit is booked when two people have said so.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from usance.kernel.draft import Draft
from usance.kernel.errors import NEGATIVE_AMOUNT, Refusal
from usance.kernel.ids import BankEntryId, derive, milliseconds_of
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.ledger.model import where_among
from usance.ledger.service import expand, post
from usance.parties.model import OPERATOR
from usance.parties.service.find_parties import bank_accounts_of
from usance.payments.errors import MALFORMED_REFERENCE, NOTHING_DUE
from usance.payments.model import BankEntry, Counterparty, References
from usance.payments.rules.postings import BANK_DEBIT
from usance.payments.rules.receiving import compact
from usance.payments.service.matching import match_again
from usance.payments.service.notices import Report
from usance.payments.service.receipts import RecordReceipt
from usance.payments.service.suspense import debit_of, prepare_suspense, suspend_debit
from usance.payments.store import reconciliation as store
from usance.payments.tables import SUSPENSE
from usance.policy.service import row_in_force
from usance.runtime.commands import Command, Loader
from usance.runtime.database import Connection
from usance.runtime.reading import answered_among

_AT_ONCE: Final = 500


class RecordBankDebit(Record, frozen=True):
    """Book what a bank has taken of our account and nobody expected. See RecordReceipt."""

    account: str
    reference: str
    amount: Money


async def prepare_bank_debit(loader: Loader, commands: Sequence[Command]) -> None:
    """Load what was booked under these references."""
    bodies = [c.body for c in commands if isinstance(c.body, RecordBankDebit)]
    await prepare_suspense(loader, [debit_of(_booking(body)) for body in bodies])


def apply_record_bank_debit(draft: Draft, body: RecordBankDebit, _facts: object) -> Refusal | None:
    """Refuses: negative_amount, malformed_reference, nothing_due (the booking is booked)."""
    if body.amount.minor <= 0:
        return NEGATIVE_AMOUNT.refuse("amount", body.amount)
    if not body.account or not body.reference.strip():
        return MALFORMED_REFERENCE.refuse("reference", ascii(body.reference[:40]))
    booking = _booking(body)
    if draft.get(SUSPENSE, debit_of(booking)) is not None:
        return NOTHING_DUE.refuse("reference", "booked already")
    legs = expand(BANK_DEBIT, {"amount": body.amount}, where_among(OPERATOR))
    posted = post(draft, legs, draft.now.date())
    if isinstance(posted, Refusal):
        return posted
    draft.thread(debit_of(booking))
    suspend_debit(draft, body.amount, booking)
    return None


def _booking(body: RecordBankDebit) -> str:
    return f"{compact(body.account)} {body.reference}"


def reference_of(entry: BankEntry) -> str:
    """Return by which reference an entry is booked: the bank's own, else the entry's id."""
    return entry.servicer_reference or str(UUID(int=entry.id.int))


async def book_unexpected(
    connection: Connection, now: datetime, others: frozenset[BankEntryId] = frozenset()
) -> list[Report]:
    """Return receipts of credits that nobody expected, as commands; at most 500 at once.

    What the book has come to expect meanwhile is matched first. others: entries that are known to
    be something else. The commands' ids follow from the entries: told twice, they are booked once.
    """
    policy = await row_in_force(connection, "payments.matching", "*", now.date())
    if policy is None:
        return []
    until = now.date() - timedelta(days=policy.integer("book_after_days"))
    accounts = await bank_accounts_of(connection, OPERATOR)
    ours = [each.iban or each.number or "" for each in accounts]
    due = await store.unexpected_credits(connection, until, ours, 1)
    if not due and not await store.some_are_booked(connection):
        return []
    await match_again(connection, now)
    found = await store.unexpected_credits(connection, until, ours, _AT_ONCE)
    reports = [_report(each, now) for each in found if each.id not in others]
    # What the book has refused once is for people: it stands among the breaks.
    answered = await answered_among(connection, [each.id for each in reports])
    return [each for each in reports if each.id.int not in answered]


def _report(entry: BankEntry, now: datetime) -> Report:
    body = RecordReceipt(
        entry.account,
        reference_of(entry),
        entry.amount,
        entry.value_date or entry.booked_on or now.date(),
        # A statement of a receiving account says by its own number whose the money is.
        entry.account,
        Counterparty(
            entry.counterparty_name,
            entry.counterparty_account,
            entry.counterparty_agent,
            entry.counterparty_country,
        ),
        References(
            entry.uetr,
            entry.end_to_end_id,
            entry.instruction_id,
            entry.transaction_id,
            entry.message_id,
            entry.servicer_reference,
            entry.structured,
            entry.remittance,
        ),
    )
    command = derive(milliseconds_of(entry.id), "receipt", entry.id.hex)
    return Report(command, "record_receipt", body)
