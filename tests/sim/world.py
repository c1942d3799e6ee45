"""What is outside of the book: rails with minds of their own, and three sellers to trade."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from tests.sim.plan import Conduct, Notice
from tests.story.stage import BUYERS, FACILITIES, FUNDERS, SELLER, Stage, buyer

from usance.financing import service as financing
from usance.kernel.ids import BankAccountId, FacilityId, PartyId
from usance.kernel.money import Currency, Money
from usance.parties import service as parties
from usance.parties.model import PartyKind
from usance.payments.model import Instruction, InstructionKind
from usance.payments.ports import TAKES_EVERYTHING, AnswerKind, NoticeKind, RailAnswer, RailNotice

_AGAIN = timedelta(hours=5)
# Name, country, currency, IBAN of the sellers beside the one of the story.
_MORE_SELLERS = (
    ("weaver", "Weaver and Daughters Ltd", "GB", "GBP", "GB94BARC10201530093459"),
    ("topfer", "Töpferei Sonnenschein GmbH", "DE", "EUR", "DE02120300000000202051"),
)
SELLERS = (SELLER, *(PartyId.derived(0, "sim", name) for name, *_ in _MORE_SELLERS))
CURRENCIES = ("CNY", "GBP", "EUR")
# Facility, funder, seller, limit in minor units.
_MORE_FACILITIES = (
    (FacilityId.derived(0, "sim", "weaver"), "funder_two", 1, 150_000),
    (FacilityId.derived(0, "sim", "topfer"), "funder_one", 2, 120_000),
)
ALL_FACILITIES = (*FACILITIES.values(), *(facility for facility, *_ in _MORE_FACILITIES))
FUNDER_OF = {
    **{FACILITIES[name]: (FUNDERS[name], "CNY") for name in FUNDERS},
    **{f: (FUNDERS[name], CURRENCIES[seller]) for f, name, seller, _ in _MORE_FACILITIES},
}
BUYER_NAMES = tuple(BUYERS)
PARTIES = (*SELLERS, *(buyer(name) for name in BUYERS))


async def people_the_world(stage: Stage) -> None:
    """Register two more sellers; funders pay in and grant limits, one seller gives a mandate."""
    for name, legal_name, country, currency, iban in _MORE_SELLERS:
        seller = PartyId.derived(0, "sim", name)
        party = parties.RegisterParty(seller, PartyKind.SELLER, legal_name, country, risk_grade="B")
        await stage.accepted("register_party", party)
        account = parties.RegisterBankAccount(
            BankAccountId.derived(0, "sim", name),
            seller,
            legal_name,
            country,
            Currency(currency),
            iban,
        )
        await stage.accepted("register_bank_account", account)
    await stage.advances_money("30,000.00 CNY", "20,000.00 CNY")
    for facility, funder, seller, limit in _MORE_FACILITIES:
        money = Money(limit, Currency(CURRENCIES[seller]))
        funds = financing.ReceiveFunds(FUNDERS[funder], money, f"begin-{seller}")
        await stage.accepted("receive_funds", funds)
        opening = financing.OpenFacility(facility, FUNDERS[funder], SELLERS[seller], money, "sim")
        await stage.accepted("open_facility", opening)


class WilfulRail:
    """A rail that treats each instruction as the plan's conducts say, and remembers what it did.

    What it will report of a collection is settled when it is first told of it; it tells each
    notice at its hour, whoever listens, and again whenever it is asked about that hour again.
    """

    capabilities = frozenset({"collect", "refund", "payout", "chargeback"})
    limits = TAKES_EVERYTHING

    def __init__(self, name: str, conducts: Sequence[Conduct]) -> None:
        self.name = name
        self.frank = False
        self.said: set[str] = set()
        self._conducts = conducts
        self._questions: dict[UUID, int] = {}
        self._notices: list[tuple[datetime, RailNotice]] = []

    async def send(self, instruction: Instruction, at: datetime) -> RailAnswer:
        """See payments.ports.Rail. Sent twice, it is carried out once."""
        return self._answer(instruction, at)

    async def ask(self, instruction: Instruction, at: datetime) -> RailAnswer:
        """See payments.ports.Rail."""
        return self._answer(instruction, at)

    async def notices(
        self, instructions: Sequence[Instruction], since: datetime, until: datetime
    ) -> Sequence[RailNotice]:
        """See payments.ports.Rail."""
        told = [notice for at, notice in self._notices if since < at <= until]
        self.said |= {notice.reference for notice in told}
        return told

    def last_notice(self) -> datetime | None:
        """Return when it will have said all that it knows today."""
        return max((at for at, _ in self._notices), default=None)

    def _answer(self, instruction: Instruction, at: datetime) -> RailAnswer:
        key = UUID(int=instruction.id.int)
        conduct = self._conducts[key.int % len(self._conducts)]
        if key not in self._questions and conduct.carries_out:
            self._carry_out(instruction, conduct, at)
        asked = self._questions[key] = self._questions.get(key, 0) + 1
        if asked <= conduct.silences and not self.frank:
            return RailAnswer(AnswerKind.UNKNOWN, "no_answer")
        if not conduct.carries_out:
            return RailAnswer(AnswerKind.REFUSED, "insufficient_funds")
        return RailAnswer(AnswerKind.CONFIRMED, "", f"{self.name}-{key.hex[-8:]}")

    def _carry_out(self, instruction: Instruction, conduct: Conduct, at: datetime) -> None:
        if instruction.kind is not InstructionKind.COLLECT:
            return
        for number, notice in enumerate(conduct.notices):
            told = self._noticed(instruction, notice, number, at)
            if told is not None:
                hour = at + timedelta(hours=notice.hours)
                again = (hour + _AGAIN,) if notice.twice else ()
                self._notices += [(each, told) for each in (hour, *again)]
        self._notices.sort(key=lambda pair: (pair[0], pair[1].reference))

    def _noticed(
        self, instruction: Instruction, notice: Notice, number: int, at: datetime
    ) -> RailNotice | None:
        amount = Money(instruction.amount.minor * notice.bps // 10_000, instruction.amount.currency)
        fee = Money(amount.minor * notice.fee_bps // 10_000, amount.currency)
        kind = NoticeKind.CHARGEBACK if notice.chargeback else NoticeKind.SETTLED
        if not amount.minor:
            return None
        reference = f"{self.name}-{kind}-{number}-{instruction.id.hex}"
        return RailNotice(kind, reference, instruction.id, amount, fee, at.date())
