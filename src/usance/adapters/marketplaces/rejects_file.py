"""The rejects file: every line that stayed out, with its reason in both languages."""

import csv
import os
from io import StringIO
from pathlib import Path
from typing import Final

from usance.adapters.marketplaces.errors import UNWRITABLE_REJECTS
from usance.trade.model import Reject

COLUMNS: Final = ("file", "line", "reason", "reason_en", "reason_zh", "text")


def rejects_path(path: Path) -> Path:
    """Return where the rejects of a file go: beside it, orders.csv → orders.csv.rejects.csv."""
    return path.with_name(f"{path.name}.rejects.csv")


class RejectsFile:
    """Collects rejects and writes them in the order of the lines.

    The same rejects give the same bytes, so running an import again changes nothing.
    """

    def __init__(self, source_name: str) -> None:
        """source_name: of the file that was imported, for the first column."""
        self._source_name = source_name
        self._rows: list[tuple[int, str]] = []

    def add(self, reject: Reject) -> None:
        """Take a reject."""
        code, field, value = reject.code, reject.field, reject.value
        row = (
            self._source_name,
            reject.line,
            code.code,
            code.title("en", field, value),
            code.title("zh", field, value),
            reject.text,
        )
        self._rows.append((reject.line, _csv(row)))

    def write(self, path: Path) -> None:
        """Write all rejects, in place of what was there: wholly or not at all.

        Raises Invalid(unwritable_rejects).
        """
        self._rows.sort()
        unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            with unfinished.open("w", encoding="utf-8", newline="") as file:
                file.write(_csv(COLUMNS))
                file.writelines(row for _, row in self._rows)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise UNWRITABLE_REJECTS.invalid(str(path), error.strerror or "") from error


def _csv(row: tuple[object, ...]) -> str:
    written = StringIO()
    csv.writer(written, lineterminator="\n").writerow(row)
    return written.getvalue()
