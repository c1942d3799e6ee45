"""The rails that the conformance suite judges: every plugged one, its client, its simulator.

A client speaks to its simulator's server through `httpx.MockTransport`; `Wired` sets the server's
clock, as a rail has a clock of its own. Each judgement begins with a rail that knows nothing.
"""

import base64
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import httpx
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from usance.adapters.rails import (
    card,
    cash_on_delivery,
    e_wallet,
    iso20022,
    local_instant,
    sepa_instant,
)
from usance.adapters.rails.card.simulator import AcquirerServer
from usance.adapters.rails.cash_on_delivery.simulator import CarrierServer
from usance.adapters.rails.e_wallet.simulator import WalletServer
from usance.adapters.rails.iso20022.simulator import BankServer
from usance.adapters.rails.iso20022.wire import Participant, Scheme
from usance.adapters.rails.local_instant.schemes import FPS, PIX, PROMPTPAY
from usance.adapters.rails.local_instant.simulator import PixBank
from usance.adapters.rails.simulator import Behaviour, Lie, Outage, SimulatedRail
from usance.adapters.rails.transport import Patience, Transport
from usance.bootstrap import plugged
from usance.kernel.ids import InstructionId, PaymentId, SteeringId, derive, fresh, milliseconds_at
from usance.kernel.money import Currency, Money
from usance.kernel.records import replace
from usance.payments.model import (
    Address,
    Decline,
    Dispatch,
    Instruction,
    InstructionKind,
    InstructionState,
    RailMood,
    Steering,
    TransferParty,
)
from usance.payments.ports import Rail, RailAnswer

T0 = datetime(2026, 9, 9, 8, 0, tzinfo=UTC)
T0_MS = milliseconds_at(T0)
LATE = T0 + timedelta(days=60)
ROUGH = Behaviour(
    fee_bps=90,
    fee_fixed_minor=10,
    chargeback_fee_minor=1500,
    settlement_business_days=2,
    silent_bps=3000,
    refused_bps=2000,
    charged_back_bps=1500,
    refusable=frozenset({InstructionKind.COLLECT, InstructionKind.PAYOUT}),
    returned_bps=2000,
    partly_bps=1000,
    delayed_bps=2000,
    reordered=True,
    outages=(Outage(T0 + timedelta(hours=1), T0 + timedelta(hours=3)),),
)
LYING = replace(ROUGH, lies=frozenset(Lie), lied_bps=2500, repeated_bps=2500, outages=())


def _scanned(behaviour: Behaviour) -> Behaviour:
    """With payers who take a while, and some who never come."""
    return replace(behaviour, payer_after=timedelta(seconds=40), abandoned_bps=1000)


def told(rail: str) -> list[Steering]:
    """What a test book has told its simulated rail."""
    return [
        Steering(
            SteeringId(derive(0, mood)),
            rail,
            mood,
            T0 + timedelta(hours=hour),
            T0 + timedelta(hours=hour + 1),
            Decline.DECLINED if mood is RailMood.REFUSING else "",
            T0,
        )
        for hour, mood in enumerate(RailMood)
    ]


_DEBTOR = TransferParty(
    "Usance Demonstration Payments Ltd",
    "GB94BARC10201530093459",
    address=Address("GB", "London"),
)
_CREDITOR = TransferParty("Weaver GmbH", "DE02120300000000202051", address=Address("DE", "Köln"))


async def _no_pause(_seconds: float) -> None:
    return


# Of every rail's form: what would be a no, had something been asked for.
PROBLEM = {
    "error": {"type": "invalid_request_error", "code": "parameter_invalid"},
    "code": "amount_too_large",
    "type": "https://rail.test/problems/malformed_request",
    "title": "Malformed request",
    "status": 400,
}


class Wired:
    """A client and the server it speaks to, with one clock."""

    def __init__(self, client: Rail, server) -> None:
        self._client = client
        self._server = server
        self.name = client.name
        self.capabilities = client.capabilities
        self.limits = client.limits

    async def send(self, instruction: Dispatch, at: datetime) -> RailAnswer:
        self._server.now = at
        return await self._client.send(instruction, at)

    async def ask(self, instruction: Dispatch, at: datetime) -> RailAnswer:
        self._server.now = at
        return await self._client.ask(instruction, at)

    def fail_once(self, status: int) -> None:
        """Answer the next request with an error, whatever it asks."""
        self._server.failing = status

    async def notices(self, instructions: Sequence[Instruction], since, until):
        self._server.now = until
        return await self._client.notices(instructions, since, until)


def reached(server) -> Transport:
    """The way to a simulator's server, without a network."""
    server.failing = 0

    def handled(request: httpx.Request) -> httpx.Response:
        status, server.failing = server.failing, 0
        return httpx.Response(status, json=PROBLEM) if status else server.handle(request)

    under = httpx.MockTransport(handled)
    return Transport("https://rail.test", {}, Patience(attempts=3), under, _no_pause)


def _wired_card(behaviour: Behaviour, orders: Sequence[Steering] = ()) -> Wired:
    simulated = card.simulated(7, behaviour)
    server = AcquirerServer(simulated.steered(orders) if orders else simulated, T0)
    return Wired(card.CardRail(reached(server)), server)


def _wired_bank(behaviour: Behaviour) -> Wired:
    server = BankServer(iso20022.simulated(7, behaviour), T0)
    return Wired(iso20022.CreditTransferRail(reached(server)), server)


def _wired_participant(behaviour: Behaviour) -> Wired:
    server = BankServer(iso20022.simulated(7, behaviour), T0)
    scheme = Scheme(participant=Participant("BARCGB22XXX"))
    return Wired(iso20022.CreditTransferRail(reached(server), scheme=scheme), server)


