"""Whatever a file holds: its format is found out from its content, never from its name."""

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from usance.adapters.messages.csv_mapping import StatementMapping
from usance.adapters.messages.csv_statements import looks_like_statement, read_csv
from usance.adapters.messages.errors import (
    EMPTY_MESSAGE,
    MESSAGE_TOO_LARGE,
    NOT_A_MESSAGE,
    UNPACKED_BADLY,
    WRONG_ENCODING,
)
from usance.adapters.messages.iso20022 import read_document, read_root
from usance.adapters.messages.iso_json import as_element, looks_like_json
from usance.adapters.messages.mt import looks_like_mt, read_mt
from usance.adapters.messages.plain_text import decoded
from usance.adapters.messages.stream import read_stream, streams
from usance.payments.model import MessageItem

# From here on a statement is read as a stream; what cannot be must fit into memory.
STREAM_FROM: Final = 4 << 20
MEMORY_MAX: Final = 64 << 20
STREAM_MAX: Final = 2 << 30
_START: Final = 1 << 16
_GZIP: Final = b"\x1f\x8b"
_BLANK: Final = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"


class Source:
    """A file of messages: on disk or in memory, plain or gzipped.

    stream_from: how many bytes a statement must have to be read as a stream. largest: how many it
    may have at all, once unpacked.
    """

    def __init__(
        self,
        name: str,
        content: Path | bytes,
        *,
        stream_from: int = STREAM_FROM,
        largest: int | None = None,
    ) -> None:
        """Raise OSError where a file cannot be read, Invalid(unpacked_badly, message_too_large)."""
        self.name = name
        self._content = content
        self._stream_from = stream_from
        whole, size, most = hashlib.sha256(), 0, largest or STREAM_MAX
        start = b""
        try:
            with self.open() as file:
                while chunk := file.read(1 << 20):
                    start = start or chunk[:_START]
                    whole.update(chunk)
                    size += len(chunk)
                    if size > most:
                        raise MESSAGE_TOO_LARGE.invalid("", most)
        except (gzip.BadGzipFile, EOFError, zlib.error) as broken:
            raise UNPACKED_BADLY.invalid("", str(broken)) from broken
        self.start, self.size, self.digest = start, size, whole.hexdigest()

    def open(self) -> IO[bytes]:
        """Open it to be read from its beginning, unpacked."""
        if isinstance(self._content, bytes):
            if self._content[:2] == _GZIP:
                return io.BufferedReader(gzip.GzipFile(fileobj=io.BytesIO(self._content)))
            return io.BytesIO(self._content)
        file = self._content.open("rb")
        if file.read(2) == _GZIP:
            file.close()
            # Opened by itself, so that it is closed with what is read from it.
            return io.BufferedReader(gzip.GzipFile(self._content))
        file.seek(0)
        return file

    def whole(self) -> bytes:
        """Return all of it. Raises Invalid(message_too_large)."""
        if self.size > MEMORY_MAX:
            raise MESSAGE_TOO_LARGE.invalid("", MEMORY_MAX)
        with self.open() as file:
            return file.read()

    @property
    def is_long(self) -> bool:
        """Whether it is to be read as a stream, if it can be."""
        return self.size >= self._stream_from


def read(
    source: Source, mapping: StatementMapping | None = None, currency: str = ""
) -> Iterator[MessageItem]:
    """Yield what stands in a file of messages.

    mapping: of a statement in CSV. currency: of MT and CSV that name none. Raises Invalid where
    nothing of it can be read: the first group of `errors`.
    """
    bare = source.start.lstrip(_BLANK)
    if not bare:
        raise EMPTY_MESSAGE.invalid()
    if bare.startswith(b"<"):
        if source.is_long and streams(source.start):
            yield from read_stream(source.open, source.digest)
        else:
            yield from read_document(source.whole())
    elif looks_like_json(bare):
        yield from read_root(as_element(source.whole().lstrip(_BLANK)))
    else:
        yield from _read_text(source.whole(), mapping, currency)


def _read_text(
    raw: bytes, mapping: StatementMapping | None, currency: str
) -> Iterator[MessageItem]:
    try:
        text = decoded(raw, mapping.encoding if mapping else "")
    except (UnicodeDecodeError, LookupError) as wrong:
        raise WRONG_ENCODING.invalid("", str(wrong)[:160]) from wrong
    if mapping is None and looks_like_mt(text):
        return read_mt(text, currency)
    if mapping is not None or looks_like_statement(text):
        return read_csv(text, mapping or StatementMapping(currency=currency))
    raise NOT_A_MESSAGE.invalid("", repr(text.strip()[:40]))
