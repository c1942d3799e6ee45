"""What banks say of transfers, in our words; our own bank's messages, valid by their schemas."""

import asyncio
from datetime import date, timedelta

import pytest
from lxml import etree
from tests.adapters.rails.golden import assert_golden
from tests.adapters.rails.test_iso20022_writing import TRANSFER, WRITTEN, schema_of
from tests.ports.subjects import T0, asked, reached

from usance.adapters.messages.orders import read_order
from usance.adapters.messages.xml import find_messages
from usance.adapters.messages.xml import parse as parse_xml
from usance.adapters.rails import iso20022
from usance.adapters.rails.iso20022 import simulator, translate, writing
from usance.adapters.rails.iso20022.reading import said_in
from usance.adapters.rails.iso20022.wire import Participant, Said, Scheme, SettlementMethod
from usance.kernel.errors import Invalid
from usance.kernel.money import Money, parse
from usance.kernel.records import replace
from usance.payments.model import (
    ChargeBearer,
    Decline,
    Remark,
    TransferOrder,
    TransferParty,
    uetr_of,
)
from usance.payments.ports import AnswerKind, NoticeKind, RailAnswer, RailNotice

RAIL = iso20022.simulated()
PAYOUT = asked(RAIL, 1)
YES, NO, SILENCE = AnswerKind.CONFIRMED, AnswerKind.REFUSED, AnswerKind.UNKNOWN


def said(kind, status, reason="", amount=None):
    return Said(
        kind, "M1", "", PAYOUT.uetr, PAYOUT.id.hex, status, reason, amount, date(2026, 9, 9)
    )


@pytest.mark.parametrize(
    ("heard", "kind", "code", "own"),
    [
        ([], SILENCE, "in_progress", ""),
        ([said("pain.002", "ACSC")], YES, "", "ACSC"),
        ([said("pacs.002", "ACCC")], YES, "", "ACCC"),
        ([said("pacs.002", "ACSP", "G000")], SILENCE, "in_progress", "ACSP/G000"),
        ([said("pain.002", "ACSP"), said("pain.002", "ACSC")], YES, "", "ACSC"),
        ([said("pain.002", "RJCT", "AC04")], NO, "account_closed", "AC04"),
        ([said("pain.002", "RJCT", "AM04")], NO, "insufficient_funds", "AM04"),
        ([said("pain.002", "RJCT", "ZZ99")], NO, "declined", "ZZ99"),
        ([said("pain.002", "CANC")], NO, "declined", "CANC"),
        ([said("pain.002", "WHAT")], SILENCE, "in_progress", "WHAT"),
        ([said("camt.054", "ACSC")], YES, "", "ACSC"),
        ([said("pain.002", "PDNG"), said("camt.054", "ACSC")], YES, "", "ACSC"),
        ([said("pain.002", "ACSC"), said("camt.054", "RTND", "AC04")], YES, "", "ACSC"),
        # A return says nothing about whether the order was carried out.
        ([said("pacs.004", "RTND", "AC04")], SILENCE, "in_progress", ""),
    ],
)
def test_the_last_status_is_the_answer(heard, kind, code, own):
    answer = translate.answer_of(PAYOUT, heard)

    assert (answer.kind, answer.code, answer.own_code) == (kind, code, own)


@pytest.mark.parametrize(
    ("status", "reason", "kind", "code"),
    [
        ("CNCL", "", YES, ""),
        ("PDCR", "", SILENCE, "in_progress"),
        ("RJCR", "CUST", NO, "returned_by_payee"),
        ("RJCR", "AC04", NO, "account_closed"),
    ],
)
def test_a_recall_is_answered(status, reason, kind, code):
    answer = translate.recall_answer_of([said("camt.029", status, reason)])

    assert (answer.kind, answer.code) == (kind, code)


@pytest.mark.parametrize(
    ("more", "is_notice"),
    [
        ({}, True),
        ({"status": "ACSC"}, False),
        ({"uetr": ""}, False),
        ({"uetr": "not one"}, False),
        ({"amount": None}, False),
        ({"on": None}, False),
    ],
)
def test_money_that_comes_back_is_a_notice(more, is_notice):
    back = replace(said("pacs.004", "RTND", "AC04", parse("90.00", "EUR")), **more)
    notice = translate.notice_of(back)

    assert (notice is not None) == is_notice
    if notice is not None:
        assert (notice.kind, notice.code) == (NoticeKind.RETURNED, "account_closed")
        assert notice.instruction.int == PAYOUT.id.int


def _answer(kind, code="", **more):
    return RailAnswer(kind, code, "r" if kind is YES else "", **more)


