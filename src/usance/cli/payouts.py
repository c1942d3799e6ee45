"""`usance payouts import` and `usance beneficiaries list`."""

import sys
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from rich.console import Console
from rich.table import Table

from usance.adapters.messages.payout_csv import read_payouts
from usance.bootstrap import catalogue
from usance.cli.orders import seller_of
from usance.cli.refusing import REFUSED, option
from usance.kernel import money
from usance.kernel.errors import Refusal
from usance.kernel.ids import PartyId, PayoutBatchId, derive, milliseconds_at
from usance.kernel.money import Currency, Money
from usance.kernel.records import encode
from usance.parties.model import HOUSE
from usance.parties.service.find_parties import beneficiaries
from usance.payments.errors import PAYOUT_BATCH_EXISTS
from usance.payments.model import BatchSource, LineStatus, PayoutBatch, PayoutLine, batch_id_of
from usance.payments.service import SubmitPayoutBatch, came_to_nothing, digest_of
from usance.payments.service import find_payments as find
from usance.runtime.commands import Command
from usance.worker.session import Place, Session, opened

_SHOWN_MAX = 100
_LISTED_MAX = 10_000


@dataclass(frozen=True)
class Wanted:
    """What the command line asked for."""

    file: Path
    currency: str
    seller: str
    reference: str
    count: int
    total: str


async def bring_in(place: Place, wanted: Wanted, *, as_json: bool) -> int:
    """Hand a file over, have its lines worked, and say what became of them."""
    text = wanted.file.read_text(encoding="utf-8-sig")
    with option("--currency"):
        currency = Currency(wanted.currency)
    lines = read_payouts(text, currency)
    total = Money(sum(line.amount.minor for line in lines), currency)
    with option("--total"):
        total = money.parse(wanted.total, currency) if wanted.total else total
    async with opened(place) as session:
        seller_id = await seller_of(session, wanted.seller)
        digest = digest_of(seller_id, currency, lines)
        reference = wanted.reference or await _free_reference(session, seller_id, digest)
        stated = wanted.count if wanted.count >= 0 else len(lines)
        body = SubmitPayoutBatch(seller_id, reference, BatchSource.CSV, stated, total, lines)
        now = await session.now()
        command = derive(milliseconds_at(now), "payouts", encode(body))
        [outcome] = await session.book.submit(
            [Command(command, "submit_payout_batch", HOUSE, body)]
        )
        refusal = outcome.refusal
        if refusal is not None and refusal.code != PAYOUT_BATCH_EXISTS.code:
            return _refuse(refusal)
        if refusal is None:
            await session.worker().quiet(now)
        batch, refused = await _found(session, batch_id_of(seller_id, reference))
    if batch.digest != digest:
        # Under the name that was given for this file, another one is known.
        return _refuse(PAYOUT_BATCH_EXISTS.refuse("reference", batch.id))
    _say(batch, refused, is_known=outcome.replayed or refusal is not None, as_json=as_json)
    return REFUSED if batch.refused or batch.refusal else 0


def _refuse(refusal: Refusal) -> int:
    said = catalogue()[refusal.code].title("en", refusal.field, refusal.value)
    sys.stderr.write(f"usance: {said} ({refusal.code})\n")
    return REFUSED


async def _free_reference(session: Session, seller_id: PartyId, digest: str) -> str:
    """Return what a file is called that bears no name: by what it says, and in which currency.

    Where it came before and nothing of it was paid, it may come again: as its second, third, …
    """
    async with session.pool.acquire() as connection:
        for attempt in count(1):
            reference = digest if attempt == 1 else f"{digest} {attempt}"
            known = await find.payout_batch(connection, batch_id_of(seller_id, reference))
            if known is None or not came_to_nothing(known):
                return reference
    raise AssertionError("numbers do not end")


async def _found(session: Session, batch_id: PayoutBatchId) -> tuple[PayoutBatch, list[PayoutLine]]:
    async with session.pool.acquire() as connection:
        batch = await find.payout_batch(connection, batch_id)
        lines = await find.payout_lines(connection, batch_id, LineStatus.REFUSED, 0, _LISTED_MAX)
    assert batch is not None, "it was handed over"
    return batch, lines


def _say(batch: PayoutBatch, refused: list[PayoutLine], *, is_known: bool, as_json: bool) -> None:
    codes = catalogue()
    reasons = [
        {
            "line": line.number,
            "reference": line.reference,
            "code": line.refusal.code,
            "reason": codes[line.refusal.code].title("en", line.refusal.field, line.refusal.value),
        }
        for line in refused
        if line.refusal is not None
    ]
    if as_json:
        body = {"batch": batch, "known": is_known, "refused": reasons}
        sys.stdout.write(encode(body).decode() + "\n")
        return
    sys.stdout.write(
        f"{batch.id}: {batch.status.replace('_', ' ')}{', known already' if is_known else ''};"
        f" {batch.lines:,} lines of {batch.total}, {batch.accepted:,} became payouts,"
        f" {batch.refused:,} refused\n"
    )
    for each in reasons[:_SHOWN_MAX]:
        sys.stdout.write(f"  line {each['line']}: {each['reason']} ({each['code']})\n")
    if len(reasons) > _SHOWN_MAX:
        sys.stdout.write(f"  … and {len(reasons) - _SHOWN_MAX} more\n")


async def show_beneficiaries(place: Place, seller: str, *, as_json: bool) -> None:
    """Print whom a seller pays."""
    async with opened(place) as session:
        seller_id = await seller_of(session, seller)
        async with session.pool.acquire() as connection:
            rows = await beneficiaries(connection, seller_id, limit=_LISTED_MAX)
    if as_json:
        sys.stdout.write(encode({"beneficiaries": rows}).decode() + "\n")
        return
    table = Table("id", "name", "account", "bank says", "since", "status", box=None, pad_edge=False)
    for each in rows:
        says = (
            f"{each.name_check}: {each.name_on_account}"
            if each.name_on_account
            else each.name_check
        )
        account = f"{each.country} …{each.account[-4:]} {each.currency}"
        table.add_row(
            str(each.id), each.name, account, says, f"{each.changed_at:%Y-%m-%d %H:%M}", each.status
        )
    Console(width=None if sys.stdout.isatty() else 200).print(table)
