"""`usance fees`: what payments cost, line by line."""

import sys
from collections.abc import Sequence
from typing import Final

from usance.api.fees import FEES, PREVIEW, previewed
from usance.api.payments import methods
from usance.cli.naming import named
from usance.cli.orders import seller_of
from usance.cli.refusing import not_a_choice, option, refused
from usance.kernel.errors import Refusal
from usance.kernel.ids import PaymentId
from usance.kernel.money import Money, parse
from usance.kernel.records import Record
from usance.parties.service import checked_country
from usance.payments.service.explain import Conversion, FeeLine, explain_payment
from usance.payments.service.find_payments import payment as payment_of
from usance.worker.session import Place, opened


class Wanted(Record, frozen=True):
    """A payment that might be, as it was asked for on the command line."""

    amount: str
    currency: str
    rail: str
    buyer_country: str
    seller: str


async def print_fees(place: Place, payment: str, *, as_json: bool, language: str) -> None:
    """Print the lines of a payment's fee and of its conversion."""
    async with opened(place) as session, session.pool.acquire() as connection:
        found = await named(connection, "payment", payment, PaymentId, payment_of)
        fees = await explain_payment(connection, found, await session.now())
    if as_json:
        sys.stdout.write(FEES.model_validate(fees).model_dump_json() + "\n")
        return
    paid = _BY[language].format(f"{found.id}, {fees.gross}", fees.rail)
    _print_lines(paid, fees.lines, fees.fee, language)
    if fees.conversion is not None:
        _print_conversion(fees.conversion, language)


async def print_preview(place: Place, wanted: Wanted, *, as_json: bool, language: str) -> None:
    """Print what a payment would cost today."""
    with option("AMOUNT", "amount"), option("CURRENCY", "amount.currency"):
        gross = parse(wanted.amount, wanted.currency)
    if wanted.rail not in methods():
        raise not_a_choice("--rail", wanted.rail, *methods())
    wrong = checked_country(wanted.buyer_country, "--buyer-country")
    if isinstance(wrong, Refusal):
        raise refused(wrong)
    async with opened(place) as session:
        seller = await seller_of(session, wanted.seller)
        now = await session.now()
        async with session.pool.acquire() as connection:
            fees = await previewed(
                connection, now, seller, wanted.buyer_country, gross, wanted.rail
            )
    if as_json:
        sys.stdout.write(PREVIEW.model_validate(fees).model_dump_json() + "\n")
        return
    _print_lines(_BY[language].format(fees.gross, fees.rail), fees.lines, fees.fee, language)


_HEADS: Final = {
    "en": ("fee", "rate", "amount", "row of the policy", "total"),
    "zh": ("费用", "费率", "金额", "依据", "合计"),
}
_BY: Final = {"en": "{0} by {1}", "zh": "{0},通道 {1}"}
_FROM: Final = {"en": "{0}/{1} from {2}", "zh": "{0}/{1},自 {2} 起"}
_CONVERSION: Final = {
    "en": "Conversion ({0}): indicative {1}, locked {2}, executed {3}; {4} of {5}",
    "zh": "兑换({0}):参考汇率 {1},锁定 {2},成交 {3};{4},来源 {5}",
}
_STATES: Final = {
    "en": ("expected", "settled", "not yet"),
    "zh": ("预计", "已结算", "尚未成交"),
}


def _print_lines(what: str, lines: Sequence[FeeLine], fee: Money, language: str) -> None:
    name, rate, amount, row, total = _HEADS[language]
    sys.stdout.write(f"{what}\n  {name:<32} {rate:>16} {amount:>20}  {row}\n")
    for line in lines:
        name = line.zh if language == "zh" else line.en
        row = ""
        if line.effective_from is not None:
            said = _FROM[language].format(line.rule, line.scope, line.effective_from)
            row = f"  {said}"
        how = f"{line.bps} bps + {line.fixed_minor}" if line.bps or line.fixed_minor else ""
        sys.stdout.write(f"  {name:<32} {how:>16} {line.amount!s:>20}{row}\n")
    sys.stdout.write(f"  {total:<32} {'':>16} {fee!s:>20}\n")


def _print_conversion(found: Conversion, language: str) -> None:
    expected, settled, not_yet = _STATES[language]
    said = _CONVERSION[language].format(
        settled if found.settled else expected,
        found.indicative_rate,
        f"{found.locked_rate.normalize():f}",
        not_yet if found.executed_rate is None else found.executed_rate,
        found.side,
        found.source,
    )
    sys.stdout.write(f"{said}\n")
    for line in found.lines:
        name = line.zh if language == "zh" else line.en
        how = f"{line.bps} bps" + (f" x {line.days} d" if line.code == "holding" else "")
        sys.stdout.write(f"  {name:<44} {how:>16} {line.amount!s:>20}\n")
