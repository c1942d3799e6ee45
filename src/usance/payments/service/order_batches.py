"""A bank message – orders – transfers from a seller's account: they become batches of payouts.

The debtor's account says whose money it is: a bank account that is registered with one active
seller. Nobody has signed in for a message, so that such a batch always waits for a person, and for
two over the limit. A debtor nobody knows, or whom two sellers name, is left alone: the transfers
stay where they were taken in.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from usance.kernel.ids import MessageId, PartyId, derive, milliseconds_of
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record
from usance.parties.service.find_parties import sellers_accounts
from usance.payments import store
from usance.payments.model import BatchSource, LineAsked, OrderedTransfer
from usance.payments.service.payout_batches import SubmitPayoutBatch
from usance.runtime.database import Connection

# What a debtor writes who has no id to give (ISO 20022).
_UNNAMED: Final = frozenset({"", "NOTPROVIDED"})


class OrderedBatch(Record, frozen=True):
    """A command that hands over a batch that a message has ordered."""

    id: UUID
    body: SubmitPayoutBatch


async def batches_ordered(connection: Connection, digest: str) -> list[OrderedBatch]:
    """Return the batches that the pain.001 messages of a file order, one for each account.

    digest: SHA-256 of the file, in hexadecimal. Asking again returns the same commands.
    """
    messages = await store.messages_of_file(connection, digest)
    known = {message.id.int: message for message in messages}
    transfers = await store.ordered_transfers(connection, [each.id for each in messages])
    sellers = await _sellers(connection, transfers)
    groups: dict[tuple[MessageId, PartyId, Currency], list[OrderedTransfer]] = defaultdict(list)
    for transfer in transfers:
        seller_id = sellers.get(transfer.transfer.debtor.account)
        if seller_id is not None:
            groups[transfer.message, seller_id, transfer.amount.currency].append(transfer)
    batches = []
    for (message_id, seller_id, currency), ordered in groups.items():
        message = known[message_id.int]
        body = _batch(seller_id, currency, f"{message.message_id} {currency}", ordered)
        milliseconds = milliseconds_of(message_id)
        command = derive(milliseconds, "payout_order", message_id, seller_id, currency)
        batches.append(OrderedBatch(command, body))
    return batches


async def _sellers(
    connection: Connection, transfers: Sequence[OrderedTransfer]
) -> dict[str, PartyId]:
    """Return whose the debtors' accounts are, those that are one seller's alone."""
    numbers = {each.transfer.debtor.account for each in transfers} - {""}
    owners: dict[str, set[PartyId]] = defaultdict(set)
    for account in await sellers_accounts(connection, sorted(numbers)):
        owners[account.iban or account.number or ""].add(account.party_id)
    return {number: next(iter(them)) for number, them in owners.items() if len(them) == 1}


def _batch(
    seller_id: PartyId, currency: Currency, reference: str, ordered: Sequence[OrderedTransfer]
) -> SubmitPayoutBatch:
    lines = tuple([_line(each) for each in ordered])
    total = Money(sum(line.amount.minor for line in lines), currency)
    return SubmitPayoutBatch(seller_id, reference, BatchSource.PAIN_001, len(lines), total, lines)


def _line(ordered: OrderedTransfer) -> LineAsked:
    """Return a transfer as a line: its end-to-end id is what is never paid twice."""
    transfer = ordered.transfer
    references = transfer.references
    named = references.end_to_end_id
    agent = transfer.creditor_agent
    bank = agent.clearing.rpartition(":")[2] or agent.bic
    account = transfer.creditor.account
    is_iban = account[:2].isalpha() and account[2:4].isdecimal()
    return LineAsked(
        references.instruction_id if named in _UNNAMED else named,
        ordered.amount,
        None,
        account,
        "" if is_iban else bank,
        references.remittance or references.structured,
    )
