"""`usance payouts import` and `usance beneficiaries list`."""

import sys
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from usance.adapters.messages.payout_csv import read_payouts
from usance.api.beneficiaries import BENEFICIARY
from usance.bootstrap import catalogue
from usance.cli.errors import NOT_UTF_8
from usance.cli.listing import Column, Listing, print_rows, text
from usance.cli.orders import seller_of
from usance.cli.refusing import REFUSED, option, refused
from usance.cli.voice import Words, says
from usance.kernel import money
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


async def bring_in(place: Place, wanted: Wanted, *, as_json: bool, language: Words) -> int:
    """Hand a file over, have its lines worked, and say what became of them."""
    text = _read(wanted.file)
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
            raise refused(refusal, language)
        if refusal is None:
            await session.worker().quiet(now)
        batch, bad = await _found(session, batch_id_of(seller_id, reference))
    if batch.digest != digest:
        # Under the name that was given for this file, another one is known.
        raise refused(PAYOUT_BATCH_EXISTS.refuse("reference", batch.id), language)
    is_known = outcome.replayed or refusal is not None
    _say(batch, bad, is_known=is_known, as_json=as_json, language=language)
    return REFUSED if batch.refused or batch.refusal else 0


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


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as broken:
        raise NOT_UTF_8.invalid(file.name) from broken


async def _found(session: Session, batch_id: PayoutBatchId) -> tuple[PayoutBatch, list[PayoutLine]]:
    async with session.pool.acquire() as connection:
        batch = await find.payout_batch(connection, batch_id)
        lines = await find.payout_lines(connection, batch_id, LineStatus.REFUSED, 0, _LISTED_MAX)
    assert batch is not None, "it was handed over"
    return batch, lines


def _say(
    batch: PayoutBatch,
    refused: list[PayoutLine],
    *,
    is_known: bool,
    as_json: bool,
    language: Words,
) -> None:
    codes = catalogue()
    reasons = [
        {
            "line": line.number,
            "reference": line.reference,
            "code": line.refusal.code,
            "reason": codes[line.refusal.code].title(
                language.value, line.refusal.field, line.refusal.value
            ),
        }
        for line in refused
        if line.refusal is not None
    ]
    if as_json:
        body = {"batch": batch, "known": is_known, "refused": reasons}
        sys.stdout.write(encode(body).decode() + "\n")
        return
    said = says(
        "{0}: {1}{2}; {3:,} lines of {4}, {5:,} became payouts, {6:,} refused\n",
        "{0}:{1}{2};共 {3:,} 行,合计 {4};{5:,} 行已出款,{6:,} 行被拒绝\n",
        language,
    )
    known = says(", known already", ",此前已收录", language) if is_known else ""
    status = text(batch.status, language)
    sys.stdout.write(
        said.format(
            batch.id, status, known, batch.lines, batch.total, batch.accepted, batch.refused
        )
    )
    line = says("  line {0}: {1} ({2})\n", "  第 {0} 行:{1}({2})\n", language)
    for each in reasons[:_SHOWN_MAX]:
        sys.stdout.write(line.format(each["line"], each["reason"], each["code"]))
    if len(reasons) > _SHOWN_MAX:
        more = says("  … and {0} more\n", "  … 另有 {0} 行\n", language)
        sys.stdout.write(more.format(len(reasons) - _SHOWN_MAX))


BENEFICIARIES = Listing(
    BENEFICIARY,
    (
        Column("beneficiary", "收款人", lambda row: row.id),
        Column("name", "名称", lambda row: row.name),
        Column("account", "账户", lambda row: f"{row.country} …{row.account[-4:]} {row.currency}"),
        Column("name check", "户名核对", lambda row: row.name_check),
        Column("name on account", "开户名", lambda row: row.name_on_account),
        Column("town", "城市", lambda row: row.address.town),
        Column("since", "变更时间", lambda row: row.changed_at),
        Column("status", "状态", lambda row: row.status),
    ),
    ("Nobody is paid: a payee is named by POST /v1/beneficiaries.", "没有收款人。"),
)


async def show_beneficiaries(place: Place, seller: str, *, as_json: bool, language: Words) -> None:
    """Print whom a seller pays."""
    async with opened(place) as session:
        seller_id = await seller_of(session, seller)
        async with session.pool.acquire() as connection:
            rows = await beneficiaries(connection, seller_id, limit=_LISTED_MAX)
    print_rows(BENEFICIARIES, rows, _LISTED_MAX, as_json=as_json, language=language)
