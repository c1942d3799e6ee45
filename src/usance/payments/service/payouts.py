"""The house – pays out – a seller's money: to the seller, or to whom the seller pays.

What a settlement, a share or an escrow pays out of itself goes to the account that was registered
with the party, and needs nobody's approval: no person chose the amount or the account. What a
person asks for is judged first.
"""

from collections.abc import Sequence

from usance.kernel.draft import Draft
from usance.kernel.errors import NEGATIVE_AMOUNT, Refusal
from usance.kernel.ids import (
    BeneficiaryId,
    InstructionId,
    PartyId,
    PaymentId,
    PayoutBatchId,
    PayoutId,
)
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.ledger.model import where_among
from usance.ledger.service import balance_at, expand, post, post_hold, ref_of, void_hold
from usance.parties.errors import UNKNOWN_PARTY
from usance.parties.model import OPERATOR
from usance.parties.service import party_of
from usance.payments.errors import NOTHING_TO_RESEND, UNKNOWN_PAYOUT, WRONG_STATE
from usance.payments.events import (
    PayoutInitiated,
    PayoutPaid,
    PayoutRefused,
    PayoutRerouted,
    PayoutReturned,
)
from usance.payments.model import (
    Instruction,
    InstructionKind,
    PaidBesides,
    Payout,
    PayoutEvent,
    PayoutStatus,
)
from usance.payments.ports import RailAnswer
from usance.payments.rules.postings import LATE_PAYOUT, PAYOUT, PAYOUT_RETURN
from usance.payments.rules.unwinding import bearers
from usance.payments.service.corridors import unpayable
from usance.payments.service.instructions import instruct
from usance.payments.service.payees import Payee, count_while_cooling, doubt, payee_of
from usance.payments.service.payout_routing import may_try_elsewhere, route_payout
from usance.payments.service.steps import payout_stepped
from usance.payments.tables import PAID_BESIDES, PAYOUTS
from usance.runtime.commands import Command, Loader


class PayOut(Record, frozen=True):
    """Pay a seller what the seller may draw, or somebody the seller pays.

    beneficiary_id: None for the seller's main account. replaces: the payout whose money, come
    back or never sent, is sent once more. rail: "" for the one that costs least.
    """

    seller_id: PartyId
    amount: Money
    beneficiary_id: BeneficiaryId | None = None
    reference: str = ""
    remittance: str = ""
    replaces: PayoutId | None = None
    rail: str = ""


class PayoutAbout(Record, frozen=True):
    """What is known of a payout besides its amount. approved: two people have agreed."""

    beneficiary_id: BeneficiaryId | None = None
    batch_id: PayoutBatchId | None = None
    reference: str = ""
    remittance: str = ""
    replaces: PayoutId | None = None
    approved: bool = False
    rail: str = ""


_PLAIN = PayoutAbout()


async def prepare_pay_out(loader: Loader, commands: Sequence[Command]) -> None:
    """Load the payouts that are to be sent once more."""
    asked = [each.body.replaces for each in commands if isinstance(each.body, PayOut)]
    if any(asked):
        await loader.rows(PAYOUTS, [each for each in asked if each is not None])


def apply_pay_out(draft: Draft, body: PayOut, _facts: None) -> Refusal | None:
    """Reserve the money and instruct the rail.

    Refuses: negative_amount, unknown_party, unknown_payout, nothing_to_resend, what `payee_of`
    refuses, payee_cooling, payee_name_differs, payout_needs_approval, insufficient_balance.
    """
    return _asked(draft, body, approved=False)


def apply_pay_out_approved(draft: Draft, body: PayOut, _facts: None) -> Refusal | None:
    """Do the same once two people have agreed: no limit holds it. Refuses the rest likewise."""
    return _asked(draft, body, approved=True)


def _asked(draft: Draft, body: PayOut, *, approved: bool) -> Refusal | None:
    if body.amount.minor <= 0:
        return NEGATIVE_AMOUNT.refuse("amount", body.amount)
    if party_of(draft, body.seller_id) is None:
        return UNKNOWN_PARTY.refuse("seller_id", body.seller_id)
    refusal = _resend(draft, body)
    if refusal is not None:
        return refusal
    about = PayoutAbout(
        body.beneficiary_id,
        None,
        body.reference,
        body.remittance,
        body.replaces,
        approved,
        body.rail,
    )
    paid = pay_somebody(draft, body.seller_id, body.amount, about)
    return paid if isinstance(paid, Refusal) else None


def _resend(draft: Draft, body: PayOut) -> Refusal | None:
    """Note on a payout that its money goes out once more."""
    if body.replaces is None:
        return None
    old = draft.get(PAYOUTS, body.replaces)
    if old is None or old.seller_id != body.seller_id:
        return UNKNOWN_PAYOUT.refuse("replaces", body.replaces)
    left = Money(old.is_back - old.resent, old.amount.currency)
    if body.amount.currency != left.currency or body.amount.minor > left.minor:
        return NOTHING_TO_RESEND.refuse("replaces", left)
    draft.put(PAYOUTS, replace(old, resent=old.resent + body.amount.minor))
    return None


