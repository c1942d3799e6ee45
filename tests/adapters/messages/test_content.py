"""What can be wrong inside a message: each with its code and the path of the element."""

# ruff: noqa: E501 - messages are long lines
import pytest
from tests.adapters.messages.asking import (
    SPACE,
    a_balance,
    a_statement,
    a_transfer,
    an_entry,
    an_order,
    entries_of,
    noted,
    refused,
    report_of,
    transfers_of,
    updates_of,
)

from usance.kernel.money import Currency, Money
from usance.payments.model import EntryStatus

STMT = "/Document/BkToCstmrStmt/Stmt"
PMT = "/Document/CstmrCdtTrfInitn/PmtInf"
EUR = Currency("EUR")


@pytest.mark.parametrize(
    ("_case", "entry", "path", "code"),
    [
        ("decimals", an_entry("1.005"), "/Amt", "too_many_decimals"),
        ("yen with sen", an_entry("1.5", currency="JPY"), "/Amt", "too_many_decimals"),
        ("no currency of ISO", an_entry(currency="EUX"), "/Amt/@Ccy", "unknown_currency"),
        ("negative", an_entry("-1.00"), "/Amt", "negative_amount"),
        ("a word", an_entry("one"), "/Amt", "malformed_amount"),
        ("a power", an_entry("1e3"), "/Amt", "malformed_amount"),
        ("empty", an_entry(""), "/Amt", "malformed_amount"),
        ("too large", an_entry("9" * 30), "/Amt", "amount_too_large"),
        ("neither side", an_entry(side="BOTH"), "/CdtDbtInd", "malformed_indicator"),
        ("no amount", "<Ntry><CdtDbtInd>CRDT</CdtDbtInd></Ntry>", "/Amt", "missing_element"),
        ("no day", an_entry().replace("2026-11-20", "2026-02-30"), "/BookgDt/Dt", "malformed_day"),
        (
            "in its transaction",
            an_entry(more='<NtryDtls><TxDtls><Amt Ccy="EUR">x</Amt></TxDtls></NtryDtls>'),
            "/NtryDtls/TxDtls/Amt",
            "malformed_amount",
        ),
    ],
)
@pytest.mark.parametrize("stream_from", [0, 1 << 20])
def test_a_broken_entry_is_left_out_and_the_good_ones_are_read(
    _case, entry, path, code, stream_from
):
    document = a_statement(an_entry(), entry, an_entry())
    stmt = f"{STMT}[1]" if stream_from == 0 else STMT

    report = report_of(document, stream_from=stream_from)

    assert [(each.path, each.code) for each in report.refused] == [(f"{stmt}/Ntry[2]{path}", code)]
    assert (report.entries, report.status.value) == (2, "partly_read")


@pytest.mark.parametrize(
    ("_case", "document", "expected"),
    [
        ("a sum of transactions", a_statement(an_entry(
            "5.00", more='<NtryDtls><TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">4.00</Amt></TxAmt></AmtDtls>'
            "</TxDtls></NtryDtls>")), (f"{STMT}/Ntry[1]/Amt", "entry_sum_differs")),
        ("balances", a_statement(an_entry("5.00"), balances=a_balance("OPBD", "1.00")
                                 + a_balance("CLBD", "7.00")), (f"{STMT}/Bal", "balance_differs")),
        ("the account's IBAN", a_statement().replace("0202051", "0202052"),
         (f"{STMT}/Acct/Id/IBAN", "malformed_iban")),
        ("the schema", a_statement(an_entry()).replace("<BkTxCd/>", "<Foo/>"),
         (f"{STMT}/Ntry/Foo", "schema_violated")),
        ("no schema", a_statement(an_entry(), space=f"{SPACE}camt.053.001.77"),
         ("/Document", "no_schema")),
        ("the number of entries", a_statement(an_entry()).replace(
            "<Ntry>", "<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries></TtlNtries></TxsSummry><Ntry>"),
         (f"{STMT}/TxsSummry/TtlNtries/NbOfNtries", "summary_differs")),
    ],
)  # fmt: skip
def test_a_reservation_leaves_the_statement_read(_case, document, expected):
    report = report_of(document)

    assert expected in noted(document)
    assert (report.refused, report.status.value) == ((), "read")


