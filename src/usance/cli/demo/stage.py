"""Set the scene: policy, parties, watchlists, funders with money and limits, a seller's mandate."""

from datetime import UTC, datetime
from typing import Final

from usance.cli.sample_lists import stage_samples
from usance.financing.service import GrantMandate, OpenFacility, ReceiveFunds
from usance.kernel.ids import FacilityId, PartyId, ProposalId, derive
from usance.kernel.money import parse
from usance.kernel.records import Record, encode
from usance.parties.service import Approve, Propose, cast, cast_party, cast_user
from usance.policy.service import AdoptPolicy, shipped_rows
from usance.risk.service import LoadWatchlist
from usance.runtime.commands import Command
from usance.runtime.facts import Outcome
from usance.worker.session import Session

BEGINS: Final = datetime(2026, 9, 9, tzinfo=UTC)
ENDS: Final = datetime(2026, 10, 9, tzinfo=UTC)
FUNDERS: Final = ("funder_one", "funder_two")
_FUNDS: Final = "600000.00"
_LIMIT: Final = "300000.00"
_MANDATE: Final = "80000.00"


class NotPlayed(Exception):
    """Something the demonstration takes for granted was refused: a bug."""


async def act(session: Session, user: str, verb: str, body: Record, *key: object) -> Outcome:
    """Let one of the cast ask for something that must be granted."""
    command = Command(derive(0, "demo", verb, *key), verb, cast_user(user), body)
    [outcome] = await session.book.submit([command])
    if outcome.refusal is not None:
        raise NotPlayed(f"{verb} {key}: {outcome.refusal}")
    return outcome


def facility_of(funder: str) -> FacilityId:
    """Return the facility a funder opens for the seller."""
    return FacilityId.derived(0, "demo", funder)


def seller() -> PartyId:
    """Return the seller whose orders are played."""
    return cast_party("seller")


async def set_the_scene(session: Session) -> None:
    """Bring a new book to the morning of the first day."""
    await act(session, "house", "adopt_policy", AdoptPolicy(shipped_rows(), "a new book"), "rows")
    for number, (verb, body) in enumerate(cast()):
        await act(session, "house", verb, body, "cast", number)
    for version in await stage_samples(session):
        await act(session, "risk", "load_watchlist", LoadWatchlist(version), version)
    await session.worker().publish_rates(BEGINS)
    for funder in FUNDERS:
        await _fund(session, funder)
    mandate = GrantMandate(seller(), parse(_MANDATE, "CNY"))
    await act(session, "seller", "grant_mandate", mandate, "mandate")


async def _fund(session: Session, funder: str) -> None:
    """A funder pays in and opens a facility: one person proposes the limit, another approves."""
    funds = ReceiveFunds(cast_party(funder), parse(_FUNDS, "CNY"), f"wire-{funder}")
    await act(session, "house", "receive_funds", funds, funder)
    facility = OpenFacility(
        facility_of(funder), cast_party(funder), seller(), parse(_LIMIT, "CNY"), "standard"
    )
    proposal = ProposalId.derived(0, "demo", "facility", funder)
    proposed = Propose(proposal, "open_facility", encode(facility).decode(), "a new seller")
    await act(session, "admin", "propose", proposed, funder)
    await act(session, "admin_two", "approve", Approve(proposal), funder)
    await session.worker().quiet(BEGINS)