RETURN = RailNotice(
    NoticeKind.RETURNED, "credit_transfer-ret-1", PAYOUT.id, parse("99.10", "GBP"),
    Money(0, PAYOUT.amount.currency), date(2026, 9, 11),
    code=Decline.ACCOUNT_CLOSED,
)  # fmt: skip
BANKS = {
    "pain002_settled": lambda: simulator.status_report(PAYOUT, _answer(YES), T0),
    "pain002_rejected": lambda: simulator.status_report(
        PAYOUT, _answer(NO, Decline.INVALID_ACCOUNT), T0
    ),
    "pain002_pending": lambda: simulator.status_report(PAYOUT, _answer(SILENCE, "in_progress"), T0),
    "pacs004": lambda: simulator.returned(RETURN),
    "pacs002_settled": lambda: simulator.interbank_report(PAYOUT, _answer(YES), T0),
    "pacs002_rejected": lambda: simulator.interbank_report(
        PAYOUT, _answer(NO, Decline.INVALID_ACCOUNT), T0
    ),
    "camt054_debit": lambda: simulator.notified_debit(PAYOUT, PAYOUT.amount, T0),
    "camt054_return": lambda: simulator.notified_return(RETURN),
    "camt029_cancelled": lambda: simulator.resolution(PAYOUT, _answer(YES), T0),
    "camt029_refused": lambda: simulator.resolution(
        PAYOUT, _answer(NO, Decline.RETURNED_BY_PAYEE), T0
    ),
}


@pytest.mark.parametrize("name", BANKS)
def test_the_simulated_bank_writes_what_a_bank_would_and_we_read_it(name):
    message = BANKS[name]()
    root = etree.fromstring(message)

    schema_of(root).assertValid(root)
    assert_golden(f"iso20022/{name}.xml", message)
    [heard] = said_in(message.encode())
    assert heard.uetr == PAYOUT.uetr
    assert_golden(f"iso20022/{name}.txt", f"{heard}\n")


def test_what_we_order_is_read_back_as_it_was_ordered():
    order = translate.order_of(PAYOUT, T0)
    root = etree.fromstring(writing.pain_001(order))

    schema_of(root).assertValid(root)
    assert root.findtext(".//{*}MsgId") == PAYOUT.id.hex
    assert root.findtext(".//{*}UETR") == uetr_of(PAYOUT.id)
    assert len(root.findtext(".//{*}InstrId")) <= 16
    assert root.findtext(".//{*}Cdtr/{*}PstlAdr/{*}TwnNm") == "Koln"


COVERED = Participant(
    "NWBKGB2LXXX", SettlementMethod.COVER, cover_from="CITIUS33XXX", cover_to="CHASUS33XXX"
)


@pytest.mark.parametrize(
    ("name", "participant", "many"),
    [("direct", Participant("NWBKGB2LXXX"), 1), ("covered", COVERED, 2)],
)
def test_a_participant_sends_from_bank_to_bank(name, participant, many):
    messages = translate.messages_of(PAYOUT, T0, Scheme(participant=participant))

    assert len(messages) == many
    for number, message in enumerate(messages):
        head, document = etree.fromstring(message)
        schema_of(head).assertValid(head)
        schema_of(document).assertValid(document)
        assert document.findtext(".//{*}UETR") == uetr_of(PAYOUT.id)
        assert_golden(f"iso20022/participant_{name}_{number}.xml", message.decode())


@pytest.mark.parametrize("name", ["pacs008", "pacs008_charged", "pacs009"])
def test_what_goes_between_banks_is_read_as_it_was_written(name):
    [found] = find_messages(parse_xml(WRITTEN[name]()))
    items = list(read_order(found))
    [transfer] = [
        one for each in items if isinstance(each, TransferOrder) for one in each.transfers
    ]

    assert transfer.references.uetr == TRANSFER.references.uetr
    assert transfer.references.end_to_end_id == TRANSFER.references.end_to_end_id
    assert transfer.amount == TRANSFER.amount
    assert not [each for each in items if isinstance(each, Remark)]


@pytest.mark.parametrize(
    ("bearer", "written"),
    [
        (ChargeBearer.DEBTOR, "DEBT"),
        (ChargeBearer.SHARED, "SHAR"),
        (ChargeBearer.CREDITOR, "CRED"),
    ],
)
def test_who_bears_the_charges_is_said_between_banks(bearer, written):
    scheme = Scheme(participant=Participant("NWBKGB2LXXX"))
    [message] = translate.messages_of(replace(PAYOUT, charges=bearer), T0, scheme)

    assert etree.fromstring(message).findtext(".//{*}ChrgBr") == written


def test_a_participant_recalls_its_pacs008_and_needs_the_next_banks_bic():
    scheme = Scheme(participant=Participant("NWBKGB2LXXX"))
    recall = translate.recall_of(PAYOUT, "DUPL", T0, scheme)
    unnamed = replace(PAYOUT, creditor_agent=TransferParty(clearing="GBDSC:200000"))

    assert recall.original_kind == writing.PACS_008
    assert recall.assigner.bic == "NWBKGB2LXXX"
    assert translate.lacking(unnamed) == ""
    assert translate.lacking(unnamed, scheme) == "CdtrAgt/FinInstnId/BICFI"


NOBODY = TransferParty()


