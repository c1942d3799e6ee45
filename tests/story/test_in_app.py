"""Buyers who pay in an app of their own: by a code that they scan, or in a wallet elsewhere."""

import json
from datetime import timedelta

import httpx
import pytest
from tests.ports.subjects import key_pair, reached, wallet_contract, wallet_server
from tests.story.stage import BUYERS, SELLER, Stage, buyer, money

from usance.adapters.rails import e_wallet, emv, local_instant
from usance.adapters.rails.e_wallet import signing
from usance.adapters.rails.local_instant.schemes import PIX
from usance.adapters.rails.local_instant.simulator import PixBank
from usance.adapters.rails.simulator import Behaviour
from usance.bootstrap import subscriptions
from usance.kernel.ids import BeneficiaryId, HookId, InstructionId, derive
from usance.kernel.money import Currency
from usance.parties import service as parties
from usance.parties.model import PartyKind
from usance.payments.model import Instruction, InstructionKind, InstructionState
from usance.payments.ports import AnswerKind
from usance.payments.service.dispatches import joined
from usance.payments.service.hooks import receive_hook
from usance.worker.loop import Worker

QUICK = Behaviour(
    fee_bps=50, fee_fixed_minor=0, chargeback_fee_minor=0, settlement_business_days=2,
    payer_after=timedelta(seconds=10),
)  # fmt: skip
WALLET = key_pair("wallet")


@pytest.fixture(autouse=True)
def _their_places(monkeypatch):
    monkeypatch.setitem(BUYERS, "bia", ("Beatriz Lima", "BR", None))
    monkeypatch.setitem(BUYERS, "wing", ("Chan Wing Yan", "HK", None))


async def settles_in(stage: Stage, name: str) -> None:
    """A buyer who is new here, and today's rates with the money of Brazil and Hong Kong."""
    who, country, _ = BUYERS[name]
    body = parties.RegisterParty(buyer(name), PartyKind.BUYER, who, country)
    await stage.accepted("register_party", body)
    stage.rates.rates |= {"BRL": "6", "HKD": "9"}
    await stage.until("2026-09-08 08:00")


def test_a_buyer_in_brazil_scans_a_code_and_finance_is_repaid_first(play):
    async def journey(stage: Stage) -> None:
        pix = local_instant.simulated(
            PIX, 7, Behaviour(
                fee_bps=50, fee_fixed_minor=0, chargeback_fee_minor=0, settlement_business_days=0,
                settles_after=timedelta(seconds=5), payer_after=timedelta(seconds=10),
            ),
        )  # fmt: skip
        stage.plug({"pix": pix})
        await settles_in(stage, "bia")
        await stage.advances_money()
        # Given an order of 1,000 CNY, which is 833.33 BRL, and a buyer who wants to pay by Pix
        sale = await stage.pays(await stage.order("INV-1", "1,000.00 CNY", "bia"), "local_instant")
        await stage.works()
        # Then the buyer is shown a code for just that, and nothing is booked yet
        payment = await stage.payment(sale)
        assert (payment["status"], payment["rail"]) == ("requires_action", "pix")
        step = await stage.row("select * from payments.buyer_actions where payment_id = $1", sale)
        fields = emv.read(step["action"])
        assert fields is not None
        assert (fields[emv.CURRENCY], fields[emv.AMOUNT]) == ("986", "833.33")
        assert await stage.balance("rail_receivable", "BRL") == "0.00"
        # When the buyer has scanned it, the money is there within seconds
        await stage.until("2026-09-08 08:06")
        assert (await stage.payment(sale))["status"] == "settled"
        assert await stage.balance("rail_receivable", "BRL") == "0.00"
        # Then it repays the advance before the seller gets the rest
        told = [code for code, _ in await stage.legs("payment_settled")]
        assert told.index("principal_repaid") < told.index("reserve") < told.index("rest")
        assert (await stage.advance(sale))["status"] == "repaid"
        assert await stage.balance("headroom") == "100000.00"

    play(journey)


