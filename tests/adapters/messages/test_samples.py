"""Every sample of others is read: those of the types we read wholly, the rest with its reason."""

from pathlib import Path

import pytest
from tests.adapters.messages.asking import items_of, report_of
from tests.adapters.messages.places import SHARED

from usance.adapters.messages.iso20022 import READ_HERE
from usance.payments.model import MessageHead

SAMPLES = SHARED / "iso20022" / "samples"
MT940 = SHARED / "mt940"
# Amounts without any currency.
NOT_IN_MONEY = {"statement_details.sta": "no_currency", "sparkassen.sta": "no_currency"}


def samples(folder: Path, *patterns: str) -> list[Path]:
    found = sorted(path for pattern in patterns for path in folder.rglob(pattern))
    if not found:
        pytest.skip(f"no {folder} beside the repository")
    return found


def test_every_sample_of_the_types_we_read_is_read_whole():
    for path in samples(SAMPLES, "*.xml", "*.iso.json"):
        report = report_of(path)
        refused = [(each.path, each.code) for each in report.refused]

        if report.type in READ_HERE:
            assert (report.status.value, refused) == ("read", []), path
            assert report.entries or "only-Dt" in path.name, path
        else:
            assert refused == [("/Document", "unsupported_message")], path


def test_samples_are_validated_where_their_schema_ships():
    schemas = {path.stem for path in samples(SHARED / "iso20022" / "xsd", "*.xsd")}
    for path in samples(SAMPLES, "*.xml"):
        report = report_of(path)

        if report.type in READ_HERE:
            assert report.validated is (f"{report.type}.{report.version}" in schemas), path


def test_the_version_is_the_one_in_the_namespace():
    for path in samples(SAMPLES / "pacs", "*.xml"):
        report = report_of(path)

        assert f"{report.type}.{report.version}" == path.stem


def test_the_same_order_in_another_version_is_about_the_same():
    digests = {
        path.name: head.digest
        for path in samples(
            SAMPLES / "pain" / "market" / "gb" / "faster-payment", "*.xml", "*.json"
        )
        for head in items_of(path)
        if isinstance(head, MessageHead)
    }

    assert len(digests) == 3
    assert len(set(digests.values())) == 1


def test_a_stream_says_the_same_as_the_whole_document():
    for path in samples(SAMPLES / "camt", "*.xml"):
        whole, stream = report_of(path), report_of(path, stream_from=0)
        places = [each.path.replace("Stmt[1]", "Stmt").replace("Rpt[1]", "Rpt")
                  .replace("Ntfctn[1]", "Ntfctn") for each in stream.notes]  # fmt: skip

        assert (stream.type, stream.version, stream.validated, stream.entries) == (
            whole.type, whole.version, whole.validated, whole.entries)  # fmt: skip
        assert places == [each.path for each in whole.notes]


def test_every_mt940_is_read_or_refused_by_the_line():
    for path in samples(MT940, "*.sta", "*.txt"):
        if path.name == "LICENSE":
            continue
        report = report_of(path)
        codes = {each.code for each in report.refused}

        assert report.type == "MT940", path
        assert codes == ({NOT_IN_MONEY[path.name]} if path.name in NOT_IN_MONEY else set()), path
        assert all(each.path.startswith("line ") for each in report.refused)
