"""Financing in a database: written by engines that start anew, read back by the mouths."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tests.databases import bare_book
from tests.financing.samples import (
    ACTOR,
    BUYER,
    CNY,
    NARROW,
    NORTH,
    NOW,
    SELLER,
    SOUTH,
    WIDE,
    Gate,
    cny,
    order,
    payment,
)

from usance.financing import service, store
from usance.financing.events import AdvanceDrawn, AdvanceRepaid, OfferMade
from usance.financing.model import AdvanceStatus, OfferStatus
from usance.kernel.ids import BankAccountId, OfferId, OrderId, derive
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.ledger.model import Leg, Ref
from usance.ledger.service import post
from usance.parties import service as parties
from usance.parties.model import OPERATOR, PartyKind
from usance.payments.events import PaymentCaptured
from usance.payments.model import Payment, PaymentStatus
from usance.payments.ports import Loss, Proceeds
from usance.payments.tables import PAYMENTS
from usance.policy import service as policy
from usance.runtime.clock import FrozenClock
from usance.runtime.commands import Command, Stage, Verb
from usance.runtime.engine import Engine
from usance.runtime.postgres import ServerAddress
from usance.runtime.rows import RowShape
from usance.trade.model import Order
from usance.trade.tables import ORDERS

OFFERS, ACCEPT = service.OfferStage(OPERATOR), service.AcceptStage(Gate(), OPERATOR)
CLAIM = service.Waterfall(OPERATOR)


class Capture(Record, frozen=True):
    """Stands for the rail's answer: the payment is captured."""

    payment: Payment


class Settle(Record, frozen=True):
    """Stands for the rail's settlement: proceeds arrive, the claim is served."""

    payment: Payment
    proceeds: Money


class Return(Record, frozen=True):
    """Stands for a refund of the whole sale."""

    payment: Payment


def capture(draft, body, _facts):
    sale = body.payment
    draft.put(PAYMENTS, sale)
    draft.tell(
        PaymentCaptured(
            sale.id, sale.order_id, SELLER, BUYER, sale.gross, sale.book, NOW.date(), "reference"
        )
    )


def settle(draft, body, _facts):
    proceeds = Leg(
        "proceeds",
        Ref("nostro", CNY, OPERATOR),
        Ref("seller_settling", CNY, SELLER),
        body.proceeds.minor,
    )
    claims = CLAIM.repay(
        draft, Proceeds(body.payment.id, body.payment.order_id, SELLER, body.proceeds, NOW.date())
    )
    posted = post(draft, [proceeds, *claims], NOW.date())
    assert isinstance(posted, list), posted


def give_back(draft, body, _facts):
    gross = body.payment.gross
    nothing = Money(0, gross.currency)
    legs = CLAIM.shrink(
        draft,
        Loss(body.payment.id, body.payment.order_id, SELLER, gross, gross, nothing, NOW.date()),
    )
    assert legs == []
    draft.tell(Return(body.payment))


