"""Messages made for a case, and what is read of them."""

# ruff: noqa: E501 - messages are long lines
from pathlib import Path

from usance.adapters.messages.reading import STREAM_FROM, Source, read
from usance.payments.model import (
    CreditTransfer,
    FileReport,
    MessageItem,
    StatementEntry,
    StatusReport,
    StatusUpdate,
    TransferOrder,
)
from usance.payments.service import read_only

SPACE = "urn:iso:std:iso:20022:tech:xsd:"


def items_of(content: bytes | str | Path, **options) -> list[MessageItem]:
    raw = content.encode() if isinstance(content, str) else content
    stream_from = options.pop("stream_from", STREAM_FROM)
    return list(read(Source("a file", raw, stream_from=stream_from), **options))


def report_of(content: bytes | str | Path, **options) -> FileReport:
    return read_only("a file", iter(items_of(content, **options)))


def entries_of(content: bytes | str | Path, **options) -> list[StatementEntry]:
    return [item for item in items_of(content, **options) if isinstance(item, StatementEntry)]


def transfers_of(content: bytes | str) -> list[CreditTransfer]:
    return [
        transfer
        for item in items_of(content)
        if isinstance(item, TransferOrder)
        for transfer in item.transfers
    ]


def updates_of(content: bytes | str) -> list[StatusUpdate]:
    return [
        update
        for item in items_of(content)
        if isinstance(item, StatusReport)
        for update in item.updates
    ]


def refused(content: bytes | str, **options) -> list[tuple[str, str]]:
    return [(each.path, each.code) for each in report_of(content, **options).refused]


def noted(content: bytes | str, **options) -> list[tuple[str, str]]:
    return [(each.path, each.code) for each in report_of(content, **options).notes]


def an_entry(
    amount: str = "1.00", *, currency: str = "EUR", more: str = "", side: str = "CRDT"
) -> str:
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
        f"<Sts>BOOK</Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt><BkTxCd/>{more}</Ntry>"
    )


def a_balance(code: str, amount: str, side: str = "CRDT") -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>2026-11-20</Dt></Dt></Bal>'
    )


def a_statement(
    *entries: str, balances: str = "", name: str = "M1", space: str = f"{SPACE}camt.053.001.02"
) -> str:
    return (
        f'<Document xmlns="{space}"><BkToCstmrStmt><GrpHdr><MsgId>{name}</MsgId>'
        "<CreDtTm>2026-11-20T12:00:00Z</CreDtTm></GrpHdr><Stmt><Id>S1</Id>"
        "<CreDtTm>2026-11-20T12:00:00Z</CreDtTm><Acct><Id><IBAN>DE02120300000000202051</IBAN></Id>"
        f"</Acct>{balances or a_balance('CLBD', '0.00')}{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    )


def a_transfer(
    amount: str = "10.00",
    *,
    currency: str = "EUR",
    name: str = "E1",
    iban: str = "DE02120300000000202051",
    more: str = "",
    bic: str = "BYLADEM1001",
) -> str:
    return (
        f"<CdtTrfTxInf><PmtId><EndToEndId>{name}</EndToEndId>{more}</PmtId>"
        f'<Amt><InstdAmt Ccy="{currency}">{amount}</InstdAmt></Amt>'
        f"<CdtrAgt><FinInstnId><BICFI>{bic}</BICFI></FinInstnId></CdtrAgt>"
        f"<Cdtr><Nm>Ann</Nm></Cdtr><CdtrAcct><Id><IBAN>{iban}</IBAN></Id></CdtrAcct></CdtTrfTxInf>"
    )


def an_order(
    *transfers: str,
    number: str = "1",
    total: str = "10.00",
    name: str = "<MsgId>P1</MsgId>",
    day: str = "2026-11-20",
) -> str:
    return (
        f'<Document xmlns="{SPACE}pain.001.001.09"><CstmrCdtTrfInitn><GrpHdr>{name}'
        f"<CreDtTm>2026-11-20T12:00:00Z</CreDtTm><NbOfTxs>{number}</NbOfTxs><CtrlSum>{total}</CtrlSum>"
        "<InitgPty><Nm>Shop</Nm></InitgPty></GrpHdr><PmtInf><PmtInfId>B1</PmtInfId><PmtMtd>TRF</PmtMtd>"
        f"<ReqdExctnDt><Dt>{day}</Dt></ReqdExctnDt><Dbtr><Nm>Shop</Nm></Dbtr><DbtrAcct><Id>"
        "<IBAN>GB33BUKB20201555555555</IBAN></Id></DbtrAcct><DbtrAgt><FinInstnId><BICFI>BUKBGB22</BICFI>"
        f"</FinInstnId></DbtrAgt>{''.join(transfers)}</PmtInf></CstmrCdtTrfInitn></Document>"
    )
