"""What the tests of financing share: a book with two funders, a seller, buyers, and their sales."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from uuid import UUID

from usance.financing import service
from usance.financing.events import AdvanceDrawn, OfferMade
from usance.financing.model import Advance
from usance.financing.ports import DrawdownQuestion
from usance.financing.tables import ADVANCES
from usance.kernel import money
from usance.kernel.decisions import Judgement, Reason, Verdict
from usance.kernel.errors import Refusal
from usance.kernel.fx import Quote, Side
from usance.kernel.ids import BankAccountId, DecisionId, FacilityId, OrderId, PartyId, PaymentId
from usance.kernel.money import Currency, Money
from usance.kernel.records import replace
from usance.ledger.model import Leg, Ref
from usance.ledger.service import balance_at, balance_of, net_debit, post
from usance.parties import service as parties
from usance.parties.model import OPERATOR, PartyKind
from usance.payments.events import PaymentCaptured
from usance.payments.model import Payment, PaymentStatus
from usance.payments.ports import Ruling
from usance.payments.tables import PAYMENTS
from usance.policy import service as policy
from usance.runtime.draft import Overlay, State
from usance.trade.model import Order

NOW = datetime(2026, 9, 9, 8, tzinfo=UTC)
CNY = Currency("CNY")
SELLER = PartyId.derived(1, "seller")
BUYER = PartyId.derived(1, "buyer")
NORTH, SOUTH = PartyId.derived(1, "north"), PartyId.derived(1, "south")
WIDE, NARROW = FacilityId.derived(1, "wide"), FacilityId.derived(1, "narrow")
ACTOR = UUID(int=2)


def cny(text: str) -> Money:
    return money.parse(text, "CNY")


def gbp(text: str) -> Money:
    return money.parse(text, "GBP")


def quote(base: str, mid: str, spread_bps: int = 50) -> Quote:
    expiry = NOW + timedelta(days=30)
    return Quote(
        Currency(base), CNY, Decimal(mid), spread_bps, Side.MID, "ECB", NOW.date(), NOW, expiry
    )


def payment(number: int = 1, gross: Money | None = None, fee: Money | None = None) -> Payment:
    """A captured sale of GBP 100.00 at 9.5, our fee 1.50 % and 20 pence."""
    gross = gross or gbp("100.00")
    return Payment(
        id=PaymentId.derived(1, number),
        order_id=OrderId.derived(1, number),
        invoice_no=f"5363{number}",
        seller_id=SELLER,
        buyer_id=BUYER,
        rail="card",
        instrument="card:token",
        gross=gross,
        fee=fee or gbp("1.70"),
        book=cny("950.00"),
        quote=quote("GBP", "9.5"),
        decision_id=DecisionId.derived(1, number),
        status=PaymentStatus.CAPTURED,
        created_at=NOW,
        captured_at=NOW,
        settlement_due=NOW.date() + timedelta(days=2),
        captured=gross.minor,
    )


def order(sale: Payment) -> Order:
    """The order behind a sale, as the shop's file has it."""
    return Order(
        sale.order_id,
        sale.seller_id,
        sale.buyer_id,
        sale.invoice_no,
        sale.gross,
        NOW - timedelta(days=1),
        NOW.date(),
        "GB",
        1,
    )


class Gate:
    """Says what it is told to say and remembers what it was asked."""

    def __init__(self, verdict: Verdict = Verdict.ALLOW) -> None:
        self.verdict = verdict
        self.asked: list[DrawdownQuestion] = []

    def judge(self, draft: Overlay, question: DrawdownQuestion) -> Ruling:
        self.asked.append(question)
        reasons = (Reason("because", "Because.", "因为。"),)
        found = reasons if self.verdict is not Verdict.ALLOW else ()
        decision_id = DecisionId.derived(1, question.advance_id)
        return Ruling(decision_id, Judgement(self.verdict, found, "1"))


