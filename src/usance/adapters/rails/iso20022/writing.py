"""Credit transfers, written as ISO 20022 messages: elements in the order of their schemas.

pain.001.001.09 (a customer orders), pacs.008.001.08 (a bank passes on a customer's transfer),
pacs.009.001.08 (of a bank's own
money; COV: the cover for it), camt.056.001.08 (please send it back), each with its
business application header head.001.001.02. Lengths and characters follow the CBPR+ usage
guidelines, which are narrower than the schemas. Pure.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

from anyascii import anyascii
from lxml import etree

from usance.adapters.rails.iso20022.wire import Header, Interbank, Recall, SettlementMethod
from usance.kernel.money import Money, decimal_text
from usance.payments.model import (
    Address,
    ChargeBearer,
    CreditTransfer,
    References,
    TransferOrder,
    TransferParty,
)

PAIN_001: Final = "pain.001.001.09"
PACS_008: Final = "pacs.008.001.08"
PACS_009: Final = "pacs.009.001.08"
CAMT_056: Final = "camt.056.001.08"
HEAD_001: Final = "head.001.001.02"
NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:"
_NOT_PROVIDED: Final = "NOTPROVIDED"
# CBPR+ names and remittance; what is outside is written with the letters that come nearest.
_OUTSIDE: Final = re.compile(r"[^0-9a-zA-Z/\-?:().,'+ !#$%&*=^_`{|}~\";<>@\[\]\\]")
_OUTSIDE_REFERENCE: Final = re.compile(r"[^0-9a-zA-Z\-?:().,'+ ]")
_NAME_MAX: Final = 140
_REFERENCE_MAX: Final = 35
_LINES_MAX: Final = 2
_CODE_MAX: Final = 4

Element = etree._Element  # noqa: SLF001 - lxml publishes the type of its elements by this name


def pain_001(order: TransferOrder) -> bytes:
    """Write a customer's order; transfers that share debtor, day and service share a block."""
    root, body = _document(PAIN_001, "CstmrCdtTrfInitn")
    header = _group_header(body, order)
    _text(header, "NbOfTxs", str(len(order.transfers)))
    _text(header, "CtrlSum", _sum(order.transfers))
    _party(header, "InitgPty", TransferParty(name=order.initiating_party))
    keyed = sorted(order.transfers, key=_block_key)
    for number, (_, block) in enumerate(groupby(keyed, key=_block_key), 1):
        _payment_block(body, order, number, list(block))
    return _bytes(root)


def pacs_008(order: TransferOrder, between: Interbank) -> bytes:
    """Write what one bank sends the next for customers."""
    root, body = _document(PACS_008, "FIToFICstmrCdtTrf")
    _interbank_header(body, order, between)
    for transfer in order.transfers:
        _interbank_transfer(_child(body, "CdtTrfTxInf"), transfer, between)
    return _bytes(root)


def pacs_009_cover(order: TransferOrder, between: Interbank) -> bytes:
    """Write the cover of transfers sent with settlement method COVE, under the same UETR."""
    root, body = _document(PACS_009, "FICdtTrf")
    direct = Interbank(
        SettlementMethod.INSTRUCTED, between.cover_from, between.cover_to, between.settled_on
    )
    _interbank_header(body, order, direct)
    for transfer in order.transfers:
        _cover(_child(body, "CdtTrfTxInf"), transfer, between)
    return _bytes(root)


def pacs_009(order: TransferOrder, between: Interbank) -> bytes:
    """Write what a bank sends another of its own money; debtor and creditor are the agents."""
    root, body = _document(PACS_009, "FICdtTrf")
    _interbank_header(body, order, between)
    for transfer in order.transfers:
        written = _child(body, "CdtTrfTxInf")
        _identification(written, transfer.references)
        _amount(written, "IntrBkSttlmAmt", transfer.settled or transfer.amount)
        _text(written, "IntrBkSttlmDt", _day(between.settled_on))
        _agent(written, "InstgAgt", between.instructing)
        _agent(written, "InstdAgt", between.instructed)
        _agent(written, "Dbtr", transfer.debtor_agent)
        _agent(written, "Cdtr", transfer.creditor_agent)
    return _bytes(root)