@pytest.mark.parametrize(
    ("opening", "closing"),
    [(a_balance("OPBD", "1.00"), a_balance("CLBD", "6.00")),
     (a_balance("PRCD", "7.00", "DBIT"), a_balance("CLBD", "2.00", "DBIT"))],
)  # fmt: skip
def test_what_is_pending_does_not_count_for_the_balance(opening, closing):
    pending = an_entry("9.00").replace("BOOK", "PDNG")
    document = a_statement(an_entry("5.00"), pending, balances=opening + closing)

    assert noted(document) == []
    assert entries_of(document)[1].status is EntryStatus.PENDING


@pytest.mark.parametrize(
    ("_case", "order", "path", "code"),
    [
        ("zero", an_order(a_transfer("0.00"), a_transfer(), number="2"),
         f"{PMT}/CdtTrfTxInf[1]/Amt/InstdAmt", "negative_amount"),
        ("an IBAN", an_order(a_transfer(), a_transfer(iban="DE02120300000000202052"), number="2", total="20.00"),
         f"{PMT}/CdtTrfTxInf[2]/CdtrAcct/Id/IBAN", "malformed_iban"),
        ("a BIC", an_order(a_transfer(), a_transfer(bic="BYLA"), number="2", total="20.00"),
         f"{PMT}/CdtTrfTxInf[2]/CdtrAgt/FinInstnId/BICFI", "malformed_bic"),
        ("a UETR", an_order(a_transfer(), a_transfer(more="<UETR>x</UETR>"), number="2", total="20.00"),
         f"{PMT}/CdtTrfTxInf[2]/PmtId/UETR", "malformed_uetr"),
        ("no amount", an_order(a_transfer(), "<CdtTrfTxInf/>", number="2"),
         f"{PMT}/CdtTrfTxInf[2]/Amt/InstdAmt", "missing_element"),
    ],
)  # fmt: skip
def test_a_broken_transfer_is_left_out(_case, order, path, code):
    if _case == "zero":
        order = order.replace("<CtrlSum>10.00", "<CtrlSum>10")

    assert refused(order) == [(path, code)]
    assert report_of(order).entries == 1


@pytest.mark.parametrize(
    ("_case", "order", "path", "code"),
    [
        ("a number", an_order(a_transfer(), number="2"), "NbOfTxs", "number_differs"),
        ("no number", an_order(a_transfer(), number="two"), "NbOfTxs", "malformed_count"),
        ("a sum", an_order(a_transfer(), total="11.00"), "CtrlSum", "control_sum_differs"),
        ("no sum", an_order(a_transfer(), total="ten"), "CtrlSum", "malformed_amount"),
        ("no id", an_order(a_transfer(), name=""), "", "missing_element"),
    ],
)
def test_an_order_that_does_not_add_up_is_left_out_whole(_case, order, path, code):
    report = report_of(order)

    expected = f"/Document/CstmrCdtTrfInitn/GrpHdr/{path}".rstrip("/")
    assert [(each.path, each.code) for each in report.refused] == [(expected, code)]
    assert (report.entries, report.status.value) == (0, "refused")


def test_the_day_of_an_order_may_be_none():
    assert refused(an_order(a_transfer(), day="someday")) == [
        (f"{PMT}/ReqdExctnDt/Dt", "malformed_day")
    ]


def test_a_transfer_says_what_its_batch_says_for_all():
    [transfer] = transfers_of(an_order(a_transfer(name="NOTPROVIDED")))

    assert (transfer.debtor.account, transfer.debtor_agent.bic) == (
        "GB33BUKB20201555555555", "BUKBGB22")  # fmt: skip
    assert (transfer.amount, transfer.batch) == (Money(1000, EUR), "B1")
    assert transfer.references.end_to_end_id == ""
    assert transfer.place == f"{PMT}/CdtTrfTxInf"


