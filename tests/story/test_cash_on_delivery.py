"""A carrier collects at the door and remits for many: open, collected, announced, shown, settled.

One Polish zloty is 1.80 CNY here; the carrier keeps 2 % of what it collects, we take 1 %.
"""

from datetime import timedelta
from uuid import UUID

from tests.story.stage import SELLER, Stage, buyer, money, place_order
from tests.story.test_receipts import two_people
from tests.story.test_statements import line, open_breaks, states

from usance.kernel.ids import (
    BankAccountId,
    BankEntryId,
    BankStatementId,
    InstructionId,
    MessageId,
    OrderId,
)
from usance.kernel.money import Currency, Money
from usance.parties import service as parties
from usance.parties.model import OPERATOR, PartyKind
from usance.payments import store
from usance.payments.model import BankStatement, Decline, Message, RemittanceStatus, StatementKind
from usance.payments.ports import (
    PARTLY,
    REMITS,
    TAKES_EVERYTHING,
    AnswerKind,
    NoticeKind,
    RailAnswer,
    RailNotice,
)
from usance.payments.rules.messages import entry_row
from usance.payments.service import (
    DismissRemittance,
    Pay,
    RecordAnswer,
    SettleRemittance,
)
from usance.payments.service.matching import match_messages
from usance.payments.store.remittances import remittances
from usance.policy.model import PolicyRow
from usance.policy.service import AdoptPolicy
from usance.trade.model import Order

ACCOUNT = "PL61109010140000071219812874"
ADVICE = "RMT-2026-0914"


class Carrier:
    """Waits at the door until the play says what happened there."""

    name = "cash_on_delivery"
    capabilities = frozenset({"collect", "void", PARTLY, REMITS})
    limits = TAKES_EVERYTHING

    def __init__(self) -> None:
        self.told: list[RailNotice] = []

    async def send(self, instruction, at):
        if instruction.kind == "void":
            return RailAnswer(AnswerKind.CONFIRMED, "", "back")
        return RailAnswer(AnswerKind.ACTION_REQUIRED, action="https://carrier.test/parcel")

    ask = send

    async def notices(self, instructions, since, until):
        told, self.told = self.told, []
        return told