def pay_somebody(
    draft: Draft, seller_id: PartyId, amount: Money, about: PayoutAbout
) -> PayoutId | Refusal:
    """Judge a payout that a person asked for, and make it. A refused one leaves nothing behind.

    Refuses: what `payee_of` refuses, payee_cooling, payee_name_differs, payout_needs_approval,
    insufficient_balance.
    """
    payee = payee_of(draft, seller_id, amount.currency, about.beneficiary_id)
    if isinstance(payee, Refusal):
        return payee
    refusal = doubt(draft, payee, amount, approved=about.approved)
    if refusal is not None:
        return refusal
    made = _make(draft, seller_id, amount, "withdrawal", None, payee, about)
    if not isinstance(made, Refusal):
        count_while_cooling(draft, payee, amount)
    return made


def initiate_payout(
    draft: Draft, seller_id: PartyId, amount: Money, purpose: str, payment_id: PaymentId | None
) -> Refusal | None:
    """Pay a party at its main account what the house owes it, without anybody's asking.

    Refuses: party_not_active, no_rail, currency_mismatch, what a corridor does (outside_corridor,
    beneficiary_incomplete, beneficiary_malformed), insufficient_balance.
    """
    payee = payee_of(draft, seller_id, amount.currency, None)
    if isinstance(payee, Refusal):
        return payee
    made = _make(draft, seller_id, amount, purpose, payment_id, payee, _PLAIN)
    return made if isinstance(made, Refusal) else None


def _make(
    draft: Draft,
    seller_id: PartyId,
    amount: Money,
    purpose: str,
    payment_id: PaymentId | None,
    payee: Payee,
    about: PayoutAbout,
) -> PayoutId | Refusal:
    """Reserve a payout and write its instruction."""
    refusal = unpayable(draft, payee.account, amount)
    if refusal is not None:
        return refusal
    route = route_payout(draft, payee.account, amount, about.rail)
    if isinstance(route, Refusal):
        return route
    legs = expand(PAYOUT, {"amount": amount}, where_among(OPERATOR, seller_id))
    posted = post(draft, legs, draft.now.date())
    if isinstance(posted, Refusal):
        return posted
    payout = Payout(
        draft.new_id(PayoutId),
        seller_id,
        payment_id,
        amount,
        purpose,
        PayoutStatus.PENDING,
        posted[0],
        draft.now,
        about.beneficiary_id,
        about.batch_id,
        about.reference,
        about.remittance,
        replaces=about.replaces,
        rail=route.rail,
        fallback=route.fallback,
    )
    draft.put(PAYOUTS, payout)
    instruction_id = instruct(
        draft,
        InstructionKind.PAYOUT,
        payout.id,
        payment_id,
        route.rail,
        payee.instrument,
        amount,
    )
    draft.tell(
        PayoutInitiated(
            payout.id,
            seller_id,
            payment_id,
            amount,
            purpose,
            instruction_id,
            about.beneficiary_id,
            about.batch_id,
            about.replaces,
            about.approved,
            route.rail,
            route.reason,
        )
    )
    return payout.id


def confirm_payout(draft: Draft, instruction: Instruction, answer: RailAnswer) -> Refusal | None:
    """Book a payout the rail has made."""
    payout = _payout_of(draft, instruction)
    draft.put(PAYOUTS, payout_stepped(payout, PayoutEvent.CONFIRMED))
    draft.tell(PayoutPaid(payout.id, payout.amount, answer.reference, instruction.id))
    return post_hold(draft, payout.hold, "payout_paid", draft.now.date())


def refuse_payout(draft: Draft, instruction: Instruction, answer: RailAnswer) -> Refusal | None:
    """Ask the next rail where that may be; else give back what a payout had reserved."""
    payout = _payout_of(draft, instruction)
    if payout.fallback and may_try_elsewhere(draft, answer.code):
        _try_next(draft, payout, instruction, answer.code)
        return None
    draft.put(PAYOUTS, payout_stepped(payout, PayoutEvent.REFUSED))
    draft.tell(PayoutRefused(payout.id, payout.amount, answer.code))
    return void_hold(draft, payout.hold, "payout_refused", draft.now.date())


def _try_next(draft: Draft, payout: Payout, refused: Instruction, code: str) -> None:
    """Ask another rail for the same payout: what reserves its money stays."""
    rail, _, left = payout.fallback.partition(" ")
    attempt = payout.attempt + 1
    draft.put(PAYOUTS, replace(payout, rail=rail, fallback=left, attempt=attempt))
    instruction_id = instruct(
        draft,
        InstructionKind.PAYOUT,
        payout.id,
        payout.payment_id,
        rail,
        refused.instrument,
        payout.amount,
        attempt=attempt,
    )
    draft.tell(
        PayoutRerouted(payout.id, payout.amount, attempt, refused.rail, code, rail, instruction_id)
    )


