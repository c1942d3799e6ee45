"""Names: from what people write to tokens that can be compared.

Every script is written in Latin letters (by the tables of `anyascii`), so a listed name and a
buyer's may come in different ones. Chinese characters and Hangul have no spaces: up to four of
them are read as a person's name (first syllable, then the rest), more of them as overlapping
pairs of syllables.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import Final

from anyascii import anyascii

LENGTH_MAX: Final = 300
TOKENS_MAX: Final = 24
_PERSON_SYLLABLES_MAX: Final = 4
_HAN: Final = "[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]"
_SYLLABIC: Final = re.compile(rf"{_HAN}|[\uac00-\ud7a3]")
_MARKS: Final = str.maketrans(dict.fromkeys("'`’‘ʼʻ´\"", None))
# Ayn and alif carry a vowel to the ear; the transliteration drops or keeps them as signs.
_ARABIC: Final = str.maketrans(
    {"ع": "a", "ا": "a", "أ": "a", "إ": "i", "آ": "a", "ة": "a", "ى": "a"}
)
_COMPANY_FORMS: Final = re.compile(
    "(股份)?(有限)?(责任|責任)?公司|股份公司|주식회사|유한회사", re.IGNORECASE
)
# Words that say what kind of thing a name belongs to and not which one.
_COMPANY_WORDS: Final = """
    ab ag aktiengesellschaft ao aps as asa bhd bv bvba cia co company corp corporation doo eood
    est establishment eurl fze fzco gmbh group holding holdings inc incorporated international jsc
    kft kg kk liability limited llc llp ltd ltda lp nv oao ojsc ooo oy oyj pao pjsc plc pte pty pvt
    sa sae sal sarl sas sdn sl snc sociedad societe spa spzoo srl sro trading zao
"""
_PARTICLES: Final = """
    al and ben bin bint de del der des dr du el for haji hajji ibn la le miss mr mrs ms mullah of
    prof shaykh sheikh sir the ud ul van von
"""
LIGHT: Final = frozenset(f"{_COMPANY_WORDS} {_PARTICLES}".split())
_VOWELS: Final = str.maketrans(dict.fromkeys("aeiouwy", None))
_SOUNDS: Final = (
    ("sch", "s"), ("tch", "c"), ("ph", "f"), ("kh", "h"), ("gh", "g"), ("sh", "s"), ("ch", "c"),
    ("dj", "j"), ("dzh", "j"), ("zh", "j"), ("th", "t"), ("dh", "d"), ("ts", "s"), ("ck", "k"),
    ("q", "k"), ("x", "ks"), ("z", "s"), ("v", "f"), ("c", "k"),
)  # fmt: skip
_DOUBLED: Final = re.compile(r"(.)\1+")


@lru_cache(maxsize=65_536)
def tokens_of(name: str) -> tuple[str, ...]:
    """Return the tokens of a name: lower-case ASCII letters and digits, in the name's order.

    Whatever lies beyond LENGTH_MAX characters or TOKENS_MAX tokens is left out.
    """
    text = unicodedata.normalize("NFKC", name[:LENGTH_MAX])
    syllables = [anyascii(sign) for sign in _SYLLABIC.findall(_COMPANY_FORMS.sub("", text))]
    rest = anyascii(_SYLLABIC.sub(" ", text).translate(_ARABIC)).casefold().translate(_MARKS)
    words = "".join(letter if letter.isalnum() else " " for letter in rest).split()
    return tuple([*_join_initials(words), *_from_syllables(syllables)][:TOKENS_MAX])


def _from_syllables(syllables: list[str]) -> list[str]:
    spelt = ["".join(filter(str.isalnum, syllable.casefold())) for syllable in syllables]
    spelt = [syllable for syllable in spelt if syllable]
    if len(spelt) <= 1:
        return spelt
    if len(spelt) <= _PERSON_SYLLABLES_MAX:
        return [spelt[0], "".join(spelt[1:])]
    return [one + two for one, two in pairwise(spelt)]


def _join_initials(words: list[str]) -> list[str]:
    """Join letters that stand alone where together they are a company form: `s a` → `sa`."""
    joined: list[str] = []
    run: list[str] = []
    for word in [*words, ""]:
        if len(word) == 1:
            run.append(word)
            continue
        joined.extend(["".join(run)] if "".join(run) in LIGHT else run)
        run = []
        if word:
            joined.append(word)
    return joined


@lru_cache(maxsize=65_536)
def skeleton(token: str) -> str:
    """Return a token's consonants as they sound, one sign a sound; a leading vowel is `a`.

    `mohamed`, `muhammad` and the vowelless `mhmd` of Arabic script have the same skeleton.
    """
    text = token
    for letters, sound in _SOUNDS:
        text = text.replace(letters, sound)
    if not text:
        return ""
    bones = text.translate(_VOWELS).rstrip("h")
    lead = "a" if text[0] in "aeiouwy" else ""
    return _DOUBLED.sub(r"\1", lead + bones)


def trigrams(token: str) -> frozenset[str]:
    """Return the trigrams of a token, its ends marked."""
    marked = f"^{token}$"
    return frozenset(marked[at : at + 3] for at in range(len(marked) - 2))
