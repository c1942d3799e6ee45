"""The acquirer's settlement details: a CSV with one line for each movement, `<END>` at its end.

Amounts are decimal text here, where the API has minor units. A report is a batch: what was
refunded in the batch that settles a payment is kept back from it.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from usance.adapters.rails.e_wallet.signing import moment_of
from usance.kernel.errors import UsanceError
from usance.kernel.money import Money, parse
from usance.payments.ports import NoticeKind, RailNotice

END: Final = "<END>"
FIELDS: Final = (
    "settlementBatchId",
    "transactionType",
    "transactionId",
    "transactionRequestId",
    "originalTransactionRequestId",
    "settlementTime",
    "transactionAmountValue",
    "transactionCurrency",
    "settlementAmountValue",
    "settlementCurrency",
)
_TYPE: Final = "transactionType"
_SETTLES: Final = frozenset({"PAYMENT", "CAPTURE"})
_TAKES: Final = frozenset({"REFUND", "CANCEL"})
Line = dict[str, str]


class ReportCutShort(ValueError):
    """A report does not end as it should: it is not all there. Fetch it again."""


def settlements_in(text: str) -> list[RailNotice]:
    """Return what a report settles. Raises ReportCutShort, and Invalid where an amount is none.

    What was not asked for by us, and what is settled in another currency than it was paid in, is
    left out: the first is no money of ours, of the second nobody here knows the fee.
    """
    lines = _lines(text)
    kept: defaultdict[str, int] = defaultdict(int)
    for line in lines:
        if line[_TYPE] in _TAKES:
            kept[line["originalTransactionRequestId"]] += _gross(line).minor
    found = [
        _settlement(line, kept[line["transactionRequestId"]])
        for line in lines
        if line[_TYPE] in _SETTLES
    ]
    return [notice for notice in found if notice is not None]


def _lines(text: str) -> list[Line]:
    rows = [row for row in csv.reader(text.splitlines()) if row]
    if not rows or rows[-1] != [END] or set(FIELDS) - set(rows[0]):
        raise ReportCutShort("a settlement report lacks a field or its end")
    if any(len(row) != len(rows[0]) for row in rows[:-1]):
        raise ReportCutShort("a line of a settlement report is not whole")
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:-1]]


def _settlement(line: Line, kept: int) -> RailNotice | None:
    settled_at = moment_of(line["settlementTime"])
    try:
        instruction = UUID(line["transactionRequestId"])
    except ValueError:
        return None
    try:
        whole, net = _gross(line), _net(line)
    except UsanceError as fault:
        raise ReportCutShort("an amount of a settlement report is none") from fault
    if settled_at is None or whole.currency != net.currency or whole.minor <= kept:
        return None
    gross = Money(whole.minor - kept, whole.currency)
    fee = min(max(whole.minor - net.minor, 0), gross.minor)
    return RailNotice(
        NoticeKind.SETTLED,
        f"{line['settlementBatchId']}:{line['transactionId']}",
        instruction,
        gross,
        Money(fee, gross.currency),
        settled_at.date(),
    )


def _gross(line: Line) -> Money:
    """Return the amount of a movement; of what is taken it may be written below nothing."""
    amount = parse(line["transactionAmountValue"], line["transactionCurrency"])
    return Money(abs(amount.minor), amount.currency)


def _net(line: Line) -> Money:
    return parse(line["settlementAmountValue"], line["settlementCurrency"])


def written(lines: Iterable[Line]) -> str:
    """Return a report as the acquirer writes it."""
    rows = [list(FIELDS), *([line.get(name, "") for name in FIELDS] for line in lines), [END]]
    return "".join(",".join(row) + "\n" for row in rows)