def camt_056(recall: Recall) -> bytes:
    """Write the request to cancel and send back a transfer."""
    root, body = _document(CAMT_056, "FIToFIPmtCxlReq")
    assignment = _child(body, "Assgnmt")
    _text(assignment, "Id", _reference(recall.id))
    for tag, agent in (("Assgnr", recall.assigner), ("Assgne", recall.assignee)):
        _agent(_child(assignment, tag), "Agt", agent)
    _text(assignment, "CreDtTm", _moment(recall.at))
    _text(_child(body, "CtrlData"), "NbOfTxs", "1")
    transaction = _child(_child(body, "Undrlyg"), "TxInf")
    _text(transaction, "CxlId", _reference(recall.id))
    original = _child(transaction, "OrgnlGrpInf")
    _text(original, "OrgnlMsgId", _reference(recall.original_message))
    _text(original, "OrgnlMsgNmId", recall.original_kind)
    references = recall.references
    _text(transaction, "OrgnlInstrId", _reference(references.instruction_id))
    _text(transaction, "OrgnlEndToEndId", _reference(references.end_to_end_id))
    _text(transaction, "OrgnlUETR", references.uetr)
    _amount(transaction, "OrgnlIntrBkSttlmAmt", recall.amount)
    _text(transaction, "OrgnlIntrBkSttlmDt", _day(recall.settled_on))
    reason = _child(transaction, "CxlRsnInf")
    _code(reason, "Rsn", recall.reason)
    return _bytes(root)


def with_header(document: bytes, header: Header) -> bytes:
    """Wrap a document and its business application header in one envelope."""
    kind = etree.QName(etree.fromstring(document, _PARSER)).namespace or ""
    name = f"{NAMESPACE}{HEAD_001}"
    head = _root(name, "AppHdr")
    for tag, bic in (("Fr", header.sender), ("To", header.receiver)):
        institution = _child(_child(_child(head, tag), "FIId"), "FinInstnId")
        _text(institution, "BICFI", bic)
    _text(head, "BizMsgIdr", _reference(header.message_id))
    _text(head, "MsgDefIdr", kind.removeprefix(NAMESPACE))
    _text(head, "BizSvc", header.service)
    _text(head, "CreDt", _moment(header.created_at))
    envelope = etree.Element("BizMsgEnvlp")
    envelope.append(head)
    envelope.append(etree.fromstring(document, _PARSER))
    return _bytes(envelope)


# Only what we wrote ourselves is parsed here; still without entities and network.
_PARSER: Final = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _block_key(transfer: CreditTransfer) -> tuple[str, ...]:
    debtor, agent = transfer.debtor, transfer.debtor_agent
    return (
        transfer.batch,
        debtor.account,
        debtor.name,
        agent.bic,
        agent.clearing,
        _day(transfer.requested_on),
        transfer.service,
        transfer.instrument,
        transfer.category,
    )


def _payment_block(
    body: Element, order: TransferOrder, number: int, block: Sequence[CreditTransfer]
) -> None:
    first = block[0]
    payment = _child(body, "PmtInf")
    _text(payment, "PmtInfId", _reference(first.batch or f"{order.message_id[:31]}-{number}"))
    _text(payment, "PmtMtd", "TRF")
    _text(payment, "NbOfTxs", str(len(block)))
    _text(payment, "CtrlSum", _sum(block))
    _type_information(payment, first)
    assert first.requested_on is not None, "an order says when it is to be carried out"
    _text(_child(payment, "ReqdExctnDt"), "Dt", _day(first.requested_on))
    _party(payment, "Dbtr", first.debtor)
    _account(payment, "DbtrAcct", first.debtor.account)
    _agent(payment, "DbtrAgt", first.debtor_agent)
    for transfer in block:
        ordered = _child(payment, "CdtTrfTxInf")
        _identification(ordered, transfer.references)
        _amount(_child(ordered, "Amt"), "InstdAmt", transfer.amount)
        _text(ordered, "ChrgBr", transfer.charges or "")
        if _is_named(transfer.creditor_agent):
            _agent(ordered, "CdtrAgt", transfer.creditor_agent)
        _party(ordered, "Cdtr", transfer.creditor)
        _account(ordered, "CdtrAcct", transfer.creditor.account)
        _code(ordered, "Purp", transfer.purpose)
        _remittance(ordered, transfer.references)