@pytest.mark.parametrize(
    ("more", "lacks"),
    [
        ({}, ""),
        ({"creditor_agent": NOBODY}, ""),
        ({"debtor": NOBODY}, "Dbtr/Nm"),
        ({"creditor": replace(PAYOUT.creditor, account="")}, "CdtrAcct"),
        (
            {"creditor": replace(PAYOUT.creditor, account="123"), "creditor_agent": NOBODY},
            "CdtrAgt",
        ),
    ],
)
def test_what_no_bank_would_take_is_not_sent(more, lacks):
    dispatch = replace(PAYOUT, **more)
    server = simulator.BankServer(iso20022.simulated(), T0)
    client = iso20022.CreditTransferRail(reached(server))

    assert translate.lacking(dispatch) == lacks
    if lacks:
        answer = asyncio.run(client.send(dispatch, T0))
        assert (answer.kind, answer.code, answer.own_code) == (NO, "incomplete_details", lacks)


def test_a_recall_goes_out_and_is_answered():
    behaviour = replace(simulator.BEHAVIOUR, silent_bps=0, refused_bps=0)
    server = simulator.BankServer(iso20022.simulated(3, behaviour), T0)
    client = iso20022.CreditTransferRail(reached(server))
    answers = set()
    for number in range(20):
        payout = asked(client, number)
        assert asyncio.run(client.recall(payout, "DUPL", T0)).kind is SILENCE
        asyncio.run(client.send(payout, T0))
        first = asyncio.run(client.recall(payout, "DUPL", T0))
        again = asyncio.run(client.recall(payout, "DUPL", T0 + timedelta(days=1)))
        assert first == again
        answers.add(first.kind)

    assert answers == {YES, NO}


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"not XML",
        b"<Document/>",
        b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Document>&b;</Document>',
        b'<!DOCTYPE d SYSTEM "file:///etc/passwd"><Document/>',
    ],
)
def test_what_is_no_message_is_refused(text):
    with pytest.raises(Invalid):
        said_in(text)


def test_a_message_about_something_else_says_nothing_of_transfers():
    order = writing.pain_001(translate.order_of(PAYOUT, T0))

    assert said_in(order) == []


TEN, TWENTY = parse("10.00", "EUR"), parse("20.00", "EUR")


def back(kind, reference, amount):
    return replace(said(kind, "RTND", "AC04", amount), reference=reference)


@pytest.mark.parametrize(
    ("case", "heard", "references"),
    [
        ("the return first", [back("pacs.004", "R1", TEN), back("camt.054", "B1", TEN)],
         ["R1", "R1"]),
        ("the booking first", [back("camt.054", "B1", TEN), back("pacs.004", "R1", TEN)],
         ["B1", "B1"]),
        ("the booking alone", [back("camt.054", "B1", TEN)], ["B1"]),
        ("a copy of the same", [back("camt.054", "B1", TEN), back("camt.054", "B1", TEN)],
         ["B1", "B1"]),
        ("two parts of one amount", [
            back("pacs.004", "R1", TEN), back("pacs.004", "R2", TEN),
            back("camt.054", "B1", TEN), back("camt.054", "B2", TEN),
        ], ["R1", "R2", "R1", "R2"]),
        ("two amounts", [back("pacs.004", "R1", TEN), back("camt.054", "B1", TWENTY)],
         ["R1", "B1"]),
    ],
)  # fmt: skip
def test_a_return_that_two_messages_tell_of_goes_by_one_reference(case, heard, references):
    assert [translate.reference_once(each, heard) for each in heard] == references, case
    # Whatever comes later, what was told is told the same.
    for known in range(1, len(heard) + 1):
        told = [translate.reference_once(each, heard[:known]) for each in heard[:known]]
        assert told == references[:known], case


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<Sts><Cd>BOOK</Cd></Sts>", "<Sts><Cd>PDNG</Cd></Sts>"),
        ("<CdtDbtInd>DBIT</CdtDbtInd>", "<CdtDbtInd>CRDT</CdtDbtInd>"),
        ("<Cd>BOOK</Cd></Sts>", "<Cd>BOOK</Cd></Sts><RvslInd>true</RvslInd>"),
        ('<Ntry><Amt Ccy="GBP">100.00', '<Ntry><Amt Ccy="GBP">x'),
    ],
)
def test_what_is_not_booked_or_no_return_says_nothing(old, new):
    message = BANKS["camt054_debit"]()
    assert old in message

    assert said_in(message.replace(old, new).encode()) == []


def test_a_bank_that_notifies_of_what_it_books_tells_of_one_return_under_one_reference():
    behaviour = replace(simulator.BEHAVIOUR, silent_bps=0, refused_bps=0, returned_bps=10_000)
    server = simulator.BankServer(iso20022.simulated(3, behaviour), T0, notifies=True)
    client = iso20022.CreditTransferRail(reached(server))

    async def heard():
        answers = [await client.send(asked(client, number), T0) for number in range(3)]
        server.now = T0 + timedelta(days=9)
        return answers, await client.notices([], T0, server.now)

    answers, notices = asyncio.run(heard())
    assert {answer.kind for answer in answers} == {YES}
    assert len(notices) == 6
    assert len({notice.reference for notice in notices}) == 3
