"""The sockets of payments: rails, rate sources, and the chapters that come later in the story."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Protocol, Self, runtime_checkable
from uuid import UUID

from usance.kernel.decisions import Judgement
from usance.kernel.draft import Draft
from usance.kernel.ids import DecisionId, OrderId, PartyId, PaymentId, PayoutId
from usance.kernel.money import MINOR_MAX, Money
from usance.kernel.records import Record
from usance.ledger.model import Leg
from usance.payments.model import (
    Dispatch,
    FixingDay,
    Instruction,
    InstructionKind,
    MakerQuote,
    Steering,
)


class AnswerKind(StrEnum):
    """What a rail says to an instruction. Unknown is not no; nor is waiting for the buyer."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    ACTION_REQUIRED = "action_required"


class RailAnswer(Record, frozen=True):
    """A rail's answer. code: why not, a `Decline` where the rail has refused, "" when confirmed.

    own_code: the rail's own word for it. about: the instruction the rail says it speaks of, and
    amount: what it says it moved; both None where it does not repeat them. action: what the buyer
    has to do where the rail waits for that: a URL to be sent to.
    """

    kind: AnswerKind
    code: str = ""
    reference: str = ""
    own_code: str = ""
    about: UUID | None = None
    amount: Money | None = None
    action: str = ""


class NoticeKind(StrEnum):
    """What a rail tells us without being asked. RETURNED: what was paid out comes back."""

    SETTLED = "settled"
    CHARGEBACK = "chargeback"
    COLLECTED_TWICE = "collected_twice"
    INQUIRY = "inquiry"
    REPRESENTMENT = "representment"
    PRE_ARBITRATION = "pre_arbitration"
    ARBITRATION = "arbitration"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"
    CHARGEBACK_REVERSED = "chargeback_reversed"
    RETURNED = "returned"


# The instruction of a notice that names it by the rail's own reference alone.
NOBODYS: Final = UUID(int=0)


class RailNotice(Record, frozen=True):
    """Something that has happened at the rail.

    reference: the rail's own; what it says twice under one reference has happened once.
    amount and fee: what moves with it. Of disputes, dispute: the rail's reference of the whole,
    "" where a chargeback's own stands for it; respond_by: until when it takes an answer. code:
    why, where money comes back. batch: of a settlement by a rail that remits, the reference of
    the payment to us by which it comes together with others. known_as: what the rail calls the
    instruction, where it does not repeat ours; then `instruction` is NOBODYS, and the book finds
    it by this name.
    """

    kind: NoticeKind
    reference: str
    instruction: UUID
    amount: Money
    fee: Money
    value_date: date
    dispute: str = ""
    reason: str = ""
    respond_by: date | None = None
    code: str = ""
    batch: str = ""
    known_as: str = ""


class Limit(Record, frozen=True):
    """The smallest and the largest amount of a currency that a rail takes, in minor units."""

    minimum: int = 1
    maximum: int = MINOR_MAX


ANY_CURRENCY: Final = "*"
TAKES_EVERYTHING: Final[Mapping[str, Limit]] = {ANY_CURRENCY: Limit()}
# Capabilities beside the kinds of instruction.
# It must be told the names and accounts of those who pay and are paid.
PARTIES: Final = "parties"
# It must be told its own reference of a payment to capture, void or refund it.
REFERS: Final = "refers"
CHARGEBACK: Final = "chargeback"
RETURNS: Final = "returns"
RECALL: Final = "recall"
# Its transfers travel under a UETR and are followed on their way.
UETR: Final = "uetr"
# Those of its transfers that cross a border keep to CBPR+.
CBPR: Final = "cbpr"
# It may collect less than was asked for, and says how much.
PARTLY: Final = "partly"
# It pays what it has collected in one sum for many and announces it: what it says it has settled
# is money when our bank shows it.
REMITS: Final = "remits"
# The kinds of instruction whose reference the later ones repeat.
COLLECTING: Final = frozenset({InstructionKind.COLLECT, InstructionKind.AUTHORISE})


class Rail(Protocol):
    """A scheme or network that moves money.

    capabilities: the kinds of instruction it takes and the words above that fit it; what it
    cannot do is missing. limits: what it takes of each currency,
    `*` for all others; a currency that is missing is not taken. A rail may delay, repeat and
    reorder what it says; the callers bear it.
    """

    name: str
    capabilities: frozenset[str]
    limits: Mapping[str, Limit]

    async def send(self, instruction: Dispatch, at: datetime) -> RailAnswer:
        """Ask the rail to carry out an instruction. Sending it twice is the same as once."""

    async def ask(self, instruction: Dispatch, at: datetime) -> RailAnswer:
        """Ask what became of an instruction that was sent.

        That the question itself was refused (an error of HTTP, a wrong signature) says nothing
        of the instruction: the answer stays unknown. Refused is what the scheme says it has
        refused, and, where it does not know the instruction, what it says when it is sent again.
        """

    async def notices(
        self, instructions: Sequence[Instruction], since: datetime, until: datetime
    ) -> Sequence[RailNotice]:
        """Return what happened to confirmed instructions after `since`, up to `until`."""


