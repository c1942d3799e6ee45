"""A bank's file has a line that nobody can read; the mended file adds it, and doubles nothing."""

from tests.story.stage import Stage
from tests.story.test_receipts import queue
from tests.story.test_statements import ACCOUNT, has_account, open_breaks, states

from usance.kernel.ids import UserId
from usance.payments.model import FileReport
from usance.worker.messages import take_in_message_file

SOMEBODY = UserId.derived(0, "story", "mei")
ENTRY = """
<Ntry><Amt Ccy="GBP">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2026-09-09</Dt></BookgDt><ValDt><Dt>2026-09-09</Dt></ValDt>
<AcctSvcrRef>B{number}</AcctSvcrRef><BkTxCd/></Ntry>"""
STATEMENT = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>{message}</MsgId><CreDtTm>2026-09-09T18:00:00Z</CreDtTm></GrpHdr>
<Stmt><Id>S-1</Id><Acct><Id><IBAN>{account}</IBAN></Id><Ccy>GBP</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="GBP">0.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-09-09</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="GBP">60.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-09-09</Dt></Dt></Bal>{entries}</Stmt></BkToCstmrStmt>
</Document>"""
TABLE = "account,date,amount,currency,reference\n"


def camt(message: str, *amounts: str) -> bytes:
    entries = "".join(
        ENTRY.format(amount=amount, number=number) for number, amount in enumerate(amounts, 1)
    )
    return STATEMENT.format(message=message, account=ACCOUNT, entries=entries).encode()


def csv(*amounts: str) -> bytes:
    lines = [
        f"{ACCOUNT},2026-09-09,{amount},GBP,B{number}\n" for number, amount in enumerate(amounts, 1)
    ]
    return (TABLE + "".join(lines)).encode()


async def hands_over(stage: Stage, name: str, content: bytes) -> FileReport:
    async with stage.session.pool.acquire() as connection:
        taken = await take_in_message_file(
            connection, name, content, received_at=stage.now, actor=SOMEBODY
        )
    return taken.report


async def suspense(stage: Stage) -> list[int]:
    return sorted(waits for _, _, waits in await queue(stage))


def test_the_mended_statement_of_a_bank_brings_the_line_that_was_missing(play):
    async def journey(stage: Stage) -> None:
        await has_account(stage)
        # Given a statement of three credits, the second of which cannot be read
        broken = await hands_over(stage, "a.xml", camt("M-1", "10.00", "2O.00", "30.00"))
        assert [each.code for each in broken.refused] == ["malformed_amount"]
        assert ("sum_differs", 2000) in await open_breaks(stage)
        # When time passes, what was read is booked; then the bank sends what it meant
        await stage.until("2026-09-14")
        assert await suspense(stage) == [1000, 3000]
        mended = await hands_over(stage, "b.xml", camt("M-2", "10.00", "20.00", "30.00"))
        # Then it says that one entry is new, and the statement adds up
        assert [(each.code, each.value) for each in mended.notes] == [("statement_completed", "1")]
        assert (mended.entries, mended.matched, mended.unmatched) == (3, 2, 1)
        assert [kind for kind, _ in await open_breaks(stage)] == ["not_expected"]
        # And that one is booked, the two others not again
        await stage.until("2026-09-21")
        assert await suspense(stage) == [1000, 2000, 3000]
        assert await states(stage) == ["matched"] * 3

    play(journey)


def test_a_table_that_people_have_mended_doubles_nothing(play):
    async def journey(stage: Stage) -> None:
        await has_account(stage)
        await hands_over(stage, "a.csv", csv("10.00", "x", "30.00", "x"))
        # Given that the first attempt to mend it mends half
        half = await hands_over(stage, "b.csv", csv("10.00", "20.00", "30.00", "y"))
        whole = await hands_over(stage, "c.csv", csv("10.00", "20.00", "30.00", "40.00"))
        again = await hands_over(stage, "d.csv", csv("10.00", "20.00", "30.00", "40.00") + b"\n")
        # Then each says what it added
        assert [each.value for each in (*half.notes, *whole.notes)] == ["1", "1"]
        assert (again.status, again.entries) == ("known", 4)
        await stage.until("2026-09-14")
        assert await suspense(stage) == [1000, 2000, 3000, 4000]

    play(journey)
