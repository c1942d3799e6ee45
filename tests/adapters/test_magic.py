"""The guide lists the magic amounts that there are, and says of each what it does."""

import re

from tests.house.tree import ROOT

from usance.adapters.rails.magic import MAGIC, Magic


def described(words: str) -> tuple[str, bool, bool]:
    refused = re.search(r"refused: `(\w+)`", words)
    return refused[1] if refused else "", "no answer" in words, "charged back" in words


def told(magic: Magic) -> tuple[str, bool, bool]:
    return magic.refused, bool(magic.silent_for), magic.charged_back


def test_the_guide_and_the_simulator_say_the_same():
    page = (ROOT / "docs" / "guides" / "testing.md").read_text()
    rows = re.findall(r"^\| (\d+)\.(\d\d) \| (.*) \|$", page, re.MULTILINE)

    listed = {int(whole + cents): described(words) for whole, cents, words in rows}
    assert listed == {minor: told(magic) for minor, magic in MAGIC.items()}
    waits = {int(w + c): re.search(r"for (\d+) (\w+)", words) for w, c, words in rows}
    for minor, magic in MAGIC.items():
        if (said := waits[minor]) is not None:
            seconds = int(said[1]) * {"minutes": 60, "days": 86400}[said[2]]
            assert magic.silent_for.total_seconds() == seconds
