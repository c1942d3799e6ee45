"""The page of postings is what the code says."""

import importlib

from tests.house.tree import HOUSE, ROOT

from usance.ledger.model import Entry, LegRule
from usance.reporting.rules.postings import postings_page, side_of

PAGE = ROOT / "docs" / "reference" / "postings.md"


def every_entry():
    """The entries of all chapters, in the order of the story."""
    from tests.house.tree import story

    found = []
    for chapter in reversed(story()):
        rules = HOUSE / chapter / "rules"
        has_entries = (rules / "postings.py").exists() or (rules / "postings").is_dir()
        if chapter != "reporting" and has_entries:
            room = importlib.import_module(f"usance.{chapter}.rules.postings")
            found.extend(room.ENTRIES)
    return found


def test_the_page_is_fresh():
    assert postings_page(every_entry()) == PAGE.read_text(), (
        "docs/reference/postings.md differs from the code: run `make docs`."
    )


def test_every_leg_says_in_which_currency_it_is():
    assert [leg.code for entry in every_entry() for leg in entry.legs if not side_of(leg)] == []


def test_an_entry_shows_its_legs_and_its_fact():
    leg = LegRule("payout", "seller_available", "nostro", "amount", pending=True)
    page = postings_page([Entry("payout", "PayoutInitiated", "Out.", "出款。", (leg,))])

    assert "| `PayoutInitiated` | [payout](#payout) |" in page
    assert "| `payout` | `seller_available` | `nostro` | `amount` | S | reserved |" in page
    assert "| `headroom` | memorandum | funder | funder, facility, currency |" in page
