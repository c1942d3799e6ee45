"""What is proposed, shown as it was sent: amounts with currencies, flags by name, ids as printed.

It is read from what will be carried out, not from what was sent, so that nobody approves anything
else than what they see.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from usance.api.shapes import money_shown, plain
from usance.api.verbs import PATH
from usance.kernel.ids import TransferId
from usance.kernel.money import MINOR_MAX, Currency, Money
from usance.kernel.records import Record, decode
from usance.ledger import service
from usance.ledger.model import TRANSFER_FLAGS, Flags, names_of
from usance.parties.model import Proposal

JSONObject = dict[str, Any]


def body_shown(proposal: Proposal) -> JSONObject:
    """Return what a proposal asks for, as a caller of the API would send it."""
    body: Record = decode(proposal.body, PATH[proposal.verb].body)
    show = _BY_VERB.get(proposal.verb)
    shown: JSONObject = plain(body) if show is None else show(body)
    return shown


def _transfers(body: service.CreateTransfers) -> JSONObject:
    return {
        "transfers": [_transfer(each) for each in body.transfers],
        "value_date": body.value_date.isoformat(),
    }


def _transfer(asked: service.TransferRequest) -> JSONObject:
    """Return one transfer; `linked` says only what all of them are: one chain."""
    return {
        "id": str(TransferId(asked.id)),
        "debit": asked.debit or None,
        "credit": asked.credit or None,
        "amount": _amount(asked.amount, asked.currency),
        "code": asked.code,
        "flags": list(names_of(asked.flags & ~Flags.LINKED, TRANSFER_FLAGS)),
        "pending_id": _printed(asked.pending_id),
        "timeout": asked.timeout,
    }


def _reversal(body: service.ReverseTransfers | service.CorrectTransfers) -> JSONObject:
    return {
        "position": body.position,
        "transfers": [_printed(each) for each in body.transfers],
        "value_date": body.value_date.isoformat(),
        "reason": body.reason,
    }


def _correction(body: service.CorrectTransfers) -> JSONObject:
    repost = [
        {
            "debit": each.debit,
            "credit": each.credit,
            "amount": _amount(each.amount, each.currency),
            "code": each.code,
        }
        for each in body.repost
    ]
    return {**_reversal(body), "repost": repost}


def _amount(minor: int, currency: str | None) -> JSONObject | None:
    """Return an amount, None where what is meant follows from the accounts or the hold."""
    if currency is None or minor in {0, MINOR_MAX}:
        return None
    return dict(money_shown(Money(minor, Currency(currency))))


def _printed(identifier: UUID | None) -> str | None:
    return None if identifier is None else str(TransferId(identifier))


_BY_VERB: Final[Mapping[str, Callable[[Any], JSONObject]]] = {
    "create_transfers": _transfers,
    "reverse_transfers": _reversal,
    "correct_transfers": _correction,
}
