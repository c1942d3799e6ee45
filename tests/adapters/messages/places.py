"""Where the messages lie that tests read: our own here, others beside the repository."""

from pathlib import Path

from tests.house.tree import ROOT

OURS = Path(__file__).parent / "data"
CORPUS = Path(__file__).parent / "corpus"
SHARED = next(
    (found for above in ROOT.parents if (found := above / "shared" / "data").is_dir()),
    ROOT.parent / "shared" / "data",
)
