"""`usance fees`: what payments cost, line by line."""

import sys
from collections.abc import Sequence

from usance.api.fees import FEES, PREVIEW, previewed
from usance.cli.orders import seller_of
from usance.cli.places import option
from usance.kernel.errors import NotFound
from usance.kernel.ids import PaymentId
from usance.kernel.money import Money, parse
from usance.kernel.records import Record
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
    with option("PAYMENT"):
        payment_id = PaymentId(payment)
    async with opened(place) as session, session.pool.acquire() as connection:
        found = await payment_of(connection, payment_id)
        if found is None:
            raise NotFound("payment", payment)
        fees = await explain_payment(connection, found, await session.now())
    if as_json:
        sys.stdout.write(FEES.model_validate(fees).model_dump_json() + "\n")
        return
    _print_lines(f"{payment_id}, {fees.gross} by {fees.rail}", fees.lines, fees.fee, language)
    if fees.conversion is not None:
        _print_conversion(fees.conversion, language)


async def print_preview(place: Place, wanted: Wanted, *, as_json: bool, language: str) -> None:
    """Print what a payment would cost today."""
    with option("AMOUNT", "amount"), option("CURRENCY", "amount.currency"):
        gross = parse(wanted.amount, wanted.currency)
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
    _print_lines(f"{fees.gross} by {fees.rail}", fees.lines, fees.fee, language)


def _print_lines(what: str, lines: Sequence[FeeLine], fee: Money, language: str) -> None:
    sys.stdout.write(f"{what}\n")
    for line in lines:
        name = line.zh if language == "zh" else line.en
        row = ""
        if line.effective_from is not None:
            row = f"  {line.rule}/{line.scope} from {line.effective_from}"
        how = f"{line.bps} bps + {line.fixed_minor}" if line.bps or line.fixed_minor else ""
        sys.stdout.write(f"  {name:<32} {how:>16} {line.amount!s:>20}{row}\n")
    sys.stdout.write(f"  {'':<32} {'':>16} {fee!s:>20}\n")


def _print_conversion(found: Conversion, language: str) -> None:
    said = "settled" if found.settled else "expected"
    executed = "not yet" if found.executed_rate is None else str(found.executed_rate)
    sys.stdout.write(
        f"Conversion ({said}): indicative {found.indicative_rate}, locked"
        f" {found.locked_rate.normalize():f}, executed {executed}; {found.side} of {found.source}\n"
    )
    for line in found.lines:
        name = line.zh if language == "zh" else line.en
        how = f"{line.bps} bps" + (f" x {line.days} d" if line.code == "holding" else "")
        sys.stdout.write(f"  {name:<44} {how:>16} {line.amount!s:>20}\n")
