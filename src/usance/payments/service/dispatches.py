"""The worker – joins – an instruction with the parties and bank accounts it must name.

Read when it is sent, outside the engine, and only for rails that ask for it: the money path
carries ids alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeVar
from uuid import UUID

import msgspec

from usance.kernel.ids import BankAccountId, BeneficiaryId, Id
from usance.kernel.records import replace
from usance.parties.model import (
    OPERATOR,
    BankAccount,
    Beneficiary,
    Party,
    PostalAddress,
    Scheme,
    key_among,
)
from usance.parties.service.find_parties import (
    addresses_of,
    bank_accounts_by_id,
    bank_accounts_of,
    beneficiaries_by_id,
    parties_by_id,
)
from usance.payments import store
from usance.payments.model import (
    Address,
    Dispatch,
    Instruction,
    InstructionKind,
    TransferParty,
)
from usance.payments.ports import COLLECTING, PARTIES, REFERS, Rail
from usance.runtime.database import Connection

_BANK: Final = "bank:"
_BENEFICIARY: Final = "beneficiary:"
I = TypeVar("I", bound=Id)  # noqa: E741 - an id
_NO_CAPABILITIES: Final = frozenset[str]()


async def joined(
    connection: Connection,
    rails: Mapping[str, Rail],
    waiting: Sequence[tuple[Instruction, str | None]],
) -> list[Dispatch]:
    """Return the instructions as they go out, in their order; with each what the rail calls it."""
    dispatches = [
        Dispatch(**msgspec.structs.asdict(each), known_as=known_as or "")
        for each, known_as in waiting
    ]
    named = _of_rails(rails, PARTIES, dispatches)
    if named:
        ends = await _ends(connection, named)
        dispatches = [ends.get(each.id, each) for each in dispatches]
    referring = _of_rails(rails, REFERS, dispatches)
    if referring:
        payments = {each.payment_id for each in referring if each.payment_id is not None}
        known = await store.original_references(connection, list(payments))
        dispatches = [
            replace(each, original=known[each.payment_id])
            if each.kind not in COLLECTING and each.payment_id in known
            else each
            for each in dispatches
        ]
    return dispatches


def _of_rails(
    rails: Mapping[str, Rail], capability: str, dispatches: Iterable[Dispatch]
) -> list[Dispatch]:
    found = []
    for each in dispatches:
        rail = rails.get(each.rail)
        if rail is not None and capability in rail.capabilities:
            found.append(each)
    return found


async def _ends(connection: Connection, dispatches: Sequence[Dispatch]) -> dict[UUID, Dispatch]:
    """Return the dispatches with who pays and who is paid: the operator and the account's owner."""
    accounts = await bank_accounts_by_id(connection, _named(dispatches, _BANK, BankAccountId))
    payees = await beneficiaries_by_id(connection, _named(dispatches, _BENEFICIARY, BeneficiaryId))
    concerned = [OPERATOR, *{account.party_id for account in accounts}]
    parties = {owner.id: owner for owner in await parties_by_id(connection, concerned)}
    at = {each.party_id: each.address for each in await addresses_of(connection, concerned)}
    ours = {account.currency: account for account in await bank_accounts_of(connection, OPERATOR)}
    ends = {
        f"{_BANK}{each.id}": _end(parties.get(each.party_id), each, at.get(each.party_id))
        for each in accounts
    }
    ends |= {f"{_BENEFICIARY}{each.id}": _payee(each) for each in payees}
    keys = {f"{_BANK}{each.id}": _key(each) for each in accounts}
    keys |= {f"{_BENEFICIARY}{each.id}": _key(each) for each in payees}
    found: dict[UUID, Dispatch] = {}
    for each in dispatches:
        own = _end(parties.get(OPERATOR), ours.get(each.amount.currency), at.get(OPERATOR))
        other = ends.get(each.instrument, (TransferParty(), TransferParty()))
        payer, payee = (own, other) if each.kind in _OUTWARD else (other, own)
        found[each.id] = replace(
            each,
            debtor=payer[0],
            debtor_agent=payer[1],
            creditor=payee[0],
            creditor_agent=payee[1],
            remittance=each.subject.hex,
            alias=keys.get(each.instrument, ""),
        )
    return found


_OUTWARD: Final = frozenset(
    {InstructionKind.PAYOUT, InstructionKind.REFUND, InstructionKind.RETURN}
)


def _named(dispatches: Sequence[Dispatch], prefix: str, kind: type[I]) -> list[I]:
    """Return the ids that instruments of one kind name."""
    return [
        kind(each.instrument.removeprefix(prefix))
        for each in dispatches
        if each.instrument.startswith(prefix)
    ]


def _end(
    party: Party | None, account: BankAccount | None, at: PostalAddress | None
) -> tuple[TransferParty, TransferParty]:
    """Return one end of a transfer: who, with the account, and the bank that keeps it."""
    who = TransferParty(
        name="" if party is None else party.legal_name,
        identifier="" if party is None else _identifier(party),
        address=_address("" if party is None else party.country, at or PostalAddress()),
    )
    if account is None:
        return who, TransferParty()
    number = account.iban or account.number or ""
    return replace(who, name=account.holder or who.name, account=number), _agent(account)


def _payee(payee: Beneficiary) -> tuple[TransferParty, TransferParty]:
    """Return whom a party pays: the holder as the bank knows it, and where it is."""
    address = _address(payee.country, payee.address)
    number = payee.iban or payee.number or ""
    return TransferParty(name=payee.name, account=number, address=address), _agent(payee)


def _address(country: str, at: PostalAddress) -> Address:
    return Address(country, at.town, at.postal_code, at.street, at.building, at.subdivision)


def _key(account: BankAccount | Beneficiary) -> str:
    return key_among(account.country, account.number, account.bank_code or account.bic)


def _agent(account: BankAccount | Beneficiary) -> TransferParty:
    clearing = f"{_CLEARING.get(account.country, '')}:{account.bank_code}"
    return TransferParty(
        bic=account.bic or "",
        clearing=clearing if account.bank_code else "",
        address=Address(country=account.country),
    )


# ISO 20022 ExternalClearingSystemIdentification1Code of the national codes of banks.
_CLEARING: Final = {"CN": "CNAPS", "GB": "GBDSC", "US": "USABA", "IN": "INFSC", "AU": "AUBSB"}


def _identifier(party: Party) -> str:
    """Return the party's legal entity identifier, the one that every bank understands."""
    lei = next((each.value for each in party.identifiers if each.scheme == Scheme.LEI), "")
    return f"LEI:{lei}" if lei else ""
