"""Say how a party stands with us: its status and its risk grade."""

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import PartyId
from usance.kernel.records import Record, replace
from usance.parties.errors import ILLEGAL_STATUS, UNKNOWN_PARTY
from usance.parties.events import PartyGraded, PartyStatusChanged
from usance.parties.model import MAY_BECOME, PartyStatus
from usance.parties.rules import identifiers
from usance.parties.tables import PARTIES


class SetPartyStatus(Record, frozen=True):
    """Freeze a party, make it active again, or close it for good. reason: why."""

    party_id: PartyId
    status: PartyStatus
    reason: str


def apply_set_party_status(draft: Draft, body: SetPartyStatus, _facts: object) -> Refusal | None:
    """Refuses: malformed_name (a blank reason), unknown_party, illegal_status."""
    reason = identifiers.checked_name(body.reason, "reason")
    if isinstance(reason, Refusal):
        return reason
    party = draft.get(PARTIES, body.party_id)
    if party is None:
        return UNKNOWN_PARTY.refuse("party_id", body.party_id)
    if body.status not in MAY_BECOME[party.status]:
        return ILLEGAL_STATUS.refuse("status", body.status)
    draft.put(PARTIES, replace(party, status=body.status))
    draft.tell(PartyStatusChanged(party.id, party.status, body.status, reason))
    return None


class GradeParty(Record, frozen=True):
    """Give a party another risk grade, from A (best) to E. reason: why."""

    party_id: PartyId
    risk_grade: str
    reason: str


def apply_grade_party(draft: Draft, body: GradeParty, _facts: object) -> Refusal | None:
    """Refuses: malformed_name (a blank reason), unknown_grade, unknown_party."""
    for checked in (
        identifiers.checked_name(body.reason, "reason"),
        identifiers.checked_grade(body.risk_grade, "risk_grade"),
    ):
        if isinstance(checked, Refusal):
            return checked
    party = draft.get(PARTIES, body.party_id)
    if party is None:
        return UNKNOWN_PARTY.refuse("party_id", body.party_id)
    draft.put(PARTIES, replace(party, risk_grade=body.risk_grade))
    draft.tell(PartyGraded(party.id, party.risk_grade, body.risk_grade, body.reason.strip()))
    return None
