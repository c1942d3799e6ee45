"""Four eyes: who may decide what another proposed."""

import json
from datetime import datetime

from usance.kernel.errors import Refusal
from usance.kernel.records import replace
from usance.parties.errors import ALREADY_DECIDED, MALFORMED_PROPOSAL, OTHER_PARTY, SAME_PERSON
from usance.parties.model import Proposal, ProposalState, User


def fault_of(verb: str, body: str, reason: str) -> Refusal | None:
    """Refuse a proposal that nobody could decide on: malformed_proposal."""
    if not verb.isidentifier():
        return MALFORMED_PROPOSAL.refuse("verb", ascii(verb[:40]))
    if not reason.strip():
        return MALFORMED_PROPOSAL.refuse("reason", "(blank)")
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        parsed = None
    return None if isinstance(parsed, dict) else MALFORMED_PROPOSAL.refuse("body", body[:40])


def decided(
    proposal: Proposal,
    maker: User,
    checker: User,
    state: ProposalState,
    now: datetime,
    position: int,
) -> Proposal | Refusal:
    """Return the proposal as `checker` decided it, with the fact at `position`.

    Refuses, in this order: already_decided, same_person, other_party.
    """
    if proposal.state is not ProposalState.PROPOSED:
        return ALREADY_DECIDED.refuse("proposal_id", proposal.state)
    if checker.id == proposal.maker:
        return SAME_PERSON.refuse("checker", checker.id)
    if checker.party_id != maker.party_id:
        return OTHER_PARTY.refuse("checker", checker.id)
    return replace(
        proposal, checker=checker.id, state=state, decided_at=now, decided_position=position
    )
