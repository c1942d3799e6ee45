"""A message is found wherever it stands, and what is dangerous or no XML says so by its code."""

# ruff: noqa: E501 - messages are long lines
import gzip

import pytest
from tests.adapters.messages.asking import SPACE, a_statement, an_entry, items_of, report_of

from usance.adapters.messages.reading import Source
from usance.kernel.errors import Invalid
from usance.payments.model import MessageHead

DOCUMENT = a_statement(an_entry())
BARE = DOCUMENT.replace(f' xmlns="{SPACE}camt.053.001.02"', "")
HEADER = "<AppHdr><Fr><FIId><FinInstnId><BICFI>BANKDEFF</BICFI></FinInstnId></FIId></Fr>{}</AppHdr>"
ESCAPED = DOCUMENT.replace("&", "&amp;").replace("<", "&lt;")
BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
EXTERNAL = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


@pytest.mark.parametrize(
    ("_case", "raw", "expected"),
    [
        ("alone", DOCUMENT.encode(), ("camt.053", "001.02", True)),
        ("with a mark", b"\xef\xbb\xbf" + DOCUMENT.encode(), ("camt.053", "001.02", True)),
        ("blanks before", b"\n \n" + DOCUMENT.encode(), ("camt.053", "001.02", True)),
        ("UTF-16", DOCUMENT.encode("utf-16"), ("camt.053", "001.02", True)),
        (
            "says UTF-16 and is UTF-8",
            b'<?xml version="1.0" encoding="utf-16"?>' + DOCUMENT.encode(),
            ("camt.053", "001.02", True),
        ),
        (
            "Latin-1, as declared",
            f'<?xml version="1.0" encoding="iso-8859-1"?>{DOCUMENT.replace("S1", "é")}'.encode("latin-1"),
            ("camt.053", "001.02", True),
        ),
        ("gzipped", gzip.compress(DOCUMENT.encode(), mtime=0), ("camt.053", "001.02", True)),
        (
            "with prefixes",
            DOCUMENT.replace("<", "<n:").replace("<n:/", "</n:").replace("xmlns=", "xmlns:n=").encode(),
            ("camt.053", "001.02", True),
        ),
        ("SOAP", f'<s:Envelope xmlns:s="soap"><s:Body>{DOCUMENT}</s:Body></s:Envelope>'.encode(),
         ("camt.053", "001.02", True)),
        ("beside its header", f"<Envlp>{HEADER.format('')}{DOCUMENT}</Envlp>".encode(),
         ("camt.053", "001.02", True)),
        ("in CDATA", f"<Body><Text><![CDATA[{DOCUMENT}]]></Text></Body>".encode(),
         ("camt.053", "001.02", True)),
        ("escaped", f"<Body><Text>{ESCAPED}</Text></Body>".encode(), ("camt.053", "001.02", True)),
        ("without a namespace", BARE.encode(), ("camt.053", "", False)),
        ("without Document", BARE.replace("<Document>", "").replace("</Document>", "").encode(),
         ("camt.053", "", False)),
        (
            "the version in the header alone",
            f"<E>{HEADER.format('<MsgDefIdr>camt.053.001.02</MsgDefIdr>')}{BARE}</E>".encode(),
            ("camt.053", "001.02", True),
        ),
        ("an old namespace", DOCUMENT.replace(SPACE, "urn:swift:xsd:$").encode(),
         ("camt.053", "001.02", True)),
        ("a version without schema", DOCUMENT.replace("001.02", "001.99").encode(),
         ("camt.053", "001.99", False)),
    ],
)  # fmt: skip
def test_a_message_is_found_in_its_envelope(_case, raw, expected):
    report = report_of(raw)

    assert (report.type, report.version, report.validated) == expected
    assert (report.status.value, report.entries, report.refused) == ("read", 1, ())


def test_the_sender_is_that_of_the_header():
    [head] = [
        item
        for item in items_of(f"<E>{HEADER.format('')}{DOCUMENT}</E>")
        if isinstance(item, MessageHead)
    ]

    assert head.sender == "BANKDEFF"


def test_several_messages_in_one_envelope_are_all_read():
    second = DOCUMENT.replace("M1", "M2")

    assert report_of(f"<E>{DOCUMENT}{second}</E>").entries == 2


@pytest.mark.parametrize(
    ("_case", "raw", "code"),
    [
        ("nothing", b"", "empty_message"),
        ("blanks", b" \n ", "empty_message"),
        ("prose", b"Dear Sir or Madam", "not_a_message"),
        ("other XML", b"<html><body/></html>", "not_a_message"),
        ("cut off", DOCUMENT.encode()[:200], "malformed_xml"),
        ("too deep", b"<a>" * 5000, "malformed_xml"),
        ("UTF-8 that is Latin-1", DOCUMENT.replace("S1", "é").encode("latin-1"), "wrong_encoding"),
        ("unknown encoding", b'<?xml version="1.0" encoding="klingon"?><a>\xe9</a>', "wrong_encoding"),
        ("bomb", f"<!DOCTYPE a [<!ENTITY a0 'x'>{BOMB}]><a>&a9;</a>".encode(), "doctype_forbidden"),
        ("external entity", EXTERNAL.encode(), "doctype_forbidden"),
        ("in UTF-16", f'<?xml version="1.0"?>{EXTERNAL}'.encode("utf-16"), "doctype_forbidden"),
        ("behind a long comment", f"<!--{'x' * 70000}-->{EXTERNAL}".encode(), "doctype_forbidden"),
        ("in CDATA", f"<a><![CDATA[{EXTERNAL}]]></a>".encode(), "doctype_forbidden"),
        ("broken JSON", b'{"Document": ', "malformed_xml"),
        ("a name no element may have", b'{"Doc ument": {"a": 1}}', "malformed_xml"),
        ("a gzip that is none", b"\x1f\x8bxxxx", "unpacked_badly"),
        ("a gzip cut off", gzip.compress(DOCUMENT.encode() * 99, mtime=0)[:60], "unpacked_badly"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(_case, raw, code):
    with pytest.raises(Invalid) as wrong:
        items_of(raw)

    assert wrong.value.code.code == code


def test_a_file_that_is_too_large_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr("usance.adapters.messages.reading.MEMORY_MAX", 100)

    with pytest.raises(Invalid) as wrong:
        items_of("<a>" + "x" * 200 + "</a>")

    assert wrong.value.code.code == "message_too_large"


def test_a_gzip_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr("usance.adapters.messages.reading.STREAM_MAX", 1 << 20)

    with pytest.raises(Invalid) as wrong:
        Source("bomb", gzip.compress(b"\0" * (3 << 20)))

    assert wrong.value.code.code == "message_too_large"


@pytest.mark.parametrize(
    ("name", "type_", "version"),
    [("pain.008.001.02", "pain.008", "001.02"), ("camt.056.001.08", "camt.056", "001.08")],
)
def test_another_type_is_named_and_refused(name, type_, version):
    body = "FIToFIPmtCxlReq" if type_ == "camt.056" else "CstmrDrctDbtInitn"

    report = report_of(f'<Document xmlns="{SPACE}{name}"><{body}/></Document>')

    assert (report.type, report.version, report.status.value) == (type_, version, "refused")
    assert [(each.code, each.value) for each in report.refused] == [("unsupported_message", name)]
