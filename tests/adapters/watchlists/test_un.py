"""Reading the consolidated list of the United Nations."""

from datetime import date

import pytest

from usance.adapters.watchlists.un import UnConsolidatedList
from usance.kernel.errors import Invalid
from usance.risk.model import EntityKind, ListedEntity
from usance.risk.ports import Watchlist

READER = UnConsolidatedList()


def xml(individuals: str = "", entities: str = "", head: str = "") -> dict[str, bytes]:
    text = (
        f"<?xml version='1.0' encoding='UTF-8'?>{head}"
        "<CONSOLIDATED_LIST dateGenerated='2026-02-27T00:00:09.554Z'>"
        f"<INDIVIDUALS>{individuals}</INDIVIDUALS><ENTITIES>{entities}</ENTITIES>"
        "</CONSOLIDATED_LIST>"
    )
    return {"un.xml": text.encode()}


PERSON = """
<INDIVIDUAL><REFERENCE_NUMBER>XXi.001</REFERENCE_NUMBER>
 <FIRST_NAME>JIN</FIRST_NAME><SECOND_NAME> CHOL </SECOND_NAME><THIRD_NAME/>
 <NATIONALITY><VALUE>Utopia</VALUE></NATIONALITY>
 <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Jin Tie (金铁)</ALIAS_NAME></INDIVIDUAL_ALIAS>
 <INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Jin</ALIAS_NAME></INDIVIDUAL_ALIAS>
 <INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY>
  <ALIAS_NAME>Uncle Jin, born 1970</ALIAS_NAME></INDIVIDUAL_ALIAS>
 <INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
 <INDIVIDUAL_ADDRESS><COUNTRY>Utopia</COUNTRY></INDIVIDUAL_ADDRESS>
 <INDIVIDUAL_DATE_OF_BIRTH><FROM_YEAR>1970</FROM_YEAR><TO_YEAR>1972</TO_YEAR></INDIVIDUAL_DATE_OF_BIRTH>
 <INDIVIDUAL_DATE_OF_BIRTH><DATE>1968-03-04</DATE></INDIVIDUAL_DATE_OF_BIRTH>
</INDIVIDUAL>"""


def test_an_entry_keeps_its_names_in_order_and_drops_weak_single_words():
    reading = READER.translate(xml(PERSON))

    assert reading.entities == (
        ListedEntity(
            "un",
            "XXi.001",
            ("JIN CHOL", "Jin Tie", "金铁", "Uncle Jin"),
            EntityKind.PERSON,
            (1968, 1970, 1972),
            ("Utopia",),
        ),
    )
    assert reading.rejects == ()
    assert reading.published_on == date(2026, 2, 27)


def test_an_entry_without_a_name_is_reported_and_the_others_go_in():
    nameless = "<ENTITY><REFERENCE_NUMBER>XXe.009</REFERENCE_NUMBER></ENTITY>"

    reading = READER.translate(xml(PERSON, nameless))

    assert len(reading.entities) == 1
    assert [reject.where for reject in reading.rejects] == ["un.xml: XXe.009"]


@pytest.mark.parametrize(
    ("_case", "files", "why"),
    [
        ("cut off", {"un.xml": b"<CONSOLIDATED_LIST><INDIVIDUALS>"}, "no element found"),
        ("another document", {"un.xml": b"<html/>"}, "begins with <html>"),
        (
            "entities",
            xml(head="<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]>"),
            "declares a document type",
        ),
        (
            "a file fetched from elsewhere",
            xml(head="<!DOCTYPE x SYSTEM 'file:///etc/passwd'>"),
            "declares a document type",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(_case, files, why):
    with pytest.raises(Invalid, match=why):
        READER.translate(files)


def test_the_shipped_sample_reads_without_rejects_and_has_three_scripts():
    watchlist: Watchlist = READER
    reading = watchlist.translate(READER.shipped())
    names = [name for entity in reading.entities for name in entity.names]

    assert reading.rejects == ()
    assert 150 <= len(reading.entities) <= 300
    for first, last in (("Ѐ", "ӿ"), ("一", "鿿"), ("؀", "ۿ")):
        assert any(first <= sign <= last for name in names for sign in name)
