"""Our instructions into credit transfers, and what banks say of them into our words. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from usance.adapters.rails.iso20022 import writing
from usance.adapters.rails.iso20022.reading import NOTIFICATION, RETURNED
from usance.adapters.rails.iso20022.wire import (
    Header,
    Interbank,
    Participant,
    Recall,
    Said,
    Scheme,
    SettlementMethod,
)
from usance.adapters.rails.iso20022.writing import PACS_008, PAIN_001, is_iban
from usance.kernel.money import Money
from usance.kernel.records import replace
from usance.payments.model import (
    CreditTransfer,
    Decline,
    Dispatch,
    References,
    TransferOrder,
    TransferParty,
    instruction_of,
)
from usance.payments.ports import AnswerKind, NoticeKind, RailAnswer, RailNotice

# The usage guideline under which messages between banks go.
CBPR_SERVICE: Final = "swift.cbprplus.03"
# CBPR+ gives an instruction id sixteen characters.
_INSTRUCTION_MAX: Final = 16
# External status, return and cancellation reasons of ISO 20022, as far as banks use them.
REASONS: Final[Mapping[str, Decline]] = {
    "AC01": Decline.INVALID_ACCOUNT,
    "AC03": Decline.INVALID_ACCOUNT,
    "AC04": Decline.ACCOUNT_CLOSED,
    "AC06": Decline.ACCOUNT_BLOCKED,
    "AC07": Decline.ACCOUNT_CLOSED,
    "AC13": Decline.INVALID_ACCOUNT,
    "AG01": Decline.REGULATORY,
    "AG02": Decline.KIND_NOT_TAKEN,
    "AB05": Decline.TIMED_OUT,
    "AB06": Decline.TIMED_OUT,
    "AB07": Decline.RAIL_DOWN,
    "AB08": Decline.RAIL_DOWN,
    "AB09": Decline.RAIL_DOWN,
    "AM02": Decline.LIMIT_EXCEEDED,
    "AM04": Decline.INSUFFICIENT_FUNDS,
    "AM05": Decline.DUPLICATE,
    "AM09": Decline.WRONG_AMOUNT,
    "AM14": Decline.LIMIT_EXCEEDED,
    "AM23": Decline.LIMIT_EXCEEDED,
    "BE01": Decline.NAME_MISMATCH,
    "BE04": Decline.INCOMPLETE_DETAILS,
    "BE05": Decline.NAME_MISMATCH,
    "BE06": Decline.INVALID_ACCOUNT,
    "BE07": Decline.INCOMPLETE_DETAILS,
    "CNOR": Decline.INVALID_BANK,
    "CURR": Decline.CURRENCY_NOT_TAKEN,
    "CUST": Decline.RETURNED_BY_PAYEE,
    "DNOR": Decline.INVALID_BANK,
    "DUPL": Decline.DUPLICATE,
    "FOCR": Decline.RECALLED,
    "FR01": Decline.SUSPECTED_FRAUD,
    "FRAD": Decline.SUSPECTED_FRAUD,
    "MS02": Decline.RETURNED_BY_PAYEE,
    "MS03": Decline.DECLINED,
    "NOAS": Decline.RETURNED_BY_PAYEE,
    "RC01": Decline.INVALID_BANK,
    "RC04": Decline.INVALID_BANK,
    "RR01": Decline.INCOMPLETE_DETAILS,
    "RR02": Decline.INCOMPLETE_DETAILS,
    "RR03": Decline.INCOMPLETE_DETAILS,
    "RR04": Decline.REGULATORY,
    "TM01": Decline.TIMED_OUT,
}
_STATUS_REPORTS: Final = frozenset({"pain.002", "pacs.002"})
_DONE: Final = frozenset({"ACCC", "ACSC"})
_REFUSED: Final = frozenset({"RJCT", "CANC", "BLCK"})
_RECALL: Final = {
    "CNCL": AnswerKind.CONFIRMED,
    "PDCR": AnswerKind.UNKNOWN,
    "RJCR": AnswerKind.REFUSED,
}


ANY_BANK: Final = Scheme()


def lacking(dispatch: Dispatch, scheme: Scheme = ANY_BANK) -> str:
    """Return the first element that no bank would take the transfer without, "" where none lacks.

    In this order: Dbtr/Nm, DbtrAcct, its IBAN, DbtrAgt, then the same of Cdtr. From bank to bank
    the next bank goes by its BIC.
    """
    ends = (
        ("Dbtr", dispatch.debtor, dispatch.debtor_agent),
        ("Cdtr", dispatch.creditor, dispatch.creditor_agent),
    )
    for tag, party, agent in ends:
        if not party.name:
            return f"{tag}/Nm"
        if not party.account:
            return f"{tag}Acct"
        if scheme.ibans and not is_iban(party.account):
            return f"{tag}Acct/Id/IBAN"
        if agent == TransferParty() and not party.account[:2].isalpha():
            # An IBAN names its bank; any other number does not.
            return f"{tag}Agt"
    if scheme.participant is not None and not dispatch.creditor_agent.bic:
        return "CdtrAgt/FinInstnId/BICFI"
    return ""


def messages_of(dispatch: Dispatch, at: datetime, scheme: Scheme = ANY_BANK) -> list[bytes]:
    """Return what is sent to carry a transfer out: an order, or pacs.008 and perhaps its cover."""
    order = order_of(dispatch, at, scheme)
    participant = scheme.participant
    if participant is None:
        return [writing.pain_001(order)]
    between = _between(dispatch, at, participant)
    messages = [(order, writing.pacs_008(order, between), dispatch.creditor_agent.bic)]
    if participant.method is SettlementMethod.COVER:
        cover = replace(order, message_id=f"C{order.message_id}")
        covered = writing.pacs_009_cover(cover, between)
        messages.append((cover, covered, participant.cover_from))
    return [
        writing.with_header(
            document, Header(participant.bic, receiver, sent.message_id, at, CBPR_SERVICE)
        )
        for sent, document, receiver in messages
    ]


def _between(dispatch: Dispatch, at: datetime, participant: Participant) -> Interbank:
    return Interbank(
        participant.method,
        TransferParty(bic=participant.bic),
        TransferParty(bic=dispatch.creditor_agent.bic),
        at.date(),
        cover_from=TransferParty(bic=participant.cover_from),
        cover_to=TransferParty(bic=participant.cover_to),
    )


def _debtor_agent(dispatch: Dispatch, scheme: Scheme) -> TransferParty:
    """Return whose customer pays: a participant is the payer's bank itself."""
    if scheme.participant is None:
        return dispatch.debtor_agent
    return TransferParty(bic=scheme.participant.bic)