class Street:
    """Buyers in Poland who pay at the door."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.carrier = Carrier()
        self.at_first: list[str] = []
        stage.plug({"cash_on_delivery": self.carrier})

    async def opens(self) -> None:
        body = parties.RegisterBankAccount(
            BankAccountId.derived(0, "story", "zloty"), OPERATOR, "The operator", "PL",
            Currency("PLN"), ACCOUNT,
        )  # fmt: skip
        await self.stage.accepted("register_bank_account", body)

    async def parcel(self, invoice: str, amount: str = "200.00 PLN", who: str = "zofia"):
        """A parcel goes out; its buyer is to pay at the door."""
        if who != "zofia":
            neighbour = parties.RegisterParty(buyer(who), PartyKind.BUYER, who, "PL")
            await self.stage.accepted("register_party", neighbour, who)
        order = Order(
            OrderId.derived(1, "door", invoice), SELLER, buyer(who), invoice, money(amount),
            self.stage.now, self.stage.now.date(), "PL", 1,
        )  # fmt: skip
        await place_order(self.stage.session.pool, order)
        payment = await self.stage.pays(order.id, "cash_on_delivery")
        await self.stage.works()
        return payment

    async def at_the_door(self, payment, kind=AnswerKind.CONFIRMED, paid: str = "") -> None:
        """What the carrier says of it, of its own accord."""
        asked = await self.stage.instruction(payment, "collect")
        code = "" if kind is AnswerKind.CONFIRMED else Decline.NOT_DELIVERED
        answer = RailAnswer(kind, code, "parcel", amount=money(paid) if paid else None)
        await self.stage.accepted("record_answer", RecordAnswer(asked, answer))

    async def announces(self, *payments, of: str = "200.00 PLN", advice: str = ADVICE) -> None:
        """The carrier's advice: what it collected, less its two per cent."""
        for payment in payments:
            asked = await self.stage.instruction(payment, "collect")
            gross = money(of)
            fee = Money(gross.minor * 2 // 100, gross.currency)
            self.carrier.told.append(
                RailNotice(
                    NoticeKind.SETTLED, f"{advice}/{asked.hex}", asked, gross, fee,
                    self.stage.now.date(), batch=advice,
                )
            )  # fmt: skip
        await self.later()

    async def later(self) -> None:
        self.stage.now += timedelta(minutes=1)
        await self.stage.worker.tick(self.stage.now)
        await self.stage.works()

    async def bank_shows(self, name: str, amount: str, text: str = ADVICE, **names: str) -> None:
        stage = self.stage
        at = int(stage.now.timestamp() * 1000)
        message, statement = MessageId.derived(at, name), BankStatementId.derived(at, name)
        row = Message(
            message, "camt.053", "001.08", True, name, "BANK", name, name, name, None, stage.now,
            0, (),
        )  # fmt: skip
        head = BankStatement(
            statement, message, 1, StatementKind.STATEMENT, name, "", ACCOUNT, "", "", "PLN", None,
            None, None, None, None, (), 1,
        )  # fmt: skip
        entry = line(1, amount, "2026-09-15", "Kurier SA", remittance=text, **names)
        rows = [
            entry_row(
                BankEntryId.derived(at, name, 1), statement, StatementKind.STATEMENT, ACCOUNT, entry
            )
        ]
        async with stage.session.pool.acquire() as connection, connection.transaction():
            await store.add_rows(connection, [row])
            await store.add_rows(connection, [head])
            await store.add_rows(connection, rows)
            await match_messages(connection, [message])
        self.at_first = await states(stage)
        await self.later()

    async def remittance(self):
        async with self.stage.session.pool.acquire() as connection:
            [found] = await remittances(connection, None)
        return found

    async def instruction(self, payment) -> InstructionId:
        return await self.stage.instruction(payment, "collect")


async def street(stage: Stage) -> Street:
    found = Street(stage)
    await found.opens()
    return found


async def status(stage: Stage, payment) -> str:
    return str((await stage.payment(payment))["status"])


def test_paid_at_the_door_it_is_a_claim_on_the_carrier_until_our_bank_shows_the_money(play):
    async def journey(stage: Stage) -> None:
        # Given three parcels on their way: nothing is sold yet, nothing is posted
        door = await street(stage)
        parcels = [await door.parcel(f"COD-{n}") for n in range(3)]
        assert {await status(stage, each) for each in parcels} == {"requires_action"}
        assert await stage.balance("rail_receivable", "PLN") == "0.00"
        # When the buyers pay at the door
        for each in parcels:
            await door.at_the_door(each)
        # Then the carrier owes us all of it, and our bank has nothing
        assert {await status(stage, each) for each in parcels} == {"captured"}
        assert await stage.balance("rail_receivable", "PLN") == "600.00"
        # When the carrier says what it has remitted, that is no money either
        await door.announces(*parcels)
        await door.announces(*parcels)
        assert len(await stage.facts("remittance_announced")) == 1
        assert {await status(stage, each) for each in parcels} == {"captured"}
        assert await stage.balance("nostro", "PLN") == "0.00"
        # When the bank shows one sum with the carrier's reference in its text
        await door.bank_shows("S1", "588.00 PLN")
        # Then whoever has handed the statement over is told that it is known, not that nobody does
        assert door.at_first == ["suggested"]
        # Then each is settled, and the one entry is all three
        assert {await status(stage, each) for each in parcels} == {"settled"}
        assert await stage.balance("rail_receivable", "PLN") == "0.00"
        assert await states(stage) == ["matched"]
        rules = await stage.row("select count(*), min(rule) as rule from payments.matches")
        assert (rules["count"], rules["rule"]) == (3, "name_of_many")
        assert await open_breaks(stage) == []
        assert (await door.remittance()).status is RemittanceStatus.RECEIVED

    play(journey)


def test_one_parcel_less_than_said_is_a_break_and_a_case_and_two_people_decide(play):
    async def journey(stage: Stage) -> None:
        # Given twenty-one parcels paid at the door, and an advice that names all of them
        door = await street(stage)
        parcels = [
            await door.parcel(f"COD-{n}", f"{100 + n}.00 PLN", f"neighbour {n}") for n in range(21)
        ]
        for n, each in enumerate(parcels):
            await door.at_the_door(each)
            await door.announces(each, of=f"{100 + n}.00 PLN")
        announced = (await door.remittance()).amount
        missing = await door.instruction(parcels[7])
        # When the bank shows the money of twenty: the eighth is not there
        short = announced - money("104.86 PLN")
        await door.bank_shows("S1", str(short), text="", end_to_end_id=ADVICE)
        # Then nothing is settled by guess: a break says by how much, and what would explain it
        assert {await status(stage, each) for each in parcels} == {"captured"}
        found = await stage.row("select * from payments.breaks where state = 'open'")
        assert (found["kind"], found["difference_minor"]) == ("amount_differs", -104_86)
        assert f"it adds up without {ADVICE}/{missing.hex}" in found["why"]
        case = await stage.row("select codes from risk.cases")
        assert case["codes"] == '["remittance_other_amount"]'
        # And the credit is no receipt of nobody's, however long that takes
        await stage.until("2026-09-18")
        assert await stage.facts("receipt_recorded") == []
        # When two people say which one was not paid
        remittance = await door.remittance()
        wrong = SettleRemittance(remittance.id, (await door.instruction(parcels[8]),))
        assert await two_people(stage, "settle_remittance", wrong) == "sum_differs"
        twice = SettleRemittance(remittance.id, (missing, missing))
        assert await two_people(stage, "settle_remittance", twice) == "not_in_remittance"
        await two_people(stage, "settle_remittance", SettleRemittance(remittance.id, (missing,)))
        await door.later()
        # Then twenty are settled; of the eighth the carrier still owes us all
        found = [await status(stage, each) for each in parcels]
        assert found.count("settled") == 20
        assert found[7] == "captured"
        assert await stage.balance("rail_receivable", "PLN") == "107.00"
        assert await states(stage) == ["matched"]
        assert await open_breaks(stage) == []

    play(journey)


def test_what_is_not_taken_at_the_door_is_no_sale_and_what_is_paid_in_part_is_a_smaller_one(play):
    async def journey(stage: Stage) -> None:
        # Given a parcel that its buyer sends away, and one of which only half is paid
        door = await street(stage)
        refused, half = await door.parcel("COD-1"), await door.parcel("COD-2")
        await door.at_the_door(refused, AnswerKind.REFUSED)
        await door.at_the_door(half, paid="120.00 PLN")
        # Then the first has failed with the carrier's reason; the second is sold for what was paid
        assert await status(stage, refused) == "failed"
        assert (await stage.facts("payment_failed"))[-1]["code"] == "not_delivered"
        sold = await stage.payment(half)
        assert (sold["status"], sold["captured"]) == ("captured", 120_00)
        assert (await stage.facts("collected_in_part"))[0]["left"] == {
            "minor": 80_00, "currency": "PLN",
        }  # fmt: skip
        # And what the carrier remits of it is all that we expect
        await door.announces(half, of="120.00 PLN")
        await door.bank_shows("S1", "117.60 PLN")
        assert await status(stage, half) == "settled"
        assert await stage.facts("settlement_differs") == []
        assert await stage.balance("rail_receivable", "PLN") == "0.00"

    play(journey)


def test_a_carrier_that_never_remits_is_noticed_and_what_it_remits_twice_waits_in_suspense(play):
    async def journey(stage: Stage) -> None:
        # Given two parcels that were paid; only one is remitted, and that one twice
        door = await street(stage)
        paid, never = await door.parcel("COD-1"), await door.parcel("COD-2")
        for each in (paid, never):
            await door.at_the_door(each)
        await door.announces(paid)
        await door.bank_shows("S1", "196.00 PLN", servicer="B1")
        await door.bank_shows("S2", "196.00 PLN", servicer="B2")
        # Then the second credit settles nothing: a case, and suspense after a day
        assert await stage.balance("rail_receivable", "PLN") == "200.00"
        [differs] = await stage.facts("remittance_differs")
        assert differs["why"] == "arrived_twice"
        await stage.until("2026-09-17")
        assert await stage.balance("suspense_unmatched", "PLN") == "196.00"
        # And of the other the alarm is raised when it is late, and the carrier owes it on
        await stage.until("2026-10-01")
        assert [each["payment_id"] for each in await stage.facts("settlement_late")] == [
            str(UUID(int=never.int))
        ]
        assert await status(stage, never) == "captured"

    play(journey)


def test_an_advice_without_truth_is_dismissed_and_its_money_booked_like_any_other(play):
    async def journey(stage: Stage) -> None:
        door = await street(stage)
        parcel = await door.parcel("COD-1")
        await door.at_the_door(parcel)
        await door.announces(parcel)
        await door.bank_shows("S1", "250.00 PLN")
        remittance = await door.remittance()
        assert remittance.status is RemittanceStatus.DIFFERS
        settle = SettleRemittance(remittance.id, ())
        assert await two_people(stage, "settle_remittance", settle) == "sum_differs"
        await two_people(stage, "dismiss_remittance", DismissRemittance(remittance.id))
        await stage.until("2026-09-17")
        assert await stage.balance("suspense_unmatched", "PLN") == "250.00"
        assert await status(stage, parcel) == "captured"

    play(journey)


def test_a_parcel_that_nobody_pays_for_thirty_days_is_asked_back(play):
    async def journey(stage: Stage) -> None:
        door = await street(stage)
        parcel = await door.parcel("COD-1")
        await stage.until("2026-10-09")
        assert await status(stage, parcel) == "failed"

    play(journey)


def test_a_cent_with_the_carriers_reference_keeps_its_money_from_nobody(play):
    async def journey(stage: Stage) -> None:
        door = await street(stage)
        parcel = await door.parcel("COD-1")
        await door.at_the_door(parcel)
        await door.announces(parcel)
        await door.bank_shows("S0", "0.01 PLN")
        assert (await door.remittance()).status is RemittanceStatus.DIFFERS
        await door.bank_shows("S1", "196.00 PLN")
        # The cent waits like any credit that nobody expects, beside our fee
        assert (await door.remittance()).status is RemittanceStatus.RECEIVED
        assert await status(stage, parcel) == "settled"
        await stage.until("2026-10-20")
        assert await states(stage) == ["matched", "matched"]
        assert await stage.balance("nostro", "PLN") == "2.01"

    play(journey)


def test_a_carrier_that_owes_too_much_is_asked_for_nothing_more_until_it_remits(play):
    async def journey(stage: Stage) -> None:
        home = await street(stage)
        row = PolicyRow(
            "payments.carrier_limit", "cash_on_delivery/PLN", stage.now.date(),
            {"maximum": "500.00 PLN"}, "The story", verified=False,
        )  # fmt: skip
        await stage.accepted("adopt_policy", AdoptPolicy((row,), "as much as it is good for"))
        # Two parcels are under way and a third: what nobody has collected is owed by nobody
        parcels = [
            await home.parcel(f"INV-{number}", who=who)
            for number, who in enumerate(("zofia", "adam", "ewa"))
        ]
        for each in parcels[:2]:
            await home.at_the_door(each)
        more = Pay(await stage.order("INV-9", "200.00 PLN", "zofia"), "cash_on_delivery")
        assert await stage.refused("pay", more) == "carrier_owes_too_much"
        # What it collects all the same is booked: it owes more than it may
        await home.at_the_door(parcels[2])
        assert await stage.balance("rail_receivable", "PLN") == "600.00"
        # When it has remitted, it may collect again
        await home.announces(*parcels)
        await home.bank_shows("a", "588.00 PLN")
        assert await stage.balance("rail_receivable", "PLN") == "0.00"
        await stage.accepted("pay", more)

    play(journey)