class Book:
    """A book without a database: each command on its own overlay, merged like a batch."""

    def __init__(self) -> None:
        self.state = State()
        self.now = NOW
        self.commands = 0
        self.draft = Overlay(self.state, self.now)

    def ask(self, apply, body=None, facts=None) -> Refusal | None:
        """Carry out one command; its parts stay readable in `draft`."""
        self.draft = Overlay(self.state, self.now)
        self.commands += 1
        self.draft.begin(UUID(int=self.commands), ACTOR, self.commands)
        refusal = apply(self.draft, body, facts)
        if refusal is not None:
            self.draft.undo()
        self.draft.merge()
        return refusal

    def done(self, apply, body=None, facts=None) -> Overlay:
        """Carry out a command that is not refused."""
        refusal = self.ask(apply, body, facts)
        assert refusal is None, refusal
        return self.draft

    def at(self, kind: str, owner: UUID, obligor=None, facility=None) -> int:
        """What may be drawn from an account."""
        return balance_at(self.draft, Ref(kind, CNY, owner, obligor, facility))

    def owed(self, kind: str, owner: UUID, obligor=None, facility=None) -> int:
        """What stands on the debit side of an account."""
        return net_debit(balance_of(self.draft, Ref(kind, CNY, owner, obligor, facility)))

    def post(self, *legs: Leg) -> None:
        def apply(draft, _body, _facts):
            posted = post(draft, legs, draft.now.date())
            return posted if isinstance(posted, Refusal) else None

        self.done(apply)

    # ---- the story ----

    def capture(self, sale: Payment) -> OfferMade | None:
        """Capture a sale as payments does, with the offer as a later stage."""

        def apply(draft, body, facts):
            draft.put(PAYMENTS, sale)
            draft.tell(
                PaymentCaptured(
                    sale.id,
                    sale.order_id,
                    sale.seller_id,
                    sale.buyer_id,
                    sale.gross,
                    sale.book,
                    sale.settlement_due,
                    "reference",
                )
            )
            return service.OfferStage(OPERATOR).apply_offer(draft, body, facts)

        return self.done(apply).told(OfferMade)

    def accept(self, offer: OfferMade, sale: Payment, gate: Gate | None = None) -> Advance | None:
        """Accept an offer by hand."""
        stage = service.AcceptStage(gate or Gate(), OPERATOR)
        draft = self.done(
            stage.apply, service.AcceptOffer(offer.offer_id), {sale.order_id: order(sale)}
        )
        drawn = draft.told(AdvanceDrawn)
        return None if drawn is None else draft.get(ADVANCES, drawn.advance_id)

    def drawn(self, number: int = 1, gross: Money | None = None) -> Advance:
        """Capture a sale and draw the advance on it."""
        sale = payment(number, gross)
        offer = self.capture(sale)
        assert offer is not None
        advance = self.accept(offer, sale)
        assert advance is not None
        return advance

    def set_payment(self, sale: Payment, **changes) -> Payment:
        changed = replace(sale, **changes)
        self.done(lambda draft, _body, _facts: draft.put(PAYMENTS, changed))
        return changed


def empty_book() -> Book:
    """A book with policy, an operator, a seller with a bank account, a buyer, two funders."""
    book = Book()
    book.done(policy.apply_adopt_policy, policy.AdoptPolicy(policy.shipped_rows(), "setup"))
    for party_id, kind, name, country in _CAST:
        book.done(
            parties.apply_register_party, parties.RegisterParty(party_id, kind, name, country)
        )
    book.done(
        parties.apply_register_bank_account,
        parties.RegisterBankAccount(
            BankAccountId.derived(1, "seller"),
            SELLER,
            "Seller",
            "CN",
            CNY,
            number="6222020200112233445",
        ),
    )
    return book


_CAST: Sequence[tuple[PartyId, PartyKind, str, str]] = (
    (SELLER, PartyKind.SELLER, "Ningbo Lantern Gifts Co., Ltd.", "CN"),
    (BUYER, PartyKind.BUYER, "Amberley Stationers Ltd", "GB"),
    (NORTH, PartyKind.FUNDER, "North Bank", "CN"),
    (SOUTH, PartyKind.FUNDER, "South Factoring", "CN"),
)


@cache
def _set_up() -> Book:
    book = empty_book()
    facility = service.OpenFacilityStage(OPERATOR).apply
    funds = service.ReceiveFundsStage(OPERATOR).apply
    book.done(facility, service.OpenFacility(WIDE, NORTH, SELLER, cny("10000"), "marketplace"))
    book.done(facility, service.OpenFacility(NARROW, SOUTH, SELLER, cny("4000"), "marketplace"))
    book.done(funds, service.ReceiveFunds(NORTH, cny("6000"), "N1"))
    book.done(funds, service.ReceiveFunds(SOUTH, cny("9000"), "S1"))
    return book


def funded_book() -> Book:
    """A book in which the wide facility has room for 6000 (funds), the narrow for 4000 (limit)."""
    known, book = _set_up(), Book()
    book.state.rows = [dict(rows) for rows in known.state.rows]
    book.state.lookups = [dict(lookups) for lookups in known.state.lookups]
    book.commands = known.commands
    book.draft = Overlay(book.state, book.now)
    return book