def status(body: str, name: str = "pacs.002.001.10", root: str = "FIToFIPmtStsRpt") -> str:
    return (
        f'<Document xmlns="{SPACE}{name}"><{root}><GrpHdr><MsgId>S1</MsgId></GrpHdr>{body}'
        f"</{root}></Document>"
    )


@pytest.mark.parametrize(
    ("_case", "document", "expected"),
    [
        ("of one transfer", status(
            "<OrgnlGrpInfAndSts><OrgnlMsgId>P1</OrgnlMsgId></OrgnlGrpInfAndSts><TxInfAndSts>"
            "<OrgnlEndToEndId>E1</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC01</Cd>"
            "</Rsn></StsRsnInf></TxInfAndSts>"), ("RJCT", "E1", "P1", ("AC01",))),
        ("of the whole order", status(
            "<OrgnlGrpInfAndSts><OrgnlMsgId>P1</OrgnlMsgId><GrpSts>ACCP</GrpSts></OrgnlGrpInfAndSts>"),
         ("ACCP", "", "P1", ())),
        ("of a batch in it", status(
            "<OrgnlGrpInfAndSts><OrgnlMsgId>P1</OrgnlMsgId></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>"
            "<OrgnlPmtInfId>B1</OrgnlPmtInfId><TxInfAndSts><OrgnlEndToEndId>E1</OrgnlEndToEndId>"
            "<TxSts>ACSC</TxSts></TxInfAndSts></OrgnlPmtInfAndSts>", "pain.002.001.10", "CstmrPmtStsRpt"),
         ("ACSC", "E1", "P1", ())),
        ("a return", status(
            "<OrgnlGrpInf><OrgnlMsgId>P1</OrgnlMsgId></OrgnlGrpInf><TxInf><OrgnlEndToEndId>E1"
            '</OrgnlEndToEndId><RtrdIntrBkSttlmAmt Ccy="EUR">9.00</RtrdIntrBkSttlmAmt><RtrRsnInf><Rsn>'
            "<Cd>AC04</Cd></Rsn></RtrRsnInf></TxInf>", "pacs.004.001.09", "PmtRtr"),
         ("RTND", "E1", "P1", ("AC04",))),
    ],
)  # fmt: skip
def test_a_report_says_what_became_of_which_transfer(_case, document, expected):
    [update] = updates_of(document)

    assert (
        update.status,
        update.references.end_to_end_id,
        update.references.message_id,
        update.reasons,
    ) == expected


@pytest.mark.parametrize(
    ("_case", "document", "expected"),
    [
        ("nothing", status(""), ("/Document/FIToFIPmtStsRpt", "missing_element")),
        ("no status", status("<TxInfAndSts/>"),
         ("/Document/FIToFIPmtStsRpt/TxInfAndSts/TxSts", "missing_element")),
        ("a return of nothing", status("<TxInf/>", "pacs.004.001.09", "PmtRtr"),
         ("/Document/PmtRtr/TxInf/RtrdIntrBkSttlmAmt", "missing_element")),
    ],
)  # fmt: skip
def test_a_report_that_says_nothing_is_refused(_case, document, expected):
    assert expected in refused(document)


def test_the_other_side_is_the_payer_of_what_comes_in_and_the_payee_of_what_goes_out():
    parties = (
        "<NtryDtls><TxDtls><Refs><EndToEndId>E1</EndToEndId></Refs><RltdPties><Dbtr><Nm>Ann</Nm></Dbtr>"
        "<Cdtr><Nm>Ben</Nm></Cdtr></RltdPties></TxDtls></NtryDtls>"
    )
    back = an_entry(more=parties, side="DBIT").replace("<Sts>", "<RvslInd>true</RvslInd><Sts>")
    entries = entries_of(
        a_statement(an_entry(more=parties), an_entry(more=parties, side="DBIT"), back)
    )

    assert [entry.details[0].counterparty.name for entry in entries] == ["Ann", "Ben", "Ann"]
    assert [entry.is_reversal for entry in entries] == [False, False, True]