def order_of(dispatch: Dispatch, at: datetime, scheme: Scheme = ANY_BANK) -> TransferOrder:
    """Return the message that orders a transfer. The same instruction is the same message id."""
    transfer = CreditTransfer(
        "",
        references_of(dispatch),
        dispatch.amount,
        _named(dispatch.debtor, scheme),
        _debtor_agent(dispatch, scheme),
        _named(dispatch.creditor, scheme),
        dispatch.creditor_agent,
        charges=scheme.charges or dispatch.charges,
        service=scheme.service,
        instrument=scheme.instrument,
        requested_on=at.date(),
        purpose=dispatch.purpose,
        category=dispatch.category,
    )
    kind = "pain.001" if scheme.participant is None else "pacs.008"
    return TransferOrder(kind, dispatch.id.hex, at, dispatch.debtor.name, 1, "", (transfer,))


def _named(party: TransferParty, scheme: Scheme) -> TransferParty:
    return replace(party, name=party.name[: scheme.name_max])


def references_of(dispatch: Dispatch) -> References:
    """Return the names under which a transfer travels."""
    return References(
        uetr=dispatch.uetr,
        end_to_end_id=dispatch.id.hex,
        instruction_id=dispatch.id.hex[-_INSTRUCTION_MAX:],
        remittance=dispatch.remittance,
    )