def test_part_of_what_was_paid_by_code_goes_back(play):
    async def journey(stage: Stage) -> None:
        stage.plug({"pix": local_instant.simulated(PIX, 7, QUICK)})
        await settles_in(stage, "bia")
        sale = await stage.pays(await stage.order("INV-1", "900.00 CNY", "bia"), "local_instant")
        await stage.works()
        await stage.until("2026-09-08 08:06")
        assert (await stage.refunds(sale, "250.00 BRL")).refusal is None
        await stage.works()
        assert await stage.balance("rail_receivable", "BRL") == "500.00"
        # The rail settles what is left
        await stage.until("2026-09-11")
        assert (await stage.payment(sale))["status"] == "settled"
        assert await stage.balance("rail_receivable", "BRL") == "0.00"

    play(journey)


class Wallet:
    """A wallet's server with a clock of its own, and what it posts to us."""

    def __init__(self, stage: Stage, behaviour: Behaviour = QUICK) -> None:
        self._stage = stage
        self.server = wallet_server(e_wallet.simulated(7, behaviour), stage.now)
        way = reached(self)
        rail = e_wallet.EWalletRail(way, wallet_contract(), way)
        stage.plug({"e_wallet": rail})
        rails = {"bank_transfer": stage.rail, "card": stage.card, "e_wallet": rail}
        stage.worker = Worker(
            stage.session.pool, stage.session.book, rails, stage.rates, subscriptions(),
            secrets=lambda name: (WALLET[1],) if name == "e_wallet" else (),
        )  # fmt: skip

    def handle(self, request):
        self.server.now = max(self.server.now, self._stage.now)
        return self.server.handle(request)

    async def posts(self, sale, key: tuple[str, str] = WALLET) -> None:
        """It tells us that the buyer has paid, signed with a key."""
        stage = self._stage
        asked = await stage.instruction(sale, "collect")
        payment = await stage.payment(sale)
        said = {
            "notifyType": "PAYMENT_RESULT",
            "result": {"resultCode": "SUCCESS", "resultStatus": "S"},
            "paymentRequestId": asked.hex,
            "paymentId": f"wal{asked.hex}",
            "paymentAmount": {
                "currency": payment["gross_currency"], "value": str(payment["gross_minor"])
            },
            "actualPaymentAmount": {"currency": "CNY", "value": "99900"},
            "paymentTime": stage.now.isoformat(),
        }  # fmt: skip
        body, time = json.dumps(said).encode(), stage.now.isoformat()
        message = signing.Message("/v1/hooks/e_wallet", "us", time, body)
        headers = {
            "client-id": "us",
            "request-time": time,
            "signature": signing.signature(key[0], message),
        }
        hook = HookId(derive(int(stage.now.timestamp() * 1000), "hook", key[0][-9:]))
        async with stage.session.pool.acquire() as connection:
            await receive_hook(connection, hook, "e_wallet", headers, body, stage.now)
        await stage.works()


def test_a_buyer_says_yes_in_the_wallet_and_the_wallet_tells_us(play):
    async def journey(stage: Stage) -> None:
        await settles_in(stage, "wing")
        wallet = Wallet(stage)
        # Given a buyer in Hong Kong who is shown 1,250 HKD and whose wallet holds yuan
        sale = await stage.pays(await stage.order("INV-1", "1,000.00 CNY", "wing"), "wallet")
        await stage.works()
        assert (await stage.payment(sale))["status"] == "requires_action"
        # When somebody else says that it was paid, nothing is believed
        await wallet.posts(sale, key_pair("else"))
        assert (await stage.payment(sale))["status"] == "requires_action"
        # When the wallet itself says so, it is booked in what the buyer was shown
        await wallet.posts(sale)
        assert (await stage.payment(sale))["status"] == "captured"
        assert await stage.balance("rail_receivable", "HKD") == "1250.00"
        codes = await stage.session.pool.fetch("select code from payments.hooks order by id")
        assert sorted(row["code"] for row in codes) == ["", "forged_signature"]

    play(journey)


