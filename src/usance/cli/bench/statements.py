"""A long camt.053 statement, made by seed: seconds to read, store and match it, and the memory.

The book expects 97 of 100 entries: most by name, some by amount, day and party, some with another
amount. The rest nobody expects, and a few are shown twice. The baseline is lxml alone walking
through the same file, which nothing in Python that reads XML can beat.
"""

import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from lxml import etree

from usance.cli.bench.orders import peak_mb
from usance.cli.bench.report import ROUNDS, Report, WrongResult, in_turn, machine, over, say
from usance.cli.bench.scene import adopt_rules
from usance.cli.throwaway import new_book
from usance.kernel.ids import UserId, derive
from usance.kernel.money import Currency, Money
from usance.kernel.records import Record
from usance.parties.model import HOUSE
from usance.payments.model import FileReport, Movement, MovementState
from usance.runtime.postgres import ServerAddress
from usance.runtime.rows import RowShape
from usance.worker.messages import take_in_message_file
from usance.worker.session import Session, opened

ENTRIES: Final = 100_000
_SEED: Final = 7
_START: Final = datetime(2026, 9, 9, tzinfo=UTC)
_DAY: Final = date(2026, 9, 9)
_BOOK: Final = "bench_statements"
_GBP: Final = Currency("GBP")
_SHAPE: Final = RowShape(Movement)
_HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr>\
<MsgId>BENCH-{seed}</MsgId><CreDtTm>2026-09-09T20:00:00Z</CreDtTm></GrpHdr><Stmt><Id>S-{seed}</Id>\
<CreDtTm>2026-09-09T20:00:00Z</CreDtTm><Acct><Id><IBAN>GB33BUKB20201555555555</IBAN></Id>\
<Ccy>GBP</Ccy></Acct><Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="GBP">0.00</Amt>\
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-09-09</Dt></Dt></Bal><Bal><Tp><CdOrPrtry><Cd>CLBD</Cd>\
</CdOrPrtry></Tp><Amt Ccy="GBP">{total}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-09-09</Dt>\
</Dt></Bal>
"""
_ENTRY: Final = """<Ntry><NtryRef>{n}</NtryRef><Amt Ccy="GBP">{amount}</Amt>\
<CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-09-09</Dt></BookgDt><ValDt>\
<Dt>2026-09-09</Dt></ValDt><AcctSvcrRef>BK{n:08d}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly>\
<Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs>\
<EndToEndId>{name}</EndToEndId></Refs><Amt Ccy="GBP">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>\
<RltdPties><Dbtr><Pty><Nm>{party}</Nm></Pty></Dbtr></RltdPties><RmtInf><Ustrd>{text}</Ustrd>\
</RmtInf></TxDtls></NtryDtls></Ntry>
"""
_TAIL: Final = "</Stmt></BkToCstmrStmt></Document>\n"


class Shown(Record, frozen=True):
    """An entry of the statement. expected: what the book expects instead, None for nothing."""

    name: str
    minor: int
    party: str
    text: str
    expected: Movement | None


async def bench_statements(
    address: ServerAddress, home: Path, entries: int = ENTRIES, rounds: int = ROUNDS
) -> Report:
    """Measure reading, storing and matching of one statement in a new book.

    Raises WrongResult where an entry that is expected by name was not matched.
    """
    reports: list[FileReport] = []
    say(f"a camt.053 of {entries} entries into a new book, beside lxml alone")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "statement.xml"
        _write(file, entries, _SEED)
        size = file.stat().st_size

        async def measured() -> float:
            seconds, report = await _take_in(address, home, file, entries)
            reports.append(report)
            return entries / seconds

        async def baseline() -> float:
            began = time.perf_counter()
            for _, element in etree.iterparse(file, resolve_entities=False, no_network=True):
                element.clear()
            return entries / (time.perf_counter() - began)

        ours, theirs = await in_turn(rounds, measured, baseline)
    last = reports[-1]
    if last.entries != entries or last.matched < entries * 94 // 100:
        raise WrongResult(f"{last.matched} of {last.entries} entries were matched")
    rate, base = over(ours), over(theirs)
    return Report(
        "import",
        {
            "format": "camt.053",
            "entries": entries,
            "megabytes": size // 1_000_000,
            "entries_per_s": rate.median,
            "entries_per_s_spread": [rate.smallest, rate.largest],
            "seconds": round(entries / rate.median, 1) if rate.median else 0,
            "matched": last.matched,
            "suggested": last.suggested,
            "unmatched": last.unmatched,
            "peak_mb": peak_mb(),
        },
        {
            "name": "lxml alone",
            "entries_per_s": base.median,
            "entries_per_s_spread": [base.smallest, base.largest],
        },
        round(rate.median / base.median, 3),
        machine(),
    )


def _shown(entries: int, seed: int) -> Iterator[Shown]:
    """Yield the entries that a seed makes, with what the book expects of each."""
    dice = random.Random(seed)  # noqa: S311 - a benchmark's load, not a secret
    before: Shown | None = None
    for number in range(entries):
        kind = number % 100
        if kind == 99 and before is not None:
            yield Shown(before.name, before.minor, before.party, before.text, None)
            continue
        identifier = derive(1_788_912_000_000 + number, seed, number)
        minor = dice.randrange(100, 50_000_000)
        party = f"BUYER {dice.randrange(10**6):06d}"
        named = kind < 90 or kind == 98
        expected = None
        if kind not in {97, 96}:
            minor_expected = minor + 25 if 94 <= kind < 96 else minor
            name = identifier.hex.upper()
            expected = _movement(identifier, number, name, minor_expected, party)
        name = str(identifier) if named else "NOTPROVIDED"
        before = Shown(name, minor, party, f"INVOICE {number}", expected)
        yield before


def _movement(identifier: UUID, number: int, name: str, minor: int, party: str) -> Movement:
    return Movement(
        identifier,
        number + 1,
        "settlement_net",
        "settlement",
        Money(minor, _GBP),
        True,
        _DAY,
        (name,),
        party,
        MovementState.BOOKED,
        True,
    )


def _write(file: Path, entries: int, seed: int) -> None:
    # Made by seed as often as they are needed: what is held here would count as the book's memory.
    total = sum(each.minor for each in _shown(entries, seed))
    with file.open("w", encoding="utf-8") as out:
        out.write(_HEAD.format(seed=seed, total=_decimal(total)))
        for number, each in enumerate(_shown(entries, seed), 1):
            amount = _decimal(each.minor)
            out.write(
                _ENTRY.format(
                    n=number, amount=amount, name=each.name, party=each.party, text=each.text
                )
            )
        out.write(_TAIL)


def _decimal(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


async def _take_in(
    address: ServerAddress, home: Path, file: Path, entries: int
) -> tuple[float, FileReport]:
    async with (
        new_book(address, home, _BOOK, _START) as place,
        opened(place, engine=True) as session,
    ):
        await adopt_rules(session)
        await _expect(session, entries, _SEED)
        began = time.perf_counter()
        async with session.pool.acquire() as connection:
            taken = await take_in_message_file(
                connection, file.name, file, received_at=_START, actor=UserId(HOUSE)
            )
        return time.perf_counter() - began, taken.report


async def _expect(session: Session, entries: int, seed: int) -> None:
    """Write what the book expects, as it stands once its ledger was followed."""
    rows = (
        _SHAPE.to_row(each.expected) for each in _shown(entries, seed) if each.expected is not None
    )
    async with session.pool.acquire() as connection:
        await connection.copy_records_to_table(
            "movements", schema_name="payments", columns=_SHAPE.columns, records=rows
        )
