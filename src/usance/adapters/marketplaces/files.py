"""Files of order lines on disk: opened plain or gzipped, and read twice."""

import gzip
import zlib
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import IO

from usance.adapters.marketplaces.csv_upload import LINE_BYTES_MAX, invoice_numbers, translate
from usance.adapters.marketplaces.errors import BROKEN_FILE
from usance.adapters.marketplaces.mapping import Mapping
from usance.kernel.money import Currency
from usance.trade.model import Reject, ShopLine

_GZIP_MAGIC = b"\x1f\x8b"


class CsvOrderFile:
    """A `trade.ports.OrderFile` in CSV. Reading raises Invalid (broken_file and the form's)."""

    def __init__(self, path: Path, mapping: Mapping) -> None:
        """Raise Invalid(broken_file) where there is no such file."""
        self._path = path
        self._mapping = mapping
        self._before = 0
        self._raw: IO[bytes] | None = None
        try:
            self.bytes_total = 2 * path.stat().st_size
        except OSError as missing:
            raise BROKEN_FILE.invalid(str(path), missing.strerror or "not found") from missing

    @property
    def currency(self) -> Currency:
        """See OrderFile."""
        return self._mapping.currency

    @property
    def bytes_read(self) -> int:
        """See OrderFile. Of a gzipped file, the packed bytes."""
        return self._before + (self._raw.tell() if self._raw else 0)

    def invoice_numbers(self) -> Iterator[tuple[int, str]]:
        """See OrderFile."""
        return invoice_numbers(self._physical_lines(), self._mapping)

    def lines(self) -> Iterator[ShopLine | Reject]:
        """See OrderFile."""
        return translate(self._physical_lines(), self._mapping)

    def _physical_lines(self) -> Iterator[bytes]:
        """Yield the file's lines; one that is too long is cut off just after the limit."""
        try:
            with self._path.open("rb") as raw:
                self._raw = raw
                stream: IO[bytes] = raw
                if raw.peek(2)[:2] == _GZIP_MAGIC:
                    stream = BufferedReader(gzip.GzipFile(fileobj=raw))
                while line := stream.readline(LINE_BYTES_MAX + 1):
                    yield line
                    if len(line) > LINE_BYTES_MAX:
                        _skip_rest(stream, line)
                self._raw = None
                self._before += raw.tell()
        except (OSError, EOFError, zlib.error) as broken:
            raise BROKEN_FILE.invalid(self._path.name, str(broken)) from broken


def _skip_rest(stream: IO[bytes], line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = stream.readline(LINE_BYTES_MAX)
