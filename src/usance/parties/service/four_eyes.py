"""Propose, approve, reject: what one person may not do alone."""

from collections.abc import Sequence

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import ProposalId, UserId
from usance.kernel.records import Record
from usance.parties.errors import ALREADY_EXISTS, UNKNOWN_PROPOSAL, UNKNOWN_USER
from usance.parties.events import ProposalApproved, ProposalRejected, Proposed
from usance.parties.model import Proposal, ProposalState
from usance.parties.rules import four_eyes
from usance.parties.tables import PROPOSALS, USERS
from usance.runtime.commands import Command, Loader


class Propose(Record, frozen=True):
    """Ask that a verb be carried out once somebody else agrees.

    body: the JSON object of the verb's inputs; the mouth has read it as the verb's own record.
    reason: why, for the one who decides. The maker is the actor of the command.
    """

    id: ProposalId
    verb: str
    body: str
    reason: str


async def prepare_proposals(loader: Loader, commands: Sequence[Command]) -> None:
    """Make visible the proposals that are spoken of; memory keeps those that are undecided."""
    ids = [
        command.body.id if isinstance(command.body, Propose) else command.body.proposal_id
        for command in commands
        if isinstance(command.body, Propose | Approve | Reject)
    ]
    await loader.rows(PROPOSALS, ids)


def apply_propose(draft: Draft, body: Propose, _facts: object) -> Refusal | None:
    """Refuses: malformed_proposal, unknown_user (the actor), already_exists."""
    fault = four_eyes.fault_of(body.verb, body.body, body.reason)
    if fault is not None:
        return fault
    maker = UserId(draft.actor)
    if draft.get(USERS, maker) is None:
        return UNKNOWN_USER.refuse("actor", maker)
    if draft.get(PROPOSALS, body.id) is not None:
        return ALREADY_EXISTS.refuse("id", body.id)
    proposal = Proposal(
        id=body.id,
        verb=body.verb,
        body=body.body,
        reason=body.reason.strip(),
        maker=maker,
        checker=None,
        state=ProposalState.PROPOSED,
        proposed_at=draft.now,
        decided_at=None,
    )
    draft.put(PROPOSALS, proposal)
    draft.tell(Proposed(proposal.id, proposal.verb, maker))
    return None


class Approve(Record, frozen=True):
    """Agree. The proposed command follows, derived from the fact. The checker is the actor."""

    proposal_id: ProposalId


def apply_approve(draft: Draft, body: Approve, _facts: object) -> Refusal | None:
    """Refuses: unknown_proposal, unknown_user, already_decided, same_person, other_party."""
    proposal = _decide(draft, body.proposal_id, ProposalState.APPROVED)
    if isinstance(proposal, Refusal):
        return proposal
    checker = UserId(draft.actor)
    draft.tell(ProposalApproved(proposal.id, proposal.verb, proposal.body, proposal.maker, checker))
    return None


class Reject(Record, frozen=True):
    """Disagree. reason: why, for the maker. The checker is the actor."""

    proposal_id: ProposalId
    reason: str


def apply_reject(draft: Draft, body: Reject, _facts: object) -> Refusal | None:
    """Refuses: unknown_proposal, unknown_user, already_decided, same_person, other_party."""
    proposal = _decide(draft, body.proposal_id, ProposalState.REJECTED)
    if isinstance(proposal, Refusal):
        return proposal
    checker = UserId(draft.actor)
    draft.tell(ProposalRejected(proposal.id, proposal.verb, proposal.maker, checker, body.reason))
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
    decision = four_eyes.decided(proposal, maker, checker, state, draft.now)
    if isinstance(decision, Proposal):
        draft.put(PROPOSALS, decision)
    return decision
