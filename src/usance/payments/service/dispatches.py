"""The worker – joins – an instruction with the parties and bank accounts it must name.

Read when it is sent, outside the engine, and only for rails that ask for it: the money path
carries ids alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

import msgspec

from usance.kernel.ids import BankAccountId
from usance.kernel.records import replace
from usance.parties.model import OPERATOR, BankAccount, Party, Scheme
from usance.parties.service.find_parties import (
    bank_accounts_by_id,
    bank_accounts_of,
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
    ids = {each.id: _account_of(each) for each in dispatches}
    accounts = await bank_accounts_by_id(connection, [each for each in ids.values() if each])
    by_id: dict[BankAccountId | None, BankAccount] = {each.id: each for each in accounts}
    owners = await parties_by_id(
        connection, [OPERATOR, *{account.party_id for account in accounts}]
    )
    parties = {owner.id: owner for owner in owners}
    ours = {account.currency: account for account in await bank_accounts_of(connection, OPERATOR)}
    found: dict[UUID, Dispatch] = {}
    for each in dispatches:
        account = by_id.get(ids[each.id])
        own = _end(parties.get(OPERATOR), ours.get(each.amount.currency))
        other = (TransferParty(), TransferParty())
        if account is not None:
            other = _end(parties.get(account.party_id), account)
        payer, payee = (own, other) if each.kind in _OUTWARD else (other, own)
        found[each.id] = replace(
            each,
            debtor=payer[0],
            debtor_agent=payer[1],
            creditor=payee[0],
            creditor_agent=payee[1],
            remittance=each.subject.hex,
        )
    return found


_OUTWARD: Final = frozenset({InstructionKind.PAYOUT, InstructionKind.REFUND})


def _account_of(instruction: Instruction) -> BankAccountId | None:
    if not instruction.instrument.startswith(_BANK):
        return None
    return BankAccountId(instruction.instrument.removeprefix(_BANK))


def _end(party: Party | None, account: BankAccount | None) -> tuple[TransferParty, TransferParty]:
    """Return one end of a transfer: who, with the account, and the bank that keeps it."""
    who = TransferParty(
        name="" if party is None else party.legal_name,
        identifier="" if party is None else _identifier(party),
        address=Address(country="" if party is None else party.country),
    )
    if account is None:
        return who, TransferParty()
    clearing = f"{_CLEARING.get(account.country, '')}:{account.bank_code}"
    agent = TransferParty(
        bic=account.bic or "",
        clearing=clearing if account.bank_code else "",
        address=Address(country=account.country),
    )
    number = account.iban or account.number or ""
    return replace(who, name=account.holder or who.name, account=number), agent


# ISO 20022 ExternalClearingSystemIdentification1Code of the national codes of banks.
_CLEARING: Final = {"CN": "CNAPS", "GB": "GBDSC", "US": "USABA", "IN": "INFSC", "AU": "AUBSB"}


def _identifier(party: Party) -> str:
    """Return the party's legal entity identifier, the one that every bank understands."""
    lei = next((each.value for each in party.identifiers if each.scheme == Scheme.LEI), "")
    return f"LEI:{lei}" if lei else ""
