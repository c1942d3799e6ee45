"""What stands in the house, as its tests see it: folders, files and contracts."""

import configparser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
HOUSE = SOURCE / "usance"
NOT_CHAPTERS = {"kernel", "runtime", "adapters", "api", "cli", "worker", "bootstrap"}
DRAWERS = ("store", "tables", "rules", "state", "handlers")


def contracts(text: str | None = None) -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read_string((ROOT / ".importlinter").read_text() if text is None else text)
    return parser


def listed(contract: str, option: str) -> list[str]:
    """The non-empty lines of one option of one contract."""
    return contracts()[f"importlinter:contract:{contract}"][option].split("\n")[1:]


def story() -> list[str]:
    """Every folder of contract 1 that must be there, brackets and bars taken apart."""
    lines = [name.strip() for line in listed("story", "layers") for name in line.split("|")]
    return [name for name in lines if not name.startswith("(")]


def folders(house: Path = HOUSE) -> list[str]:
    """Top-level folders that hold Python."""
    return sorted(path.name for path in house.iterdir() if any(path.rglob("*.py")))


def chapters(house: Path = HOUSE) -> list[str]:
    return [name for name in folders(house) if name not in NOT_CHAPTERS]


def python_files() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))
