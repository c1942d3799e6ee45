"""Screening names against the shipped lists."""

import csv
import random
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.risk.samples import entities, indexes, screens

from usance.kernel.records import replace
from usance.risk.model import EntityKind, ListedEntity
from usance.risk.rules.screening import SCORE_FLOOR, build_index, similarity, version_of

REVIEW, BLOCK = 850, 950
# Real names that stand on no list; they lie beside the repository where somebody put them.
INNOCENTS = "shared/data/names/yente_negatives_global.csv"
FALSE_ALARMS_PER_MILLE_MAX = 3


def best(name: str, threshold: int = SCORE_FLOOR):
    return screens().best(tuple(index.version for index in indexes()), name, threshold)


@pytest.mark.parametrize(
    ("_case", "name", "entry_id"),
    [
        ("as listed", "DOKU KHAMATOVICH UMAROV", "QDi.290"),
        ("without the patronymic", "Doku Umarov", "QDi.290"),
        ("surname first", "Umarov, Doku", "QDi.290"),
        ("Cyrillic", "Умаров Доку Хаматович", "QDi.290"),
        ("Cyrillic, another order", "Доку Хаматович Умаров", "QDi.290"),
        ("one letter off", "Dokku Khamatovich Umarov", "QDi.290"),
        ("Chinese person", "金铁三", "KPi.035"),
        ("his name in Latin", "Jin Tiesan", "KPi.035"),
        ("in three syllables", "Jin Tie San", "KPi.035"),
        ("Chinese company", "長安海連技術有限公司", "KPe.055"),
        ("in simplified characters", "长安海连技术有限公司", "KPe.055"),
        ("without its form", "长安海连技术", "KPe.055"),
        ("company in Latin", "Chang An Shipping & Technology Co. Ltd", "KPe.055"),
    ],
)
def test_a_listed_name_is_found_whatever_its_script(_case, name, entry_id):
    hit = best(name, REVIEW)

    assert hit is not None
    assert hit.entry_id == entry_id
    assert hit.aligned


def test_every_listed_party_is_found_by_every_name_it_has():
    missed = [
        (entity.entry_id, name)
        for entity in entities()
        if entity.kind in (EntityKind.PERSON, EntityKind.ORGANISATION)
        for name in entity.names
        if (hit := best(name)) is None or hit.score < 1000
    ]

    assert missed == []


def test_most_listed_persons_are_found_in_spite_of_a_slip_in_their_longest_word():
    seed = random.Random(20260909)
    names = [entity.names[0] for entity in entities() if entity.kind is EntityKind.PERSON]
    missed = []
    for name in names:
        word = max(name.split(), key=len)
        at = seed.randrange(len(word))
        slip = word[:at] + seed.choice("aeinrst") + word[at + 1 :]
        if best(name.replace(word, slip, 1), REVIEW) is None:
            missed.append(name)

    assert len(missed) < 0.1 * len(names), missed


@pytest.mark.parametrize(
    "name",
    ["", "x", "Co., Ltd.", "The Company", "有限公司", "LLC", "Mr", "John Smith", "Umarov", "王伟"],
)
def test_forms_single_names_and_the_innocent_are_no_hits(name):
    assert best(name, REVIEW) is None


def test_innocent_persons_are_rarely_stopped():
    places = [folder / INNOCENTS for folder in Path(__file__).parents]
    found = next((place for place in places if place.exists()), None)
    if found is None:
        pytest.skip(f"no {INNOCENTS} beside the repository")
    with found.open(encoding="utf-8") as file:
        names = [row["full_name"] for row in islice(csv.DictReader(file), 2_000)]

    reviewed = [name for name in names if best(name, REVIEW) is not None]
    blocked = [name for name in reviewed if best(name, BLOCK) is not None]

    assert len(reviewed) * 1000 <= FALSE_ALARMS_PER_MILLE_MAX * len(names), reviewed
    assert blocked == []


def test_a_ship_is_no_buyer_and_still_part_of_the_version():
    ship = ListedEntity("x", "1", ("ANNA MARIA",), EntityKind.VESSEL)
    person = ListedEntity("x", "2", ("Ivan Petrovsky",), EntityKind.PERSON)

    index = build_index([ship, person])

    assert index.screen("Anna Maria", SCORE_FLOOR) == ()
    assert build_index([ship], frozenset({EntityKind.VESSEL})).screen("Anna Maria", 1000) != ()
    assert index.version == version_of([ship, person]) != version_of([person])


def test_the_version_follows_the_entries_and_not_their_order():
    some = list(entities()[:20])
    other = [replace(some[0], names=("Somebody Else",)), *some[1:]]

    assert version_of(some) == version_of(some[::-1])
    assert version_of(some) != version_of(other)


@pytest.mark.parametrize(
    ("_case", "one", "other", "alike"),
    [
        ("the same", "umarov", "umarov", True),
        ("one letter", "umarov", "umarow", True),
        ("same by ear", "mohammed", "mhmd", True),
        ("short and different", "kim", "kam", False),
        ("another name", "umarov", "petrov", False),
    ],
)
def test_tokens_are_alike(_case, one, other, alike):
    assert (similarity(one, other) > 0) is alike
    assert similarity(one, other) == similarity(other, one)


names = st.one_of(
    st.text(max_size=500),
    st.text(alphabet="محمدعليبن ", max_size=60),
    st.text(alphabet="金铁三有限公司 AB.", max_size=60),
    st.sampled_from(["a", "A" * 500, "\u202e\u05d0\u05d1", "\x00", "\ud800", "ﷺ", "𝕬𝖑𝖎"]),
)


@given(names)
def test_no_name_breaks_screening_and_its_answer_is_always_the_same(name):
    index = indexes()[1]

    hits = index.screen(name, SCORE_FLOOR)

    assert hits == index.screen(name, SCORE_FLOOR)
    assert all(SCORE_FLOOR <= hit.score <= 1000 for hit in hits)
    assert list(hits) == sorted(hits, key=lambda hit: (-hit.score, hit.entry_id))
