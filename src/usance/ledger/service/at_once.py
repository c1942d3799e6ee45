"""Somebody – creates – many plain transfers at once: the bulk of what bulk commands ask."""

from collections.abc import Collection, Sequence
from datetime import date
from operator import lt
from typing import Any, Final

import numpy as np

from usance.kernel.draft import Draft
from usance.ledger.model import Flags, TransferRequest
from usance.ledger.service.post import CLOSED_ACCOUNTS
from usance.ledger.state import Columns, columns_of, post_all
from usance.ledger.tables import ACCOUNTS, BALANCES, COUNTERS, TRANSFERS
from usance.runtime.copying import Block, Packed

# Fewer than that are done sooner one by one.
_WORTH_IT: Final = 64
# What `sealed_bytes` makes of each transfer, without a hold.
_SEALED: Final = np.dtype(
    [("id", "V16"), ("debit", ">u8"), ("credit", ">u8"), ("amount", ">u8"), ("flags", ">u2")]
)


def create_at_once(
    draft: Draft, transfers: Sequence[TransferRequest], value_date: date, doubtful: Collection[int]
) -> bool:
    """Create transfers if it is certain that none is refused; return whether it was done.

    doubtful: ids that may be in use. Nothing is changed where it was not done.
    """
    if len(transfers) < _WORTH_IT or draft.get(COUNTERS, CLOSED_ACCOUNTS) is not None:
        return False
    columns = columns_of(transfers)
    if columns is None or (doubtful and not set(doubtful).isdisjoint(columns.ids)):
        return False
    numbers = columns.numbers.tolist()
    balances = post_all(columns, draft.get_all(ACCOUNTS, numbers), draft.get_all(BALANCES, numbers))
    if balances is None:
        return False
    draft.put_all(BALANCES, balances)
    _write(draft, columns, value_date)
    return True


def _write(draft: Draft, columns: Columns, value_date: date) -> None:
    count = len(columns.ids)
    ids = b"".join([number.to_bytes(16, "big") for number in columns.ids])
    debit, credit, amount = (
        figures.astype(">u8") for figures in (columns.debit(), columns.credit(), columns.amount)
    )
    block: dict[str, Sequence[Any] | Packed] = {
        "id": Packed(ids, 16),
        "position": [draft.position] * count,
        "debit": Packed(debit.tobytes(), 8),
        "credit": Packed(credit.tobytes(), 8),
        "amount": Packed(amount.tobytes(), 8),
        "code": columns.codes,
        "flags": [Flags.NONE] * count,
        "pending_id": [None] * count,
        "value_date": [value_date] * count,
        "recorded_at": [draft.now] * count,
    }
    draft.add(TRANSFERS, Block(count, block, max(columns.ids)))
    sealed = np.zeros(count, _SEALED)
    sealed["id"] = np.frombuffer(ids, "V16")
    sealed["debit"], sealed["credit"], sealed["amount"] = debit, credit, amount
    if all(map(lt, columns.ids, columns.ids[1:])):
        draft.seal(sealed.tobytes())
    else:
        draft.seal(*(each.tobytes() for each in sealed))