PATH = {
    "adopt_policy": Verb(policy.AdoptPolicy, (Stage(policy.apply_adopt_policy),)),
    "register_party": Verb(parties.RegisterParty, (Stage(parties.apply_register_party),)),
    "register_bank_account": Verb(
        parties.RegisterBankAccount, (Stage(parties.apply_register_bank_account),)
    ),
    "open_facility": Verb(
        service.OpenFacility, (Stage(service.OpenFacilityStage(OPERATOR).apply),)
    ),
    "receive_funds": Verb(
        service.ReceiveFunds, (Stage(service.ReceiveFundsStage(OPERATOR).apply),)
    ),
    "grant_mandate": Verb(service.GrantMandate, (Stage(service.apply_grant_mandate),)),
    "capture": Verb(Capture, (Stage(capture), Stage(OFFERS.apply_offer))),
    "settle": Verb(Settle, (Stage(settle),)),
    "give_back": Verb(Return, (Stage(give_back),)),
    "request_offer": Verb(
        service.RequestOffer, (Stage(OFFERS.apply_request, OFFERS.prepare_request),)
    ),
    "accept_offer": Verb(service.AcceptOffer, (Stage(ACCEPT.apply, ACCEPT.prepare),)),
    "accept_under_mandate": Verb(
        service.AcceptUnderMandate, (Stage(ACCEPT.apply_under_mandate, ACCEPT.prepare),)
    ),
    "expire_offer": Verb(
        service.ExpireOffer, (Stage(service.apply_expire_offer, service.prepare_expire),)
    ),
    "mark_overdue": Verb(
        service.MarkOverdue, (Stage(service.apply_mark_overdue, service.prepare_overdue),)
    ),
}
SET_UP: list[tuple[str, Record]] = [
    ("adopt_policy", policy.AdoptPolicy(policy.shipped_rows(), "setup")),
    ("register_party", parties.RegisterParty(SELLER, PartyKind.SELLER, "Seller", "CN")),
    ("register_party", parties.RegisterParty(BUYER, PartyKind.BUYER, "Buyer", "GB")),
    ("register_party", parties.RegisterParty(NORTH, PartyKind.FUNDER, "North", "CN")),
    ("register_party", parties.RegisterParty(SOUTH, PartyKind.FUNDER, "South", "CN")),
    (
        "register_bank_account",
        parties.RegisterBankAccount(
            BankAccountId.derived(1, "s"), SELLER, "Seller", "CN", CNY, number="622202020011223344"
        ),
    ),
    ("open_facility", service.OpenFacility(WIDE, NORTH, SELLER, cny("10000"), "market")),
    ("open_facility", service.OpenFacility(NARROW, SOUTH, SELLER, cny("4000"), "market")),
    ("receive_funds", service.ReceiveFunds(NORTH, cny("6000"), "N1")),
    ("grant_mandate", service.GrantMandate(SELLER, cny("5000"))),
]


async def add_order(dsn: str, sale: Payment) -> None:
    """Put a sale's order where the import would have put it."""
    shape: RowShape[Order] = RowShape(Order)
    connection = await asyncpg.connect(dsn)
    try:
        await connection.copy_records_to_table(
            ORDERS.name,
            schema_name=ORDERS.schema,
            columns=shape.columns,
            records=[shape.to_row(order(sale))],
        )
    finally:
        await connection.close()


@pytest.fixture
def dsn(server_address: ServerAddress) -> Iterator[str]:
    with bare_book(server_address, "financing_test", NOW) as dsn:
        outcomes = asyncio.run(ask(dsn, *SET_UP))
        assert all(outcome.refusal is None for outcome in outcomes), outcomes
        yield dsn


async def ask(dsn: str, *commands: tuple[str, Record]) -> list[Any]:
    """Have an engine of its own carry commands out: what it knows, it has loaded."""
    engine = Engine(dsn, PATH, FrozenClock(NOW))
    await engine.start()
    try:
        return await engine.submit(
            [Command(derive(0, verb, body), verb, ACTOR, body) for verb, body in commands]
        )
    finally:
        await engine.stop()


async def read(dsn: str, look: Any, *arguments: Any) -> Any:
    connection = await asyncpg.connect(dsn)
    try:
        return await look(connection, *arguments)
    finally:
        await connection.close()


def test_from_offer_to_repayment_with_a_new_engine_at_every_step(dsn):
    sale = payment()

    async def story():
        await add_order(dsn, sale)
        captured = (await ask(dsn, ("capture", Capture(sale))))[0]
        offer_id = captured.part(OfferMade).offer_id
        made = await read(dsn, store.offer, offer_id)
        assert (made.status, made.principal) == (OfferStatus.MADE, cny("735.77"))

        accepted = await ask(dsn, ("accept_under_mandate", service.AcceptUnderMandate(offer_id)))
        drawn = accepted[0].part(AdvanceDrawn)
        exposed = (await read(dsn, store.exposures, WIDE))[0]
        assert (exposed.obligor_id, exposed.principal) == (BUYER, cny("735.77"))
        assert exposed.fees_and_charges == cny("5.89")

        settled = (await ask(dsn, ("settle", Settle(sale, cny("900.00")))))[0]
        assert settled.part(AdvanceRepaid).lines[0].advance_id == drawn.advance_id
        assert await read(dsn, store.exposures, WIDE) == []
        advances = await read(dsn, store.advances)
        assert [(a.id, a.status) for a in advances] == [(drawn.advance_id, AdvanceStatus.REPAID)]

        # What is closed has left memory; asking about it finds it, and it is over.
        again = await ask(
            dsn,
            ("accept_offer", service.AcceptOffer(offer_id)),
            ("expire_offer", service.ExpireOffer(offer_id)),
            ("mark_overdue", service.MarkOverdue(drawn.advance_id)),
        )
        assert [(o.refusal.code, o.refusal.value) for o in again] == [
            ("offer_not_open", "accepted"),
            ("nothing_due", "accepted"),
            ("nothing_due", "repaid"),
        ]

    asyncio.run(story())


