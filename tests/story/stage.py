"""The stage on which the story is played: a small book, a few people, rails that obey.

Round figures, all in one place, so that every amount in a journey can be reckoned by hand:

    our fee 1 %, the rail's 0.5 % · 1 GBP = 9 CNY = 1.25 EUR = 200 JPY · spread 0.20 %
    advance 80 % of what the sale will bring, 1 % for 30 days, a fifth of it ours
    reserve 5 % of what is left, for 10 days · the rail settles after two business days

The book opens on Monday, 7 September 2026. One seller, two funders, a few buyers.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from usance.bootstrap import subscriptions
from usance.financing import service as financing
from usance.kernel.ids import (
    BankAccountId,
    FacilityId,
    InstructionId,
    OfferId,
    OrderId,
    PartyId,
    PaymentId,
    derive,
)
from usance.kernel.money import Currency, Money, parse
from usance.kernel.records import Record
from usance.ledger.model import CHART
from usance.parties import service as parties
from usance.parties.model import HOUSE, PartyKind
from usance.payments.model import CaptureMethod, FixingDay, Instruction, InstructionKind
from usance.payments.ports import (
    TAKES_EVERYTHING,
    AnswerKind,
    NoticeKind,
    Rail,
    RailAnswer,
    RailNotice,
)
from usance.payments.service import CapturePayment, Pay, RecordFixings, RefundPayment
from usance.policy import service as policy
from usance.policy.model import PolicyRow
from usance.risk import service as risk
from usance.risk.model import EntityKind, ListedEntity
from usance.risk.ports import Reading
from usance.runtime.commands import Command
from usance.runtime.facts import Outcome
from usance.runtime.rows import RowShape
from usance.trade.model import Order
from usance.worker.loop import Worker
from usance.worker.session import Session

MONDAY = datetime(2026, 9, 7, 8, tzinfo=UTC)
SELLER = parties.cast_party("seller")
FUNDERS = {name: parties.cast_party(name) for name in ("funder_one", "funder_two")}
FACILITIES = {name: FacilityId.derived(0, "facility", name) for name in FUNDERS}
# Name, country, IBAN. What a country pays in is the shipped policy's.
BUYERS = {
    "alice": ("Alice Archer", "GB", "GB82WEST12345698765432"),
    "bruno": ("Bruno Berger", "DE", "DE89370400440532013000"),
    "chiyo": ("Chiyo Hayakawa", "JP", None),
    "chen": ("Chen Guanyu Trading", "CN", None),
    "indah": ("Indah Lestari", "ID", None),
    "zofia": ("Zofia Zawadzka", "PL", None),
    "viktor": ("Viktor Anatolyevich But", "GB", "GB33BUKB20201555555555"),
}
RATES = {
    "EUR": "1",
    "GBP": "0.8",
    "CNY": "7.2",
    "JPY": "160",
    "USD": "1.2",
    "IDR": "18000",
    "PLN": "4",
}
_RULES = (
    ("payments.fee", {"bps": "100", "fixed_minor": "0"}),
    ("payments.rail_fee", {"bps": "50", "fixed_minor": "0"}),
    ("payments.spread", {"bps": "20"}),
    ("payments.reserve", {"bps": "500", "release_days": "10"}),
    ("payments.settlement", {"business_days": "2", "late_after_business_days": "2"}),
    ("payments.repair", {"after_seconds": "300 3600 86400"}),
    ("risk.concentration", {"obligor_bps": "10000", "basis": "limit_granted"}),
    (
        "financing.programme",
        {
            "technique": "receivable_purchase",
            "recourse": "yes",
            "pricing": "fee",
            "advance_rate_bps": "8000",
            "fee_bps_per_30_days": "100",
            "fee_minimum_minor": "0",
            "funder_share_of_fee_bps": "8000",
            "offer_validity_hours": "24",
            "tenor_days": "30",
            "grace_days": "5",
            "late_charge_bps_per_30_days": "150",
            "day_count": "ACT/360",
        },
    ),
)


# What other programmes say differently.
_PROGRAMMES = {
    "order": {"technique": "order", "advance_rate_bps": "5000", "tenor_days": "60"},
}


def buyer(name: str) -> PartyId:
    return PartyId.derived(0, "story", name)


def money(text: str) -> Money:
    """`1,000.00 GBP` as money."""
    amount, currency = text.replace(",", "").split()
    return parse(amount, currency)


def rules() -> tuple[PolicyRow, ...]:
    """The shipped rules, with the figures of this stage in place of the illustrative ones."""
    ours = {rule for rule, _ in _RULES}
    kept = [row for row in policy.shipped_rows() if row.rule not in ours]
    day = date(2026, 1, 1)
    rows = [
        PolicyRow(rule, "*", day, v, "The story's own figures", verified=False)
        for rule, v in _RULES
    ]
    programme = dict(_RULES)["financing.programme"]
    for name, different in _PROGRAMMES.items():
        terms = {**programme, **different}
        rows.append(
            PolicyRow(
                "financing.programme", name, day, terms, "The story's own figures", verified=False
            )
        )
    at_par = PolicyRow("payments.spread", "CNY", day, {"bps": "0"}, "No conversion", verified=False)
    return (*kept, *rows, at_par)


async def place_order(pool: Any, order: Order) -> None:
    """Write an order, as an import leaves it."""
    shape = RowShape(Order)
    places = ", ".join(f"${n}" for n in range(1, len(shape.columns) + 1))
    await pool.execute(
        f"insert into trade.orders ({', '.join(shape.columns)}) values ({places})",
        *shape.to_row(order),
    )


class OwnRates:
    """A rate source that publishes what the play says."""

    name = "story"

    def __init__(self) -> None:
        self.rates = dict(RATES)

    async def fixings(self, day: date) -> FixingDay | None:
        return FixingDay(day, "EUR", "the story", self.rates) if self.rates else None


class ObedientRail:
    """Says what it is told to say: yes, unless the play has put other answers in a row."""

    capabilities = frozenset(InstructionKind)
    limits = TAKES_EVERYTHING

    def __init__(self, name: str) -> None:
        self.name = name
        self.answers: dict[InstructionKind, list[AnswerKind]] = {}
        self.action = ""
        self.asked: list[Instruction] = []
        self.told: list[RailNotice] = []

    async def send(self, instruction: Instruction, at: datetime) -> RailAnswer:
        return self._answer(instruction)

    async def ask(self, instruction: Instruction, at: datetime) -> RailAnswer:
        return self._answer(instruction)

    async def notices(
        self, instructions: Sequence[Instruction], since: datetime, until: datetime
    ) -> Sequence[RailNotice]:
        told, self.told = self.told, []
        return told

    def _answer(self, instruction: Instruction) -> RailAnswer:
        self.asked.append(instruction)
        waiting = self.answers.get(instruction.kind, [])
        kind = waiting.pop(0) if waiting else AnswerKind.CONFIRMED
        said = "" if kind in {AnswerKind.CONFIRMED, AnswerKind.ACTION_REQUIRED} else "said_so"
        return RailAnswer(kind, said, "ref", action=self.action)


class Stage:
    """A book being played with. Time moves only by `until`."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.rail = ObedientRail("bank_transfer")
        self.card = ObedientRail("card")
        self.rates = OwnRates()
        self.now = MONDAY
        self._count = 0
        self.plug({})

    def plug(self, more: Mapping[str, Rail]) -> None:
        """Give the worker these rails beside the two that are always there."""
        self.worker = Worker(
            self.session.pool,
            self.session.book,
            {"bank_transfer": self.rail, "card": self.card, **more},
            self.rates,
            subscriptions(),
        )

    # ---- what people do ----

    async def do(self, verb: str, body: Record, key: object = None) -> Outcome:
        """Ask the book for one thing. Without a key it is a new command each time."""
        self._count += 1
        command = derive(int(self.now.timestamp() * 1000), verb, key or self._count)
        [outcome] = await self.session.book.submit([Command(command, verb, HOUSE, body)])
        return outcome

    async def at_once(self, *asked: tuple[str, Record]) -> Sequence[Outcome]:
        """Ask the book for several things at the same moment: they may share a batch."""
        commands = []
        for verb, body in asked:
            self._count += 1
            key = derive(int(self.now.timestamp() * 1000), verb, self._count)
            commands.append(Command(key, verb, HOUSE, body))
        return await self.session.book.submit(commands)

    async def accepted(self, verb: str, body: Record, key: object = None) -> Outcome:
        outcome = await self.do(verb, body, key)
        assert outcome.refusal is None, (verb, outcome.refusal)
        return outcome

    async def refused(self, verb: str, body: Record) -> str:
        """The code of a refusal; a refused command leaves every table as it was."""
        before = await self.dump()
        outcome = await self.do(verb, body)
        assert outcome.refusal is not None, f"{verb} was accepted"
        after = await self.dump()
        traces = [table for table in after if after[table] != before[table]]
        assert traces == [], f"{verb} was refused ({outcome.refusal.code}) and left a trace"
        return outcome.refusal.code

    async def order(self, invoice: str, amount: str, who: str = "alice") -> OrderId:
        """A shop's order, as an import leaves it."""
        order = Order(
            OrderId.derived(int(self.now.timestamp() * 1000), "story", invoice, who),
            SELLER,
            buyer(who),
            invoice,
            money(amount),
            self.now,
            self.now.date(),
            BUYERS[who][1],
            1,
        )
        await place_order(self.session.pool, order)
        return order.id

    async def pays(
        self, order: OrderId, method: str = "", capture: CaptureMethod = CaptureMethod.AUTOMATIC
    ) -> PaymentId:
        """The buyer pays; the rail has not answered yet."""
        await self.accepted("pay", Pay(order, method, f"tok_{order.hex[-8:]}", capture))
        found = await self.row(
            "select id from payments.payments where order_id = $1 order by id desc", order
        )
        return PaymentId(found["id"])

    async def sale(self, invoice: str, amount: str, who: str = "alice") -> PaymentId:
        """An order, paid, captured, and whatever finance follows from it."""
        payment = await self.pays(await self.order(invoice, amount, who))
        await self.works()
        return payment

    async def authorised(self, invoice: str, amount: str, who: str = "alice") -> PaymentId:
        """An order, paid by card and authorised; nothing is captured yet."""
        order = await self.order(invoice, amount, who)
        payment = await self.pays(order, "card", CaptureMethod.MANUAL)
        await self.works()
        return payment

    async def captures(self, payment: PaymentId, amount: str = "", *, final: bool = False) -> None:
        """The seller captures an amount, or all that is left; the rail answers."""
        asked = money(amount) if amount else None
        await self.accepted("capture", CapturePayment(payment, asked, final))
        await self.works()

    async def refunds(self, payment: PaymentId, amount: str) -> Outcome:
        return await self.do("refund", RefundPayment(payment, money(amount), "agreed"))

    async def works(self) -> None:
        """The worker carries instructions out, hears answers and lets everybody react."""
        await self.worker.quiet(self.now)

    async def until(self, day: str) -> None:
        """Time passes until `2026-09-09` or `2026-09-09 12:00`."""
        target = datetime.fromisoformat(day).replace(tzinfo=UTC)
        await self.worker.advance(self.now, target)
        self.now = target
        await self.worker.quiet(target)

    async def advances_money(
        self, funds: str = "100,000.00 CNY", limit: str = "50,000.00 CNY"
    ) -> None:
        """Both funders pay in and grant a limit; the seller has given a mandate."""
        for name in FUNDERS:
            await self.funder(name, funds, limit)
        await self.accepted("grant_mandate", financing.GrantMandate(SELLER, money("20,000.00 CNY")))

    async def funder(self, name: str, funds: str, limit: str, programme: str = "story") -> None:
        await self.accepted(
            "receive_funds", financing.ReceiveFunds(FUNDERS[name], money(funds), name)
        )
        opening = financing.OpenFacility(
            FACILITIES[name], FUNDERS[name], SELLER, money(limit), programme
        )
        await self.accepted("open_facility", opening)

    # ---- what rails say of their own accord ----

    async def settles(self, payment: PaymentId, gross: str, fee: str, reference: str = "") -> None:
        """The rail's notice that it has paid, heard by the worker."""
        await self._hears(NoticeKind.SETTLED, payment, gross, fee, reference or f"set-{payment}")

    async def charges_back(
        self, payment: PaymentId, amount: str, fee: str, reference: str = ""
    ) -> None:
        await self._hears(
            NoticeKind.CHARGEBACK, payment, amount, fee, reference or f"cbk-{payment}"
        )

    async def _hears(
        self, kind: NoticeKind, payment: PaymentId, amount: str, fee: str, reference: str
    ) -> None:
        # Of a payment captured in parts, the capture of this amount, or the first.
        collected = await self.row(
            "select id, rail from payments.instructions where payment_id = $1"
            " and kind in ('collect', 'capture', 'authorise')"
            " order by kind = 'authorise', amount_minor = $2 desc, id",
            payment,
            money(amount).minor,
        )
        rail = self.rail if collected["rail"] == "bank_transfer" else self.card
        rail.told.append(
            RailNotice(kind, reference, collected["id"], money(amount), money(fee), self.now.date())
        )
        self.now += timedelta(minutes=1)
        await self.worker.tick(self.now)
        await self.works()

    # ---- what can be seen ----

    async def row(self, sql: str, *arguments: object) -> Any:
        found = await self.session.pool.fetchrow(sql, *arguments)
        assert found is not None, sql
        return found

    async def payment(self, payment: PaymentId) -> Any:
        return await self.row("select * from payments.payments where id = $1", payment)

    async def advance(self, payment: PaymentId) -> Any:
        return await self.row(
            "select * from financing.advances where payment_id = $1 order by id desc", payment
        )

    async def offer(self, payment: PaymentId) -> OfferId:
        found = await self.row(
            "select id from financing.offers where payment_id = $1 order by status = 'made' desc",
            payment,
        )
        return OfferId(found["id"])

    async def instruction(self, payment: PaymentId, kind: str) -> InstructionId:
        found = await self.row(
            "select id from payments.instructions where payment_id = $1 and kind = $2"
            " order by id desc",
            payment,
            kind,
        )
        return InstructionId(found["id"])

    async def balance(self, kind: str, currency: str = "CNY") -> str:
        """What all accounts of a kind add up to, on the side where they stand: `12.50`."""
        found = await self.row(
            "select coalesce(sum(debits_posted - credits_posted), 0)::bigint as net"
            " from ledger.accounts join ledger.balances using (number)"
            " where kind = $1 and currency = $2",
            kind,
            currency,
        )
        debit_side = CHART[kind].account_class in {"asset", "expense"} or kind == "limit_granted"
        minor = found["net"] if debit_side else -found["net"]
        return str(Money(minor, Currency(currency))).split()[0]

    async def legs(self, part: str, number: int = -1) -> list[tuple[str, str]]:
        """The legs of the last fact that has this part: (code, amount with currency)."""
        rows = await self.session.pool.fetch(
            "select t.code, t.amount, a.currency from ledger.transfers t"
            " join ledger.accounts a on a.number = t.debit"
            " where t.position = (select position from engine.outbox"
            "   where convert_from(payload, 'UTF8')::jsonb -> 'parts' ? $1"
            "   order by position desc limit 1) order by t.ctid",
            part,
        )
        return [(row["code"], str(Money(row["amount"], Currency(row["currency"])))) for row in rows]

    async def facts(self, part: str) -> list[dict[str, Any]]:
        """What was told under a name, the earliest first."""
        rows = await self.session.pool.fetch(
            "select payload from engine.outbox order by position",
        )
        told = [json.loads(row["payload"])["parts"].get(part) for row in rows]
        return [each for each in told if each is not None]

    async def dump(self) -> dict[str, str]:
        """A digest of every table's rows, but for the keys of commands and the book's head."""
        tables = await self.session.pool.fetch(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in"
            " ('pg_catalog', 'information_schema', 'kept')"
        )
        digests = " union all ".join(
            f"select '{table}', md5(string_agg(t::text, ' ' order by t::text)) from {table} t"
            for (table,) in tables
            if table not in {"engine.commands", "engine.book"}
        )
        return dict(await self.session.pool.fetch(digests))


