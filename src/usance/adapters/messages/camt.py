"""camt.052, camt.053 and camt.054 of every version, entry by entry.

Elements are read by their local names, so a version without a schema is read too. The same
functions serve a document in memory and one that streams past.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from usance.adapters.messages.elements import (
    Broken,
    Element,
    account,
    bic,
    child,
    children,
    credit_said,
    day,
    first_text,
    is_credit,
    is_true,
    moment,
    money,
    needed,
    needed_of,
    parts,
    reference,
    require_iban,
    text,
)
from usance.adapters.messages.errors import ENTRY_SUM_DIFFERS, SUMMARY_DIFFERS
from usance.adapters.messages.sums import Running
from usance.kernel.errors import Invalid
from usance.kernel.money import Currency, Money, decimal_text
from usance.payments.model import (
    Counterparty,
    EntryDetail,
    EntryStatus,
    MessageItem,
    References,
    Remark,
    Statement,
    StatementBalance,
    StatementClosed,
    StatementEntry,
    StatementKind,
    StatementOpened,
)

# What a statement is called in each of the three messages.
CONTAINERS: Final = {
    "camt.052": ("Rpt", StatementKind.REPORT),
    "camt.053": ("Stmt", StatementKind.STATEMENT),
    "camt.054": ("Ntfctn", StatementKind.NOTIFICATION),
}
_RETURN_REASONS: Final = (
    ("Rsn", "Cd"),
    ("RtrRsn", "Cd"),
    ("Rsn", "Prtry"),
)
_PAGES: Final = (("StmtPgntn", "PgNb"), ("RptPgntn", "PgNb"), ("NtfctnPgntn", "PgNb"))
_COUNTRIES: Final = (
    ("PstlAdr", "Ctry"),
    ("Pty", "PstlAdr", "Ctry"),
    ("CtryOfRes",),
    ("Pty", "CtryOfRes"),
)
_STATUSES: Final = {status.value: status for status in EntryStatus}


class StatementReader:
    """One statement on its way: what it says of itself, then its entries, then its end.

    element: Rpt, Stmt or Ntfctn; its head must be there when the first entry is read. path: of
    that element in the file.
    """

    def __init__(self, element: Element, kind: StatementKind, path: str) -> None:
        self._element = element
        self._kind = kind
        self._path = path
        self._number = 0
        self._currency = ""
        self._sums = Running()
        self._is_open = False

    def open(self) -> Iterator[MessageItem]:
        """Yield that the statement begins, once."""
        if self._is_open:
            return
        self._is_open = True
        statement, remarks = statement_of(self._element, self._kind, self._path)
        self._currency = statement.currency or ""
        yield StatementOpened(statement)
        yield from remarks

    def entry(self, element: Element) -> Iterator[MessageItem]:
        """Yield an entry, or why it is left out."""
        yield from self.open()
        self._number += 1
        place = f"{self._path}/Ntry[{self._number}]"
        try:
            entry = entry_of(element, self._number, place, self._currency)
        except Broken as broken:
            self._sums.lose()
            yield broken.remark(place, element)
            return
        self._sums.add(entry)
        yield entry
        yield from _sum_remarks(entry)

    def close(self) -> Iterator[MessageItem]:
        """Yield that the statement has ended, and what does not add up."""
        yield from self.open()
        statement, _ = statement_of(self._element, self._kind, self._path)
        yield StatementClosed(statement)
        yield from self._sums.remarks(statement)
        stated = text(self._element, "TxsSummry", "TtlNtries", "NbOfNtries")
        if stated.isdecimal() and int(stated[:9]) != self._number:
            path = f"{self._path}/TxsSummry/TtlNtries/NbOfNtries"
            yield Remark(path, SUMMARY_DIFFERS.code, str(self._number), left_out=False)


def statement_of(
    element: Element, kind: StatementKind, path: str
) -> tuple[Statement, list[Remark]]:
    """Return all a statement says but its entries, and what of it could not be read."""
    remarks: list[Remark] = []
    holder = child(element, "Acct")
    try:
        require_iban(holder)
    except Broken as broken:
        remarks.append(broken.remark(path, element, left_out=False))
    currency = _currency(text(holder, "Ccy"))
    balances = []
    for each in children(element, "Bal"):
        try:
            balances.append(_balance(each, currency or ""))
        except Broken as broken:
            remarks.append(broken.remark(path, element))
    if currency is None:
        currency = next((each.amount.currency for each in balances), None)
    return (
        Statement(
            kind,
            text(element, "Id"),
            path,
            account(holder),
            bic(child(holder, "Svcr")),
            currency,
            _number(first_text(element, ("ElctrncSeqNb",), ("LglSeqNb",))),
            _number(first_text(element, *_PAGES)),
            moment(element, "FrToDt", "FrDtTm"),
            moment(element, "FrToDt", "ToDtTm"),
            moment(element, "CreDtTm"),
            tuple(balances),
            (),
            text(holder, "Ownr", "Nm"),
        ),
        remarks,
    )


def _currency(code: str) -> Currency | None:
    try:
        return Currency.of_the_past(code) if code else None
    except Invalid:
        return None


def _number(said: str) -> int | None:
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= 18 else None


def _balance(element: Element, currency: str) -> StatementBalance:
    amount = money(needed(element, "Amt"), currency, past=True)
    sign = 1 if is_credit(element) else -1
    code = first_text(
        element, ("Tp", "CdOrPrtry", "Cd"), ("Tp", "CdOrPrtry", "Prtry"), ("Tp", "Cd")
    )
    on = day(needed(element, "Dt"))
    assert on is not None, "an element that is there has a day or is broken"
    return StatementBalance(code, Money(sign * amount.minor, amount.currency), on)


def entry_of(element: Element, number: int, place: str, currency: str) -> StatementEntry:
    """Return an entry. currency: of its account, where an amount names none. Raises Broken."""
    own = parts(element)
    amount = money(needed_of(own, element, "Amt"), currency, past=True)
    credit = credit_said(needed_of(own, element, "CdtDbtInd"))
    reversal = is_true(text(own.get("RvslInd")))
    payer_is_other = credit is not reversal
    batch = child(own.get("NtryDtls"), "Btch")
    found = [
        _detail(each, amount, credit=credit, payer_is_other=payer_is_other)
        for each in _transactions(element)
    ]
    details = tuple(found)
    if len(details) == 1 and details[0].amount.currency != amount.currency:
        details = (_in_full(details[0], amount),)
    return StatementEntry(
        number,
        place,
        amount,
        credit,
        _status(first_text(own.get("Sts"), ("Cd",), (), ("Prtry",))),
        day(own.get("BookgDt")),
        day(own.get("ValDt")),
        References(
            message_id=reference(batch, "MsgId") or reference(batch, "PmtInfId"),
            servicer=reference(own.get("AcctSvcrRef")) or reference(own.get("NtryRef")),
        ),
        details,
        reversal,
        _code(own.get("BkTxCd")),
        text(own.get("AddtlNtryInf")),
    )


def _status(said: str) -> EntryStatus:
    """Return an entry's status; what only this bank knows is not in its books for sure."""
    return _STATUSES.get(said, EntryStatus.INFORMATION) if said else EntryStatus.BOOKED