def test_a_sale_whose_finance_is_closed_can_be_asked_about_again(dsn):
    sale = payment()

    async def story():
        captured = (await ask(dsn, ("capture", Capture(sale))))[0]
        offer_id = captured.part(OfferMade).offer_id
        # Nobody knows the order behind this sale: it is not drawn, and the offer stays.
        refused = (await ask(dsn, ("accept_offer", service.AcceptOffer(offer_id))))[0].refusal
        assert (refused.code, refused.value) == ("unknown_order", str(OrderId(sale.order_id)))
        await ask(dsn, ("settle", Settle(sale, cny("900.00"))))
        assert (await read(dsn, store.offer, offer_id)).status is OfferStatus.WITHDRAWN

        asked = (await ask(dsn, ("request_offer", service.RequestOffer(sale.id, NARROW))))[0]

        assert asked.part(OfferMade).facility_id == NARROW
        offers = await read(dsn, store.offers)
        assert [offer.status for offer in offers] == [OfferStatus.WITHDRAWN, OfferStatus.MADE]

    assert sale.status is PaymentStatus.CAPTURED
    asyncio.run(story())


def test_a_recalled_advance_is_found_by_a_new_engine(dsn):
    first, second = payment(1), payment(2)

    async def story():
        for sale in (first, second):
            await add_order(dsn, sale)
            captured = (await ask(dsn, ("capture", Capture(sale))))[0]
            offer_id = captured.part(OfferMade).offer_id
            await ask(dsn, ("accept_offer", service.AcceptOffer(offer_id)))
        await ask(dsn, ("give_back", Return(first)))

        settled = (await ask(dsn, ("settle", Settle(second, cny("800.00")))))[0]

        lines = settled.part(AdvanceRepaid).lines
        assert [line.payment_id for line in lines] == [first.id, second.id]
        assert [line.outstanding.minor for line in lines] == [0, 2 * (73577 + 589) - 80000]

    asyncio.run(story())


def test_lists_by_party_and_cursor(dsn):
    async def story():
        facilities = await read(dsn, store.facilities, SELLER)
        assert {facility.id for facility in facilities} == {WIDE, NARROW}
        assert [f.id for f in await read(dsn, store.facilities, NORTH)] == [WIDE]
        first, last = facilities
        assert first.position < last.position
        assert await read(dsn, store.facilities, None, first.position) == [last]
        assert await read(dsn, store.facilities, None, last.position) == []
        assert (await read(dsn, store.facility, WIDE)).limit == cny("10000")
        mandate = await read(dsn, store.mandate, SELLER)
        assert (mandate.per_offer_max, mandate.revoked_at) == (cny("5000"), None)
        for number in (1, 2):
            sale = payment(number)
            await ask(dsn, ("capture", Capture(sale)))
        assert len(await read(dsn, store.offers, SELLER)) == 2
        assert await read(dsn, store.offers, SOUTH) == []
        assert await read(dsn, store.advances, SELLER) == []
        assert await read(dsn, store.offer, OfferId(UUID(int=7))) is None
        offer = (await read(dsn, store.offers))[0]
        assert offer.expires_at == NOW + timedelta(hours=24)

    asyncio.run(story())
