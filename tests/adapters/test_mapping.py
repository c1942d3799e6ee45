"""Another shop's columns are a matter of a small file."""

from decimal import Decimal
from importlib.resources import files

import pytest

from usance.adapters.marketplaces.csv_upload import translate
from usance.adapters.marketplaces.mapping import load
from usance.kernel.errors import Invalid
from usance.trade.model import ShopLine

SHIPPED = (files("usance.adapters.marketplaces") / "uci_online_retail.toml").read_text("utf-8")
GERMAN = """
currency = "EUR"
encoding = "cp1252"
delimiter = ";"
decimal_mark = ","
time_format = "%d.%m.%Y %H:%M"
time_zone = "Europe/Berlin"
negative_quantity_cancels = true
[columns]
invoice_no = "Rechnung"
stock_code = "Artikel"
description = "Bezeichnung"
quantity = "Menge"
placed_at = "Datum"
unit_price = "Preis"
customer_no = "Kunde"
country = "Land"
[countries]
"Deutschland" = "DE"
"""


def test_another_shop_is_read_by_its_own_mapping(tmp_path):
    path = tmp_path / "shop.toml"
    path.write_text(GERMAN, "utf-8")
    lines = [
        b"Datum;Rechnung;Artikel;Bezeichnung;Menge;Preis;Kunde;Land;Notiz\n",
        "15.03.2026 14:30;R1;A-7;Tür;-2;1234,50;K9;Deutschland;x\n".encode("cp1252"),
    ]
    (line,) = translate(lines, load(path))

    assert isinstance(line, ShopLine)
    assert ("Tür", -2, True, Decimal("1234.50"), "DE") == (
        line.description,
        line.quantity,
        line.cancels,
        line.unit_price,
        line.country,
    )
    assert line.placed_at.isoformat() == "2026-03-15T13:30:00+00:00"


@pytest.mark.parametrize(
    ("_case", "old", "new", "says"),
    [
        ("currency", '"GBP"', '"GPB"', "GPB is not a currency"),
        ("a column is not named", 'country = "Country"', "", "country"),
        ("a column twice", '"Country"', '"CustomerID"', "same name"),
        ("encoding", '"utf-8"', '"utf-16"', "does not contain ASCII"),
        ("no encoding", '"utf-8"', '"utf-99"', "is not an encoding"),
        ("no text", '"utf-8"', '"rot13"', "is not an encoding"),
        ("delimiter", 'delimiter = ","', 'delimiter = ""', "not one character"),
        ("decimal mark", 'mark = "."', 'mark = "x"', "neither a point nor a comma"),
        ("time zone", "Europe/London", "Europe/Londres", "not in the IANA database"),
        ("time format", "%Y-%m-%d %H", "%H", "does not tell day"),
        ("country", '"IE"', '"XX"', "not a code of ISO 3166"),
        ("unknown key", "encoding", "enkoding", "enkoding"),
        ("not toml", "[columns]", "[columns", "line"),
    ],
)
def test_a_mapping_that_does_not_fit_says_what(_case, old, new, says, tmp_path):
    assert old in SHIPPED
    path = tmp_path / "shop.toml"
    path.write_text(SHIPPED.replace(old, new), "utf-8")

    with pytest.raises(Invalid, match=r"shop\.toml.*" + says):
        load(path)


def test_a_mapping_that_is_not_there_says_so(tmp_path):
    with pytest.raises(Invalid, match=r"no\.toml"):
        load(tmp_path / "no.toml")
