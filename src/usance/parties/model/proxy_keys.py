"""Keys by which instant schemes know a payee instead of an account number. Pure.

The forms are the schemes' own: Pix (Banco Central do Brasil, DICT), PromptPay (Bank of Thailand),
FPS (Hong Kong Monetary Authority). Whether somebody has registered a key, only the scheme knows.
"""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from stdnum.br import cnpj, cpf
from stdnum.th import pin, tin

from usance.kernel.records import Record


class KeyKind(StrEnum):
    """What a key is."""

    PHONE = "phone"
    EMAIL = "email"
    TAX_ID = "tax_id"
    RANDOM = "random"
    WALLET = "wallet"
    SCHEME_ID = "scheme_id"


class KeyForm(Record, frozen=True):
    """One kind of key of a scheme. holds: whether its check digits are right."""

    kind: KeyKind
    pattern: str
    holds: Callable[[str], bool] = lambda _text: True


_EMAIL: Final = KeyForm(KeyKind.EMAIL, r"(?=.{3,77}$)[^\s@]{1,64}@[^\s@]+\.[^\s@]+")
_UUID: Final = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# By the country of the account, in the order in which a key is looked at.
FORMS: Final[Mapping[str, tuple[KeyForm, ...]]] = {
    "BR": (
        KeyForm(KeyKind.PHONE, r"\+55[1-9][0-9]{9,10}"),
        _EMAIL,
        KeyForm(KeyKind.TAX_ID, r"[0-9]{11}", cpf.is_valid),
        KeyForm(KeyKind.TAX_ID, r"[0-9A-Z]{12}[0-9]{2}", cnpj.is_valid),
        KeyForm(KeyKind.RANDOM, _UUID),
    ),
    "TH": (
        KeyForm(KeyKind.PHONE, r"\+66[1-9][0-9]{8}"),
        KeyForm(
            KeyKind.TAX_ID, r"[0-9]{13}", lambda text: pin.is_valid(text) or tin.is_valid(text)
        ),
        KeyForm(KeyKind.WALLET, r"[0-9]{15}"),
    ),
    "HK": (
        KeyForm(KeyKind.PHONE, r"\+852[2-9][0-9]{7}"),
        _EMAIL,
        KeyForm(KeyKind.SCHEME_ID, r"[0-9]{7}|[0-9]{9}"),
    ),
}


def spelt(text: str) -> str:
    """Return a key in its one spelling: people write phones and tax ids with signs between."""
    compact = text.strip()
    if "@" in compact or re.fullmatch(_UUID, compact.lower()):
        return compact.lower()
    return re.sub(r"[\s().\-/]", "", compact).upper()


def kind_of(country: str, key: str) -> KeyKind | None:
    """Return what a key in its one spelling is in a country, None where no scheme has such."""
    for form in FORMS.get(country, ()):
        if re.fullmatch(form.pattern, key) and form.holds(key):
            return form.kind
    return None


def key_among(country: str, number: str | None, bank: str | None) -> str:
    """Return the key that an account is known by, "" where it is none.

    number: the account's. bank: its national code or BIC: who names the bank means an account.
    """
    return number if number and not bank and kind_of(country, number) else ""
