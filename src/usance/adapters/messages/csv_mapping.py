"""The mapping file of a CSV statement: what a bank calls its columns and how it writes values."""

import tomllib
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Final

import msgspec

from usance.adapters.messages.errors import BROKEN_STATEMENT_MAPPING
from usance.kernel.errors import Invalid
from usance.kernel.money import Currency
from usance.kernel.records import Record, convert

PLAIN: Final = "plain_statement.toml"
COLUMNS: Final = (
    "booked_on",
    "value_date",
    "amount",
    "credit",
    "debit",
    "currency",
    "account",
    "end_to_end_id",
    "reference",
    "remittance",
    "counterparty",
    "counterparty_account",
)
# What plain headers call our columns, in small letters.
NAMES: Final[dict[str, str]] = {
    name: column
    for column, names in {
        "booked_on": "date|booking date|booked on|booked_on|transaction date|posting date|"
        "buchungstag|buchungsdatum|datum|日期|交易日期|记账日期|入账日期",
        "value_date": "value date|value_date|valuta|valutadatum|wertstellung|起息日|起息日期",
        "amount": "amount|betrag|bedrag|montant|importe|金额|交易金额|发生额",
        "credit": "credit|paid in|money in|credit amount|haben|收入|贷方|贷方金额|收入金额",
        "debit": "debit|paid out|money out|debit amount|soll|支出|借方|借方金额|支出金额",
        "currency": "currency|ccy|währung|waehrung|valuta code|币种|货币",
        "account": "account|account number|iban|konto|账号|账户",
        "end_to_end_id": "end to end id|endtoendid|end_to_end_id|end-to-end id|端到端标识",
        "reference": "reference|ref|bank reference|transaction id|referenz|流水号"
        "|交易流水号|参考号",
        "remittance": "description|details|remittance|narrative|purpose|verwendungszweck"
        "|omschrijving|摘要|备注|附言|用途",
        "counterparty": "counterparty|name|payee|payer|counterparty name|beneficiary|auftraggeber"
        "|对方户名|对方名称|户名",
        "counterparty_account": "counterparty account|counterparty iban|counterparty_account|"
        "对方账号|对方账户",
    }.items()
    for name in names.split("|")
}


class StatementMapping(Record, frozen=True):
    """How one bank writes its statements. The fields are explained in the file that ships."""

    columns: dict[str, str] = msgspec.field(default_factory=dict)
    encoding: str = ""
    delimiter: str = ""
    decimal_mark: str = ""
    date_format: str = ""
    skip_lines: int = 0
    account: str = ""
    servicer: str = ""
    currency: str = ""


def load_mapping(path: Path) -> StatementMapping:
    """Return the mapping in a file.

    Raises Invalid(broken_statement_mapping), which names the file and what does not fit in it.
    """
    try:
        mapping = convert(tomllib.loads(path.read_text("utf-8")), StatementMapping)
    except (OSError, ValueError, msgspec.ValidationError) as broken:
        raise BROKEN_STATEMENT_MAPPING.invalid(path.name, str(broken)[:200]) from broken
    fault = _fault(mapping)
    if fault:
        raise BROKEN_STATEMENT_MAPPING.invalid(path.name, fault)
    return mapping


def plain_mapping_text() -> str:
    """Return the mapping file that ships, to be copied."""
    return files("usance.adapters.messages").joinpath(PLAIN).read_text("utf-8")


def _fault(mapping: StatementMapping) -> str:
    """Return what does not fit in a mapping whose types are right, "" where all does."""
    unknown = sorted(set(mapping.columns) - set(COLUMNS))
    if unknown:
        return f"columns.{unknown[0]}: there is no such column; there are {', '.join(COLUMNS)}"
    if len(mapping.delimiter) > 1 or mapping.delimiter in {'"', "\r", "\n"}:
        return f"delimiter: {mapping.delimiter!r} is not one character that can separate fields"
    if mapping.decimal_mark not in {"", ".", ","}:
        return f"decimal_mark: {mapping.decimal_mark!r} is neither a point nor a comma"
    if not 0 <= mapping.skip_lines <= 1_000:
        return f"skip_lines: {mapping.skip_lines} is not between 0 and 1000"
    try:
        "A".encode(mapping.encoding or "utf-8")
        if mapping.currency:
            Currency(mapping.currency)
        if mapping.date_format:
            _require_days(mapping.date_format)
    except (LookupError, ValueError, Invalid) as wrong:
        return str(wrong)[:160]
    return ""


def _require_days(date_format: str) -> None:
    sample = date(2011, 3, 15)
    again = datetime.strptime(sample.strftime(date_format), date_format)  # noqa: DTZ007
    if again.date() != sample:
        raise ValueError(f"date_format: {date_format!r} does not tell day, month and year")
