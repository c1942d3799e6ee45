"""What a step asks of the book: its choices, made among what there is, become verbs and bodies."""

from datetime import datetime
from typing import Any

from tests.sim.plan import Choices
from tests.sim.world import ALL_FACILITIES, CURRENCIES, FUNDER_OF, PARTIES, SELLERS

from usance.financing import service as financing
from usance.financing.model import FacilityStatus
from usance.kernel.ids import FacilityId, InstructionId, OfferId, OrderId, PaymentId
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record
from usance.parties import service as parties
from usance.parties.model import PartyStatus
from usance.payments.ports import AnswerKind, RailAnswer
from usance.payments.service import (
    Pay,
    PayOut,
    RecordAnswer,
    RecordChargeback,
    RecordSettlement,
    RefundPayment,
)

Asked = tuple[str, Record]
_NEVER_ASKED = {"blocked", "in_review"}


class Asking:
    """Turns choices into bodies. What there is to choose from is read from the tables."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._notices = 0

    async def bodies(self, act: str, choices: Choices, now: datetime) -> list[Asked]:
        """Return what an act asks; nothing where there is nothing to ask it about."""
        made = await getattr(self, act)(choices, now)
        return [] if made is None else list(made)

    async def pay_again(self, choices: Choices, _now: datetime) -> list[Asked] | None:
        order = await self._some("trade.orders", choices["order"])
        return None if order is None else [pays(OrderId(order["id"]))]

    async def settle(self, choices: Choices, _now: datetime) -> list[Asked] | None:
        payment = await self._some("payments.payments", choices["payment"])
        if payment is None:
            return None
        owed, gross = max(payment["receivable"], 0), payment["gross_minor"]
        amount = {
            "owed": owed,
            "gross": gross,
            "half": owed // 2,
            "more": owed + 77,
            "nothing": 0,
        }[choices["amount"]]
        fee = {"share": amount // 200, "none": 0, "all": amount, "beyond": amount + 5}
        body = RecordSettlement(
            PaymentId(payment["id"]),
            self._notice("settled"),
            _of(payment, amount),
            _of(payment, fee[choices["fee"]]),
        )
        return [("record_settlement", body)] * (1 + choices["twice"])

    async def chargeback(self, choices: Choices, _now: datetime) -> list[Asked] | None:
        payment = await self._some("payments.payments", choices["payment"])
        if payment is None or payment["status"] in _NEVER_ASKED:
            return None
        gross = payment["gross_minor"]
        amount = {"gross": gross, "third": gross // 3 + 1, "more": gross + 1}[choices["amount"]]
        body = RecordChargeback(
            PaymentId(payment["id"]),
            self._notice("disputed"),
            _of(payment, amount),
            _of(payment, choices["fee"]),
        )
        return [("record_chargeback", body)] * (1 + choices["twice"])

    async def refund(self, choices: Choices, _now: datetime) -> list[Asked] | None:
        payment = await self._some("payments.payments", choices["payment"])
        if payment is None:
            return None
        left = payment["captured"] - payment["returned"] - payment["holding"]
        amount = {"left": left, "third": left // 3, "one": 1, "too much": left + 1}
        money = _of(payment, amount[choices["amount"]])
        return [("refund", RefundPayment(PaymentId(payment["id"]), money, "agreed"))]

    async def answer(self, choices: Choices, _now: datetime) -> list[Asked] | None:
        asked = await self._some("payments.instructions", choices["instruction"])
        if asked is None:
            return None
        says = RailAnswer(AnswerKind(choices["says"]), "out of turn", "late")
        return [("record_answer", RecordAnswer(InstructionId(asked["id"]), says))]

    async def pay_out(self, choices: Choices, _now: datetime) -> list[Asked]:
        place = choices["seller"]
        money = Money(choices["minor"], Currency(CURRENCIES[place]))
        return [("pay_out", PayOut(SELLERS[place], money))]

    async def accept(self, choices: Choices, _now: datetime) -> list[Asked] | None:
        offer = await self._some("financing.offers", choices["offer"])
        if offer is None:
            return None
        return [("accept_offer", financing.AcceptOffer(OfferId(offer["id"])))]

    async def request(self, choices: Choices, _now: datetime) -> list[Asked] | None:
        payment = await self._some("payments.payments", choices["payment"])
        if payment is None:
            return None
        facility = _facility(choices)
        return [("request_offer", financing.RequestOffer(PaymentId(payment["id"]), facility))]

    async def freeze(self, choices: Choices, _now: datetime) -> list[Asked]:
        party = PARTIES[choices["party"] % len(PARTIES)]
        status = PartyStatus(choices["status"])
        return [("set_party_status", parties.SetPartyStatus(party, status, "a seed says so"))]

    async def suspend(self, choices: Choices, _now: datetime) -> list[Asked]:
        status = FacilityStatus(choices["status"])
        body = financing.SetFacilityStatus(_facility(choices), status, "a seed says so")
        return [("set_facility_status", body)]

    async def funds(self, choices: Choices, _now: datetime) -> list[Asked]:
        funder, currency = FUNDER_OF[_facility(choices)]
        money = Money(choices["minor"], Currency(currency))
        return [("receive_funds", financing.ReceiveFunds(funder, money, self._notice("paid-in")))]

    async def mandate(self, choices: Choices, _now: datetime) -> list[Asked]:
        seller = SELLERS[choices["seller"]]
        if not choices["minor"]:
            return [("revoke_mandate", financing.RevokeMandate(seller))]
        most = Money(choices["minor"], Currency(CURRENCIES[choices["seller"]]))
        return [("grant_mandate", financing.GrantMandate(seller, most))]

    def _notice(self, kind: str) -> str:
        self._notices += 1
        return f"{kind}-{self._notices}"

    async def _some(self, table: str, pick: int) -> Any:
        rows = await self._pool.fetch(f"select * from {table} order by id")
        return rows[pick % len(rows)] if rows else None


def pays(order: OrderId, method: str = "") -> Asked:
    """Return how an order is paid: by the token that goes with it."""
    return "pay", Pay(order, method, f"tok_{order.hex[-8:]}")


def _facility(choices: Choices) -> FacilityId:
    return ALL_FACILITIES[choices["facility"] % len(ALL_FACILITIES)]


def _of(payment: Any, minor: int) -> Money:
    return Money(minor, Currency(payment["gross_currency"]))
