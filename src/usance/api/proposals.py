"""Four eyes: what one person proposes and another one of the same party decides."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final, Literal, get_type_hints

from fastapi import APIRouter, Depends

from usance.api import shapes
from usance.api.access import Asker, reads
from usance.api.idempotency import Order, asks
from usance.api.pages import Cursor, Limit, PageOf, after_position, page
from usance.api.problems import language_of, words_of
from usance.api.proposed import body_shown
from usance.api.shapes import Asked, page_of, shape
from usance.api.verbs import PATH
from usance.kernel.errors import Language, NotFound
from usance.kernel.ids import ProposalId
from usance.kernel.records import Record, encode
from usance.ledger.events import TransfersCreated
from usance.parties import service
from usance.parties.model import Proposal, ProposalState
from usance.parties.service import find_parties as find
from usance.runtime.facts import Fact
from usance.runtime.reading import facts_at

router = APIRouter(tags=["proposals"])


class RejectionAsked(Asked):
    """Disagree with what another person proposed."""

    reason: shapes.Reason


class ProposalOutcome(Record, frozen=True):
    """What came of an approved proposal, at the fact `position`.

    results: where it was transfers, the result code of each. code, field, value, message, remedy:
    why it failed, so that nothing of it was done; null where it was carried out.
    """

    status: Literal["carried_out", "failed"]
    position: int
    results: tuple[str, ...] | None = None
    code: str | None = None
    field: str | None = None
    value: str | None = None
    message: str | None = None
    remedy: str | None = None


class ProposalTold(Record, frozen=True):
    """A proposal with what came of it."""

    proposal: Proposal
    outcome: ProposalOutcome | None


def approval_scopes(verb: str) -> tuple[str, ...]:
    """Return what the key must carry of another person who approves a verb."""
    return tuple(dict.fromkeys((PATH["approve"].scope, PATH[verb].scope)))


def _of(name: str) -> tuple[Any, Callable[[ProposalTold], object]]:
    return get_type_hints(Proposal)[name], lambda told: getattr(told.proposal, name)


PROPOSAL: Final = shape(
    ProposalTold,
    "proposal",
    called_model="Proposal",
    without=("proposal", "outcome"),
    more={
        **{name: _of(name) for name in ("id", "verb")},
        "body": (dict[str, Any], lambda told: body_shown(told.proposal)),
        **{name: _of(name) for name in ("reason", "maker", "checker", "state")},
        **{name: _of(name) for name in ("proposed_at", "decided_at", "position")},
        # What the key of whoever approves it must carry.
        "approval_scopes": (list[str], lambda told: list(approval_scopes(told.proposal.verb))),
        "outcome": (ProposalOutcome | None, lambda told: told.outcome),
    },
)


async def propose(order: Order, verb: str, body: Record, reason: str) -> ProposalTold:
    """Write down a command for another person to approve; return the proposal.

    Raises Refused where it could not be carried out now.
    """
    proposal_id = order.new_id(ProposalId)
    await order.do(service.Propose(proposal_id, verb, encode(body).decode(), reason))
    return await _told(order, await _proposal(order, proposal_id))


@router.get("/proposals", response_model=page_of(PROPOSAL))
async def list_proposals(
    asker: Annotated[Asker, Depends(reads("proposals:read"))],
    state: ProposalState | None = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PageOf:
    """List proposals in the order in which they were made; those of one's own party."""
    after = after_position("proposals", cursor)
    async with asker.reading() as connection:
        rows = await find.proposals(connection, state, after, limit + 1, asker.bound_to)
    told = await _all_told(asker, rows)
    return page("proposals", told, limit, lambda row: row.proposal.position)


@router.get("/proposals/{proposal_id}", response_model=PROPOSAL)
async def get_proposal(
    proposal_id: shapes.Proposal, asker: Annotated[Asker, Depends(reads("proposals:read"))]
) -> Record | None:
    """Show a proposal, and what came of it."""
    return await _told(asker, await _proposal(asker, proposal_id))


@router.post("/proposals/{proposal_id}/approve", response_model=PROPOSAL)
async def approve_proposal(
    proposal_id: shapes.Proposal,
    asked: shapes.Nothing,  # noqa: ARG001 - an empty object, so that unknown fields are refused
    order: Annotated[Order, Depends(asks("approve"))],
) -> Record | None:
    """Agree, and have carried out what was proposed; `outcome` says what came of it.

    Whoever agrees must be allowed to ask for it themselves, and be another person. Approving and
    carrying out are one step: the answer comes when both are durable. What the book refuses by
    then has the outcome `failed`, and nothing of it is done.
    """
    found = await _proposal(order, proposal_id)
    order.caller.require(PATH[found.verb].scope)
    await order.do(service.Approve(proposal_id))
    return await _told(order, await _proposal(order, proposal_id))


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
    return await _told(order, await _proposal(order, proposal_id))


async def _proposal(asker: Asker, proposal_id: ProposalId) -> Proposal:
    async with asker.reading() as connection:
        found = await find.proposal(connection, proposal_id)
        maker = found and await find.user(connection, found.maker)
    if not found or not maker or not asker.sees(maker.party_id):
        raise NotFound("proposal", str(proposal_id))
    return found


async def _told(asker: Asker, proposal: Proposal) -> ProposalTold:
    [told] = await _all_told(asker, [proposal])
    return told


async def _all_told(asker: Asker, proposals: Sequence[Proposal]) -> list[ProposalTold]:
    """Return proposals with what came of them, in the caller's language."""
    positions = [each.decided_position for each in proposals if each.decided_position is not None]
    async with asker.reading() as connection:
        facts = await facts_at(connection, positions) if positions else {}
    language = language_of(asker.request)
    return [ProposalTold(each, outcome_of(each, facts, language)) for each in proposals]


def outcome_of(
    proposal: Proposal, facts: Mapping[int, Fact], language: Language
) -> ProposalOutcome | None:
    """Return what came of a proposal. facts: those at which proposals were decided."""
    position, refusal = proposal.decided_position, proposal.refusal
    if proposal.state is not ProposalState.APPROVED or position is None:
        return None
    if refusal is not None:
        value, message, remedy = words_of(language, refusal)
        return ProposalOutcome(
            "failed", position, None, refusal.code, refusal.field, value, message, remedy
        )
    created = facts[position].part(TransfersCreated)
    results = None if created is None else created.results
    return ProposalOutcome("carried_out", position, results)
