"""Identifiers and account numbers: what passes, what does not, and what is said."""

import string

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from usance.kernel.errors import Refusal
from usance.parties import errors
from usance.parties.model import Identifier
from usance.parties.rules import identifiers


@pytest.mark.parametrize(
    ("_case", "scheme", "value", "expected"),
    [
        ("LEI of a bank", "lei", "7LTWFZYICNSX8D621K86", "7LTWFZYICNSX8D621K86"),
        ("LEI in small letters", "lei", "7ltwfzyicnsx8d621k86", "7LTWFZYICNSX8D621K86"),
        ("LEI, one digit off", "lei", "7LTWFZYICNSX8D621K87", "wrong_check_digit"),
        ("LEI, cut short", "lei", "7LTWFZYICNSX8D621K8", "wrong_length"),
        ("LEI with a blank sign", "lei", "7LTWFZYICNSX8D6_1K86", "malformed_identifier"),
        ("USCC", "uscc", "91110000600037341L", "91110000600037341L"),
        ("USCC, two digits changed places", "uscc", "91110000600073341L", "wrong_check_digit"),
        ("USCC, cut short", "uscc", "91110000600037341", "wrong_length"),
        ("USCC with the letter I", "uscc", "9111000060003734IL", "malformed_identifier"),
        ("VAT of Germany", "vat", "DE 136 695 976", "DE136695976"),
        ("VAT of Britain", "vat", "GB 980 7806 84", "GB980780684"),
        ("VAT of Greece", "vat", "EL094259216", "EL094259216"),
        ("VAT, one digit off", "vat", "DE136695978", "wrong_check_digit"),
        ("VAT of nowhere", "vat", "ZZ136695978", "unknown_scheme"),
        ("a scheme nobody knows", "duns", "150483782", "unknown_scheme"),
        ("nothing at all", "lei", "", "wrong_length"),
    ],
)
def test_identifiers(_case, scheme, value, expected):
    checked = identifiers.checked_identifier(Identifier(scheme, value), "identifiers[0]")

    assert (checked.code if isinstance(checked, Refusal) else checked.value) == expected


@pytest.mark.parametrize(
    ("_case", "text", "expected"),
    [
        ("Britain", "GB33 BUKB 2020 1555 5555 55", "GB33BUKB20201555555555"),
        ("Norway", "NO9386011117947", "NO9386011117947"),
        ("check digits", "GB34BUKB20201555555555", "wrong_check_digit"),
        ("a digit lost", "GB33BUKB2020155555555", "wrong_length"),
        ("no such country", "US64SVBKUS6S3300958879", "unknown_country"),
        ("letters for digits", "GB33BUKBABCDEFGHIJKLMN", "malformed_identifier"),
        ("empty", "", "malformed_identifier"),
    ],
)
def test_ibans(_case, text, expected):
    checked = identifiers.checked_iban(text, "iban")

    assert (checked.code if isinstance(checked, Refusal) else checked) == expected


@pytest.mark.parametrize(
    ("_case", "text", "expected"),
    [
        ("eight", "DEUTDEFF", "DEUTDEFF"),
        ("a Chinese bank that the registry lacks", "BKCHCNBJ", "BKCHCNBJ"),
        ("ten", "DEUTDEFFXX", "wrong_length"),
        ("no country", "DEUTZZFF", "unknown_country"),
    ],
)
def test_bics(_case, text, expected):
    checked = identifiers.checked_bic(text, "bic")

    assert (checked.code if isinstance(checked, Refusal) else checked) == expected


