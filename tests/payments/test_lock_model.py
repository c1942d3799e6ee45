"""Any interleaving of locks, payments, failures, settlements and time, argued with a model.

The model counts pennies in plain dictionaries and shares nothing with the house. What it minds: a
lock never serves more than was promised, gives back exactly what was not needed, and exposes us
to what is open or held and to nothing else.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.financing.samples import CNY, SELLER, Book, empty_book, payment

from usance.kernel.errors import Refusal
from usance.kernel.money import Currency, Money
from usance.kernel.records import replace
from usance.ledger.model import where_among
from usance.ledger.service import balance_of, ref_of
from usance.parties.model import OPERATOR
from usance.payments.events import QuoteLocked
from usance.payments.model import FixingDay, LockUse
from usance.payments.service import (
    ExpireQuote,
    LockQuote,
    RecordFixings,
    apply_expire_quote,
    apply_lock_quote,
    apply_record_fixings,
)
from usance.payments.service.quotes import agreed_terms, beyond, free_lock, reserve, use
from usance.payments.service.terms import Sale
from usance.payments.tables import QUOTE_LOCKS, RESERVATIONS

GBP = Currency("GBP")
RATES = {"EUR": "1", "GBP": "0.8", "CNY": "7.2"}
SALE = Sale("GB", GBP, CNY)


def fix_rates(book: Book) -> None:
    """The rates of the book's day; those of a week ago promise nothing any more."""
    book.done(apply_record_fixings, RecordFixings(FixingDay(book.now.date(), "EUR", "test", RATES)))


_begun = empty_book()
fix_rates(_begun)


def pounds(minor: int) -> Money:
    return Money(minor, GBP)


@dataclass
class Lock:
    """What the model knows of a lock."""

    maximum: int
    single: bool
    until: object
    used: int = 0
    over: bool = False
    held: dict[int, int] = field(default_factory=dict)

    @property
    def exposed(self) -> int:
        return sum(self.held.values()) if self.over else self.maximum - self.used

    def room(self) -> int:
        held = sum(self.held.values())
        return 0 if self.over or (self.single and held) else self.maximum - self.used - held


class Locks(RuleBasedStateMachine):
    """Plays with locks and payments; after each step the book must say what the model says."""

    def __init__(self) -> None:
        super().__init__()
        self.book = Book()
        self.book.state.rows = [dict(rows) for rows in _begun.state.rows]
        self.book.state.lookups = [dict(lookups) for lookups in _begun.state.lookups]
        self.book.commands = _begun.commands
        self.locks = {}
        self.paid = {}

    @rule(
        maximum=st.integers(1, 10_000),
        single=st.booleans(),
        seconds=st.sampled_from([60, 900, 86_400]),
    )
    def lock(self, maximum: int, single: bool, seconds: int) -> None:
        uses = LockUse.SINGLE if single else LockUse.MULTI
        body = LockQuote(SELLER, pounds(maximum), CNY, uses, seconds)
        told = self.book.done(apply_lock_quote, body).told(QuoteLocked)
        until = self.book.now + timedelta(seconds=seconds)
        self.locks[told.quote_id] = Lock(maximum, single, until)

    @precondition(lambda self: self.locks)
    @rule(data=st.data(), amount=st.integers(1, 10_000))
    def pay(self, data, amount: int) -> None:
        quote_id = data.draw(st.sampled_from(list(self.locks)))
        number, known = len(self.paid) + 1, self.locks[quote_id]

        def asked(draft, _body, _facts):
            terms = agreed_terms(draft, SALE, SELLER, quote_id)
            if isinstance(terms, Refusal):
                return terms
            refusal = beyond(draft, terms.quote, pounds(amount))
            if refusal is None:
                reserve(draft, self.sale(number, amount, terms.quote))
            return refusal

        refusal = self.book.ask(asked)
        may = self.book.now < known.until and amount <= known.room()
        assert (refusal is None) == may, (refusal, known)
        if may:
            known.held[number] = amount
            quote = self.book.draft.get(QUOTE_LOCKS, quote_id).quote
            self.paid[number] = (quote_id, self.sale(number, amount, quote))

    def sale(self, number, amount, quote):
        return replace(payment(number, pounds(amount), pounds(0)), quote=quote)

    @precondition(lambda self: self.paid)
    @rule(data=st.data(), part=st.integers(1, 12_000), settled=st.booleans())
    def needs_less_or_is_settled(self, data, part: int, settled: bool) -> None:
        number = data.draw(st.sampled_from(list(self.paid)))
        quote_id, sale = self.paid[number]
        known = self.locks[quote_id]
        moved = min(part, known.held[number])
        carry_out = use if settled else free_lock
        self.book.done(lambda draft, _body, _facts: carry_out(draft, sale, pounds(part)))
        known.held[number] -= moved
        if settled and moved:
            known.used += moved
            known.over = known.over or known.single or known.used == known.maximum

    @precondition(lambda self: self.paid)
    @rule(data=st.data())
    def fails(self, data) -> None:
        number = data.draw(st.sampled_from(list(self.paid)))
        quote_id, sale = self.paid[number]
        self.book.done(lambda draft, _body, _facts: free_lock(draft, sale))
        self.locks[quote_id].held[number] = 0

    @rule(seconds=st.sampled_from([1, 59, 61, 3_600, 90_000]), fires=st.booleans())
    def time_passes(self, seconds: int, fires: bool) -> None:
        """The clock may have passed a moment whose due row has not fired yet."""
        self.book.now += timedelta(seconds=seconds)
        fix_rates(self.book)
        for quote_id, known in self.locks.items():
            if fires and self.book.now >= known.until:
                refusal = self.book.ask(apply_expire_quote, ExpireQuote(quote_id))
                assert (refusal is None) == (not known.over)
                known.over = True

    @invariant()
    def the_book_says_what_the_model_says(self) -> None:
        draft = self.book.draft
        for quote_id, known in self.locks.items():
            held = sum(known.held.values())
            assert held + known.used <= known.maximum
            row = draft.get(QUOTE_LOCKS, quote_id)
            if row is None:
                assert known.over
                assert held == 0
                continue
            assert (row.reserved, row.used) == (held, known.used)
            assert row.available.minor == known.room()
            assert row.exposed.minor == known.exposed
        for number, (quote_id, sale) in self.paid.items():
            row = draft.get(RESERVATIONS, sale.id)
            assert (0 if row is None else row.held) == self.locks[quote_id].held[number]

    @invariant()
    def exposure_is_a_balance(self) -> None:
        exposed = [known.exposed for known in self.locks.values()]
        # 1 GBP is 9 CNY exactly.
        for kind, currency, minor in (
            ("fx_locked", GBP, sum(exposed)),
            ("fx_promised", CNY, 9 * sum(exposed)),
        ):
            ref = ref_of(kind, where_among(OPERATOR, SELLER), Money(0, currency))
            balance = balance_of(self.book.draft, ref)
            assert balance.credits_posted - balance.debits_posted == minor


Locks.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestLocks = Locks.TestCase
