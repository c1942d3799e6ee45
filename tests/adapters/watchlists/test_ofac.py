"""Reading the Specially Designated Nationals list."""

import pytest

from usance.adapters.watchlists.ofac import OfacSdnList
from usance.risk.model import EntityKind, ListedEntity

READER = OfacSdnList()
NONE = "-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"
REMARKS = (
    "DOB circa 1961; alt. DOB 03 Apr 1963; nationality Utopia; a.k.a. 'JD'; a.k.a. 'Johnny Boy'."
)
PERSON = f'7,"DOE, John","individual","X",{NONE}"{REMARKS}"'
COMPANY = f'8,"ACME, S.A.",-0- ,"X",{NONE}-0- '
SHIP = f'9,"DOVE","vessel","X",{NONE}-0- '


def files(sdn: str, alt: str = "") -> dict[str, bytes]:
    return {"sdn.csv": sdn.encode("latin-1"), "alt.csv": alt.encode("latin-1")}


def test_a_person_gets_the_given_name_first_and_every_year_of_birth():
    alt = '7,1,"aka","DÓE, Jack",-0- \r\n'

    reading = READER.translate(files(f"{PERSON}\r\n\x1a", alt))

    assert reading.entities == (
        ListedEntity(
            "ofac",
            "7",
            ("John DOE", "Jack DÓE", "Johnny Boy"),
            EntityKind.PERSON,
            (1961, 1963),
            ("Utopia",),
        ),
    )
    assert reading.rejects == ()


def test_a_company_keeps_its_comma_and_a_vessel_its_kind():
    company, ship = READER.translate(files(f"{COMPANY}\n{SHIP}\n")).entities

    assert (company.names, company.kind) == (("ACME, S.A.",), EntityKind.ORGANISATION)
    assert ship.kind is EntityKind.VESSEL


@pytest.mark.parametrize(
    ("_case", "sdn", "alt", "where"),
    [
        ("cells missing", f"{COMPANY}\n5,six\n", "", "sdn.csv line 2"),
        ("no name", f"{COMPANY}\n5,,-0- ,X,{NONE}-0- \n", "", "sdn.csv line 2"),
        ("a kind of its own", f'{COMPANY}\n5,A,"comet",X,{NONE}-0- \n', "", "sdn.csv line 2"),
        ("alias without a name", COMPANY, "8,1,aka,,-0- \n", "alt.csv line 1"),
        ("alias of nobody", COMPANY, "99,1,aka,B,-0- \n", "alt.csv: entry 99"),
    ],
)
def test_a_bad_line_is_reported_and_the_others_go_in(_case, sdn, alt, where):
    reading = READER.translate(files(sdn, alt))

    assert [entity.entry_id for entity in reading.entities] == ["8"]
    assert [reject.where for reject in reading.rejects] == [where]


def test_the_shipped_sample_reads_without_rejects():
    reading = READER.translate(READER.shipped())

    assert reading.rejects == ()
    assert 150 <= len(reading.entities) <= 300
    assert {entity.kind for entity in reading.entities} == set(EntityKind)
