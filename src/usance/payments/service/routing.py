"""The house – chooses – a rail, tries another one where it may, and learns from every answer.

Everything here is a function of the book and of ids: a replay chooses the same rails.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from usance.kernel.draft import Draft
from usance.kernel.draft import Standing as Book
from usance.kernel.errors import Refusal
from usance.kernel.ids import PaymentId
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.ledger.model import where_among
from usance.ledger.service import balance_of, net_debit, ref_of
from usance.parties.model import COUNTRY_UNKNOWN, OPERATOR
from usance.parties.service import party_of
from usance.payments.events import PaymentRerouted
from usance.payments.model import (
    BreakerState,
    Choice,
    ChoiceRow,
    Instruction,
    InstructionKind,
    InstructionState,
    Payment,
    PaymentStatus,
    Retry,
    RouteQuestion,
)
from usance.payments.ports import AnswerKind, RailAnswer
from usance.payments.rules.routing import (
    EVERYWHERE,
    MILLION,
    TRIAL,
    WELL,
    Known,
    RailTerms,
    Score,
    Standing,
    after,
    drawn,
    in_debt,
    learnt,
    means,
    scores_within,
    standing,
    why_no_rail,
    why_not,
)
from usance.payments.rules.routing import choose as choose_among
from usance.payments.service.authorise import cannot_authorise, instruct_collection, method_of
from usance.payments.service.charges import charge_again
from usance.payments.service.instructions import rail_party
from usance.payments.service.routing_terms import (
    ROUTING,
    Corridor,
    breaker_of,
    corridor_terms,
    in_force,
    refusal_class,
    routing_policy,
)
from usance.payments.tables import CHOICES, PAYMENTS, RAIL_HEALTH, SEGMENT_SCORES
from usance.policy.model import ANY_SCOPE

_ASKED_OF_BUYERS: Final = frozenset({InstructionKind.COLLECT, InstructionKind.AUTHORISE})


class Route(Record, frozen=True):
    """The rail of a payment, why, with what the buyer pays there, and what may be tried next."""

    rail: str
    reason: str
    pays_with: str
    fallback: str


class _Standings(Mapping[str, Standing]):
    """How rails stand now, looked up when asked."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    def get(self, rail: str, default: Any = WELL) -> Any:  # noqa: ANN401 - as Mapping.get
        health = self._draft.get(RAIL_HEALTH, rail)
        if health is None:
            return default
        return standing(health, self._draft.now, self._draft.recall(breaker_of, rail))

    def __getitem__(self, rail: str) -> Standing:
        found: Standing = self.get(rail)
        return found

    def __bool__(self) -> bool:
        return True

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Any:  # noqa: ANN401 - nobody lists them
        return iter(())


def choose(draft: Draft, payment_id: PaymentId, question: RouteQuestion) -> Route | Refusal:
    """Return the rail of a new payment and keep the choice.

    Refuses: method_not_served, instrument_missing, no_rail, currency_not_served,
    country_not_served, outside_rail_limit, carrier_owes_too_much.
    """
    active = draft.recall(in_force, ROUTING)
    currency, country = question.amount.currency, question.buyer_country
    terms = draft.recall(corridor_terms, Corridor(currency, country, active.rails))
    policy = draft.recall(routing_policy, ANY_SCOPE)

    def expected() -> Mapping[str, Score]:
        return _scores(draft, segment_of(currency, country), active.rails)

    owing = _owing(draft, terms.watched, question.amount) if terms.watched else {}
    known = Known(terms, expected, _Standings(draft), policy.learning, _trial(draft), owing)
    choice = choose_among(active.router, question, known, payment_id)
    if choice is None:
        return why_no_rail(active.router, question, terms, owing)
    draft.add(
        CHOICES,
        [
            ChoiceRow(
                payment_id,
                1,
                active.number,
                choice.rule,
                choice.rail,
                choice.probability,
                choice.reason,
                question,
                choice.considered,
                draft.now,
            )
        ],
    )
    pays_with = terms[choice.rail].pays_with
    fallback = _fallback(choice, terms, pays_with, policy.attempts_max)
    return Route(choice.rail, choice.reason, pays_with, fallback)


def _owing(draft: Draft, watched: Sequence[RailTerms], amount: Money) -> Mapping[str, str]:
    """Return the rails that would owe us more than they may, with the figures in words."""
    found = {}
    for terms in watched:
        ref = ref_of(
            "rail_receivable", where_among(OPERATOR, None, None, rail_party(terms.rail)), amount
        )
        why = in_debt(terms, net_debit(balance_of(draft, ref)), amount)
        if why:
            found[terms.rail] = why
    return found


def _fallback(
    choice: Choice, terms: Mapping[str, RailTerms], pays_with: str, attempts_max: int
) -> str:
    """Return what may be tried next: rails for what the buyer pays with, and for nothing else."""
    if not choice.fallback:
        return ""
    alike = [rail for rail in choice.fallback if terms[rail].pays_with == pays_with]
    return " ".join(alike[: attempts_max - 1])


def segment_of(currency: str, country: str) -> str:
    """Return the segment in which a payment's outcome is learnt."""
    return f"{currency}/{country}"


def standing_of_rail(draft: Draft, rail: str) -> Standing:
    """Return how a rail stands now, by what it answered of late."""
    found: Standing = _Standings(draft).get(rail)
    return found


def rests(draft: Draft, rail: str) -> bool:
    """Return whether what is asked now spares a rail: its breaker is open, or others try it."""
    state = standing_of_rail(draft, rail).state
    tries = state is BreakerState.HALF_OPEN and drawn(draft.command_id, TRIAL) < _trial(draft)
    return state is not BreakerState.CLOSED and not tries


