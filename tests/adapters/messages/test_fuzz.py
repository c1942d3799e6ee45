"""Whatever bytes come, nothing but our own errors goes out. Seeds are printed with a failure."""

# ruff: noqa: E501 - messages are long lines
import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.adapters.messages.asking import a_balance, a_statement, a_transfer, an_entry, an_order
from tests.adapters.messages.places import CORPUS, OURS

from usance.adapters.messages.csv_mapping import StatementMapping
from usance.adapters.messages.reading import Source, read
from usance.kernel.errors import Invalid
from usance.kernel.records import encode

_CSV = b'Date,Amount,Currency,Details\n2026-11-20,"1.50",EUR,"a ""b"" c"\n2026-11-21,-2,EUR,x\n'
_JSON = b'{"Document":{"CstmrCdtTrfInitn":{"GrpHdr":{"MsgId":"1"},"PmtInf":[{"CdtTrfTxInf":[{"Amt":{"InstdAmt":{"amt":"1.00","Ccy":"EUR"}}}]}]}}}'
_TOKENS = [b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!DOCTYPE a>", b"\0", b"\xff", b"\n", b"\r", b":61:",
           b"-}", b"{4:", b'"', b",", b"9" * 40, b"1e9", b"NaN", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\x85"]  # fmt: skip


def seeds() -> list[bytes]:
    made = [
        a_statement(
            an_entry("1.00"), an_entry("2.00"), balances=a_balance("OPBD", "1.00")
        ).encode(),
        an_order(a_transfer(), a_transfer("7.00"), number="2", total="17.00").encode(),
        f"<E><![CDATA[{an_order(a_transfer())}]]></E>".encode(),
        _CSV,
        _JSON,
    ]
    return made + [
        path.read_bytes() for folder in (OURS, CORPUS) for path in sorted(folder.iterdir())
    ]


def read_through(raw: bytes, *, stream: bool = False) -> None:
    """Read all of it, as a mouth would; what is read can be written down."""
    try:
        source = Source("fuzzed", raw, stream_from=0 if stream else 1 << 40)
        for mapping in (None, StatementMapping(currency="EUR")) if b"<" not in raw[:9] else (None,):
            for item in read(source, mapping, "EUR"):
                encoded = encode(item)
                assert b"\\u0000" not in encoded
    except Invalid:
        return


def mutated(raw: bytes, dice: random.Random) -> bytes:
    content = bytearray(raw)
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(content) + 1)
        until = min(len(content), at + dice.choice((1, 1, 4, 40)))
        what = dice.randrange(5)
        if what == 0:
            del content[at:until]
        elif what == 1:
            content[at:at] = dice.choice(_TOKENS)
        elif what == 2 and at < len(content):
            content[at] ^= 1 << dice.randrange(8)
        elif what == 3:
            content[at:at] = content[at:until]
        else:
            del content[at:]
    return bytes(content)


def cases(first: int, count: int) -> Iterator[tuple[int, bytes]]:
    kept = seeds()
    for seed in range(first, first + count):
        dice = random.Random(seed)
        yield seed, mutated(dice.choice(kept), dice)


def play(first: int, count: int) -> None:
    for seed, raw in cases(first, count):
        for stream in (False, True):
            try:
                read_through(raw, stream=stream)
            except Exception as broken:
                raise AssertionError(f"seed {seed}, stream {stream}: {raw!r}") from broken


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.name)
def test_what_once_broke_a_parser_does_not_any_more(path):
    for stream in (False, True):
        read_through(path.read_bytes(), stream=stream)


def test_mutated_messages_raise_nothing_but_our_own_errors():
    play(0, 1_500)


@pytest.mark.long
def test_many_mutated_messages_raise_nothing_but_our_own_errors():
    play(1_000_000, 60_000)


@given(st.text(alphabet=":0123456789CDREUR,/\n-{}NTF?", max_size=200))
def test_any_text_of_swift_characters_raises_nothing_but_our_own_errors(text):
    read_through(f":20:X\n{text}".encode())


@given(st.binary(max_size=300))
def test_any_bytes_raise_nothing_but_our_own_errors(raw):
    read_through(raw)
