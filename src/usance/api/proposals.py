"""Four eyes: what one person proposes and another one of the same party decides."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.idempotency import Order, asks
from usance.api.pages import Cursor, Limit, PageOf, after_id, page
from usance.api.shapes import Asked, page_of, plain, shape
from usance.api.verbs import PATH
from usance.kernel.errors import NotFound
from usance.kernel.ids import ProposalId
from usance.kernel.records import Record, decode, encode
from usance.parties import service
from usance.parties.model import Proposal, ProposalState
from usance.parties.service import find_parties as find

router = APIRouter(tags=["proposals"])


class RejectionAsked(Asked):
    """Disagree with what another person proposed."""

    reason: shapes.Reason


PROPOSAL: Final = shape(
    Proposal,
    "proposal",
    more={
        "body": (
            dict[str, Any],
            lambda proposal: plain(decode(proposal.body, PATH[proposal.verb].body)),
        )
    },
)


async def propose(order: Order, verb: str, body: Record, reason: str) -> Proposal:
    """Write down a command for another person to approve; return the proposal."""
    proposal_id = order.new_id(ProposalId)
    await order.do(service.Propose(proposal_id, verb, encode(body).decode(), reason))
    return await _proposal(order, proposal_id)


@router.get("/proposals", response_model=page_of(PROPOSAL))
async def list_proposals(
    asker: Annotated[Asker, Depends(reads("proposals:read"))],
    state: ProposalState | None = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PageOf:
    """List proposals in the order in which they were made; those of one's own party."""
    after = after_id("proposals", cursor, ProposalId) or ProposalId(UUID(int=0))
    async with asker.reading() as connection:
        rows = await find.proposals(connection, state, after, limit + 1, asker.bound_to)
    return page("proposals", rows, limit, lambda row: row.id)


@router.get("/proposals/{proposal_id}", response_model=PROPOSAL)
async def get_proposal(
    proposal_id: shapes.Proposal, asker: Annotated[Asker, Depends(reads("proposals:read"))]
) -> Record | None:
    """Show a proposal."""
    return await _proposal(asker, proposal_id)


@router.post("/proposals/{proposal_id}/approve", response_model=PROPOSAL)
async def approve_proposal(
    proposal_id: shapes.Proposal,
    asked: shapes.Nothing,  # noqa: ARG001 - an empty object, so that unknown fields are refused
    order: Annotated[Order, Depends(asks("approve"))],
) -> Record | None:
    """Agree, so that what was proposed is carried out.

    Whoever agrees must be allowed to ask for it themselves, and be another person.
    """
    found = await _proposal(order, proposal_id)
    order.caller.require(PATH[found.verb].scope)
    await order.do(service.Approve(proposal_id))
    return await _proposal(order, proposal_id)


@router.post("/proposals/{proposal_id}/reject", response_model=PROPOSAL)
async def reject_proposal(
    proposal_id: shapes.Proposal,
    asked: RejectionAsked,
    order: Annotated[Order, Depends(asks("reject"))],
) -> Record | None:
    """Disagree, so that what was proposed is not carried out."""
    found = await _proposal(order, proposal_id)
    order.caller.require(PATH[found.verb].scope)
    await order.do(service.Reject(proposal_id, asked.reason))
    return await _proposal(order, proposal_id)


async def _proposal(asker: Asker, proposal_id: ProposalId) -> Proposal:
    async with asker.reading() as connection:
        found = await find.proposal(connection, proposal_id)
        maker = found and await find.user(connection, found.maker)
    if not found or not maker or not asker.sees(maker.party_id):
        raise NotFound("proposal", str(proposal_id))
    return found
