"""The text of merchants' QR codes: printed examples of the schemes, and what is no code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usance.adapters.rails import emv
from usance.adapters.rails.emv import MerchantCode
from usance.adapters.rails.local_instant.schemes import FPS, PIX, PROMPTPAY, code_of
from usance.kernel.money import parse

# As other people's programs print it for the same key (a public example of a static Pix code).
STATIC_PIX = (
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-426655440000"
    "5204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***63041D3D"
)


def test_a_code_that_others_print_is_read():
    fields = emv.read(STATIC_PIX)

    assert fields is not None
    assert fields[emv.CURRENCY] == "986"
    assert fields[emv.NAME] == "Fulano de Tal"
    assert fields["26"].endswith("123e4567-e12b-12d1-a456-426655440000")


def test_what_we_print_differs_from_what_others_print_by_one_time_and_amount_alone():
    ours = emv.written(
        MerchantCode(
            "26",
            {"00": "br.gov.bcb.pix", "01": "123e4567-e12b-12d1-a456-426655440000"},
            "986",
            None,
            "BR",
            "Fulano de Tal",
            "BRASILIA",
            "***",
        )
    )

    assert ours[:-4].replace("010212", "", 1) == STATIC_PIX[:-4]


@pytest.mark.parametrize(
    ("scheme", "amount", "location", "expected"),
    [
        (
            PIX,
            "123.45 BRL",
            "https://pix.example/qr/v2/9d36",
            (
                "00020101021226440014br.gov.bcb.pix2522pix.example/qr/v2/9d36520400005303986"
                "5406123.455802BR5920Usance Demonstration6009Sao Paulo62070503***6304"
            ),
        ),
        (
            PIX,
            "0.01 BRL",
            "",
            (
                "00020101021226580014br.gov.bcb.pix01367d9f0335-8dcc-4054-9bf9-0dbd61d36906"
                "52040000530398654040.015802BR5920Usance Demonstration6009Sao Paulo"
                "62240520E50007E388AA60422C816304"
            ),
        ),
        (
            PROMPTPAY,
            "50.00 THB",
            "",
            (
                "00020101021230630016A0000006770101120115010555310215001"
                "0220E50007E388AA60422C81520400005303764540550.005802TH5920Usance Demonstration"
                "6007Bangkok62240520E50007E388AA60422C816304"
            ),
        ),
        (
            FPS,
            "99.00 HKD",
            "",
            (
                "00020101021226270012hk.com.hkicl020712345675204000053033445405"
                "99.005802HK5920Usance Demonstration6009Hong Kong62240520E50007E388AA60422C816304"
            ),
        ),
    ],
)
def test_each_scheme_prints_its_own_fields(scheme, amount, location, expected):
    text = code_of(
        scheme, scheme.example, parse(*amount.split()), "0000e50007e388aa60422c81", location
    )
    fields = emv.read(text)

    assert fields is not None
    assert fields[emv.AMOUNT] == amount.split()[0]
    assert text[:-4] == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "000201",
        "https://wallet.example/pay",
        STATIC_PIX[:-4] + "0000",
        STATIC_PIX[:-8],
        STATIC_PIX + "0102AB",
        STATIC_PIX.replace("BRASILIA", "BRASÍLIA"),
        STATIC_PIX.replace("5204", "52-4"),
        "0002016304",
        "000201" * 200,
    ],
)
def test_what_is_no_code_is_not_read(text):
    assert emv.read(text) is None


@given(place=st.integers(0, len(STATIC_PIX) - 1), letter=st.sampled_from("0123456789AZaz*. "))
def test_a_letter_that_was_changed_is_seen(place, letter):
    changed = STATIC_PIX[:place] + letter + STATIC_PIX[place + 1 :]

    assert changed == STATIC_PIX or emv.read(changed) is None


@given(text=st.text(st.characters(codec="ascii"), max_size=40))
def test_nothing_brings_the_reader_down(text):
    emv.read("000201" + text)


def test_names_are_printed_in_plain_letters_and_cut():
    text = emv.written(MerchantCode("26", {"00": "x"}, "986", None, "BR", "义乌市织布有限公司", ""))
    fields = emv.read(text)

    assert fields is not None
    assert fields[emv.NAME].isascii()
    assert len(fields[emv.NAME]) <= 25
    assert fields[emv.CITY] == "NA"