def recall_of(dispatch: Dispatch, reason: str, at: datetime, scheme: Scheme = ANY_BANK) -> Recall:
    """Return the request to send a transfer back. The same instruction is recalled once."""
    return Recall(
        f"R{dispatch.id.hex}",
        at,
        _debtor_agent(dispatch, scheme),
        dispatch.creditor_agent,
        dispatch.id.hex,
        PAIN_001 if scheme.participant is None else PACS_008,
        references_of(dispatch),
        dispatch.amount,
        dispatch.created_at.date(),
        reason,
    )


def answer_of(dispatch: Dispatch, heard: Iterable[Said]) -> RailAnswer:
    """Return what the last status says that a bank has given of a transfer.

    A return is no answer to the order: it is a notice of its own.
    """
    answer = RailAnswer(AnswerKind.UNKNOWN, "in_progress")
    for said in heard:
        if said.kind in _STATUS_REPORTS or (said.kind == NOTIFICATION and said.status in _DONE):
            answer = _answer(said)
    del dispatch
    return answer


def _answer(said: Said) -> RailAnswer:
    about = instruction_of(said.uetr)
    if said.status in _DONE:
        reference = said.reference or said.message_id
        return RailAnswer(AnswerKind.CONFIRMED, "", reference, said.status, about, said.amount)
    if said.status in _REFUSED:
        own = said.reason or said.status
        return RailAnswer(AnswerKind.REFUSED, reason_of(own), "", own, about)
    on_the_way = f"{said.status}/{said.reason}" if said.reason else said.status
    return RailAnswer(AnswerKind.UNKNOWN, "in_progress", "", on_the_way, about)


def recall_answer_of(heard: Iterable[Said]) -> RailAnswer:
    """Return what the last camt.029 says: it comes back, it does not, or nobody knows yet."""
    answer = RailAnswer(AnswerKind.UNKNOWN, "in_progress")
    for said in heard:
        if said.kind == "camt.029":
            kind = _RECALL.get(said.status, AnswerKind.UNKNOWN)
            code = "" if kind is AnswerKind.CONFIRMED else "in_progress"
            if kind is AnswerKind.REFUSED:
                code = reason_of(said.reason)
            reference = said.message_id if kind is AnswerKind.CONFIRMED else ""
            about = instruction_of(said.uetr)
            answer = RailAnswer(kind, code, reference, said.reason or said.status, about)
    return answer


def notice_of(said: Said) -> RailNotice | None:
    """Return the return of a payout that a bank tells of, None where it tells of something else."""
    instruction = instruction_of(said.uetr)
    if said.status != RETURNED or instruction is None or said.amount is None or said.on is None:
        return None
    return RailNotice(
        NoticeKind.RETURNED,
        said.reference or said.message_id,
        instruction,
        said.amount,
        Money(0, said.amount.currency),
        said.on,
        code=reason_of(said.reason),
    )


def reference_once(said: Said, heard: Iterable[Said]) -> str:
    """Return the reference under which a return is known, whichever message tells of it.

    A bank may send both pacs.004 and camt.054 of the same money, each under a reference of its
    own. The n-th return of an amount in the one is the n-th in the other; it goes by the
    reference of the message that came first. heard: all that was said of the transfer, the
    earliest first, so what was told once is told the same for ever.
    """
    alike = [each for each in heard if each.status == RETURNED and each.amount == said.amount]
    by_kind: dict[str, list[str]] = {}
    for each in alike:
        known = by_kind.setdefault(each.kind, [])
        if _own(each) not in known:
            known.append(_own(each))
    own = _own(said)
    if own not in by_kind.get(said.kind, ()):
        return own
    place = by_kind[said.kind].index(own)
    same = {(kind, names[place]) for kind, names in by_kind.items() if place < len(names)}
    return next(_own(each) for each in alike if (each.kind, _own(each)) in same)


def _own(said: Said) -> str:
    return said.reference or said.message_id


def reason_of(own: str) -> Decline:
    """Return our word for a bank's reason; of one we do not know, that it was declined."""
    return REASONS.get(own, Decline.DECLINED)