def _interbank_header(body: Element, order: TransferOrder, between: Interbank) -> None:
    header = _group_header(body, order)
    _text(header, "NbOfTxs", str(len(order.transfers)))
    settlement = _child(header, "SttlmInf")
    _text(settlement, "SttlmMtd", between.method)
    if between.method is SettlementMethod.COVER:
        # Whose correspondents hold the accounts through which the cover goes.
        _agent(settlement, "InstgRmbrsmntAgt", between.cover_from)
        _agent(settlement, "InstdRmbrsmntAgt", between.cover_to)


def _interbank_transfer(written: Element, transfer: CreditTransfer, between: Interbank) -> None:
    settled = transfer.settled or transfer.amount
    _identification(written, transfer.references)
    _type_information(written, transfer)
    _amount(written, "IntrBkSttlmAmt", settled)
    _text(written, "IntrBkSttlmDt", _day(between.settled_on))
    if transfer.rate or between.charges or settled != transfer.amount:
        _amount(written, "InstdAmt", transfer.amount)
    _text(written, "XchgRate", transfer.rate)
    _text(written, "ChrgBr", transfer.charges or ChargeBearer.SHARED)
    for charge in between.charges:
        taken = _child(written, "ChrgsInf")
        _amount(taken, "Amt", charge.amount)
        _agent(taken, "Agt", charge.agent)
    _agent(written, "InstgAgt", between.instructing)
    _agent(written, "InstdAgt", between.instructed)
    _ends(written, transfer)
    _code(written, "Purp", transfer.purpose)
    _remittance(written, transfer.references)


def _cover(written: Element, transfer: CreditTransfer, between: Interbank) -> None:
    _identification(written, transfer.references)
    _amount(written, "IntrBkSttlmAmt", transfer.settled or transfer.amount)
    _text(written, "IntrBkSttlmDt", _day(between.settled_on))
    _agent(written, "InstgAgt", between.cover_from)
    _agent(written, "InstdAgt", between.cover_to)
    _agent(written, "Dbtr", between.instructing)
    _agent(written, "Cdtr", between.instructed)
    underlying = _child(written, "UndrlygCstmrCdtTrf")
    _ends(underlying, transfer)
    _remittance(underlying, transfer.references)


def _ends(written: Element, transfer: CreditTransfer) -> None:
    _party(written, "Dbtr", transfer.debtor)
    _account(written, "DbtrAcct", transfer.debtor.account)
    _agent(written, "DbtrAgt", transfer.debtor_agent)
    _agent(written, "CdtrAgt", transfer.creditor_agent)
    _party(written, "Cdtr", transfer.creditor)
    _account(written, "CdtrAcct", transfer.creditor.account)


def _document(kind: str, tag: str) -> tuple[Element, Element]:
    name = f"{NAMESPACE}{kind}"
    root = _root(name, "Document")
    return root, _child(root, tag)


def _root(name: str, tag: str) -> Element:
    """Return an element whose namespace needs no prefix; the stubs know of no such thing."""
    unprefixed: Any = {None: name}
    return etree.Element(f"{{{name}}}{tag}", nsmap=unprefixed)


def _group_header(body: Element, order: TransferOrder) -> Element:
    assert order.created_at is not None, "what we write we date"
    header = _child(body, "GrpHdr")
    _text(header, "MsgId", _reference(order.message_id))
    _text(header, "CreDtTm", _moment(order.created_at))
    return header


def _identification(written: Element, references: References) -> None:
    identification = _child(written, "PmtId")
    _text(identification, "InstrId", _reference(references.instruction_id))
    _text(identification, "EndToEndId", _reference(references.end_to_end_id) or _NOT_PROVIDED)
    _text(identification, "TxId", _reference(references.transaction_id))
    _text(identification, "UETR", references.uetr)


def _type_information(written: Element, transfer: CreditTransfer) -> None:
    if not (transfer.service or transfer.instrument or transfer.category):
        return
    kind = _child(written, "PmtTpInf")
    _code(kind, "SvcLvl", transfer.service)
    _code(kind, "LclInstrm", transfer.instrument)
    _code(kind, "CtgyPurp", transfer.category)


