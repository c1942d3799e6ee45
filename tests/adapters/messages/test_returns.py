"""A pacs.004 that holds fewer returns than it says: what is there is read, and it is said."""

import pytest

from usance.adapters.messages.reading import Source, read
from usance.payments.model import Remark, StatusReport

RETURN = (
    "<TxInf><OrgnlEndToEndId>E{0}</OrgnlEndToEndId>"
    '<RtrdIntrBkSttlmAmt Ccy="EUR">{1}</RtrdIntrBkSttlmAmt></TxInf>'
)


def returns(stated: int, *amounts: str) -> bytes:
    body = "".join(RETURN.format(number, amount) for number, amount in enumerate(amounts))
    return (
        f"<Document><PmtRtr><GrpHdr><MsgId>R</MsgId><NbOfTxs>{stated}</NbOfTxs></GrpHdr>"
        f"{body}</PmtRtr></Document>"
    ).encode()


@pytest.mark.parametrize(
    ("_case", "stated", "amounts", "notes", "refused", "read_"),
    [
        ("all there", 2, ("1.00", "2.00"), [], [], 2),
        ("one is lacking", 3, ("1.00", "2.00"), ["number_differs"], [], 2),
        ("one is below nothing", 2, ("1.00", "-2.00"), [], ["negative_amount"], 1),
    ],
)
def test_returns_are_counted(_case, stated, amounts, notes, refused, read_):
    items = list(read(Source("r.xml", returns(stated, *amounts))))
    remarks = [each for each in items if isinstance(each, Remark) and each.code != "no_schema"]
    [report] = [each for each in items if isinstance(each, StatusReport)]

    assert [each.code for each in remarks if not each.left_out] == notes
    assert [each.code for each in remarks if each.left_out] == refused
    assert len(report.updates) == read_