@runtime_checkable
class Recalls(Protocol):
    """A rail that can be asked to bring back what was paid: those with the capability `recall`."""

    async def recall(self, instruction: Dispatch, reason: str, at: datetime) -> RailAnswer:
        """Ask for the money back. Confirmed: it comes back, with a notice of its own."""


class RateSource(Protocol):
    """Publishes reference rates."""

    name: str

    async def fixings(self, day: date) -> FixingDay | None:
        """Return the rates published for a day, None where there are none."""


class QuoteSource(Protocol):
    """A market maker or liquidity provider that says at which rates it deals.

    It may be silent, late or wrong: what it says is judged when it is used.
    """

    name: str

    async def quotes(self, pairs: Sequence[str], at: datetime) -> Sequence[MakerQuote]:
        """Return what it quotes for pairs such as `GBP/CNY`, as far as it quotes them at all."""


class ReleaseQuestion(Record, frozen=True):
    """May this money move? Everything the answer may depend on."""

    payment_id: UUID
    payer_id: PartyId
    payer_name: str
    payer_country: str
    payer_frozen: bool
    payee_id: PartyId
    payee_name: str
    payee_frozen: bool
    instrument: str
    amount: Money
    amount_book: Money


class PayoutQuestion(Record, frozen=True):
    """May this payee be paid? name: the account's holder; owner: whose money it is.

    bank_country: of the bank, by its BIC; "" where nobody knows. bank: the BIC.
    """

    payout_id: PayoutId
    name: str
    owner: str
    country: str
    bank_country: str
    bank: str


class ReleaseGate(Protocol):
    """Implemented by risk. Keeps its decision under the id it returns."""

    def judge(self, draft: Draft, question: ReleaseQuestion) -> "Ruling":
        """Return whether the money may move, and where the decision is kept."""

    def judge_payout(self, draft: Draft, question: PayoutQuestion) -> "Ruling | None":
        """Return why a payout may not go out yet, and where that is kept.

        None where nothing speaks against it: then nothing is kept, as the lists that were asked
        stand in the log.
        """


class Ruling(Record, frozen=True):
    """A judgement and the id under which it is kept."""

    decision_id: DecisionId
    judgement: Judgement


class Proceeds(Record, frozen=True):
    """A settlement's money, before anybody is paid from it."""

    payment_id: PaymentId
    order_id: OrderId
    seller_id: PartyId
    available: Money
    on: date


class Loss(Record, frozen=True):
    """A sale shrinks: part of its money goes back to the buyer.

    returned and gross are in the buyer's currency; gross: what was captured; left: what of it
    remains.
    """

    payment_id: PaymentId
    order_id: OrderId
    seller_id: PartyId
    returned: Money
    gross: Money
    left: Money
    on: date


class Claim(Protocol):
    """Who is paid before the rest? Implemented by financing.

    It changes its own rows and returns the legs; payments posts them in its own chain.
    """

    def repay(self, draft: Draft, proceeds: Proceeds) -> list[Leg]:
        """Return the legs by which a settlement repays what the seller owes to funders."""

    def shrink(self, draft: Draft, loss: Loss) -> list[Leg]:
        """Return the legs by which a refund or chargeback takes back part of an advance."""


class HookVerdict(StrEnum):
    """Whether something posted in a rail's name is the rail's own. Its values are codes."""

    GENUINE = "genuine"
    FORGED = "forged_signature"
    REPLAYED = "replayed_webhook"
    MALFORMED = "malformed_hook"


class HookAnswer(Record, frozen=True):
    """A rail's answer to an instruction, told by a hook."""

    instruction: UUID
    answer: RailAnswer


class HookNews(Record, frozen=True):
    """What a hook tells. id: the provider's, the same when it tells it again; at: its own time."""

    id: str
    at: datetime
    answers: tuple[HookAnswer, ...] = ()
    notices: tuple[RailNotice, ...] = ()


@runtime_checkable
class HookReader(Protocol):
    """What a rail can do besides that posts to us. Both are pure, and never raise for what came."""

    def verify(
        self, raw: bytes, headers: Mapping[str, str], secret: str, at: datetime
    ) -> HookVerdict:
        """Return whether a body was signed with a secret, and not long before it came at `at`.

        headers: by their names in small letters.
        """

    def translate(self, raw: bytes) -> HookNews | None:
        """Return what a body tells, without answers and notices where it does not concern us.

        None where it is not of the rail's form.
        """


@runtime_checkable
class AdviceReader(Protocol):
    """What a rail that remits can do besides whose advice comes as a file."""

    def advice(self, raw: bytes) -> Sequence[RailNotice]:
        """Return the settlements that an advice lists, each with its batch. Raises Invalid."""


@runtime_checkable
class Steerable(Protocol):
    """A simulated rail that does in a test book what it is told. No other rail can be told."""

    def steered(self, orders: Sequence[Steering]) -> Self:
        """Return the rail as it behaves under these orders, and to magic amounts.

        It stays a pure function: of the orders as well.
        """
