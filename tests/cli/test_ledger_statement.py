"""A statement says of each line whether it reserved, or what became of what was reserved."""

import asyncio
import json
from datetime import timedelta

from tests.ledger.histories import START

from usance.cli.ledger_past import print_account_statement
from usance.cli.places import run
from usance.kernel.ids import derive
from usance.kernel.money import Currency
from usance.ledger.events import AccountsOpened
from usance.ledger.model import Flags, Ref
from usance.ledger.service import CreateTransfers, OpenAccounts, TransferRequest
from usance.parties.model import OPERATOR
from usance.worker.session import make_book, opened

GBP = Currency("GBP")
# For each transfer: its amount, flags, the hold that it ends, its timeout.
ASKED = (
    (100, 0, None, 0),
    (60, Flags.PENDING, None, 60),
    (50, Flags.PENDING, None, 0),
    (40, Flags.PENDING, None, 0),
    (30, Flags.POST_PENDING, 2, 0),
    (0, Flags.VOID_PENDING, 3, 0),
)
LINES = [
    ("posted", "manual", "1.00", "0.00"),
    ("held", "manual, reserved", "0.00", "0.60"),
    ("held", "manual, reserved", "0.00", "0.50"),
    ("held", "manual, reserved", "0.00", "0.40"),
    ("hold_posted", "manual, reserved before", "0.30", "-0.50"),
    ("hold_voided", "manual, given back", "0.00", "-0.40"),
    ("hold_expired", "manual, ran out", "0.00", "-0.60"),
]


async def made(place) -> None:
    await make_book(place, START, test_clock=True, anew=True)
    async with opened(place) as session:
        refs = tuple(Ref(kind, GBP, OPERATOR) for kind in ("nostro", "suspense_unmatched"))
        told = (await session.do("open_accounts", OpenAccounts(refs))).part(AccountsOpened)
        ids = [derive(1, "statement", each) for each in range(len(ASKED))]
        for own, (amount, flags, hold, timeout) in zip(ids, ASKED, strict=True):
            asked = TransferRequest(
                own,
                *(told.numbers if hold is None else (0, 0)),
                amount,
                "manual" if hold is None else "",
                flags,
                None if hold is None else ids[hold],
                timeout,
            )
            body = CreateTransfers((asked,), START.date())
            outcome = await session.do("create_transfers", body, own)
            assert outcome.fact.parts, outcome
        await session.worker().tick(START + timedelta(minutes=2))


def test_every_line_says_what_it_is(place, capsys):
    asyncio.run(made(place))

    run(print_account_statement(place, 1, "", "", "", as_json=True))

    lines = json.loads(capsys.readouterr().out)["lines"]
    assert [
        (
            line["kind"],
            line["change"]["debits_posted"]["amount"],
            line["change"]["debits_pending"]["amount"],
        )
        for line in lines
    ] == [(kind, posted, pending) for kind, _, posted, pending in LINES]

    run(print_account_statement(place, 1, "", "", "", as_json=False))

    printed = capsys.readouterr().out.splitlines()[3:-1]
    assert [line[22:58].strip() for line in printed] == [what for _, what, _, _ in LINES]