def test_a_buyer_who_left_the_wallet_and_pays_late_gets_the_money_back(play):
    async def journey(stage: Stage) -> None:
        await settles_in(stage, "wing")
        never = Behaviour(
            fee_bps=50, fee_fixed_minor=0, chargeback_fee_minor=0, settlement_business_days=2,
            payer_after=timedelta(days=3),
        )  # fmt: skip
        wallet = Wallet(stage, never)
        # Given a buyer who goes to the wallet and does nothing there
        sale = await stage.pays(await stage.order("INV-1", "1,000.00 CNY", "wing"), "wallet")
        await stage.works()
        # When the wallet's fourteen minutes are over, it is asked to give it up, and does
        await stage.until("2026-09-08 08:15")
        assert (await stage.payment(sale))["status"] == "failed"
        [failed] = await stage.facts("payment_failed")
        assert failed["code"] == "action_timed_out"
        # When the wallet tells us all the same that the buyer has come back and paid
        stage.now += timedelta(minutes=30)
        await stage.worker.tick(stage.now)
        await wallet.posts(sale)
        # Then it is booked apart from the sale, sent back, and somebody looks at it
        assert (await stage.payment(sale))["status"] == "failed"
        [late] = await stage.facts("late_success")
        assert late["kind"] == "collect"
        assert await stage.balance("suspense_unmatched", "HKD") == "0.00"
        assert await stage.balance("rail_receivable", "HKD") == "0.00"
        assert await stage.session.pool.fetchval("select count(*) from risk.cases") == 1

    play(journey)


def test_a_refund_names_what_the_wallet_first_said_late(play):
    async def journey(stage: Stage) -> None:
        await settles_in(stage, "wing")
        silent = Behaviour(
            fee_bps=50, fee_fixed_minor=0, chargeback_fee_minor=0, settlement_business_days=2,
        )  # fmt: skip
        wallet = Wallet(stage, silent)
        answers = wallet.server.handle
        # Given a wallet that could not be heard when it was asked to collect
        wallet.server.handle = lambda _request: (_ for _ in ()).throw(httpx.ReadTimeout("away"))
        sale = await stage.pays(await stage.order("INV-1", "1,000.00 CNY", "wing"), "wallet")
        await stage.works()
        wallet.server.handle = answers
        await stage.until("2026-09-08 08:06")
        assert (await stage.payment(sale))["status"] == "captured"
        # Then a refund still tells it which payment is meant
        assert (await stage.refunds(sale, "250.00 HKD")).refusal is None
        await stage.works()
        assert await stage.balance("rail_receivable", "HKD") == "1000.00"

    play(journey)


def test_a_payee_named_by_a_key_is_paid_by_it(play):
    async def journey(stage: Stage) -> None:
        payee = BeneficiaryId.derived(0, "story", "bia")
        named = parties.RegisterBeneficiary(
            payee, SELLER, "Beatriz Lima", "BR", Currency("BRL"), number="+55 (11) 98765-4321"
        )
        await stage.accepted("register_beneficiary", named)
        paid = Instruction(
            InstructionId.derived(0, "story", "paid"), InstructionKind.PAYOUT, payee, None, "pix",
            f"beneficiary:{payee}", money("50.00 BRL"), InstructionState.OPEN, stage.now,
        )  # fmt: skip
        bank = PixBank(local_instant.simulated(PIX, 7, QUICK), stage.now)
        rail = local_instant.client(reached(bank))
        async with stage.session.pool.acquire() as connection:
            [sent] = await joined(connection, {"pix": rail}, [(paid, None)])

        assert sent.alias == "+5511987654321"
        assert (await rail.send(sent, stage.now)).kind is AnswerKind.CONFIRMED

    play(journey)