def _memo(_book: Book, _key: str) -> dict[str, Any]:
    """Return where a batch keeps what it has reckoned of segments."""
    return {}


def _scores(draft: Draft, segment: str, rails: tuple[str, ...]) -> Mapping[str, Score]:
    """Return what is expected of rails, reckoned again when a count has moved."""
    here, everywhere = draft.get(SEGMENT_SCORES, segment), draft.get(SEGMENT_SCORES, EVERYWHERE)
    memo = draft.recall(_memo, ROUTING)
    known = memo.get(segment)
    # Rows never change: the same objects are the same counts, and a batch has one time.
    if known is not None and known[0] is here and known[1] is everywhere:
        found: Mapping[str, Score] = known[2]
        return found
    learning = draft.recall(routing_policy, ANY_SCOPE).learning
    elsewhere = memo.get(EVERYWHERE)
    if elsewhere is None or elsewhere[0] is not everywhere:
        elsewhere = memo[EVERYWHERE] = (everywhere, means(everywhere, rails, draft.now, learning))
    found = scores_within(here, elsewhere[1], draft.now, learning)
    memo[segment] = (here, everywhere, found)
    return found


def _trial(draft: Draft) -> int:
    return draft.recall(breaker_of, ANY_SCOPE).trial


def try_elsewhere(draft: Draft, payment: Payment, answer: RailAnswer) -> bool:
    """Ask another rail where the refusal allows it; return whether one was asked.

    Only after a definite no of a class that may be retried: after silence the money may have
    moved, and what was refused as fraud is refused everywhere.
    """
    if not payment.fallback or answer.kind is not AnswerKind.REFUSED:
        return False
    if payment.status is not PaymentStatus.PENDING:
        return False  # Its buyer was sent on, and said no.
    if draft.recall(refusal_class, answer.code).retry is not Retry.ELSEWHERE:
        return False
    rails = payment.fallback.split()
    at = next((at for at, rail in enumerate(rails) if _takes(draft, payment, rail)), -1)
    if at < 0:
        return False
    rail, attempt = rails[at], payment.attempt + 1
    reason = f"{payment.rail} refused ({answer.code}): the next in the order"
    charge = charge_again(draft, payment, rail)
    moved = replace(
        payment,
        rail=rail,
        fee=charge.fee,
        fee_basis=charge.basis,
        attempt=attempt,
        fallback=" ".join(rails[at + 1 :]),
    )
    draft.put(PAYMENTS, moved)
    version = draft.recall(in_force, ROUTING).number
    row = ChoiceRow(payment.id, attempt, version, -1, rail, MILLION, reason, None, (), draft.now)
    draft.add(CHOICES, [row])
    instruction = instruct_collection(draft, moved, method_of(draft, payment.id))
    draft.tell(
        PaymentRerouted(
            payment.id,
            payment.order_id,
            attempt,
            payment.rail,
            answer.code,
            rail,
            moved.fee,
            reason,
            instruction,
        )
    )
    return True


def _takes(draft: Draft, payment: Payment, rail: str) -> bool:
    """Return whether a rail takes a payment that another has refused."""
    buyer = party_of(draft, payment.buyer_id)
    country = buyer.country if buyer is not None else COUNTRY_UNKNOWN
    corridor = Corridor(payment.gross.currency, country, (rail,))
    terms = draft.recall(corridor_terms, corridor).get(rail)
    question = RouteQuestion(
        payment.gross,
        bank_account=payment.instrument.startswith("bank:"),
        card_token=payment.instrument.startswith("card:"),
    )
    stands: Standing = _Standings(draft).get(rail)
    if cannot_authorise(draft, method_of(draft, payment.id), rail) is not None:
        return False
    if terms is None or why_not(terms, question) or stands.state is not BreakerState.CLOSED:
        return False
    return not (terms.owes_max and _owing(draft, (terms,), payment.gross))


def counts(payment: Payment, instruction: Instruction) -> bool:
    """Return whether a payment stands or falls with what this instruction collects."""
    return payment.attempt == instruction.attempt


def learn(
    draft: Draft, instruction: Instruction, payment: Payment | None, answer: RailAnswer
) -> None:
    """Count what a rail answered, once: when it says yes or no.

    Whatever it was asked for tells of its health; its first silence counts against that, and in no
    score: nobody knows yet. Scores are of collections, which are chosen by them.
    """
    if instruction.state is not InstructionState.OPEN:
        return
    rail, silent = instruction.rail, answer.kind is AnswerKind.UNKNOWN
    waits = answer.kind is AnswerKind.ACTION_REQUIRED
    if (silent or waits) and instruction.asks:
        return
    at_fault = silent or (
        answer.kind is AnswerKind.REFUSED and draft.recall(refusal_class, answer.code).fault_of_rail
    )
    health, breaker = draft.get(RAIL_HEALTH, rail), draft.recall(breaker_of, rail)
    draft.put(RAIL_HEALTH, after(health, rail, draft.now, breaker, good=not at_fault))
    if silent or waits or payment is None or instruction.kind not in _ASKED_OF_BUYERS:
        return
    good = answer.kind is AnswerKind.CONFIRMED
    buyer = party_of(draft, payment.buyer_id)
    country = buyer.country if buyer is not None else COUNTRY_UNKNOWN
    learning = draft.recall(routing_policy, ANY_SCOPE).learning
    for segment in (segment_of(payment.gross.currency, country), EVERYWHERE):
        known = draft.get(SEGMENT_SCORES, segment)
        draft.put(SEGMENT_SCORES, learnt(known, segment, rail, draft.now, learning, good=good))