def _code(element: Element | None) -> str:
    family = child(element, "Domn", "Fmly")
    parts = (text(element, "Domn", "Cd"), text(family, "Cd"), text(family, "SubFmlyCd"))
    return "/".join(part for part in parts if part) or text(element, "Prtry", "Cd")


def _transactions(entry: Element) -> Iterator[Element]:
    for details in children(entry, "NtryDtls"):
        yield from children(details, "TxDtls")
    yield from children(entry, "TxDtls")


def _detail(element: Element, whole: Money, *, credit: bool, payer_is_other: bool) -> EntryDetail:
    own = parts(element)
    refs = parts(own.get("Refs"))
    remittance = own.get("RmtInf")
    indicator = own.get("CdtDbtInd")
    return EntryDetail(
        _detail_amount(own, whole),
        credit if indicator is None else credit_said(indicator),
        References(
            uetr=text(refs.get("UETR")).lower(),
            end_to_end_id=reference(refs.get("EndToEndId")),
            instruction_id=reference(refs.get("InstrId")),
            transaction_id=reference(refs.get("TxId")),
            message_id=reference(refs.get("MsgId")) or reference(refs.get("PmtInfId")),
            servicer=reference(refs.get("AcctSvcrRef")),
            structured=text(remittance, "Strd", "CdtrRefInf", "Ref"),
            remittance=_unstructured(remittance) or text(own.get("AddtlTxInf")),
        ),
        _counterparty(own, payer_is_other=payer_is_other),
        first_text(own.get("RtrInf"), *_RETURN_REASONS),
        first_text(own.get("Purp"), ("Cd",), ("Prtry",)),
    )


def _detail_amount(own: Mapping[str, Element], whole: Money) -> Money:
    """Return a transaction's amount, in the entry's currency if it is told in it anywhere."""
    told = [
        money(each, whole.currency, past=True)
        for each in (
            own.get("Amt"),
            child(own.get("AmtDtls"), "TxAmt", "Amt"),
            child(own.get("AmtDtls"), "InstdAmt", "Amt"),
        )
        if each is not None
    ]
    return next((each for each in told if each.currency == whole.currency), (*told, whole)[0])


def _in_full(detail: EntryDetail, amount: Money) -> EntryDetail:
    """Return the only transaction of an entry, of which only another currency's amount is told."""
    return EntryDetail(
        amount,
        detail.is_credit,
        detail.references,
        detail.counterparty,
        detail.return_reason,
        detail.purpose,
    )


def _unstructured(remittance: Element | None) -> str:
    lines = [text(each) for each in children(remittance, "Ustrd")]
    for strd in children(remittance, "Strd"):
        lines += [text(each, "Nb") for each in children(strd, "RfrdDocInf")]
        lines += [text(each) for each in children(strd, "AddtlRmtInf")]
    return " ".join(line for line in lines if line)


def _counterparty(own: Mapping[str, Element], *, payer_is_other: bool) -> Counterparty:
    """Return who is on the other side: the debtor of money that comes in, else the creditor."""
    who = "Dbtr" if payer_is_other else "Cdtr"
    parties = parts(own.get("RltdPties"))
    agent = child(own.get("RltdAgts"), f"{who}Agt")
    party = parties.get(who)
    return Counterparty(
        first_text(party, ("Nm",), ("Pty", "Nm"), ("Agt", "FinInstnId", "Nm"))
        or first_text(parties.get(f"Ultmt{who}"), ("Nm",), ("Pty", "Nm")),
        account(parties.get(f"{who}Acct")),
        bic(agent) or bic(child(party, "Agt")),
        first_text(party, *_COUNTRIES),
    )


def _sum_remarks(entry: StatementEntry) -> Iterator[Remark]:
    """Yield that an entry's transactions do not add up to it, where they are told in its money."""
    if not entry.details or any(
        each.amount.currency != entry.amount.currency for each in entry.details
    ):
        return
    total = sum(
        each.amount.minor if each.is_credit == entry.is_credit else -each.amount.minor
        for each in entry.details
    )
    if total != entry.amount.minor:
        shown = decimal_text(Money(total, entry.amount.currency))
        yield Remark(f"{entry.place}/Amt", ENTRY_SUM_DIFFERS.code, shown, left_out=False)
