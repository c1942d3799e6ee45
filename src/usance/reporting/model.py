"""What is reported, and the page that any report becomes before it is printed."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from usance.kernel.errors import Language
from usance.kernel.ids import AdvanceId, FacilityId, OrderId, PartyId, PaymentId
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record


class Words(Record, frozen=True):
    """The same thing said in both languages."""

    en: str
    zh: str

    def said(self, language: Language) -> str:
        """Return the words of one language."""
        return self.zh if language == "zh" else self.en


class Format(StrEnum):
    """How a report is printed."""

    TEXT = "text"
    CSV = "csv"
    JSON = "json"


# ---- the trial balance ----


class AsOf(Record, frozen=True):
    """The moment a report speaks of. All None: now.

    recorded_at: what we knew then, that moment included. value_date: what had taken effect by
    the end of that day. position: the last fact that we knew then, 0 where there was none.
    """

    position: int
    recorded_at: datetime | None = None
    value_date: date | None = None


class BalanceLine(Record, frozen=True):
    """What one account, or all accounts of a kind in a currency, add up to, in minor units.

    account, owner: None where the line is about a kind.
    """

    kind: str
    currency: Currency
    debits: int
    credits: int
    debits_held: int
    credits_held: int
    account: int | None = None
    owner: UUID | None = None


class TrialBalance(Record, frozen=True):
    """All accounts with what was debited and credited. Lines stand in the chart's order."""

    as_of: AsOf
    lines: tuple[BalanceLine, ...]

    def total(self, currency: Currency) -> BalanceLine:
        """Return the sums over all lines of a currency, under the kind ""."""
        lines = [line for line in self.lines if line.currency == currency]
        return BalanceLine(
            "",
            currency,
            sum(line.debits for line in lines),
            sum(line.credits for line in lines),
            sum(line.debits_held for line in lines),
            sum(line.credits_held for line in lines),
        )

    @property
    def currencies(self) -> tuple[Currency, ...]:
        """The currencies of the book, in alphabetical order."""
        return tuple(sorted({line.currency for line in self.lines}))

    @property
    def balanced(self) -> bool:
        """Whether debits equal credits in every currency, posted and held each."""
        totals = [self.total(currency) for currency in self.currencies]
        return all(t.debits == t.credits and t.debits_held == t.credits_held for t in totals)


# ---- the custody proof ----


class CustodyLine(Record, frozen=True):
    """One part of what lies at our bank for clients: whose it is, in minor units."""

    part: str
    currency: Currency
    amount: int


class Custody(Record, frozen=True):
    """Why there is as much client money at our bank as there is, currency by currency.

    lines: the parts, in their order; in each currency they add up to its `nostro` line.
    """

    as_of: AsOf
    lines: tuple[CustodyLine, ...]

    @property
    def currencies(self) -> tuple[Currency, ...]:
        """The currencies in which there is or was client money, in alphabetical order."""
        return tuple(sorted({line.currency for line in self.lines}))

    def amount(self, part: str, currency: Currency) -> int:
        """Return one part in one currency, 0 where there is none."""
        return sum(x.amount for x in self.lines if (x.part, x.currency) == (part, currency))

    def is_explained(self, currency: Currency) -> bool:
        """Whether the parts add up to what lies at the bank."""
        parts = [x.amount for x in self.lines if x.currency == currency and x.part != "nostro"]
        return sum(parts) == self.amount("nostro", currency)

    def is_covered(self, currency: Currency) -> bool:
        """Whether clients' money is whole: we have taken out no more than we earned."""
        return self.amount("income", currency) >= 0


# ---- the seller statement ----


class StatementLine(Record, frozen=True):
    """One transfer as one of a seller's accounts saw it.

    change: positive where the account grew, on its normal side. position: of the fact.
    other: the kind of the account on the other side.
    """

    position: int
    recorded_at: datetime
    value_date: date
    code: str
    other: str
    order_id: OrderId | None
    payment_id: PaymentId | None
    invoice_no: str
    change: int
    balance: int


