"""A funder – opens – a facility, pays in, suspends it."""

from usance.financing.errors import (
    FACILITY_ALREADY_OPEN,
    ILLEGAL_STATUS,
    NOT_POSITIVE,
    UNKNOWN_FACILITY,
    UNKNOWN_PROGRAMME,
    UNKNOWN_TECHNIQUE,
    WRONG_PARTY_KIND,
)
from usance.financing.events import FacilityOpened, FacilityStatusChanged, FundsReceived
from usance.financing.model import Facility, FacilityStatus, SellerFacilities
from usance.financing.rules.postings import FUNDING, LIMIT
from usance.financing.rules.techniques import technique_of
from usance.financing.service.filing import PROGRAMME
from usance.financing.tables import FACILITIES, SELLER_FACILITIES
from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import FacilityId, PartyId
from usance.kernel.money import Money
from usance.kernel.records import Record, replace
from usance.ledger.model import where_among
from usance.ledger.service import expand, post
from usance.parties.errors import UNKNOWN_PARTY
from usance.parties.model import PartyKind
from usance.parties.service import party_of
from usance.policy.service import find_row, look_up


class OpenFacility(Record, frozen=True):
    """Grant a limit on a seller's sales, in the seller's settlement currency.

    id: made by the caller. programme: whose terms hold, a scope of financing.programme.
    """

    id: FacilityId
    funder_id: PartyId
    seller_id: PartyId
    limit: Money
    programme: str


class OpenFacilityStage:
    """Applies `open_facility`: posts the limit, from which every draw takes its headroom."""

    def __init__(self, operator_id: PartyId) -> None:
        self._operator_id = operator_id

    def apply(self, draft: Draft, body: OpenFacility, _facts: object) -> Refusal | None:
        """Open the facility with all of its limit free.

        Refuses: not_positive, unknown_party, wrong_party_kind, unknown_programme,
        unknown_technique, facility_already_open.
        """
        if body.limit.minor <= 0:
            return NOT_POSITIVE.refuse("limit", body.limit)
        refusal = _wrong_party(draft, "funder_id", body.funder_id, PartyKind.FUNDER)
        refusal = refusal or _wrong_party(draft, "seller_id", body.seller_id, PartyKind.SELLER)
        if refusal is not None:
            return refusal
        for rule in (PROGRAMME, "financing.eligibility"):
            if find_row(draft, rule, body.programme, draft.now.date()) is None:
                return UNKNOWN_PROGRAMME.refuse("programme", body.programme)
        if technique_of(look_up(draft, PROGRAMME, body.programme, draft.now.date())) is None:
            return UNKNOWN_TECHNIQUE.refuse("programme", body.programme)
        if draft.get(FACILITIES, body.id) is not None:
            return FACILITY_ALREADY_OPEN.refuse("id", body.id)
        facility = Facility(
            body.id,
            body.funder_id,
            body.seller_id,
            body.limit,
            body.programme,
            draft.now,
            FacilityStatus.ACTIVE,
            draft.position,
        )
        draft.put(FACILITIES, facility)
        known = draft.get(SELLER_FACILITIES, body.seller_id) or SellerFacilities(body.seller_id)
        draft.put(SELLER_FACILITIES, replace(known, facilities=(*known.facilities, body.id)))
        where = where_among(self._operator_id, None, body.funder_id, None, None, body.id)
        posted = post(draft, expand(LIMIT, {"limit": body.limit}, where), draft.now.date())
        if isinstance(posted, Refusal):
            return posted
        draft.tell(
            FacilityOpened(body.id, body.funder_id, body.seller_id, body.limit, body.programme)
        )
        return None


class SetFacilityStatus(Record, frozen=True):
    """Suspend a facility or make it active again. reason: why. What is drawn runs on."""

    facility_id: FacilityId
    status: FacilityStatus
    reason: str


def apply_set_facility_status(
    draft: Draft, body: SetFacilityStatus, _facts: object
) -> Refusal | None:
    """Refuses: unknown_facility, illegal_facility_status."""
    facility = draft.get(FACILITIES, body.facility_id)
    if facility is None:
        return UNKNOWN_FACILITY.refuse("facility_id", body.facility_id)
    if facility.status is body.status:
        return ILLEGAL_STATUS.refuse("status", body.status)
    draft.put(FACILITIES, replace(facility, status=body.status))
    draft.tell(FacilityStatusChanged(facility.id, body.status, body.reason))
    return None


class ReceiveFunds(Record, frozen=True):
    """A funder's money has arrived at our bank. reference: the bank's own."""

    funder_id: PartyId
    amount: Money
    reference: str


class ReceiveFundsStage:
    """Applies `receive_funds`."""

    def __init__(self, operator_id: PartyId) -> None:
        self._operator_id = operator_id

    def apply(self, draft: Draft, body: ReceiveFunds, _facts: object) -> Refusal | None:
        """Refuses: not_positive, unknown_party, wrong_party_kind."""
        if body.amount.minor <= 0:
            return NOT_POSITIVE.refuse("amount", body.amount)
        refusal = _wrong_party(draft, "funder_id", body.funder_id, PartyKind.FUNDER)
        if refusal is not None:
            return refusal
        where = where_among(self._operator_id, None, body.funder_id)
        posted = post(draft, expand(FUNDING, {"amount": body.amount}, where), draft.now.date())
        if isinstance(posted, Refusal):
            return posted
        draft.tell(FundsReceived(body.funder_id, body.amount, body.reference))
        return None


def _wrong_party(draft: Draft, field: str, party_id: PartyId, kind: PartyKind) -> Refusal | None:
    party = party_of(draft, party_id)
    if party is None:
        return UNKNOWN_PARTY.refuse(field, party_id)
    return None if party.kind is kind else WRONG_PARTY_KIND.refuse(field, party.kind)