@pytest.mark.parametrize(
    ("_case", "country", "iban", "number", "expected"),
    [
        ("an IBAN", "GB", "GB33BUKB20201555555555", None, ("GB33BUKB20201555555555", None)),
        ("Jersey banks in GB", "JE", "GB33BUKB20201555555555", None,
         ("GB33BUKB20201555555555", None)),
        ("a number", "CN", None, "6222 0212 3456 7890", (None, "6222021234567890")),
        ("both", "GB", "GB33BUKB20201555555555", "1", "one_account_number"),
        ("neither", "GB", None, None, "one_account_number"),
        ("another country", "DE", "GB33BUKB20201555555555", None, "other_country"),
        ("a number that is none", "CN", None, "12;34", "malformed_identifier"),
        ("a number too long", "CN", None, "1" * 35, "malformed_identifier"),
        ("a phone for Pix", "BR", None, "+55 (11) 98765-4321", (None, "+5511987654321")),
        ("an e-mail for Pix", "BR", None, "Weaver@Example.org", (None, "weaver@example.org")),
        ("a random key for Pix", "BR", None, "123E4567-e89b-12d3-a456-426655440000",
         (None, "123e4567-e89b-12d3-a456-426655440000")),
        ("a phone for PromptPay", "TH", None, "+66 81 234 5678", (None, "+66812345678")),
        ("no e-mails for PromptPay", "TH", None, "w@example.org", "malformed_identifier"),
        ("a phone of another country", "BR", None, "+66812345678", "malformed_identifier"),
    ],
)  # fmt: skip
def test_accounts(_case, country, iban, number, expected):
    checked = identifiers.checked_account(country, iban, number)

    assert (checked.code if isinstance(checked, Refusal) else checked) == expected


@pytest.mark.parametrize(
    ("_case", "name", "good"),
    [
        ("Chinese", "杭州清风家居礼品有限公司", True),
        ("blank", "   ", False),
        ("a line break", "Alder\nLane", False),
        ("140 characters", "a" * 140, True),
        ("141 characters", "a" * 141, False),
    ],
)
def test_names(_case, name, good):
    assert isinstance(identifiers.checked_name(name, "legal_name"), str) is good


def test_a_refusal_names_field_value_and_remedy():
    refusal = identifiers.checked_iban("GB34BUKB20201555555555", "iban")

    assert isinstance(refusal, Refusal)
    assert (refusal.field, refusal.value) == ("iban", "GB34BUKB20201555555555")
    code = next(code for code in errors.CODES if code.code == refusal.code)
    assert "GB34BUKB20201555555555" in code.title("en", refusal.field, refusal.value)
    assert code.remedy("zh")


LETTERS = string.digits + string.ascii_uppercase


@pytest.mark.parametrize(
    ("scheme", "value"),
    [
        ("lei", "7LTWFZYICNSX8D621K86"),
        ("uscc", "91110000600037341L"),
        ("vat", "DE136695976"),
    ],
)
@settings(max_examples=200, deadline=None)
@given(at=st.integers(0, 19), letter=st.sampled_from(LETTERS))
def test_no_single_wrong_character_passes(scheme, value, at, letter):
    at %= len(value)
    # Modulo 97 promises this for a digit in a digit's place and a letter in a letter's.
    assume(letter.isdigit() == value[at].isdigit())
    damaged = value[:at] + letter + value[at + 1 :]

    checked = identifiers.checked_identifier(Identifier(scheme, damaged), "x")

    assert isinstance(checked, Refusal) is (damaged != value)


@settings(max_examples=200, deadline=None)
@given(at=st.integers(0, 20))
def test_no_two_neighbours_change_places_unseen_in_an_iban(at):
    iban = "GB47BARC20304761928354"
    swapped = iban[:at] + iban[at + 1] + iban[at] + iban[at + 2 :]

    assert isinstance(identifiers.checked_iban(swapped, "iban"), Refusal) is (swapped != iban)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40), st.sampled_from(["lei", "uscc", "vat"]))
def test_any_text_is_judged_and_none_raises(text, scheme):
    for checked in (
        identifiers.checked_identifier(Identifier(scheme, text), "x"),
        identifiers.checked_iban(text, "x"),
        identifiers.checked_bic(text, "x"),
    ):
        assert checked is not None


def test_by_accident_passes_no_more_than_one_in_ninety_seven():
    stem = "7LTWFZYICNSX8D621K"

    passed = [
        digits
        for digits in range(100)
        if isinstance(
            identifiers.checked_identifier(Identifier("lei", f"{stem}{digits:02d}"), "x"),
            Identifier,
        )
    ]

    assert passed == [86]
