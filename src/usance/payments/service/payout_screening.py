"""The house – screens – whom a payout goes to, before any rail is told of it.

It is the last stage of every verb that may pay somebody out: what was reserved and instructed is
held back again in the same command where the gate does not say yes, so no moment exists in which a
rail could have heard of it. The money stays reserved until two people have closed the case.
"""

from collections.abc import Sequence
from typing import Final

from usance.kernel.decisions import Verdict
from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import PayoutId
from usance.kernel.records import Record, replace
from usance.ledger.service import void_hold
from usance.parties.service import beneficiary_of, main_account_of, party_of
from usance.payments.errors import NOTHING_DUE, UNKNOWN_PAYOUT
from usance.payments.events import (
    PayoutHeld,
    PayoutInitiated,
    PayoutRefused,
    PayoutReleased,
    PayoutRerouted,
)
from usance.payments.model import (
    PAYOUT,
    HeldPayout,
    Instruction,
    InstructionEvent,
    Payout,
    PayoutEvent,
)
from usance.payments.ports import PayoutQuestion, ReleaseGate, Ruling
from usance.payments.service.instructions import ask_in_time
from usance.payments.service.steps import instruction_stepped, payout_stepped
from usance.payments.tables import HELD_PAYOUTS, INSTRUCTIONS, PAYOUTS
from usance.runtime.commands import Command, Loader

NOT_RELEASED: Final = "not_released"


class ReleasePayout(Record, frozen=True):
    """The case of a payout that is held was cleared."""

    payout_id: PayoutId


class BlockPayout(Record, frozen=True):
    """The case of a payout that is held was confirmed."""

    payout_id: PayoutId


class PayoutScreen:
    """Screens what a verb pays out; applies `release_payout` and `block_payout`."""

    def __init__(self, gate: ReleaseGate) -> None:
        self._gate = gate

    def apply(self, draft: Draft, _body: object, _facts: object) -> Refusal | None:
        """Hold back what this command has a rail told of, unless the gate says yes.

        Another rail after a definite no, too: lists may have changed since the first was asked.
        """
        made = draft.told(PayoutInitiated) or draft.told(PayoutRerouted)
        if made is None:
            return None
        payout = draft.get(PAYOUTS, made.payout_id)
        assert payout is not None, f"{made.payout_id} was just written"
        ruling = self._judge(draft, payout)
        if ruling is None:
            return None
        instruction = draft.get(INSTRUCTIONS, made.instruction_id)
        assert instruction is not None, f"{made.instruction_id} was just written"
        draft.put(INSTRUCTIONS, instruction_stepped(instruction, InstructionEvent.HELD))
        draft.put(PAYOUTS, payout_stepped(payout, PayoutEvent.HELD))
        draft.put(
            HELD_PAYOUTS, HeldPayout(payout.id, instruction.id, ruling.decision_id, draft.now)
        )
        draft.tell(PayoutHeld(payout.id, payout.amount, ruling.decision_id))
        return None

    async def prepare(self, loader: Loader, commands: Sequence[Command]) -> None:
        """Load the payouts that are held, and their instructions."""
        wanted = [
            c.body.payout_id for c in commands if isinstance(c.body, ReleasePayout | BlockPayout)
        ]
        await loader.rows(PAYOUTS, wanted)
        await loader.rows(HELD_PAYOUTS, wanted)
        held = [each for each in (loader.get(HELD_PAYOUTS, key) for key in wanted) if each]
        await loader.rows(INSTRUCTIONS, [each.instruction_id for each in held])

    def apply_release(self, draft: Draft, body: ReleasePayout, _facts: None) -> Refusal | None:
        """Ask the gate again, and the rail. Refuses: unknown_payout, nothing_due.

        A name that was listed meanwhile holds it on, in a new case.
        """
        held = _held(draft, body.payout_id)
        if isinstance(held, Refusal):
            return held
        payout, instruction, known = held
        ruling = self._judge(draft, payout)
        if ruling is not None:
            draft.put(HELD_PAYOUTS, replace(known, decision_id=ruling.decision_id))
            draft.tell(PayoutHeld(payout.id, payout.amount, ruling.decision_id))
            return None
        draft.put(HELD_PAYOUTS, replace(known, ended_at=draft.now))
        released = instruction_stepped(instruction, InstructionEvent.RELEASED)
        draft.put(INSTRUCTIONS, released)
        ask_in_time(draft, released)
        draft.put(PAYOUTS, payout_stepped(payout, PayoutEvent.RELEASED))
        draft.tell(PayoutReleased(payout.id, payout.amount))
        return None

    def apply_block(self, draft: Draft, body: BlockPayout, _facts: None) -> Refusal | None:
        """Give the money back to whoever may draw it. Refuses: unknown_payout, nothing_due."""
        held = _held(draft, body.payout_id)
        if isinstance(held, Refusal):
            return held
        payout, instruction, known = held
        draft.put(HELD_PAYOUTS, replace(known, ended_at=draft.now))
        refused = replace(
            instruction_stepped(instruction, InstructionEvent.REFUSED),
            answered_at=draft.now,
            answer_code=NOT_RELEASED,
        )
        draft.put(INSTRUCTIONS, refused)
        draft.put(PAYOUTS, payout_stepped(payout, PayoutEvent.REFUSED))
        draft.tell(PayoutRefused(payout.id, payout.amount, NOT_RELEASED))
        return void_hold(draft, payout.hold, "payout_refused", draft.now.date())

    def _judge(self, draft: Draft, payout: Payout) -> Ruling | None:
        """Return the ruling that holds a payout, None where it may go."""
        ruling = self._gate.judge_payout(draft, _question(draft, payout))
        if ruling is None or ruling.judgement.verdict is Verdict.ALLOW:
            return None
        return ruling


def _held(draft: Draft, payout_id: PayoutId) -> tuple[Payout, Instruction, HeldPayout] | Refusal:
    payout = draft.get(PAYOUTS, payout_id)
    if payout is None:
        return UNKNOWN_PAYOUT.refuse("payout_id", payout_id)
    known = draft.get(HELD_PAYOUTS, payout_id)
    if known is None or not PAYOUT.may(payout.status, PayoutEvent.RELEASED):
        return NOTHING_DUE.refuse("payout", payout.status)
    instruction = draft.get(INSTRUCTIONS, known.instruction_id)
    assert instruction is not None, f"{known.instruction_id} was loaded"
    draft.thread(payout.payment_id or payout.batch_id or payout.id)
    return payout, instruction, known


def _question(draft: Draft, payout: Payout) -> PayoutQuestion:
    """Return who is paid and where, as the bank would be told."""
    owner = party_of(draft, payout.seller_id)
    if payout.beneficiary_id is not None:
        payee = beneficiary_of(draft, payout.beneficiary_id)
        assert payee is not None, f"{payout.id} has a payee"
        name, country, bic = payee.name, payee.country, payee.bic
    else:
        account = main_account_of(draft, payout.seller_id)
        assert account is not None, f"{payout.id} goes to an account"
        name, country, bic = account.holder, account.country, account.bic
    return PayoutQuestion(
        payout.id,
        name,
        "" if owner is None else owner.legal_name,
        country,
        bic[4:6] if bic else "",
        bic or "",
    )