def _wired_carrier(behaviour: Behaviour) -> Wired:
    server = CarrierServer(cash_on_delivery.simulated(7, behaviour), T0)
    return Wired(cash_on_delivery.CarrierRail(reached(server)), server)


def _wired_instant(behaviour: Behaviour) -> Wired:
    server = BankServer(sepa_instant.simulated(7, behaviour), T0)
    return Wired(sepa_instant.client(reached(server)), server)


def _wired_scheme(behaviour: Behaviour, scheme=PIX) -> Wired:
    # The scheme numbers money as it moves: what is told under one number came once.
    numbered = replace(behaviour, lies=behaviour.lies - {Lie.SETTLES_TWICE})
    server = PixBank(local_instant.simulated(scheme, 7, numbered), T0, scheme)
    return Wired(local_instant.client(reached(server), scheme, scheme.example), server)


@lru_cache
def key_pair(_whose: str) -> tuple[str, str]:
    """A private key and its public one, as a wallet's console shows them."""
    key = rsa.generate_private_key(65537, 1024)  # Short, for speed.
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(private).decode(), base64.b64encode(public).decode()


def wallet_contract() -> e_wallet.Contract:
    """What we and a wallet that exists only here have agreed."""
    back = "https://pay.example/back"
    return e_wallet.Contract("us", key_pair("us")[0], key_pair("wallet")[1], back)


def wallet_server(simulated: SimulatedRail, now: datetime = T0) -> WalletServer:
    """The server of that wallet."""
    return WalletServer(simulated, now, key_pair("wallet")[0], key_pair("us")[1])


def _wired_wallet(behaviour: Behaviour) -> Wired:
    server = wallet_server(e_wallet.simulated(7, behaviour))
    way = reached(server)
    return Wired(e_wallet.EWalletRail(way, wallet_contract(), way), server)


# Name of the rail: its simulator and its client, given a behaviour.
SIMULATED: dict[str, Callable[[Behaviour], Rail]] = {
    "rough": lambda behaviour: SimulatedRail("rough", 7, behaviour),
    "card": lambda behaviour: card.simulated(7, behaviour),
    "card_client": _wired_card,
    "cash_on_delivery": lambda behaviour: cash_on_delivery.simulated(7, behaviour),
    "cash_on_delivery_client": _wired_carrier,
    "credit_transfer": lambda behaviour: iso20022.simulated(7, behaviour),
    "credit_transfer_client": _wired_bank,
    "credit_transfer_participant": _wired_participant,
    "sepa_instant": lambda behaviour: sepa_instant.simulated(7, behaviour),
    "sepa_instant_client": _wired_instant,
    "pix": lambda behaviour: local_instant.simulated(PIX, 7, _scanned(behaviour)),
    "pix_client": lambda behaviour: _wired_scheme(_scanned(behaviour)),
    "promptpay_client": lambda behaviour: _wired_scheme(behaviour, PROMPTPAY),
    "e_wallet": lambda behaviour: e_wallet.simulated(7, _scanned(behaviour)),
    "e_wallet_client": lambda behaviour: _wired_wallet(_scanned(behaviour)),
    "fps_client": lambda behaviour: _wired_scheme(behaviour, FPS),
}
PLUGGED: dict[str, Callable[[], Rail]] = dict(plugged("rails"))
RAILS: dict[str, Callable[[], Rail]] = {
    **{f"plugged_{name}": make for name, make in PLUGGED.items()},
    **{name: lambda make=make: make(ROUGH) for name, make in SIMULATED.items()},
    "told": lambda: SimulatedRail("told", 7, ROUGH).steered(told("told")),
    "told_card_client": lambda: _wired_card(ROUGH, told("card")),
}
# Those that speak to a server.
WIRED = [name for name in RAILS if name.endswith(("_client", "_participant"))]
LIARS: dict[str, Callable[[], Rail]] = {
    name: lambda make=make: make(LYING) for name, make in SIMULATED.items()
}


def main_kind(rail: Rail) -> InstructionKind:
    """What a rail is mostly asked to do."""
    return next(
        kind
        for kind in (InstructionKind.COLLECT, InstructionKind.PAYOUT)
        if kind in rail.capabilities
    )


def currency_of(rail: Rail) -> Currency:
    """A currency that the rail takes."""
    return Currency("GBP" if "*" in rail.limits else min(rail.limits))


def asked(rail: Rail, number: int, minor: int = 10_000, kind=None) -> Dispatch:
    """An instruction that the rail can carry out, with everything that any rail asks for."""
    payment = PaymentId(fresh(T0_MS, number))
    currency = currency_of(rail)
    return Dispatch(
        InstructionId(derive(T0_MS, "ins", number)),
        kind or main_kind(rail),
        payment,
        payment,
        rail.name,
        "card:tok_visa",
        Money(minor, currency),
        InstructionState.OPEN,
        T0,
        debtor=_DEBTOR,
        debtor_agent=TransferParty(bic="BARCGB22XXX"),
        creditor=_CREDITOR,
        creditor_agent=TransferParty(bic="BYLADEM1001"),
        remittance="Invoice 4711",
        alias="weaver@example.org",
    )


def answered(dispatch: Dispatch, answer: RailAnswer, at: datetime = T0) -> Dispatch:
    """The instruction as the book keeps it once the rail has answered."""
    return replace(
        dispatch,
        state=InstructionState(answer.kind.value),
        answered_at=at,
        known_as=answer.reference or dispatch.known_as,
    )
