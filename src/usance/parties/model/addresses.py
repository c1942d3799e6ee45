"""Where a party is, structured as banks want it told."""

from usance.kernel.ids import PartyId
from usance.kernel.records import Record


class PostalAddress(Record, frozen=True):
    """A postal address but for its country (ISO 20022 PostalAddress24). "": not known."""

    street: str = ""
    building: str = ""
    town: str = ""
    postal_code: str = ""
    subdivision: str = ""


class PartyAddress(Record, frozen=True):
    """Where a party is. The country is the party's own."""

    party_id: PartyId
    address: PostalAddress