def _remittance(written: Element, references: References) -> None:
    if references.structured:
        reference = _child(_child(_child(written, "RmtInf"), "Strd"), "CdtrRefInf")
        _code(_child(reference, "Tp"), "CdOrPrtry", "SCOR")
        _text(reference, "Ref", _reference(references.structured))
    elif references.remittance:
        _text(_child(written, "RmtInf"), "Ustrd", _plain(references.remittance, _NAME_MAX))


def _party(written: Element, tag: str, party: TransferParty) -> None:
    named = _child(written, tag)
    _text(named, "Nm", _plain(party.name, _NAME_MAX))
    _address(named, party.address)
    scheme, _, value = party.identifier.partition(":")
    if value:
        organisation = _child(_child(named, "Id"), "OrgId")
        if scheme == "LEI":
            _text(organisation, "LEI", value)
        else:
            other = _child(organisation, "Othr")
            _text(other, "Id", value)
            _text(_child(other, "SchmeNm"), "Prtry" if len(scheme) > _CODE_MAX else "Cd", scheme)


def _address(written: Element, address: Address) -> None:
    if address == Address():
        return
    place = _child(written, "PstlAdr")
    _text(place, "StrtNm", _plain(address.street, 70))
    _text(place, "BldgNb", _plain(address.building, 16))
    _text(place, "PstCd", _plain(address.postal_code, 16))
    _text(place, "TwnNm", _plain(address.town, 35))
    _text(place, "CtrySubDvsn", _plain(address.subdivision, 35))
    _text(place, "Ctry", address.country)
    for line in address.lines[:_LINES_MAX]:
        _text(place, "AdrLine", _plain(line, 70))


def _account(written: Element, tag: str, account: str) -> None:
    if not account:
        return
    identified = _child(_child(written, tag), "Id")
    if is_iban(account):
        _text(identified, "IBAN", account)
    else:
        _text(_child(identified, "Othr"), "Id", account)


def _agent(written: Element, tag: str, agent: TransferParty) -> None:
    """Write a bank: by its BIC if it has one, else by its national code, its name and place."""
    institution = _child(_child(written, tag), "FinInstnId")
    _text(institution, "BICFI", agent.bic)
    scheme, _, code = agent.clearing.partition(":")
    if code:
        member = _child(institution, "ClrSysMmbId")
        if scheme:
            _code(member, "ClrSysId", scheme)
        _text(member, "MmbId", code)
    if not agent.bic:
        _text(institution, "Nm", _plain(agent.name, _NAME_MAX))
        _address(institution, agent.address)
        if not (agent.name or code):
            _text(_child(institution, "Othr"), "Id", _NOT_PROVIDED)


def _code(written: Element, tag: str, code: str) -> None:
    """Write a choice of an external code or, where it is longer than those, our own word."""
    if code:
        longest = 5 if tag == "ClrSysId" else _CODE_MAX
        _text(_child(written, tag), "Cd" if len(code) <= longest else "Prtry", code)


def _amount(written: Element, tag: str, money: Money) -> None:
    element = _child(written, tag)
    element.text = decimal_text(money)
    element.set("Ccy", money.currency)


def _text(written: Element, tag: str, text: str) -> None:
    if text:
        _child(written, tag).text = text


def _child(parent: Element, tag: str) -> Element:
    return etree.SubElement(parent, f"{{{etree.QName(parent).namespace}}}{tag}")


def _bytes(root: Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _plain(text: str, longest: int) -> str:
    """Return a text in the letters that every bank on the way takes."""
    return _OUTSIDE.sub(".", anyascii(text)).strip()[:longest].strip()


def _reference(text: str) -> str:
    """Return a reference as SWIFT takes it: no slash at an end and none doubled, so none at all."""
    return _OUTSIDE_REFERENCE.sub("-", text)[:_REFERENCE_MAX]


def _sum(transfers: Sequence[CreditTransfer]) -> str:
    """Return the sum of the amounts, whatever their currencies: a check digit and no money."""
    places = max(each.amount.currency.exponent for each in transfers)
    total = sum(
        each.amount.minor * 10 ** (places - each.amount.currency.exponent) for each in transfers
    )
    digits = str(total).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def _is_named(party: TransferParty) -> bool:
    return party != TransferParty()


def is_iban(account: str) -> bool:
    """Whether an account is written as an IBAN is; its check digits were judged before."""
    return re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", account) is not None


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _day(on: date | None) -> str:
    return "" if on is None else on.isoformat()
