"""From transfers to a statement: whose side, which sign, what balance."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from usance.kernel.ids import OrderId, PaymentId
from usance.kernel.money import Currency
from usance.kernel.records import Record
from usance.reporting.model import StatementAccount, StatementLine
from usance.reporting.rules.chart import grows_by_credit, on_normal_side, place_of
from usance.reporting.rules.legs import leg_place


class Moved(Record, frozen=True):
    """A posted transfer with its two accounts and what it refers to."""

    id: UUID
    position: int
    code: str
    amount: int
    currency: Currency
    debit: int
    debit_kind: str
    credit: int
    credit_kind: str
    value_date: date
    recorded_at: datetime
    order_id: OrderId | None
    payment_id: PaymentId | None
    invoice_no: str


class Opening(Record, frozen=True):
    """An account as the period finds it, and what is reserved on it when the period ends."""

    number: int
    kind: str
    currency: Currency
    debits: int
    credits: int
    held: int


def account_statement(account: Opening, moved: Iterable[Moved]) -> StatementAccount:
    """Return one account's statement: closing is opening and the sum of all changes."""
    opening = balance = on_normal_side(account.kind, account.debits, account.credits)
    lines = []
    for transfer in moved:
        credited = transfer.credit == account.number
        if not credited and transfer.debit != account.number:
            continue
        grew = credited is grows_by_credit(account.kind)
        change = transfer.amount if grew else -transfer.amount
        balance += change
        lines.append(
            StatementLine(
                transfer.position,
                transfer.recorded_at,
                transfer.value_date,
                transfer.code,
                transfer.debit_kind if credited else transfer.credit_kind,
                transfer.order_id,
                transfer.payment_id,
                transfer.invoice_no,
                change,
                balance,
            )
        )
    return StatementAccount(
        account.kind, account.currency, opening, tuple(lines), balance, account.held
    )


def in_story_order(moved: Sequence[Moved]) -> list[Moved]:
    """Return transfers as they are read: by fact, and in a fact as its story goes."""
    return sorted(moved, key=lambda m: (m.position, leg_place(m.code), m.id.int))


def accounts_in_order(accounts: Iterable[StatementAccount]) -> tuple[StatementAccount, ...]:
    """Return the accounts by currency and as the chart lists them; leave out untouched ones."""
    used = [a for a in accounts if a.lines or a.opening or a.held]
    return tuple(sorted(used, key=lambda a: (a.currency, place_of(a.kind))))
