"""A file of messages by HTTP: read as the command line reads it, taken in once."""

import gzip

import pytest
from tests.adapters.messages.asking import a_statement, a_transfer, an_entry, an_order
from tests.api.conftest import SELLER

from usance.adapters.messages.iso20022 import READ_HERE
from usance.api.errors import all_codes
from usance.payments.model import MessageType
from usance.worker.messages import read_message_file, report_shown

STATEMENT = a_statement(an_entry("1.00"), an_entry("2.00")).encode()
REPORT = {
    "object", "file", "type", "version", "validated", "status", "entries", "matched", "suggested",
    "unmatched", "refused", "notes", "messages",
}  # fmt: skip
TOO_MUCH = gzip.compress(b" " * (16 << 20) + b"<a/>", mtime=0)


def hand_over(house, content: bytes, query: str = "", **rest):
    headers = {"Content-Type": "application/xml", **rest.pop("headers", {})}
    return house.ask("POST", f"/v1/messages{query}", content=content, headers=headers, **rest)


def test_a_statement_is_taken_in_once_and_shown_afterwards(house):
    first = hand_over(house, STATEMENT, "?file=day.xml")
    again = hand_over(house, gzip.compress(STATEMENT))

    assert (first.status_code, again.status_code) == (201, 200), first.text
    report = first.json()
    assert set(report) == REPORT
    assert (report["file"], report["type"], report["status"]) == ("day.xml", "camt.053", "read")
    assert (report["entries"], report["unmatched"]) == (2, 2)
    assert again.json()["status"] == "known"
    assert again.json()["messages"] == report["messages"]
    [message_id] = report["messages"]
    one = house.get(f"/v1/messages/{message_id}").json()
    assert (one["object"], one["entries"], one["unmatched"]) == ("message", 2, 2)
    listed = house.get("/v1/messages?type=camt.053").json()["data"]
    assert [each["id"] for each in listed] == [message_id]
    assert house.get("/v1/messages?type=pain.001").json()["data"] == []
    assert house.get("/v1/breaks").json()["data"] != []


def test_a_dry_run_says_what_is_known_already(house):
    hand_over(house, STATEMENT)
    mended = a_statement(an_entry("1.00"), an_entry("2.00"), an_entry("3.00")).encode()

    again = hand_over(house, STATEMENT, "?dry_run=true")
    other = hand_over(house, mended, "?dry_run=true")

    assert (again.status_code, again.json()["status"]) == (200, "known")
    assert other.status_code == 409
    assert [each["code"] for each in other.json()["errors"]] == ["statement_reused"]


def test_a_type_that_is_never_read_is_refused_with_those_that_are(house):
    refused = house.get("/v1/messages?type=camt053")

    assert refused.status_code == 422
    assert set(MessageType) == READ_HERE | {"MT940", "MT942", "CSV"}
    assert all(each in refused.text for each in MessageType)


def test_a_dry_run_keeps_nothing(house):
    content = an_order(a_transfer()).encode()

    tried = hand_over(house, content, "?dry_run=true&file=b.xml")

    assert tried.status_code == 200
    told = {key: value for key, value in tried.json().items() if key not in {"object", "messages"}}
    assert told == report_shown(read_message_file("b.xml", content), all_codes(), "en")
    assert house.get("/v1/messages?type=pain.001").json()["data"] == []


@pytest.mark.parametrize(
    ("_case", "content", "code"),
    [
        ("nothing", b"", "empty_message"),
        ("a letter", b"Dear Sir", "not_a_message"),
        ("a table of entities", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "doctype_forbidden"),
        (
            "more once unpacked",
            TOO_MUCH,
            "message_too_large",
        ),
        ("half a file", STATEMENT[:-40], "malformed_xml"),
    ],
)
def test_a_file_of_which_nothing_can_be_read_is_a_problem(house, _case, content, code):
    no = hand_over(house, content)

    assert (no.status_code, no.json()["code"]) == (422, code)
    assert no.json()["remedy"]
    report = no.json()["report"]
    assert (report["status"], report["refused"][0]["code"]) == ("refused", code)


def test_what_is_partly_read_names_what_was_left_out_in_the_caller_s_language(house):
    content = a_statement(an_entry("1.00"), an_entry("-3.00"), name="M2")
    content = content.replace("<Id>S1</Id>", "<Id>S2</Id>").encode()

    made = hand_over(house, content, headers={"Accept-Language": "zh"})

    assert (made.status_code, made.json()["status"]) == (201, "partly_read")
    [refused] = made.json()["refused"]
    assert refused["path"].endswith("Ntry[2]/Amt")
    assert "必须" in refused["reason"]
    [message_id] = made.json()["messages"]
    assert house.get(f"/v1/messages/{message_id}").json()["refused"][0]["code"] == refused["code"]


def test_an_order_of_a_seller_s_account_waits_for_a_person(house):
    [account] = house.get(f"/v1/parties/{SELLER}/bank_accounts").json()["data"]
    order = an_order(a_transfer(), name="<MsgId>P2</MsgId>").replace(
        "<IBAN>GB33BUKB20201555555555</IBAN>", f"<Othr><Id>{account['number']}</Id></Othr>"
    )

    made = hand_over(house, order.encode())
    house.quiet()

    assert made.status_code == 201, made.text
    [batch] = house.get("/v1/payout_batches").json()["data"]
    assert (batch["source"], batch["lines"]) == ("pain.001", 1)


@pytest.mark.parametrize("by", ["seller", "funder_one", "regulator"])
def test_the_operator_alone_hands_over_messages(house, by):
    assert hand_over(house, STATEMENT, by=by).status_code == 403


def test_a_body_that_is_too_long_is_not_read(house):
    no = hand_over(house, b"<" + b" " * (16 << 20))

    assert (no.status_code, no.json()["code"]) == (413, "body_too_large")


def test_a_currency_that_is_none_is_refused(house):
    no = hand_over(house, b"x", "?currency=XXQ")

    assert (no.status_code, no.json()["code"]) == (422, "unknown_currency")
