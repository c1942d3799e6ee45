"""What we write is valid: against the published schemas, and against our own golden files."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from lxml import etree
from tests.adapters.rails.golden import assert_golden

from usance import adapters
from usance.adapters.rails.iso20022 import writing
from usance.adapters.rails.iso20022.wire import (
    Charge,
    Header,
    Interbank,
    Recall,
    SettlementMethod,
)
from usance.kernel.money import parse
from usance.kernel.records import replace
from usance.payments.model import (
    Address,
    ChargeBearer,
    CreditTransfer,
    References,
    TransferOrder,
    TransferParty,
)

SCHEMAS = Path(adapters.__file__).parent / "messages" / "xsd"
AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
UETR = "01990c58-2c80-4e01-8abc-0123456789ab"
OURS = TransferParty(bic="NWBKGB2LXXX")
THEIRS = TransferParty(bic="COBADEFFXXX")
DEBTOR = TransferParty(
    "Usance Demonstration Payments Ltd",
    "GB94BARC10201530093459",
    identifier="LEI:5493001KJTIIGC8Y1R12",
    address=Address("GB", "London", "EC2N 2AX", "Old Broad Street", "1"),
)
CREDITOR = TransferParty(
    "Töpferei Sonnenschein GmbH & Co",
    "DE02120300000000202051",
    address=Address("DE", "Köln", "50667", lines=("Hof 3, Aufgang B",)),
)
TRANSFER = CreditTransfer(
    "",
    References(UETR, "E2E-2026-1", "I-2026-1", remittance="Rechnung 4711 / 淘宝"),
    parse("1250.40", "EUR"),
    DEBTOR,
    OURS,
    CREDITOR,
    THEIRS,
    charges=ChargeBearer.SHARED,
    requested_on=date(2026, 11, 23),
    service="G001",
    purpose="GDDS",
)
YEN = replace(
    TRANSFER,
    references=References(UETR, "E2E-2", structured="RF18539007547034"),
    amount=parse("90000", "JPY"),
    creditor=TransferParty("山田商店", "1234567", address=Address("JP", "Tokyo")),
    creditor_agent=TransferParty(
        "Mizuho", clearing="JPZGN:0001001", address=Address("JP", "Tokyo")
    ),
    instrument="HOUSE-INTERNAL",
)


def order(*transfers, kind="pain.001"):
    return TransferOrder(kind, "MSG-2026-1", AT, "Usance", len(transfers), "", transfers)


BETWEEN = Interbank(SettlementMethod.CLEARING, OURS, THEIRS, date(2026, 11, 24))
COVER = replace(
    BETWEEN,
    method=SettlementMethod.COVER,
    cover_from=TransferParty(bic="CHASUS33XXX"),
    cover_to=TransferParty(bic="CITIUS33XXX"),
)
CHARGED = replace(BETWEEN, charges=(Charge(parse("5.00", "EUR"), OURS),))
RECALL = Recall(
    "RCL-1", AT, OURS, THEIRS, "MSG-2026-1", "pacs.008.001.08", TRANSFER.references,
    TRANSFER.amount, date(2026, 11, 24), "DUPL",
)  # fmt: skip
SENT_LESS = replace(TRANSFER, charges=ChargeBearer.CREDITOR, settled=parse("1245.40", "EUR"))
CONVERTED = replace(TRANSFER, settled=parse("1070.33", "GBP"), rate="0.856")

WRITTEN = {
    "pain001": lambda: writing.pain_001(order(TRANSFER)),
    "pain001_two_blocks": lambda: writing.pain_001(order(TRANSFER, YEN)),
    "pacs008": lambda: writing.pacs_008(order(TRANSFER), BETWEEN),
    "pacs008_charged": lambda: writing.pacs_008(order(SENT_LESS), CHARGED),
    "pacs008_converted": lambda: writing.pacs_008(order(CONVERTED), BETWEEN),
    "pacs009": lambda: writing.pacs_009(order(TRANSFER), BETWEEN),
    "pacs008_cover": lambda: writing.pacs_008(order(TRANSFER), COVER),
    "pacs009_cover": lambda: writing.pacs_009_cover(order(TRANSFER), COVER),
    "camt056": lambda: writing.camt_056(RECALL),
}


def schema_of(root):
    kind = etree.QName(root).namespace.removeprefix(writing.NAMESPACE)
    return etree.XMLSchema(etree.parse(SCHEMAS / f"{kind}.xsd"))


@pytest.mark.parametrize("name", WRITTEN)
def test_every_message_is_valid_and_as_it_was(name):
    written = WRITTEN[name]()
    root = etree.fromstring(written)

    schema_of(root).assertValid(root)
    assert_golden(f"iso20022/{name}.xml", written.decode())


def test_a_header_is_valid_and_names_what_it_heads():
    header = Header("NWBKGB2LXXX", "COBADEFFXXX", "MSG-2026-1", AT, "swift.cbprplus.03")
    head, document = etree.fromstring(writing.with_header(WRITTEN["pacs008"](), header))

    schema_of(head).assertValid(head)
    schema_of(document).assertValid(document)
    assert head.findtext("{*}MsgDefIdr") == "pacs.008.001.08"
    assert head.findtext("{*}BizMsgIdr") == document.findtext(".//{*}MsgId")


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        (".//{*}UETR", [UETR]),
        (".//{*}IntrBkSttlmAmt", ["1245.40"]),
        (".//{*}InstdAmt", ["1250.40"]),
        (".//{*}ChrgBr", ["CRED"]),
        (".//{*}Cdtr/{*}Nm", ["Topferei Sonnenschein GmbH & Co"]),
        (".//{*}Cdtr/{*}PstlAdr/{*}AdrLine", ["Hof 3, Aufgang B"]),
        (".//{*}Ustrd", ["Rechnung 4711 / TaoBao"]),
    ],
)
def test_banks_read_amounts_references_and_letters_they_take(path, texts):
    root = etree.fromstring(WRITTEN["pacs008_charged"]())

    assert [each.text for each in root.findall(path)] == texts


def test_a_cover_travels_under_the_uetr_of_what_it_covers():
    told, covered = (
        etree.fromstring(WRITTEN[each]()) for each in ("pacs008_cover", "pacs009_cover")
    )

    assert told.findtext(".//{*}UETR") == covered.findtext(".//{*}UETR") == UETR
    assert told.findtext(".//{*}SttlmMtd") == "COVE"
    assert covered.findtext(".//{*}UndrlygCstmrCdtTrf/{*}Cdtr/{*}Nm")


def test_a_control_sum_adds_what_has_different_decimals():
    root = etree.fromstring(WRITTEN["pain001_two_blocks"]())

    assert root.findtext(".//{*}GrpHdr/{*}CtrlSum") == "91250.40"
    assert [each.text for each in root.findall(".//{*}PmtInf/{*}CtrlSum")] == ["1250.40", "90000"]
