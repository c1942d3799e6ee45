"""A party – is – somewhere: banks ask for its town and country when its money crosses a border.

It is kept beside the party, so that the money path does not carry it, and it stays out of facts.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import PartyId
from usance.kernel.records import Record
from usance.parties.errors import MALFORMED_ADDRESS, UNKNOWN_PARTY
from usance.parties.events import PartyAddressChanged
from usance.parties.model import PartyAddress, PostalAddress
from usance.parties.service.register import party_of
from usance.parties.tables import PARTY_ADDRESSES
from usance.runtime.commands import Command, Loader

# ISO 20022 PostalAddress24: how long each part may be.
LONGEST: Final = {
    "street": 70, "building": 16, "town": 35, "postal_code": 16, "subdivision": 35,
}  # fmt: skip


class SetPartyAddress(Record, frozen=True):
    """Say where a party is, all of it anew."""

    party_id: PartyId
    address: PostalAddress


async def prepare_set_party_address(loader: Loader, commands: Sequence[Command]) -> None:
    """Load where the parties were until now."""
    bodies = [c.body for c in commands if isinstance(c.body, SetPartyAddress)]
    await loader.rows(PARTY_ADDRESSES, [body.party_id for body in bodies])


def apply_set_party_address(draft: Draft, body: SetPartyAddress, _facts: None) -> Refusal | None:
    """Refuses: malformed_address, unknown_party."""
    address = checked_address(body.address)
    if isinstance(address, Refusal):
        return address
    if party_of(draft, body.party_id) is None:
        return UNKNOWN_PARTY.refuse("party_id", body.party_id)
    draft.put(PARTY_ADDRESSES, PartyAddress(body.party_id, address))
    draft.thread(body.party_id)
    draft.tell(PartyAddressChanged(body.party_id))
    return None


def checked_address(address: PostalAddress) -> PostalAddress | Refusal:
    """Return an address with single blanks, each part as long as a bank takes it.

    Refuses malformed_address; also where anything is known but not the town.
    """
    parts: dict[str, str] = {}
    for name, longest in LONGEST.items():
        said: str = getattr(address, name)
        part = " ".join(said.split())
        if len(part) > longest or not part.isprintable():
            return MALFORMED_ADDRESS.refuse(f"address.{name}", part[:longest])
        parts[name] = part
    if any(parts.values()) and not parts["town"]:
        return MALFORMED_ADDRESS.refuse("address.town", "")
    return msgspec.structs.replace(address, **parts)
