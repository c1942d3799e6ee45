"""Pix, PromptPay and FPS as data: where they differ, and the QR code that each of them prints."""

from collections.abc import Callable
from typing import Final

from usance.adapters.rails import emv
from usance.kernel.money import Money
from usance.kernel.records import Record
from usance.parties.model import KeyKind, kind_of
from usance.payments.ports import Limit

_REFERENCE_MAX: Final = 20


class Merchant(Record, frozen=True):
    """Who is paid at a scheme. key: under which the scheme knows us."""

    key: str
    name: str
    city: str


class Scheme(Record, frozen=True):
    """One country's instant payments.

    rail: as instructions name it. number: ISO 4217's three digits of its currency. account_id: of
    the scheme's own fields in a QR code; account: these, from our key, our reference and the
    address that the bank gave.
    """

    rail: str
    title: str
    country: str
    currency: str
    number: str
    limit: Limit
    account_id: str
    account: Callable[[str, str, str], dict[str, str]]
    # The merchant of a simulation.
    example: Merchant

    @property
    def variables(self) -> str:
        """What the names of its environment variables begin with."""
        return f"USANCE_RAIL_{self.rail.upper()}"

    def takes(self, key: str) -> bool:
        """Return whether the scheme can know a payee by a key."""
        return kind_of(self.country, key) is not None


def code_of(
    scheme: Scheme, merchant: Merchant, amount: Money, reference: str, location: str
) -> str:
    """Return the text of a QR code that asks for an amount."""
    short = reference[-_REFERENCE_MAX:].upper()
    return emv.written(
        emv.MerchantCode(
            scheme.account_id,
            scheme.account(merchant.key, short, location),
            scheme.number,
            amount,
            scheme.country,
            merchant.name,
            merchant.city,
            # A code that points to an address carries no reference: three stars, says the manual.
            "***" if location else short,
        )
    )


def _pix(key: str, _reference: str, location: str) -> dict[str, str]:
    """BR Code: the key itself, or the address of the request without its https://."""
    where = {"25": location.removeprefix("https://")} if location else {"01": key}
    return {"00": "br.gov.bcb.pix", **where}


def _promptpay(key: str, reference: str, _location: str) -> dict[str, str]:
    """Thai QR, bill payment: the biller's tax id with its suffix, and the reference."""
    return {"00": "A000000677010112", "01": key, "02": reference}


def _fps(key: str, _reference: str, _location: str) -> dict[str, str]:
    """Hong Kong's common QR code: our FPS id, mobile number or e-mail."""
    field = {KeyKind.PHONE: "03", KeyKind.EMAIL: "04"}.get(
        kind_of("HK", key) or KeyKind.SCHEME_ID, "02"
    )
    return {"00": "hk.com.hkicl", field: key}


PIX: Final = Scheme(
    "pix",
    "Pix",
    "BR",
    "BRL",
    "986",
    Limit(),
    "26",
    _pix,
    Merchant("7d9f0335-8dcc-4054-9bf9-0dbd61d36906", "Usance Demonstration", "Sao Paulo"),
)
PROMPTPAY: Final = Scheme(
    "promptpay",
    "PromptPay",
    "TH",
    "THB",
    "764",
    Limit(minimum=1),
    "30",
    _promptpay,
    Merchant("010555310215001", "Usance Demonstration", "Bangkok"),
)
FPS: Final = Scheme(
    "fps",
    "FPS",
    "HK",
    "HKD",
    "344",
    Limit(),
    "26",
    _fps,
    Merchant("1234567", "Usance Demonstration", "Hong Kong"),
)
SCHEMES: Final = (PIX, PROMPTPAY, FPS)
