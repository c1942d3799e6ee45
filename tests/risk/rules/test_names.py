"""Names become tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usance.risk.rules.names import TOKENS_MAX, skeleton, tokens_of


@pytest.mark.parametrize(
    ("_case", "name", "expected"),
    [
        ("case and marks", "José  O'Brien-Núñez", ("jose", "obrien", "nunez")),
        ("full width", "\uff21\uff23\uff2d\uff25", ("acme",)),
        ("Cyrillic", "Владимир Путин", ("vladimir", "putin")),
        ("Chinese person", "金铁三", ("jin", "tiesan")),
        (
            "Chinese company",
            "长安海连技术有限公司",
            ("zhangan", "anhai", "hailian", "lianji", "jishu"),
        ),
        ("spaced company form", "Acme S.A.", ("acme", "sa")),
        ("initials stay", "J. K. Rowling", ("j", "k", "rowling")),
        ("mixed scripts", "Bank 光明", ("bank", "guang", "ming")),
        ("nothing to read", " —·… ", ()),
        ("empty", "", ()),
    ],
)
def test_tokens(_case, name, expected):
    assert tokens_of(name) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [("mohamed", "muhammad"), ("mohammed", "mhmd"), ("yusuf", "yousef"), ("usama", "osama")],
)
def test_spellings_that_sound_alike_have_one_skeleton(one, other):
    assert skeleton(one) == skeleton(other)


@given(st.text(max_size=320))
def test_tokens_are_few_and_plain(name):
    tokens = tokens_of(name)

    assert len(tokens) <= TOKENS_MAX
    assert all(token.isalnum() and token == token.casefold() for token in tokens)


@given(st.text(max_size=80))
def test_tokens_of_tokens_are_the_same_tokens_where_no_initials_join(name):
    tokens = [token for token in tokens_of(name) if len(token) > 1]

    assert list(tokens_of(" ".join(tokens))) == tokens
