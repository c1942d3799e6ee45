"""The Specially Designated Nationals list of the US Treasury (OFAC), as CSV.

Two files without header: `sdn.csv` (one line an entry, 12 columns) and `alt.csv` (one line an
alias, 5 columns); `-0-` stands for nothing, and the last line may be a lone end-of-file mark.
Publisher's description: https://ofac.treasury.gov/sdn-list-data-formats-data-schemas.
"""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib.resources import files as package_files
from typing import Final

from usance.risk.errors import UNREADABLE_LIST
from usance.risk.model import EntityKind, ListedEntity
from usance.risk.ports import Reading, Reject

_SDN_COLUMNS: Final = 12
_ALT_COLUMNS: Final = 5
_KINDS: Final = {
    "individual": EntityKind.PERSON,
    "": EntityKind.ORGANISATION,
    "entity": EntityKind.ORGANISATION,
    "vessel": EntityKind.VESSEL,
    "aircraft": EntityKind.AIRCRAFT,
}
_BIRTH: Final = re.compile(r"\bDOB ([^;.]*)")
_YEAR: Final = re.compile(r"\b(1[89]\d\d|20\d\d)\b")
_COUNTRY: Final = re.compile(r"\b(?:nationality|citizen) ([^;.]*)")
_WEAK: Final = re.compile(r"\b[an]\.k\.a\. '([^']+)'")


class OfacSdnList:
    """Reads `sdn.csv` and `alt.csv`."""

    code = "ofac"
    source = "OFAC Specially Designated Nationals and Blocked Persons List, US Treasury"
    files = ("sdn.csv", "alt.csv")

    def translate(self, files: Mapping[str, bytes]) -> Reading:
        """See risk.ports.Watchlist."""
        rejects: list[Reject] = []
        aliases = defaultdict(list)
        for line, row in _rows(files, "alt.csv", _ALT_COLUMNS, rejects):
            if row[0] and row[3]:
                aliases[row[0]].append(row[3])
            else:
                rejects.append(Reject(f"alt.csv line {line}", "It has no number or no name."))
        entities = []
        for line, row in _rows(files, "sdn.csv", _SDN_COLUMNS, rejects):
            kind = _KINDS.get(row[2].lower())
            if not row[0] or not row[1] or kind is None:
                why = f"{row[2]!r} is no known kind." if row[0] and row[1] else "No number or name."
                rejects.append(Reject(f"sdn.csv line {line}", why))
                continue
            entities.append(self._entity(row, kind, aliases.pop(row[0], [])))
        rejects.extend(
            Reject(f"alt.csv: entry {orphan}", "sdn.csv has no such entry.")
            for orphan in sorted(aliases)
        )
        return Reading(tuple(entities), tuple(rejects))

    def _entity(self, row: list[str], kind: EntityKind, aliases: list[str]) -> ListedEntity:
        remarks = row[11]
        names = [row[1], *aliases, *(name for name in _WEAK.findall(remarks) if " " in name)]
        if kind is EntityKind.PERSON:
            names = [_given_name_first(name) for name in names]
        births = " ".join(_BIRTH.findall(remarks))
        return ListedEntity(
            self.code,
            row[0],
            tuple(dict.fromkeys(names)),
            kind,
            tuple(sorted({int(year) for year in _YEAR.findall(births)})),
            tuple(dict.fromkeys(country.strip() for country in _COUNTRY.findall(remarks))),
        )

    def shipped(self) -> Mapping[str, bytes]:
        """Return the sample that comes with the package, for `translate`."""
        data = package_files("usance.adapters.watchlists") / "data"
        return {
            "sdn.csv": (data / "ofac_sdn_sample.csv").read_bytes(),
            "alt.csv": (data / "ofac_alt_sample.csv").read_bytes(),
        }


def _rows(
    files: Mapping[str, bytes], name: str, columns: int, rejects: list[Reject]
) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and cells; a line with another number of cells is a reject."""
    try:
        text = files[name].decode("utf-8-sig")
    except UnicodeDecodeError:
        text = files[name].decode("latin-1")
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        for row in reader:
            if not row or row == ["\x1a"]:
                continue
            cells = ["" if cell.strip() == "-0-" else " ".join(cell.split()) for cell in row]
            if len(cells) == columns:
                yield reader.line_num, cells
            else:
                why = f"It has {len(cells)} cells where {columns} are due."
                rejects.append(Reject(f"{name} line {reader.line_num}", why))
    except csv.Error as broken:
        raise UNREADABLE_LIST.invalid(name, f"line {reader.line_num}: {broken}") from broken


def _given_name_first(name: str) -> str:
    surname, comma, given = name.partition(",")
    return f"{given.strip()} {surname.strip()}" if comma and given.strip() else name
