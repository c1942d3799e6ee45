"""The rejects file: every line that stayed out, with its reason in both languages."""

import csv
import heapq
import os
from pathlib import Path
from typing import Final

from usance.adapters.marketplaces.errors import UNWRITABLE_REJECTS
from usance.trade.model import Reject

COLUMNS: Final = ("file", "line", "reason", "reason_en", "reason_zh", "text")


def rejects_path(path: Path) -> Path:
    """Return where the rejects of a file go: beside it, orders.csv → orders.csv.rejects.csv."""
    return path.with_name(f"{path.name}.rejects.csv")


class FirstRejects:
    """Keeps the rejects of the first lines and forgets the rest, however many there are."""

    def __init__(self, at_most: int) -> None:
        self._at_most = at_most
        # The last of those that are kept is on top. Of one line the first that came is kept.
        self._kept: list[tuple[int, int, Reject]] = []
        self._count = 0

    def add(self, reject: Reject) -> None:
        """Take a reject."""
        self._count += 1
        one = (-reject.line, -self._count, reject)
        if len(self._kept) < self._at_most:
            heapq.heappush(self._kept, one)
        else:
            heapq.heappushpop(self._kept, one)

    def in_order(self) -> list[Reject]:
        """Return those that are kept, in the order of their lines."""
        return [reject for _, _, reject in sorted(self._kept, key=lambda one: (-one[0], -one[1]))]


class RejectsFile:
    """Collects rejects and writes them in the order of the lines.

    The same rejects give the same bytes, so running an import again changes nothing.
    """

    def __init__(self, source_name: str) -> None:
        """source_name: of the file that was imported, for the first column."""
        self._source_name = source_name
        self._rejects: list[Reject] = []

    def add(self, reject: Reject) -> None:
        """Take a reject."""
        self._rejects.append(reject)

    def write(self, path: Path) -> None:
        """Write all rejects, in place of what was there: wholly or not at all.

        Raises Invalid(unwritable_rejects).
        """
        self._rejects.sort(key=lambda reject: (reject.line, reject.code.code))
        unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            with unfinished.open("w", encoding="utf-8", newline="") as file:
                rows = csv.writer(file, lineterminator="\n")
                rows.writerow(COLUMNS)
                rows.writerows(map(self._row, self._rejects))
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise UNWRITABLE_REJECTS.invalid(str(path), error.strerror or "") from error

    def _row(self, reject: Reject) -> tuple[object, ...]:
        code, field, value = reject.code, reject.field, reject.value
        return (
            self._source_name,
            reject.line,
            code.code,
            code.title("en", field, value),
            code.title("zh", field, value),
            reject.text,
        )
