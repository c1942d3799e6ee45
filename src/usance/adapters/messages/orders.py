"""pain.001, pacs.008 and pacs.009 of every version: who orders or announces which transfers.

A transfer that cannot be read is left out; a message whose number of transactions or control sum
is wrong is left out whole, because nobody can tell which transfer was lost or changed.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from usance.adapters.messages.elements import (
    Broken,
    Element,
    account,
    bic,
    child,
    children,
    day,
    first_text,
    moment,
    money,
    reference,
    require_bic,
    require_iban,
    require_uetr,
    text,
)
from usance.adapters.messages.errors import (
    CONTROL_SUM_DIFFERS,
    MALFORMED_COUNT,
    MISSING_ELEMENT,
    NUMBER_DIFFERS,
)
from usance.adapters.messages.xml import Found
from usance.kernel.errors import MALFORMED_AMOUNT
from usance.kernel.money import Money
from usance.payments.model import (
    Address,
    ChargeBearer,
    CreditTransfer,
    MessageItem,
    References,
    Remark,
    TransferOrder,
    TransferParty,
)

_BEARERS: Final = {bearer.value: bearer for bearer in ChargeBearer}
_DECIMALS: Final = "0123456789."


def read_order(found: Found) -> Iterator[MessageItem]:
    """Yield what is wrong in an order, then the order with all transfers that could be read."""
    body, base = found.body, found.path
    header = child(body, "GrpHdr")
    batches = list(children(body, "PmtInf")) or [body]
    transfers: list[CreditTransfer] = []
    remarks: list[Remark] = []
    for batch in batches:
        good, broken = _batch(batch, header, base, body)
        transfers += good
        remarks += broken
    yield from remarks
    wrong = _differences(header, batches, base, body)
    yield from wrong
    if wrong:
        return
    if not (transfers or remarks):
        yield Remark(base, MISSING_ELEMENT.code, _name(body))
    if transfers:
        yield TransferOrder(
            found.type,
            text(header, "MsgId"),
            moment(header, "CreDtTm"),
            first_text(header, ("InitgPty", "Nm"), ("InstgAgt", "FinInstnId", "BICFI")),
            _count(text(header, "NbOfTxs")),
            text(header, "CtrlSum"),
            tuple(transfers),
        )


def _name(body: Element) -> str:
    return "PmtInf" if child(body, "PmtInf") is not None else "CdtTrfTxInf"


def _batch(
    batch: Element, header: Element | None, base: str, body: Element
) -> tuple[list[CreditTransfer], list[Remark]]:
    transfers: list[CreditTransfer] = []
    remarks: list[Remark] = []
    for element in children(batch, "CdtTrfTxInf"):
        # The path is told once per transfer: relative to the body, which the base names.
        try:
            transfers.append(_transfer(element, batch, header, base, body))
        except Broken as broken:
            remarks.append(broken.remark(base, body))
    return transfers, remarks


def _transfer(
    element: Element, batch: Element, header: Element | None, base: str, body: Element
) -> CreditTransfer:
    """Return one transfer; what it does not say itself, its batch says for all. Raises Broken."""
    amount, settled = _amounts(element)
    holders = (element, batch, header)
    kind = next((found for each in holders if (found := child(each, "PmtTpInf")) is not None), None)
    identifiers = child(element, "PmtId")
    uetr = child(identifiers, "UETR")
    require_uetr(uetr)
    remittance = child(element, "RmtInf")
    return CreditTransfer(
        place=Broken(MISSING_ELEMENT, element).remark(base, body).path,
        references=References(
            uetr=text(uetr) if uetr is not None else "",
            end_to_end_id=reference(identifiers, "EndToEndId"),
            instruction_id=reference(identifiers, "InstrId"),
            transaction_id=reference(identifiers, "TxId"),
            message_id=text(header, "MsgId"),
            structured=text(remittance, "Strd", "CdtrRefInf", "Ref"),
            remittance=" ".join(text(each) for each in children(remittance, "Ustrd")),
        ),
        amount=amount,
        debtor=_party(element, batch, "Dbtr", "DbtrAcct"),
        debtor_agent=_agent(element, batch, "DbtrAgt"),
        creditor=_party(element, batch, "Cdtr", "CdtrAcct"),
        creditor_agent=_agent(element, batch, "CdtrAgt"),
        settled=settled,
        rate=first_text(element, ("XchgRate",), ("XchgRateInf", "XchgRate")),
        charges=_BEARERS.get(text(element, "ChrgBr") or text(batch, "ChrgBr")),
        requested_on=_requested_on(element, batch, header),
        service=first_text(kind, ("SvcLvl", "Cd"), ("SvcLvl", "Prtry")),
        instrument=first_text(kind, ("LclInstrm", "Cd"), ("LclInstrm", "Prtry")),
        category=first_text(kind, ("CtgyPurp", "Cd"), ("CtgyPurp", "Prtry")),
        purpose=first_text(element, ("Purp", "Cd"), ("Purp", "Prtry")),
        batch=text(batch, "PmtInfId"),
    )


def _amounts(element: Element) -> tuple[Money, Money | None]:
    """Return what is instructed, and what is settled between banks where that is told."""
    between = child(element, "IntrBkSttlmAmt")
    settled = money(between, above_zero=True) if between is not None else None
    instructed = child(element, "Amt", "InstdAmt")
    equivalent = child(element, "Amt", "EqvtAmt", "Amt")
    given = next(
        (each for each in (instructed, equivalent, child(element, "InstdAmt")) if each is not None),
        None,
    )
    if given is not None:
        return money(given, above_zero=True), settled
    if settled is None:
        raise Broken(MISSING_ELEMENT, element, below="/Amt/InstdAmt")
    return settled, settled


def _requested_on(element: Element, batch: Element, header: Element | None) -> date | None:
    for holder, name in (
        (element, "IntrBkSttlmDt"),
        (header, "IntrBkSttlmDt"),
        (element, "ReqdExctnDt"),
        (batch, "ReqdExctnDt"),
    ):
        found = child(holder, name)
        if found is not None:
            return day(found)
    return None


def _party(element: Element, batch: Element, name: str, account_name: str) -> TransferParty:
    party = child(element, name)
    party = child(batch, name) if party is None else party
    holder = child(element, account_name)
    holder = child(batch, account_name) if holder is None else holder
    require_iban(holder)
    institution = child(party, "FinInstnId")
    return TransferParty(
        name=text(party, "Nm") or text(institution, "Nm"),
        account=account(holder),
        bic=bic(party) or first_text(party, ("Id", "OrgId", "AnyBIC"), ("Id", "OrgId", "BICOrBEI")),
        identifier=_identifier(party),
        clearing=_clearing(institution),
        address=_address(child(institution if institution is not None else party, "PstlAdr")),
    )


def _agent(element: Element, batch: Element, name: str) -> TransferParty:
    agent = child(element, name)
    agent = child(batch, name) if agent is None else agent
    require_bic(agent)
    institution = child(agent, "FinInstnId")
    return TransferParty(
        name=text(institution, "Nm") or text(institution, "CmbndId", "Nm"),
        bic=bic(agent),
        identifier=f"LEI:{text(institution, 'LEI')}" if text(institution, "LEI") else "",
        clearing=_clearing(institution),
        address=_address(child(institution, "PstlAdr")),
    )


def _identifier(party: Element | None) -> str:
    lei = text(party, "Id", "OrgId", "LEI")
    if lei:
        return f"LEI:{lei}"
    for kind in ("OrgId", "PrvtId"):
        other = child(party, "Id", kind, "Othr")
        number = text(other, "Id")
        if number:
            scheme = first_text(other, ("SchmeNm", "Cd"), ("SchmeNm", "Prtry"))
            return f"{scheme}:{number}" if scheme else number
    return ""


def _clearing(institution: Element | None) -> str:
    member = child(institution, "ClrSysMmbId")
    number = text(member, "MmbId")
    scheme = first_text(member, ("ClrSysId", "Cd"), ("ClrSysId", "Prtry"))
    return f"{scheme}:{number}" if scheme and number else number


def _address(element: Element | None) -> Address:
    if element is None:
        return Address()
    building = first_text(element, ("BldgNb",), ("BldgNm",))
    return Address(
        country=text(element, "Ctry"),
        town=text(element, "TwnNm"),
        postal_code=text(element, "PstCd"),
        street=text(element, "StrtNm"),
        building=building,
        subdivision=text(element, "CtrySubDvsn"),
        lines=tuple(text(each) for each in children(element, "AdrLine")),
    )


# ---- do number and sum fit? ----


def _differences(
    header: Element | None, batches: list[Element], base: str, body: Element
) -> list[Remark]:
    """Return where the stated numbers and sums are not those of the transfers in the file.

    All that stand in the file are counted, those that could not be read too.
    """
    everything = [each for batch in batches for each in children(batch, "CdtTrfTxInf")]
    holders: list[tuple[Element, list[Element]]] = []
    if header is not None:
        holders.append((header, everything))
    holders += [
        (batch, list(children(batch, "CdtTrfTxInf"))) for batch in batches if batch is not body
    ]
    found: list[Remark] = []
    for holder, transfers in holders:
        for check in (_wrong_number, _wrong_sum):
            try:
                check(holder, transfers)
            except Broken as broken:
                found.append(broken.remark(base, body))
    return found


def _count(said: str) -> int | None:
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= 15 else None


def _wrong_number(holder: Element, transfers: list[Element]) -> None:
    stated = child(holder, "NbOfTxs")
    if stated is None:
        return
    number = _count(text(stated))
    if number is None:
        raise Broken(MALFORMED_COUNT, stated, text(stated))
    if number != len(transfers):
        raise Broken(NUMBER_DIFFERS, stated, f"{number}, there are {len(transfers)}")


def _wrong_sum(holder: Element, transfers: list[Element]) -> None:
    stated = child(holder, "CtrlSum")
    if stated is None:
        return
    said = _decimal(text(stated))
    if said is None:
        raise Broken(MALFORMED_AMOUNT, stated, text(stated))
    total = Decimal(0)
    for transfer in transfers:
        written = _decimal(
            first_text(
                transfer,
                ("Amt", "InstdAmt"),
                ("Amt", "EqvtAmt", "Amt"),
                ("IntrBkSttlmAmt",),
            )
        )
        if written is None:
            return  # That transfer is reported itself; no sum can be told without it.
        total += written
    if total != said:
        raise Broken(CONTROL_SUM_DIFFERS, stated, f"{said}, the transfers give {total}")


def _decimal(written: str) -> Decimal | None:
    """Return a plain decimal; None for anything else. The sums go across currencies, as stated."""
    bare = written.removeprefix("+").removeprefix("-")
    if not bare or len(bare) > 30 or bare.strip(_DECIMALS) or bare.count(".") > 1 or bare == ".":
        return None
    return Decimal(written)