def return_payout(draft: Draft, instruction: Instruction, answer: RailAnswer) -> Refusal | None:
    """Book a payout of which all that is left came back after it was made. Refuses: wrong_state."""
    payout = _payout_of(draft, instruction)
    if instruction.attempt != payout.attempt:
        left = left_besides(draft, payout, instruction.id)
        return take_back_surplus(draft, payout, left, answer.code, instruction.id)
    if payout.status is not PayoutStatus.PAID:
        return WRONG_STATE.refuse("payout_id", payout.status)
    left = Money(payout.amount.minor - payout.returned, payout.amount.currency)
    return take_back(draft, payout, left, answer.code, instruction.id)


def take_back(
    draft: Draft, payout: Payout, amount: Money, reason: str, instruction_id: InstructionId
) -> Refusal | None:
    """Book what came back of a payout: part of it, or the rest, which ends it."""
    legs = expand(PAYOUT_RETURN, {"amount": amount}, where_among(OPERATOR, payout.seller_id))
    posted = post(draft, legs, draft.now.date())
    if isinstance(posted, Refusal):
        return posted
    returned = payout.returned + amount.minor
    is_all = returned == payout.amount.minor
    event = PayoutEvent.RETURNED if is_all else PayoutEvent.RETURNED_IN_PART
    after = replace(payout_stepped(payout, event), returned=returned, return_reason=reason)
    draft.put(PAYOUTS, after)
    draft.tell(PayoutReturned(payout.id, amount, reason, instruction_id))
    return None


async def prepare_besides(loader: Loader, instructions: Sequence[Instruction]) -> None:
    """Load what of payouts came back that a rail paid although another one's payment counts."""
    rerouted = {
        payout.id
        for each in instructions
        if (payout := loader.get(PAYOUTS, each.subject)) and payout.attempt > 1
    }
    await loader.rows(PAID_BESIDES, [each.id for each in instructions if each.subject in rerouted])


def left_besides(draft: Draft, payout: Payout, instruction_id: InstructionId) -> Money:
    """Return what of a payment besides the one that counts has not come back yet."""
    known = draft.get(PAID_BESIDES, instruction_id)
    back = 0 if known is None else known.returned
    return Money(payout.amount.minor - back, payout.amount.currency)


def take_back_surplus(
    draft: Draft, payout: Payout, amount: Money, reason: str, instruction_id: InstructionId
) -> Refusal | None:
    """Book what came back of a payment besides the one that counts: the payout stands."""
    legs = expand(PAYOUT_RETURN, {"amount": amount}, where_among(OPERATOR, payout.seller_id))
    posted = post(draft, legs, draft.now.date())
    if isinstance(posted, Refusal):
        return posted
    known = draft.get(PAID_BESIDES, instruction_id) or PaidBesides(instruction_id, payout.id, 0)
    draft.put(PAID_BESIDES, replace(known, returned=known.returned + amount.minor))
    draft.tell(PayoutReturned(payout.id, amount, reason, instruction_id))
    return None


def _paid_anew(draft: Draft, instruction_id: InstructionId) -> None:
    """Forget what came back: the rail has paid the whole once more."""
    known = draft.get(PAID_BESIDES, instruction_id)
    if known is not None:
        draft.put(PAID_BESIDES, replace(known, returned=0))


def late_payout(draft: Draft, instruction: Instruction) -> Money | Refusal:
    """Book a payout the rail has made after refusing it; return what the seller owes for it.

    Another rail may have been asked meanwhile, and may yet pay or have paid: then the payout stands
    as that one leaves it. Where nobody else has paid, this rail's is the attempt that counts.
    """
    payout = _payout_of(draft, instruction)
    where = where_among(OPERATOR, payout.seller_id)
    shares = bearers(
        payout.amount,
        0,
        balance_at(draft, ref_of("seller_available", where, payout.amount)),
        balance_at(draft, ref_of("seller_reserve", where, payout.amount)),
    )
    shares.pop("from_escrow")  # A payout has nothing to do with what a sale holds back.
    posted = post(draft, expand(LATE_PAYOUT, shares, where), draft.now.date())
    if isinstance(posted, Refusal):
        return posted
    _paid_anew(draft, instruction.id)
    if payout.status is not PayoutStatus.REFUSED:
        return shares["owed"]
    late = replace(
        payout_stepped(payout, PayoutEvent.LATE_SUCCESS),
        returned=0,
        return_reason="",
        rail=instruction.rail,
        attempt=instruction.attempt,
    )
    draft.put(PAYOUTS, late)
    return shares["owed"]


def _payout_of(draft: Draft, instruction: Instruction) -> Payout:
    payout = draft.get(PAYOUTS, instruction.subject)
    assert payout is not None, f"payout {instruction.subject} was not loaded"
    return payout