class StatementAccount(Record, frozen=True):
    """One of a seller's accounts over the period, in minor units.

    held: reserved at the end of the period and neither posted nor given back yet; it is part
    of `closing` still.
    """

    kind: str
    currency: Currency
    opening: int
    lines: tuple[StatementLine, ...]
    closing: int
    held: int


class Statement(Record, frozen=True):
    """A seller's accounts from the first day to the last, both included, as we booked them."""

    seller_id: PartyId
    seller_name: str
    first_day: date
    last_day: date
    accounts: tuple[StatementAccount, ...]


# ---- the funder tape ----


class TapeLine(Record, frozen=True):
    """One advance as its funder sees it. Amounts in minor units of `currency`, but `invoice`.

    receivable: what the sale was to bring. days_past_due: 0 while it is not late or is repaid.
    settled_on: the day the rail settled the sale, None while it has not. payment_id,
    payment_status: None and "" of an order nobody has paid yet.
    """

    advance_id: AdvanceId
    facility_id: FacilityId
    obligor_id: PartyId
    invoice_no: str
    invoice: Money
    currency: Currency
    receivable: int
    principal: int
    principal_outstanding: int
    fee: int
    fee_outstanding: int
    charge_outstanding: int
    drawn_on: date
    due_date: date
    days_past_due: int
    status: str
    payment_id: PaymentId | None
    payment_status: str
    settled_on: date | None


class FunderTape(Record, frozen=True):
    """All advances of a funder on a day, oldest first."""

    funder_id: PartyId
    funder_name: str
    on: date
    lines: tuple[TapeLine, ...]


# ---- the trace ----


class TraceLeg(Record, frozen=True):
    """One transfer of a fact. state: `posted`, `held` or `voided`.

    debit, credit: the kinds of its accounts; their numbers follow.
    """

    code: str
    debit: str
    credit: str
    amount: Money
    state: str
    debit_account: int
    credit_account: int


class TracePart(Record, frozen=True):
    """One thing a fact tells, by its name, and as a sentence.

    reasons: of a decision, why it came out so.
    """

    name: str
    sentence: Words
    reasons: tuple[Words, ...] = ()


class TraceStep(Record, frozen=True):
    """One fact of a trade."""

    position: int
    recorded_at: datetime
    verb: str
    actor: UUID
    parts: tuple[TracePart, ...]
    legs: tuple[TraceLeg, ...]


class Trace(Record, frozen=True):
    """The whole life of one order, in the order in which it was booked.

    order_id: None where the id asked for is a fact that belongs to no order.
    """

    asked: str
    order_id: OrderId | None
    invoice_no: str
    steps: tuple[TraceStep, ...]


# ---- the page ----


class Shape(StrEnum):
    """What stands in a column. Only TEXT is guarded against formulas; AMOUNT is right-aligned."""

    TEXT = "text"
    AMOUNT = "amount"
    COUNT = "count"
    DAY = "day"
    MOMENT = "moment"


class Column(Record, frozen=True):
    """A column of a page.

    name: stable, the header in CSV and the key in JSON. in_text: whether people see it too.
    optional: people see it only where something stands in it.
    """

    name: str
    title: Words
    shape: Shape = Shape.TEXT
    in_text: bool = True
    optional: bool = False


class Coded(Record, frozen=True):
    """A stable code for machines, with the words that people read instead."""

    code: str
    words: Words


Cell = str | int | date | datetime | Money | Words | Coded | None


class Sheet(Record, frozen=True):
    """Rows under one heading.

    totals: rows by a stable name, below the others in text, apart in JSON, never in CSV.
    """

    heading: Words
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[tuple[str, tuple[Cell, ...]], ...] = ()


class Page(Record, frozen=True):
    """A report ready to be printed. All its sheets have the same columns.

    facts: what is true of the whole, by stable name, title and value.
    """

    name: str
    title: Words
    facts: tuple[tuple[str, Words, Cell], ...]
    columns: tuple[Column, ...]
    sheets: tuple[Sheet, ...]
