"""Propose, approve, reject: what one person may not do alone.

What is proposed is tried at once, and undone: what the book would refuse now is refused now. To
approve is to carry out: one command, one fact, one transaction, so no moment exists in which
something is approved and neither done nor known to have failed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from usance.kernel.draft import Draft
from usance.kernel.errors import Invalid, Refusal
from usance.kernel.ids import ProposalId, UserId
from usance.kernel.records import Record, decode, encode, replace
from usance.parties.errors import (
    ALREADY_EXISTS,
    MALFORMED_PROPOSAL,
    UNKNOWN_PROPOSAL,
    UNKNOWN_USER,
)
from usance.parties.events import ProposalApproved, ProposalFailed, ProposalRejected, Proposed
from usance.parties.model import Proposal, ProposalState
from usance.parties.rules import four_eyes
from usance.parties.tables import PROPOSALS, USERS
from usance.runtime.commands import Command, FourEyes, Loader, Path, Stage


class Propose(Record, frozen=True):
    """Ask that a verb be carried out once somebody else agrees.

    body: the JSON object of the verb's inputs; the mouth has read it as the verb's own record.
    reason: why, for the one who decides. The maker is the actor of the command.
    """

    id: ProposalId
    verb: str
    body: str
    reason: str


class Approve(Record, frozen=True):
    """Agree, and have the proposed command carried out. The checker is the actor."""

    proposal_id: ProposalId


class Reject(Record, frozen=True):
    """Disagree. reason: why, for the maker. The checker is the actor."""

    proposal_id: ProposalId
    reason: str


class Ready(Record, frozen=True):
    """What was proposed, read, and what each of its stages has prepared."""

    body: Any
    stages: tuple[Stage, ...]
    facts: tuple[Any, ...]


# By the id of the command that proposes or approves.
Readied = Mapping[UUID, Ready]


async def prepare_rejection(loader: Loader, commands: Sequence[Command]) -> None:
    """Make the proposals visible that are decided on; memory keeps those that are undecided."""
    await loader.rows(PROPOSALS, [command.body.proposal_id for command in _of(Reject, commands)])


class FourEyesStage:
    """Applies `propose` and `approve`, each a batch of its own.

    path: all verbs; those that need four eyes can be proposed.
    """

    def __init__(self, path: Path) -> None:
        self._verbs = {
            name: (verb, verb.four_eyes)
            for name, verb in path.items()
            if verb.four_eyes is not None
        }

    async def prepare_trial(self, loader: Loader, commands: Sequence[Command]) -> Readied:
        """Let what is proposed look up what it needs to be tried."""
        asked = list(_of(Propose, commands))
        await loader.rows(PROPOSALS, [command.body.id for command in asked])
        ready = {}
        for command in asked:
            if command.body.verb in self._verbs:
                verb, rule = self._verbs[command.body.verb]
                stages = rule.trial or (*verb.stages, *rule.then)
                said, name = command.body.body, command.body.verb
                if found := await self._ready(loader, command, name, said, stages):
                    ready[command.id] = found
        return ready

    async def prepare_approval(self, loader: Loader, commands: Sequence[Command]) -> Readied:
        """Make proposals visible, and let what was proposed look up what it needs."""
        asked = list(_of(Approve, commands))
        await loader.rows(PROPOSALS, [command.body.proposal_id for command in asked])
        ready = {}
        for command in asked:
            proposal = loader.get(PROPOSALS, command.body.proposal_id)
            # Whoever may not approve it does not keep the engine busy with it either.
            if proposal is None or command.actor == proposal.maker or proposal.checker is not None:
                continue
            if proposal.verb in self._verbs:
                verb, rule = self._verbs[proposal.verb]
                stages = (*verb.stages, *rule.then)
                if found := await self._ready(
                    loader, command, proposal.verb, proposal.body, stages
                ):
                    ready[command.id] = found
        return ready

    async def _ready(
        self, loader: Loader, asked: Command, name: str, said: str, stages: tuple[Stage, ...]
    ) -> Ready | None:
        """Return what was proposed with all that its stages need, None where it is none."""
        try:
            body = decode(said, self._verbs[name][0].body)
        except (Invalid, ValueError):
            return None
        command = Command(asked.id, name, asked.actor, body)
        facts = [
            None if stage.prepare is None else await stage.prepare(loader, [command])
            for stage in stages
        ]
        return Ready(body, stages, tuple(facts))

    def apply_propose(self, draft: Draft, body: Propose, found: Readied) -> Refusal | None:
        """Write down what was proposed, if it could be carried out now.

        Refuses: malformed_proposal, unknown_user (the actor), already_exists, and whatever the
        verb itself would refuse.
        """
        fault = four_eyes.fault_of(body.verb, body.body, body.reason)
        if fault is not None:
            return fault
        if body.verb not in self._verbs:
            return MALFORMED_PROPOSAL.refuse("verb", body.verb)
        maker = UserId(draft.actor)
        if draft.get(USERS, maker) is None:
            return UNKNOWN_USER.refuse("actor", maker)
        if draft.get(PROPOSALS, body.id) is not None:
            return ALREADY_EXISTS.refuse("id", body.id)
        ready = found.get(draft.command_id)
        if ready is None:
            return MALFORMED_PROPOSAL.refuse("body", body.body[:40])
        asked = _completed(draft, self._verbs[body.verb][1], ready.body)
        mark = draft.mark()
        refusal = _apply(draft, asked, ready)
        draft.undo(mark)
        if refusal is not None:
            return refusal
        proposal = Proposal(
            id=body.id,
            verb=body.verb,
            body=encode(asked).decode(),
            reason=body.reason.strip(),
            maker=maker,
            checker=None,
            state=ProposalState.PROPOSED,
            proposed_at=draft.now,
            decided_at=None,
            position=draft.position,
        )
        draft.put(PROPOSALS, proposal)
        draft.tell(Proposed(proposal.id, proposal.verb, maker))
        return None

    def apply_approve(self, draft: Draft, body: Approve, found: Readied) -> Refusal | None:
        """Agree, and carry out what was proposed; what the book refuses of it is told.

        Refuses: unknown_proposal, unknown_user, already_decided, same_person, other_party.
        """
        proposal = _decide(draft, body.proposal_id, ProposalState.APPROVED)
        if isinstance(proposal, Refusal):
            return proposal
        checker = UserId(draft.actor)
        draft.tell(
            ProposalApproved(proposal.id, proposal.verb, proposal.body, proposal.maker, checker)
        )
        mark = draft.mark()
        ready = found.get(draft.command_id)
        if ready is None:
            # Another version wrote it down in words that this one does not know.
            refusal: Refusal | None = MALFORMED_PROPOSAL.refuse("body", proposal.body[:40])
        else:
            try:
                refusal = _apply(draft, ready.body, ready)
            except Invalid as wrong:
                refusal = Refusal(wrong.code.code, wrong.field, wrong.value)
        if refusal is not None:
            draft.undo(mark)
            draft.put(PROPOSALS, replace(proposal, refusal=refusal))
            draft.tell(
                ProposalFailed(
                    proposal.id, proposal.verb, refusal.code, refusal.field, refusal.value
                )
            )
        return None


def apply_reject(draft: Draft, body: Reject, _facts: object) -> Refusal | None:
    """Refuses: unknown_proposal, unknown_user, already_decided, same_person, other_party."""
    proposal = _decide(draft, body.proposal_id, ProposalState.REJECTED)
    if isinstance(proposal, Refusal):
        return proposal
    checker = UserId(draft.actor)
    draft.tell(ProposalRejected(proposal.id, proposal.verb, proposal.maker, checker, body.reason))
    return None


def _of(kind: type[Record], commands: Sequence[Command]) -> Iterator[Any]:
    return (command for command in commands if isinstance(command.body, kind))


def _completed(draft: Draft, rule: FourEyes, body: Any) -> Any:  # noqa: ANN401 - any verb's body
    return body if rule.completed is None else rule.completed(draft, body)


def _apply(draft: Draft, body: Any, ready: Ready) -> Refusal | None:  # noqa: ANN401 - any body
    """Apply what was proposed, stage by stage; return why it cannot be done."""
    for stage, facts in zip(ready.stages, ready.facts, strict=True):
        refusal = stage.apply(draft, body, facts)
        if refusal is not None:
            return refusal
    return None


def _decide(draft: Draft, proposal_id: ProposalId, state: ProposalState) -> Proposal | Refusal:
    proposal = draft.get(PROPOSALS, proposal_id)
    if proposal is None:
        return UNKNOWN_PROPOSAL.refuse("proposal_id", proposal_id)
    checker = draft.get(USERS, UserId(draft.actor))
    if checker is None:
        return UNKNOWN_USER.refuse("actor", UserId(draft.actor))
    maker = draft.get(USERS, proposal.maker)
    assert maker is not None, f"{proposal.id} was made by nobody"
    decision = four_eyes.decided(proposal, maker, checker, state, draft.now, draft.position)
    if isinstance(decision, Proposal):
        draft.put(PROPOSALS, decision)
    return decision
