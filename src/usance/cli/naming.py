"""What a command names by its id, and what people call what an id names."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from usance.cli.refusing import option
from usance.kernel.errors import Invalid, NotFound
from usance.kernel.ids import BeneficiaryId, Id, PartyId, PaymentId, UserId
from usance.parties.service import find_parties
from usance.payments.service import find_payments
from usance.runtime.database import Connection

K = TypeVar("K", bound=Id)
R = TypeVar("R")


async def named(
    connection: Connection,
    noun: str,
    spelt: str,
    kind: type[K],
    find: Callable[[Connection, K], Awaitable[R | None]],
) -> R:
    """Return what an id names. Raises Invalid(malformed_id), NotFound.

    noun: as it is called where there is none; its last word in capitals is the argument's name.
    """
    with option(noun.rpartition(" ")[2].upper()):
        identifier = kind(spelt)
    found = await find(connection, identifier)
    if found is None:
        raise NotFound(noun, spelt)
    return found


async def names_of(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Return what people call those of these ids that name somebody, or a payment."""
    names: dict[str, str] = {}
    for each in dict.fromkeys(ids):
        called = await _name_of(connection, each)
        if called:
            names[each] = called
    return names


async def _name_of(connection: Connection, spelt: str) -> str:
    try:
        match spelt.partition("_")[0]:
            case "pty":
                party = await find_parties.party(connection, PartyId(spelt))
                return party.legal_name if party else ""
            case "usr":
                user = await find_parties.user(connection, UserId(spelt))
                return user.name if user else ""
            case "bnf":
                payee = await find_parties.beneficiary(connection, BeneficiaryId(spelt))
                return payee.name if payee else ""
            case "pay":
                payment = await find_payments.payment(connection, PaymentId(spelt))
                return payment.invoice_no if payment else ""
    except Invalid:
        # A reference of somebody's own may begin like an id of ours.
        return ""
    return ""
