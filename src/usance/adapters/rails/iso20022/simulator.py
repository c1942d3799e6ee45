"""A bank that exists only here: as a rail, and as the gateway that its client speaks to.

It reads our pain.001, pacs.008 and camt.056 and answers with pain.002 or pacs.002, pacs.004 and
camt.029 that are valid by their schemas. Its figures are illustrative and describe the simulation
alone.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import httpx
import msgspec
from lxml import etree

from usance.adapters.messages.xml import find_messages, parse
from usance.adapters.rails.iso20022.client import CAPABILITIES
from usance.adapters.rails.iso20022.writing import NAMESPACE, PACS_008, PAIN_001
from usance.adapters.rails.simulated_memory import Memory
from usance.adapters.rails.simulator import Behaviour, SimulatedRail
from usance.kernel.money import Money, decimal_text
from usance.kernel.money import parse as money
from usance.payments.model import (
    Decline,
    Instruction,
    InstructionKind,
    instruction_of,
    uetr_of,
)
from usance.payments.ports import (
    TAKES_EVERYTHING,
    AnswerKind,
    Limit,
    NoticeKind,
    RailAnswer,
    RailNotice,
)

SEED: Final = 20260909
_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
BEHAVIOUR: Final = Behaviour(
    fee_bps=0,
    fee_fixed_minor=15,
    chargeback_fee_minor=0,
    settlement_business_days=1,
    silent_bps=300,
    refused_bps=50,
    refusable=frozenset({InstructionKind.PAYOUT, InstructionKind.REFUND}),
    refusals=(Decline.INVALID_ACCOUNT, Decline.ACCOUNT_CLOSED),
    returned_bps=30,
)
# Our reasons in the banks' codes.
CODES: Final[Mapping[str, str]] = {
    Decline.INVALID_ACCOUNT: "AC01",
    Decline.ACCOUNT_CLOSED: "AC04",
    Decline.INSUFFICIENT_FUNDS: "AM04",
    Decline.RETURNED_BY_PAYEE: "CUST",
    Decline.NAME_MISMATCH: "BE01",
    Decline.LIMIT_EXCEEDED: "AM14",
    Decline.TIMED_OUT: "AB05",
}


def simulated(
    seed: int = SEED,
    behaviour: Behaviour = BEHAVIOUR,
    name: str = "credit_transfer",
    limits: Mapping[str, Limit] = TAKES_EVERYTHING,
    capabilities: frozenset[str] = CAPABILITIES,
) -> SimulatedRail:
    """Return a bank that pays out and refunds by credit transfer, and may send money back."""
    return SimulatedRail(name, seed, behaviour, capabilities, limits)


class BankServer:
    """The bank's gateway over a simulated rail, for `httpx.MockTransport`. now: the book's time."""

    def __init__(self, rail: SimulatedRail, now: datetime, *, notifies: bool = False) -> None:
        """notifies: it also sends a camt.054 of whatever it books."""
        self.now = now
        self._rail = rail
        self._notifies = notifies
        self._ordered = Memory(rail)
        self._recalled: dict[str, RailAnswer] = {}
        self._interbank: set[str] = set()

    def handle(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        if request.method == "POST":
            return self._take(request.content)
        uetr = request.url.params.get("uetr")
        if uetr is not None:
            return _listed(self._about(uetr))
        window = (
            datetime.fromisoformat(request.url.params["after"]),
            datetime.fromisoformat(request.url.params["until"]),
        )
        told = self._rail.told(list(self._ordered.values()), *window)
        return _listed([message for _, notice in told for message in self._returns(notice)])

    def _returns(self, notice: RailNotice) -> list[str]:
        """Return the messages by which the bank tells of a return: one, or two of the same."""
        if notice.kind is not NoticeKind.RETURNED:
            return []
        return [returned(notice), *([notified_return(notice)] if self._notifies else [])]

    def _take(self, message: bytes) -> httpx.Response:
        [found] = find_messages(parse(message))
        if found.type == "pacs.009":
            return httpx.Response(202)  # The cover; the transfer itself is answered.
        if found.type in {"pain.001", "pacs.008"}:
            for transfer in found.document.iter("{*}CdtTrfTxInf"):
                uetr, ordered = self._order(transfer)
                if found.type == "pacs.008" and uetr not in self._ordered:
                    self._interbank.add(uetr)
                self._ordered.take(uetr, ordered, self.now)
        else:
            uetr = found.document.findtext(".//{*}OrgnlUETR") or ""
            if uetr in self._ordered and uetr not in self._recalled:
                self._recalled[uetr] = self._rail.recalled(self._ordered[uetr], self.now)
        return httpx.Response(202)

    def _order(self, transfer: etree._Element) -> tuple[str, Instruction]:
        """Return a transfer as it is remembered, with its UETR."""
        uetr = transfer.findtext(".//{*}UETR") or ""
        identifier = instruction_of(uetr)
        written = transfer.find(".//{*}InstdAmt")
        if written is None:
            written = transfer.find("{*}IntrBkSttlmAmt")
        assert identifier is not None, uetr
        assert written is not None
        amount = money(written.text or "", written.get("Ccy") or "")
        return uetr, self._ordered.asked(identifier, InstructionKind.PAYOUT, amount, self.now)

    def _about(self, uetr: str) -> list[str]:
        ordered = self._ordered.get(uetr)
        if ordered is None:
            return []
        answer = self._ordered.answered(uetr, self.now)
        report = interbank_report if uetr in self._interbank else status_report
        messages = [report(ordered, answer, self.now)]
        ordered = self._ordered[uetr]
        if self._notifies and answer.kind is AnswerKind.CONFIRMED and not answer.about:
            messages.append(notified_debit(ordered, answer.amount or ordered.amount, self.now))
        for _, notice in self._rail.told([ordered], _LONG_AGO, self.now):
            messages += self._returns(notice)
        recalled = self._recalled.get(uetr)
        if recalled is not None:
            messages.append(resolution(ordered, recalled, self.now))
        return messages


def _listed(messages: Sequence[str]) -> httpx.Response:
    return httpx.Response(200, content=msgspec.json.encode(messages))


_STATUS: Final = {
    AnswerKind.CONFIRMED: "ACSC",
    AnswerKind.REFUSED: "RJCT",
    AnswerKind.UNKNOWN: "PDNG",
}


def status_report(ordered: Instruction, answer: RailAnswer, now: datetime) -> str:
    """Return the pain.002 that says what a simulated bank has answered."""
    uetr = uetr_of(answer.about or ordered.id)
    amount = answer.amount or ordered.amount
    reason = ""
    if answer.kind is AnswerKind.REFUSED:
        reason = f"<StsRsnInf><Rsn><Cd>{_code(answer.code)}</Cd></Rsn></StsRsnInf>"
    return _written(
        "pain.002.001.10",
        "CstmrPmtStsRpt",
        f"<GrpHdr><MsgId>S{ordered.id.hex}</MsgId><CreDtTm>{_moment(now)}</CreDtTm></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{ordered.id.hex}</OrgnlMsgId>"
        f"<OrgnlMsgNmId>{PAIN_001}</OrgnlMsgNmId></OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{ordered.id.hex[:31]}-1</OrgnlPmtInfId>"
        f"<TxInfAndSts><OrgnlEndToEndId>{ordered.id.hex}</OrgnlEndToEndId>"
        f"<OrgnlUETR>{uetr}</OrgnlUETR><TxSts>{_STATUS[answer.kind]}</TxSts>"
        f"{reason}"
        f"<OrgnlTxRef><Amt>{_amount('InstdAmt', amount)}</Amt></OrgnlTxRef>"
        "</TxInfAndSts></OrgnlPmtInfAndSts>",
    )


def interbank_report(ordered: Instruction, answer: RailAnswer, now: datetime) -> str:
    """Return the pacs.002 by which the next bank answers a pacs.008."""
    amount = answer.amount or ordered.amount
    reason = ""
    if answer.kind is AnswerKind.REFUSED:
        reason = f"<StsRsnInf><Rsn><Cd>{_code(answer.code)}</Cd></Rsn></StsRsnInf>"
    return _written(
        "pacs.002.001.10",
        "FIToFIPmtStsRpt",
        f"<GrpHdr><MsgId>S{ordered.id.hex}</MsgId><CreDtTm>{_moment(now)}</CreDtTm></GrpHdr>"
        "<TxInfAndSts>"
        f"<OrgnlGrpInf><OrgnlMsgId>{ordered.id.hex}</OrgnlMsgId>"
        f"<OrgnlMsgNmId>{PACS_008}</OrgnlMsgNmId></OrgnlGrpInf>"
        f"<OrgnlEndToEndId>{ordered.id.hex}</OrgnlEndToEndId>"
        f"<OrgnlUETR>{uetr_of(answer.about or ordered.id)}</OrgnlUETR>"
        f"<TxSts>{_STATUS[answer.kind]}</TxSts>{reason}"
        f"<OrgnlTxRef>{_amount('IntrBkSttlmAmt', amount)}</OrgnlTxRef>"
        "</TxInfAndSts>",
    )


def returned(notice: RailNotice) -> str:
    """Return the pacs.004 by which money comes back."""
    return _written(
        "pacs.004.001.09",
        "PmtRtr",
        f"<GrpHdr><MsgId>M{notice.instruction.hex}</MsgId>"
        f"<CreDtTm>{notice.value_date}T06:00:00Z</CreDtTm><NbOfTxs>1</NbOfTxs>"
        "<SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf></GrpHdr>"
        f"<TxInf><RtrId>{notice.reference[-35:]}</RtrId>"
        f"<OrgnlEndToEndId>{notice.instruction.hex}</OrgnlEndToEndId>"
        f"<OrgnlUETR>{uetr_of(notice.instruction)}</OrgnlUETR>"
        f"{_amount('RtrdIntrBkSttlmAmt', notice.amount)}"
        f"<IntrBkSttlmDt>{notice.value_date}</IntrBkSttlmDt>"
        f"<RtrRsnInf><Rsn><Cd>{_code(notice.code)}</Cd></Rsn></RtrRsnInf></TxInf>",
    )


def notified_debit(ordered: Instruction, amount: Money, now: datetime) -> str:
    """Return the camt.054 that says that our account was debited for a transfer."""
    reference = f"D{ordered.id.hex}"
    return _notification(reference, ordered.id, amount, "DBIT", now.date().isoformat())


def notified_return(notice: RailNotice) -> str:
    """Return the camt.054 of the credit by which money comes back."""
    reference = f"C{notice.reference[-34:]}"
    reason = f"<RtrInf><Rsn><Cd>{_code(notice.code)}</Cd></Rsn></RtrInf>"
    on = notice.value_date.isoformat()
    return _notification(reference, notice.instruction, notice.amount, "CRDT", on, reason)


def _notification(
    reference: str, about: UUID, amount: Money, direction: str, on: str, reason: str = ""
) -> str:
    moved = f"{_amount('Amt', amount)}<CdtDbtInd>{direction}</CdtDbtInd>"
    return _written(
        "camt.054.001.08",
        "BkToCstmrDbtCdtNtfctn",
        f"<GrpHdr><MsgId>N{reference[-34:]}</MsgId><CreDtTm>{on}T06:00:00Z</CreDtTm></GrpHdr>"
        f"<Ntfctn><Id>N{reference[-34:]}</Id><CreDtTm>{on}T06:00:00Z</CreDtTm>"
        "<Acct><Id><IBAN>GB94BARC10201530093459</IBAN></Id>"
        f"<Ccy>{amount.currency}</Ccy></Acct>"
        f"<Ntry>{moved}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{on}</Dt></BookgDt>"
        f"<ValDt><Dt>{on}</Dt></ValDt><AcctSvcrRef>{reference[-35:]}</AcctSvcrRef>"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>XBCT</SubFmlyCd></Fmly></Domn>"
        "</BkTxCd><NtryDtls><TxDtls><Refs>"
        f"<EndToEndId>{about.hex}</EndToEndId><UETR>{uetr_of(about)}</UETR></Refs>"
        f"{moved}{reason}</TxDtls></NtryDtls></Ntry></Ntfctn>",
    )


_RESOLVED: Final = {
    AnswerKind.CONFIRMED: "CNCL",
    AnswerKind.REFUSED: "RJCR",
    AnswerKind.UNKNOWN: "PDCR",
}


def resolution(ordered: Instruction, answer: RailAnswer, now: datetime) -> str:
    """Return the camt.029 that answers a recall."""
    bank = "<Agt><FinInstnId><BICFI>BYLADEM1001</BICFI></FinInstnId></Agt>"
    reason = ""
    if answer.kind is AnswerKind.REFUSED:
        reason = f"<CxlStsRsnInf><Rsn><Cd>{_code(answer.code)}</Cd></Rsn></CxlStsRsnInf>"
    return _written(
        "camt.029.001.09",
        "RsltnOfInvstgtn",
        f"<Assgnmt><Id>A{ordered.id.hex}</Id><Assgnr>{bank}</Assgnr><Assgne>{bank}</Assgne>"
        f"<CreDtTm>{_moment(now)}</CreDtTm></Assgnmt>"
        f"<Sts><Conf>{_RESOLVED[answer.kind]}</Conf></Sts>"
        f"<CxlDtls><TxInfAndSts><OrgnlEndToEndId>{ordered.id.hex}</OrgnlEndToEndId>"
        f"<OrgnlUETR>{uetr_of(ordered.id)}</OrgnlUETR>"
        f"{reason}"
        "</TxInfAndSts></CxlDtls>",
    )


def _written(kind: str, tag: str, body: str) -> str:
    return f'<Document xmlns="{NAMESPACE}{kind}"><{tag}>{body}</{tag}></Document>'


def _amount(tag: str, amount: Money) -> str:
    return f'<{tag} Ccy="{amount.currency}">{decimal_text(amount)}</{tag}>'


def _code(reason: str) -> str:
    return CODES.get(reason, "MS03")


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
