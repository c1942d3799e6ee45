"""Whatever rails, people and banks do after one another, the book adds up and nobody is set aside.

Each seed is one history on one book; the audit that follows a journey checks what it has left.
"""

import random
from datetime import timedelta

import pytest
import structlog
from tests.story.stage import SELLER, Stage, money
from tests.story.test_fx_quotes import lock
from tests.story.test_splits import DELIVERY, SUPPLIER, know_payees

from usance.kernel.money import Currency, Money
from usance.payments.model import CaptureMethod, EscrowTerms, InstructionKind, LockUse, ShareAsked
from usance.payments.ports import AnswerKind, NoticeKind, RailAnswer
from usance.payments.service import (
    CapturePayment,
    ConfirmDelivery,
    DisputeEscrow,
    Pay,
    RecordAnswer,
    RecordChargeback,
    RecordDispute,
    RecordSettlement,
    RefundPayment,
    ResolveEscrow,
    ReverseShare,
    VoidPayment,
)

STEPS = 60
SPLITS = (
    (),
    (ShareAsked(SUPPLIER, "goods", bps=2000, escrow=EscrowTerms(both_agree=True)),),
    (
        ShareAsked(SUPPLIER, "goods", bps=1500),
        ShareAsked(SELLER, "later", bps=4000, escrow=DELIVERY),
    ),
    (ShareAsked(SUPPLIER, "goods", rest=True),),
)
ANSWERS = (AnswerKind.CONFIRMED,) * 3 + (AnswerKind.REFUSED, AnswerKind.UNKNOWN)
ASKED = (
    InstructionKind.COLLECT, InstructionKind.AUTHORISE, InstructionKind.CAPTURE,
    InstructionKind.VOID, InstructionKind.REFUND, InstructionKind.PAYOUT,
)  # fmt: skip
GIVES = (NoticeKind.DISPUTE_WON, NoticeKind.REPRESENTMENT, NoticeKind.CHARGEBACK_REVERSED)


class History:
    """One seeded history."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage, self.random, self.count = stage, random.Random(seed), 0

    async def any(self, sql: str, *arguments: object):
        rows = await self.stage.session.pool.fetch(sql, *arguments)
        return self.random.choice(rows) if rows else None

    def some(self, minor: int) -> Money:
        part = self.random.choice((minor, minor, minor // 2, minor // 3, minor + 100))
        return Money(max(part, 1), Currency("GBP"))

    async def step(self) -> None:
        self.count += 1
        acts = (
            self.pay,
            self.capture,
            self.settle,
            self.settle,
            self.answer,
            self.refund,
            self.charge_back,
            self.dispute,
            self.void,
            self.escrow,
            self.reverse,
            self.wait,
        )
        for rail in (self.stage.rail, self.stage.card):
            rail.answers = {kind: [self.random.choice(ANSWERS)] for kind in ASKED}
        done = await self.random.choice(acts)()
        if done is not None:
            outcome = await self.stage.do(*done)
            assert outcome.refusal is None or outcome.refusal.code != "quarantined", done
        await self.stage.works()

    async def pay(self):
        order = await self.stage.order(f"INV-{self.count}", "100.00 GBP")
        quote = None
        if self.random.random() < 0.4:
            quote = await lock(self.stage, "100.00 GBP", LockUse.SINGLE)
        manual = self.random.random() < 0.6
        split = self.random.choice(SPLITS)
        method = CaptureMethod.MANUAL if manual else CaptureMethod.AUTOMATIC
        return "pay", Pay(
            order, "card" if manual else "", "tok", method, split=split, quote_id=quote
        )

    async def capture(self):
        row = await self.any("select payment_id from payments.authorisations where status = 'open'")
        if row is None:
            return None
        amount = self.random.choice((None, self.some(5000)))
        return "capture", CapturePayment(row[0], amount, self.random.random() < 0.2)

    async def settle(self):
        row = await self.any(
            "select i.*, p.id as sale from payments.instructions i join payments.payments p"
            " on p.id = i.payment_id where i.kind in ('collect', 'capture', 'authorise')"
        )
        if row is None:
            return None
        capture = row["subject"] if row["kind"] == "capture" else None
        fee = Money(self.random.choice((0, 50, 9999)), Currency("GBP"))
        gross, name = self.some(row["amount_minor"]), f"set-{self.count}"
        return "record_settlement", RecordSettlement(
            row["sale"], name, gross, fee, row["id"], capture
        )

    async def answer(self):
        row = await self.any("select id from payments.instructions")
        if row is None:
            return None
        said = RailAnswer(self.random.choice(ANSWERS), "", "ref")
        return "record_answer", RecordAnswer(row["id"], said)

    async def refund(self):
        row = await self.any(
            "select id from payments.payments where status in ('captured','settled')"
        )
        return row and ("refund", RefundPayment(row[0], self.some(4000), "agreed"))

    async def charge_back(self):
        row = await self.any("select payment_id, id from payments.instructions where kind in"
                             " ('collect', 'capture', 'authorise')")  # fmt: skip
        fee, name = money("15.00 GBP"), f"cb-{self.count}"
        return row and (
            "record_chargeback", RecordChargeback(row[0], name, self.some(5000), fee, row[1])
        )  # fmt: skip

    async def dispute(self):
        row = await self.any("select notice, payment_id, amount_minor from payments.disputes")
        if row is None:
            return None
        kind = self.random.choice((*GIVES, NoticeKind.DISPUTE_LOST, NoticeKind.PRE_ARBITRATION))
        amount = Money(row[2] if kind in GIVES else 0, Currency("GBP"))
        return "record_dispute", RecordDispute(row[1], row[0], kind, amount, money("0 GBP"))

    async def void(self):
        row = await self.any("select payment_id from payments.authorisations")
        return row and ("void", VoidPayment(row[0]))

    async def escrow(self):
        row = await self.any("select * from payments.escrows where status <> 'closed'")
        if row is None:
            return None
        if self.random.random() < 0.4:
            return "confirm_delivery", ConfirmDelivery(row["payment_id"], "carrier")
        if row["status"] == "held":
            return "dispute_escrow", DisputeEscrow(row["id"], "late")
        held = row["amount"] - row["released"] - row["returned"]
        to_payee = self.random.randint(0, held)
        to_seller = self.random.randint(0, held - to_payee)
        shares = (Money(to_payee, Currency("CNY")), Money(to_seller, Currency("CNY")))
        return "resolve_escrow", ResolveEscrow(row["id"], *shares, "heard both")

    async def reverse(self):
        row = await self.any("select payment_id from payments.splits")
        return row and (
            "reverse_share",
            ReverseShare(row[0], SUPPLIER, "goods", money("10.00 CNY"), "x"),
        )

    async def wait(self):
        later = self.stage.now + timedelta(hours=self.random.choice((1, 20, 100)))
        await self.stage.until(later.strftime("%Y-%m-%d %H:%M"))


@pytest.mark.parametrize("seed", [1, 22])
def test_what_happens_after_what(play, seed):
    async def told(stage: Stage) -> None:
        await know_payees(stage)
        history = History(stage, seed)
        with structlog.testing.capture_logs() as logs:
            for _ in range(STEPS):
                await history.step()
        wrong = [each for each in logs if each["event"] in {"quarantined", "command_raised"}]
        assert wrong == []

    play(told)
