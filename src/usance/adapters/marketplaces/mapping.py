"""The mapping file: what another shop's columns are called and how it writes its values."""

import codecs
import tomllib
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pycountry

from usance.adapters.marketplaces.errors import BROKEN_MAPPING
from usance.kernel.errors import Invalid
from usance.kernel.money import Currency
from usance.kernel.records import Record, convert, replace

UCI_ONLINE_RETAIL = "uci_online_retail.toml"


class Columns(Record, frozen=True):
    """What the shop calls each of our columns, as in its header."""

    invoice_no: str
    stock_code: str
    description: str
    quantity: str
    placed_at: str
    unit_price: str
    customer_no: str
    country: str


class Mapping(Record, frozen=True):
    """How one shop writes its order lines. The fields are explained in the file that ships.

    name: of the mapping file, for messages. countries: name → ISO 3166 alpha-2, "" for names
    that are no country; `load` adds ISO's own names and codes.
    """

    columns: Columns
    currency: Currency
    name: str = ""
    encoding: str = "utf-8"
    delimiter: str = ","
    decimal_mark: str = "."
    time_format: str = "%Y-%m-%d %H:%M:%S"
    time_zone: str = "UTC"
    cancellation_prefix: str = ""
    negative_quantity_cancels: bool = False
    adjustment_prefix: str = ""
    customer_suffix: str = ""
    not_goods: frozenset[str] = frozenset()
    not_goods_prefixes: tuple[str, ...] = ()
    iso_country_codes: bool = True
    countries: dict[str, str] = msgspec.field(default_factory=dict)


def load(path: Path | None = None, currency: str = "") -> Mapping:
    """Return the mapping in a file, or the one for UCI Online Retail that ships.

    currency: of the price list, where it is not the mapping's own.
    Raises Invalid(broken_mapping), which names the file and what does not fit in it.
    """
    source = path or files("usance.adapters.marketplaces").joinpath(UCI_ONLINE_RETAIL)
    name = source.name
    try:
        raw = tomllib.loads(source.read_text("utf-8"))
        if currency:
            raw["currency"] = currency
        mapping = convert(raw, Mapping)
    except (OSError, ValueError, Invalid, msgspec.ValidationError) as broken:
        raise BROKEN_MAPPING.invalid(name, str(broken)) from broken
    fault = _fault(mapping)
    if fault:
        raise BROKEN_MAPPING.invalid(name, fault)
    return replace(mapping, name=name, countries=_countries(mapping))


def _fault(mapping: Mapping) -> str:
    """Return what does not fit in a mapping whose types are right, "" where all does."""
    names = msgspec.structs.astuple(mapping.columns)
    if len(set(names)) < len(names):
        return "columns: two of ours have the same name in the file"
    if len(mapping.delimiter) != 1 or mapping.delimiter in '"\r\n\0':
        return f"delimiter: {mapping.delimiter!r} is not one character that can separate fields"
    if mapping.decimal_mark not in {".", ","}:
        return f"decimal_mark: {mapping.decimal_mark!r} is neither a point nor a comma"
    wrong = [code for code in mapping.countries.values() if code and not _is_country(code)]
    if wrong:
        return f"countries: {wrong[0]!r} is not a code of ISO 3166-1 alpha-2"
    return _fault_of_form(mapping)


def _fault_of_form(mapping: Mapping) -> str:
    # Lines are split at line feeds before they are decoded, so a byte of ASCII must mean the
    # same in the shop's encoding: UTF-16 does not, UTF-8, GB18030 and Windows code pages do.
    try:
        if "A\n".encode(codecs.lookup(mapping.encoding).name) != b"A\n":
            return f"encoding: {mapping.encoding!r} does not contain ASCII"
    except (LookupError, UnicodeError, TypeError):
        return f"encoding: {mapping.encoding!r} is not an encoding of text"
    try:
        ZoneInfo(mapping.time_zone)
    except (OSError, ValueError, KeyError):
        return f"time_zone: {mapping.time_zone!r} is not in the IANA database"
    sample = datetime(2011, 3, 15, 14, 30)  # noqa: DTZ001 - the shop's own wall time
    try:
        again = datetime.strptime(sample.strftime(mapping.time_format), mapping.time_format)  # noqa: DTZ007
    except ValueError:
        return f"time_format: {mapping.time_format!r} cannot be read"
    if again.date() != sample.date() or again.tzinfo is not None:
        return f"time_format: {mapping.time_format!r} does not tell day, month and year alone"
    return ""


def _is_country(code: str) -> bool:
    return pycountry.countries.get(alpha_2=code) is not None


def _countries(mapping: Mapping) -> dict[str, str]:
    """Return ISO's names, codes where wanted, and the mapping's own names above them."""
    known: dict[str, str] = {}
    for country in pycountry.countries:
        known[country.name] = country.alpha_2
        known[getattr(country, "common_name", country.name)] = country.alpha_2
        if mapping.iso_country_codes:
            known[country.alpha_2] = country.alpha_2
    return known | mapping.countries