class OneManList:
    """A watchlist with one name on it."""

    code = "un"
    source = "A list of one"
    files = ()


async def furnish(stage: Stage) -> None:
    """Make the book what every journey begins with: rules, people, a watchlist, rates."""
    session = stage.session
    await stage.accepted("adopt_policy", policy.AdoptPolicy(rules(), "The story begins"))
    for verb, body in parties.cast():
        await stage.accepted(verb, body)
    for name, (legal_name, country, iban) in BUYERS.items():
        party = parties.RegisterParty(
            buyer(name), PartyKind.BUYER, legal_name, country, risk_grade="B"
        )
        await stage.accepted("register_party", party)
        if iban is not None:
            account = parties.RegisterBankAccount(
                BankAccountId.derived(0, "story", name),
                buyer(name),
                legal_name,
                country,
                Currency("GBP" if country == "GB" else "EUR"),
                iban,
            )
            await stage.accepted("register_bank_account", account)
    wanted = ListedEntity("un", "QDi.900", ("Viktor Anatolyevich But",), EntityKind.PERSON)
    reading = Reading((wanted,), ())
    async with session.pool.acquire() as connection, connection.transaction():
        version = await risk.stage_watchlist(
            connection, OneManList(), reading, date(2026, 9, 1), MONDAY
        )
    await stage.accepted("load_watchlist", risk.LoadWatchlist(version))
    fixings = await stage.rates.fixings(MONDAY.date())
    assert fixings is not None
    await stage.accepted("record_fixings", RecordFixings(fixings))
