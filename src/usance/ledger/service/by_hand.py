"""Somebody – proposes – transfers or corrections, which another person approves."""

from typing import Final
from uuid import UUID

from usance.kernel.draft import Draft
from usance.kernel.errors import Refusal
from usance.kernel.ids import TransferId
from usance.kernel.records import replace
from usance.ledger.errors import TRANSFER_REFUSED, TransferResult
from usance.ledger.events import TransfersCreated
from usance.ledger.model import TransferRequest
from usance.ledger.service.reverse import CorrectTransfers
from usance.ledger.service.transfers import CreateTransfers
from usance.ledger.tables import ACCOUNTS, HOLDS

_NOT_AT_FAULT: Final = frozenset({TransferResult.CREATED, TransferResult.LINKED_EVENT_FAILED})


def completed_transfers(draft: Draft, body: CreateTransfers) -> CreateTransfers:
    """Return what was proposed with ids of this moment and the currencies of the accounts."""
    return replace(
        body, transfers=tuple([_completed(draft, request) for request in body.transfers])
    )


def completed_correction(draft: Draft, body: CorrectTransfers) -> CorrectTransfers:
    """Return what was proposed with the currencies of the accounts."""
    repost = tuple(
        [
            replace(each, currency=each.currency or _currency_of(draft, each.debit))
            for each in body.repost
        ]
    )
    return replace(body, repost=repost)


def apply_all_or_none(draft: Draft, body: CreateTransfers, _facts: object) -> Refusal | None:
    """Refuse it all where one of the transfers was not created: transfer_refused, naming it."""
    told = draft.told(TransfersCreated)
    assert told is not None, "transfers are created before anybody asks about them"
    if told.created == len(body.transfers):
        return None
    for index, result in enumerate(told.results):
        if result not in _NOT_AT_FAULT:
            return TRANSFER_REFUSED.refuse(f"transfers[{index}]", result)
    raise AssertionError(told.results)


def _completed(draft: Draft, asked: TransferRequest) -> TransferRequest:
    identifier = asked.id if asked.id.int else UUID(int=draft.new_id(TransferId).int)
    debit = asked.debit
    if asked.pending_id is not None and not debit:
        hold = draft.get(HOLDS, asked.pending_id)
        debit = 0 if hold is None else hold.debit
    return replace(asked, id=identifier, currency=asked.currency or _currency_of(draft, debit))


def _currency_of(draft: Draft, number: int) -> str | None:
    account = draft.get(ACCOUNTS, number)
    return None if account is None else account.currency
